"""For which places a question is meant: the one rule that phone and server go by.

The phone has the same table (pwa/src/core/visits/applying.ts); both are held to the cases of
tests/applying.json. What nobody knows of a place is no reason to leave a question out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from app.models.supervised_object import ObjectKind


@dataclass(frozen=True)
class Facts:
    """What a rule may ask of a place; `division`, `is_small`: None = nobody has said."""

    kind: ObjectKind
    is_key: bool
    division: str | None = None
    is_small: bool | None = None


Rule = Mapping[str, Any]
_FITS: Mapping[str, Callable[[Any, Facts], bool]] = {
    "kinds": lambda named, place: not named or place.kind in named,
    "divisions": lambda named, place: (
        not named or place.division is None or place.division in named
    ),
    "is_small": lambda wanted, place: wanted is None or place.is_small in (None, wanted),
    "is_key": lambda wanted, place: wanted is None or place.is_key is wanted,
}


class Ruled(Protocol):
    """A question with the rule that narrows it."""

    @property
    def applies_to(self) -> dict[str, Any]: ...


Question = TypeVar("Question", bound=Ruled)


def applies(rule: Rule, place: Facts) -> bool:
    return all(fits(rule.get(name), place) for name, fits in _FITS.items())


def asked(
    items: Sequence[Question], place: Facts | None, members: Sequence[Facts] = ()
) -> list[Question]:
    """Those meant for the place; of a whole grid (`place` None), or if none is meant: all.

    A bundle is asked what is meant for any of its members, and what names bundles.
    """
    if place is None:
        return list(items)
    return [item for item in items if _is_meant(item.applies_to, place, members)] or list(items)


def _is_meant(rule: Rule, place: Facts, members: Sequence[Facts]) -> bool:
    if any(applies(rule, member) for member in members):
        return True
    return applies(rule, place) and (not members or place.kind in rule.get("kinds", ()))
