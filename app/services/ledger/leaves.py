"""Enterprises that are grids: in schemes that say so, the lowest level of a line (S0-18, S4-28)."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid, GridKind
from app.models.organization import Organization, OrganizationKind
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access, places, reference, schemes


async def open_body(session: AsyncSession, row: SupervisedObject) -> None:
    """A body of its own, under the same id, that can employ people and run a grid."""
    body = Organization(
        id=row.id, kind=OrganizationKind.ENTERPRISE, name=row.name, short_name=row.name[:20]
    )
    session.add(body)
    await session.flush()
    row.organization_id = body.id
    reference.forget(session)


async def is_leaf(session: AsyncSession, row: SupervisedObject) -> bool:
    """Whether the scheme in force makes a grid of this one where it lies."""
    grid = await session.get_one(Grid, row.grid_id)
    if row.kind is not ObjectKind.ENTERPRISE or grid.kind is not GridKind.EXCLUSIVE:
        return False
    scheme = await schemes.in_force(session)
    return scheme is not None and scheme.bodies.enterprise_grids


async def grow(session: AsyncSession, row: SupervisedObject) -> None:
    """Its grid under its line, named like it; one that the county has ended is not made again."""
    if row.organization_id is None or not await is_leaf(session, row):
        return
    own = schemes.leaf(row.organization_id, row.name, row.grid_id)
    known = await session.get(Grid, own["id"])
    if known is None and not await _has_another(session, row):
        session.add(Grid(**own))
    elif known is not None and known.id != row.grid_id:
        known.name, known.parent_id = row.name, row.grid_id
    await session.flush()
    reference.forget(session)


async def _has_another(session: AsyncSession, row: SupervisedObject) -> bool:
    """Made by hand before the scheme was there."""
    query = select(Grid.id).where(
        Grid.organization_id == row.organization_id,
        Grid.kind == GridKind.EXCLUSIVE,
        places.is_not_over(access.today()),
    )
    return await session.scalar(query.limit(1)) is not None
