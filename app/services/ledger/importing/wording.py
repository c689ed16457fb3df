"""Differences as people read them: the column's title, and both values in its words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid
from app.models.organization import Organization
from app.models.supervised_object import DualPrevention, ObjectKind, SmallKind, SupervisedObject
from app.services import accounts
from app.services.ledger import fields, sectors, small
from app.services.ledger.importing import papers
from app.services.ledger.importing.beside import BASES
from app.services.ledger.importing.columns import WORDS_OF_DUAL, WORDS_OF_KIND
from app.services.ledger.importing.comparing import MARKED
from app.services.ledger.importing.own_columns import OWN, shown, title_of
from app.services.ledger.importing.rewriting import TITLES
from app.services.ledger.reach import Runner

_NAMED = frozenset({"grid_id", "bundle_id", "cadre_id", *BASES})
_WORDS: Mapping[str, Callable[[Any], Any]] = {
    "kind": lambda value: WORDS_OF_KIND[ObjectKind(value)],
    "small_kind": lambda value: small.WORDS[SmallKind(value)],
    "dual_prevention": lambda value: WORDS_OF_DUAL[DualPrevention(value)],
    "division": lambda value: f"{value} {sectors.divisions().get(value, '')}".strip(),
    "licences": papers.written,
    "key_persons": papers.persons_written,
    "units": papers.units_written,
}


@dataclass(frozen=True)
class Difference:
    """`old`, `new` "": empty. `is_marked`: to be looked at before it is taken in."""

    title: str
    old: str
    new: str
    is_marked: bool


@dataclass
class Names:
    """What ids and keys of a page's differences are called."""

    titles: dict[str, str]
    by_id: dict[str, str] = field(default_factory=dict)

    def of(self, differs: Mapping[str, list[Any]]) -> list[Difference]:
        """Marked ones first, then in the order of the sheet."""
        order = list(self.titles)
        return [
            Difference(
                self.titles[name], self._word(name, old), self._word(name, new), name in MARKED
            )
            for name, (old, new) in sorted(
                differs.items(), key=lambda it: (it[0] not in MARKED, order.index(it[0]))
            )
            if name in self.titles
        ]

    def _word(self, name: str, value: Any) -> str:
        if name == "closed_on":
            return f"{value}" if value else "在用"
        if value is None or value in ("", []):
            return ""
        if name in _NAMED:
            ids = value if isinstance(value, list) else [value]
            return "、".join(self.by_id.get(one, "") for one in ids)
        return str(shown(_WORDS.get(name, lambda it: it)(value)))


async def names_for(session: AsyncSession, some: Iterable[Mapping[str, list[Any]]]) -> Names:
    """At most five statements, however many rows."""
    own = {f"{OWN}{row.key}": title_of(row) for row in await fields.own_fields(session)}
    found = Names({**TITLES, **own})
    ids: dict[str, set[UUID]] = {name: set() for name in _NAMED}
    for differs in some:
        for name in _NAMED & set(differs):
            ids[name] |= _ids(differs[name])
    if ids["grid_id"]:
        grids = select(Grid.id, Grid.name, Runner.short_name).where(Grid.id.in_(ids["grid_id"]))
        for row in await session.execute(grids.join(Runner, Runner.id == Grid.organization_id)):
            found.by_id[str(row.id)] = f"{row.short_name} {row.name}"
    if ids["bundle_id"]:
        one = SupervisedObject
        bundles = select(one.id, one.name).where(one.id.in_(ids["bundle_id"]))
        found.by_id |= {str(row.id): row.name for row in await session.execute(bundles)}
    if departments := ids["in_charge"] | ids["licensing"]:
        bodies = select(Organization.id, Organization.short_name)
        some_bodies = await session.execute(bodies.where(Organization.id.in_(departments)))
        found.by_id |= {str(row.id): row.short_name for row in some_bodies}
    people = await accounts.names_of(session, ids["cadre_id"])
    found.by_id |= {str(id_): name for id_, name in people.items()}
    return found


def _ids(both: Sequence[Any]) -> set[UUID]:
    """One id or several on each side."""
    some = (one if isinstance(one, list) else [one] for one in both if one)
    return {UUID(id_) for ids in some for id_ in ids}
