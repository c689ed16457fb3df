"""Bodies and grids as every report needs them: kept in memory, read again after an edit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from shapely import prepare
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid, GridKind
from app.models.organization import Organization, OrganizationKind
from app.services import reference
from app.services.places import lives
from app.services.places.lives import Life

_BODY = [column.key for column in inspect(Organization).column_attrs]


@dataclass(frozen=True)
class KnownGrid:
    """`township_id` and `village_id`: of the body that runs it."""

    id: UUID
    name: str
    is_territorial: bool
    village_id: UUID | None
    township_id: UUID | None
    centre: tuple[float, float] | None
    outline: BaseGeometry | None
    valid_from: date
    valid_to: date | None
    life: Life = lives.UNTOUCHED

    def is_in_force(self, day: date) -> bool:
        is_within = self.valid_from <= day and (self.valid_to is None or self.valid_to >= day)
        return is_within and not self.life.is_at_rest(day)


async def _known_bodies(session: AsyncSession) -> Mapping[UUID, Organization]:
    """Every body but enterprises, closed ones too. They belong to no session: only to be read."""
    return await reference.kept(session, _bodies)


async def by_id(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Organization]:
    """These bodies; a statement only for the enterprises among them. Only to be read."""
    known = await _known_bodies(session)
    found = {id_: known[id_] for id_ in ids if id_ in known}
    missing = [id_ for id_ in ids if id_ not in known]
    if missing:
        rows = await session.scalars(select(Organization).where(Organization.id.in_(missing)))
        found |= {row.id: row for row in rows}
    return found


async def grid_names(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    """Names of these grids; a statement only for those added since this request began."""
    known = await known_grids(session)
    found = {id_: known[id_].name for id_ in ids if id_ in known}
    missing = [id_ for id_ in ids if id_ not in known]
    if missing:
        rows = await session.execute(select(Grid.id, Grid.name).where(Grid.id.in_(missing)))
        found |= {row.id: row.name for row in rows}
    return found


async def known_grids(session: AsyncSession) -> Mapping[UUID, KnownGrid]:
    """Every grid, ended ones too."""
    return await reference.kept(session, _grids)


def heir_of(known: Mapping[UUID, KnownGrid], grid_id: UUID, day: date) -> KnownGrid:
    """The grid, or what followed it. A grid that ends never takes another one in: no circle."""
    grid = known[grid_id]
    while grid.life.heir_id and grid.valid_to is not None and grid.valid_to < day:
        grid = known[grid.life.heir_id]
    return grid


async def _bodies(session: AsyncSession) -> dict[UUID, Organization]:
    columns = [getattr(Organization, name) for name in _BODY]
    query = select(*columns).where(Organization.kind != OrganizationKind.ENTERPRISE)
    rows = (await session.execute(query)).mappings()
    return {row["id"]: Organization(**row) for row in rows}


async def _grids(session: AsyncSession) -> dict[UUID, KnownGrid]:
    query = select(
        Grid.id,
        Grid.name,
        Grid.kind,
        Grid.organization_id,
        Grid.parent_id,
        Grid.centre_lat,
        Grid.centre_lon,
        Grid.outline,
        Grid.valid_from,
        Grid.valid_to,
        Organization.kind.label("body_kind"),
        Organization.within_id,
    )
    query = query.join(Organization, Organization.id == Grid.organization_id)
    rows: Sequence[Any] = (await session.execute(query)).all()
    lived = await lives.by_grid(session)
    return {
        row.id: KnownGrid(
            id=row.id,
            name=row.name,
            is_territorial=row.kind is GridKind.TERRITORIAL,
            village_id=row.organization_id if row.body_kind is OrganizationKind.VILLAGE else None,
            township_id=row.within_id,
            centre=None if row.centre_lat is None else (row.centre_lat, row.centre_lon),
            outline=_outline(row.outline),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            life=lived.get(row.id) or _life(row),
        )
        for row in rows
    }


def _life(row: Any) -> Life:
    """The grid that an enterprise is ends with it, without a change: its line takes over."""
    is_leaf = row.body_kind is OrganizationKind.ENTERPRISE
    return Life(heir_id=row.parent_id) if is_leaf else lives.UNTOUCHED


def _outline(geometry: dict[str, Any] | None) -> BaseGeometry | None:
    if geometry is None:
        return None
    found = shape(geometry)
    prepare(found)
    return found
