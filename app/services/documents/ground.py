"""The ground of a grid: its own outline, or that of all its parts together."""

import asyncio
from typing import Any, NamedTuple
from uuid import UUID

from shapely import unary_union
from shapely.geometry import mapping, shape
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid
from app.services import access, places

Named = tuple[str, dict[str, Any]]


class Ground(NamedTuple):
    """`outline` None: not drawn. `around`: its parts if it `has_parts`, else its neighbours."""

    outline: dict[str, Any] | None
    around: list[Named]
    has_parts: bool


async def ground(session: AsyncSession, grid: Grid) -> Ground:
    parts = await _drawn(session, await below(session, grid.id))
    if parts:
        whole = grid.outline or await asyncio.to_thread(_together, parts)
        return Ground(whole, parts, has_parts=True)
    beside = await below(session, grid.parent_id) if grid.parent_id else []
    neighbours = await _drawn(session, [id_ for id_ in beside if id_ != grid.id])
    return Ground(grid.outline, neighbours, has_parts=False)


def _together(parts: list[Named]) -> dict[str, Any]:
    return dict(mapping(unary_union([shape(one) for _, one in parts])))


async def below(session: AsyncSession, grid_id: UUID) -> list[UUID]:
    """Every grid that hangs under this one, however deep; a tree that bites its tail ends."""
    tree = select(Grid.id).where(Grid.parent_id == grid_id).cte(recursive=True)
    tree = tree.union(select(Grid.id).join(tree, Grid.parent_id == tree.c.id))
    return [id_ for id_ in await session.scalars(select(tree.c.id)) if id_ != grid_id]


async def _drawn(session: AsyncSession, ids: list[UUID]) -> list[Named]:
    query = (
        select(Grid.name, Grid.outline)
        .where(Grid.id.in_(ids), Grid.outline.is_not(None), places.is_in_force(access.today()))
        .order_by(Grid.official_code.nulls_last(), Grid.id)
    )
    return [(row.name, row.outline) for row in await session.execute(query)]
