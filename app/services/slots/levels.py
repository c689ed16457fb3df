"""The level of a grid is how deep it hangs; deeper than the scheme counts as its lowest."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid
from app.services.schemes import Scheme


async def levels_of_all(session: AsyncSession, scheme: Scheme) -> dict[UUID, int]:
    """Of every grid. A tree that bites its own tail counts as its lowest level."""
    rows = await session.execute(select(Grid.id, Grid.parent_id))
    parents: dict[UUID, UUID | None] = {row.id: row.parent_id for row in rows}
    lowest = max(level.number for level in scheme.level)
    return {id_: _depth(id_, parents, lowest) for id_ in parents}


async def level_of(session: AsyncSession, scheme: Scheme, grid_id: UUID) -> int:
    return (await levels_of_all(session, scheme))[grid_id]


def _depth(id_: UUID, parents: dict[UUID, UUID | None], lowest: int) -> int:
    depth, here = 1, parents[id_]
    while here is not None and depth < lowest:
        depth, here = depth + 1, parents.get(here)
    return depth
