"""What hangs on the objects of a file: who answers, who goes there, papers (S0-2, S1-33, S4-34)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, any_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid
from app.models.ledger import Basis, ObjectDepartment
from app.models.organization import Organization
from app.models.person import Person
from app.models.slot import SlotRole
from app.models.supervised_object import SupervisedObject
from app.services import access, slots
from app.services.ledger.importing.papers import Paper, papers_of

ROSTER = (SlotRole.GRID_CHIEF, SlotRole.GRIDWORKER, SlotRole.GUARANTOR_CADRE)


@dataclass(frozen=True)
class Line:
    """An object as it was selected, with all that hangs on it; `people`: of its grid, by place."""

    row: Row[Any]
    departments: Mapping[Basis, str]
    licences: Sequence[Paper]
    people: Mapping[SlotRole, str]
    cadre: str | None
    bundle: str | None

    @property
    def object(self) -> SupervisedObject:
        found: SupervisedObject = self.row.SupervisedObject
        return found


async def gathered(session: AsyncSession, rows: Sequence[Row[Any]]) -> list[Line]:
    """Seven statements, however many rows."""
    some = [row.SupervisedObject for row in rows]
    ids = [one.id for one in some]
    departments, papers = await _departments(session, ids), await papers_of(session, ids)
    people = await roster(session, {one.grid_id for one in some})
    cadres = await _names(session, Person, {one.cadre_id for one in some})
    bundles = await _names(session, SupervisedObject, {one.bundle_id for one in some})
    return [
        Line(
            row,
            departments.get(one.id, {}),
            papers.get(one.id, []),
            people.get(one.grid_id, {}),
            cadres.get(one.cadre_id),
            bundles.get(one.bundle_id),
        )
        for row, one in zip(rows, some, strict=True)
    ]


async def roster(
    session: AsyncSession, grid_ids: Collection[UUID]
) -> dict[UUID, dict[SlotRole, str]]:
    """Today's chief, gridworkers and cadres by grid. Without a chief of its own: of the one above.

    That is how a village's chief has its base grids, and a line's chief the enterprises (S4-34).
    """
    tree = await session.execute(select(Grid.id, Grid.parent_id))
    parents = {row.id: row.parent_id for row in tree}
    lines = {grid_id: _upwards(grid_id, parents) for grid_id in grid_ids}
    asked = {id_ for line in lines.values() for id_ in line}
    day, names = access.today(), dict[tuple[UUID, SlotRole], list[str]]()
    for grid_id, holders in (await slots.holders(session, asked)).items():
        for one in holders:
            known = names.setdefault((grid_id, one.role), [])
            if one.is_in_force(day) and one.name not in known:
                known.append(one.name)
    found = {}
    for grid_id, line in lines.items():
        chiefs = (names.get((above, SlotRole.GRID_CHIEF), []) for above in line)
        own = {role: names.get((grid_id, role), []) for role in ROSTER}
        own[SlotRole.GRID_CHIEF] = next((some for some in chiefs if some), [])
        found[grid_id] = {role: "、".join(some) for role, some in own.items()}
    return found


def _upwards(grid_id: UUID, parents: Mapping[UUID, UUID | None]) -> list[UUID]:
    line: list[UUID] = []
    here: UUID | None = grid_id
    while here is not None and here not in line:
        line.append(here)
        here = parents.get(here)
    return line


async def _departments(
    session: AsyncSession, ids: Collection[UUID]
) -> dict[UUID, dict[Basis, str]]:
    query = (
        select(ObjectDepartment.object_id, ObjectDepartment.basis, Organization.short_name)
        .join(Organization, Organization.id == ObjectDepartment.organization_id)
        .where(ObjectDepartment.object_id == any_(access.given("ids")))
        .order_by(Organization.name)
    )
    found: dict[UUID, dict[Basis, str]] = {}
    for object_id, basis, name in await session.execute(query, {"ids": list(ids)}):
        known = found.setdefault(object_id, {})
        known[basis] = f"{known[basis]}、{name}" if basis in known else name
    return found


async def _names(
    session: AsyncSession, kind: type[Person] | type[SupervisedObject], ids: Collection[UUID | None]
) -> dict[UUID | None, str]:
    query = select(kind.id, kind.name).where(kind.id == any_(access.given("ids")))
    asked = [id_ for id_ in ids if id_]
    return {row.id: row.name for row in await session.execute(query, {"ids": asked})}
