"""科室、车间、班组、岗位 of an enterprise and who answers for each: one tree (S0-35)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.models.supervised_object import UnitKind
from app.services.ledger.refusing import invalid

WORDS: Mapping[UnitKind, str] = {
    UnitKind.OFFICE: "科室",
    UnitKind.WORKSHOP: "车间",
    UnitKind.TEAM: "班组",
    UnitKind.POST: "岗位",
}
_RANKS = tuple(WORDS)  # each may stand below any of those before it
MOST = 60


@dataclass(frozen=True)
class Unit:
    """`depth` 0: right below the enterprise. `person` "": nobody is named."""

    kind: UnitKind
    name: str
    person: str
    depth: int


def require_tree(units: Sequence[Mapping[str, Any]]) -> None:
    """Every name once; what a unit belongs to is on the list, and of a higher kind."""
    kinds = {one["name"]: UnitKind(one["kind"]) for one in units}
    if len(kinds) < len(units):
        raise invalid("units", "有两个单元重名，请写成「一车间甲班」这样", "Two units share a name")
    for one in units:
        if one["parent"] and not _is_above(kinds.get(one["parent"]), UnitKind(one["kind"])):
            raise invalid(
                "units",
                f"「{one['name']}」的上级「{one['parent']}」不在表里，"
                "或者不比它高一级：科室、车间、班组、岗位从上到下",
                f"What {one['name']} belongs to is not on the list, or not above it",
            )


def _is_above(parent: UnitKind | None, kind: UnitKind) -> bool:
    return parent is not None and _RANKS.index(parent) < _RANKS.index(kind)


def tree(units: Sequence[Mapping[str, Any]]) -> list[Unit]:
    """From the top down, what belongs to a unit right after it; the list's order within."""
    return list(_below("", 0, units))


def _below(parent: str, depth: int, units: Sequence[Mapping[str, Any]]) -> Iterator[Unit]:
    for one in units:
        if one["parent"] == parent:
            yield Unit(UnitKind(one["kind"]), one["name"], one["person"], depth)
            yield from _below(one["name"], depth + 1, units)
