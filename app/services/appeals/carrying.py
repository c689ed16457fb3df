"""Appeals that are not closed follow the ground; who has to answer is the same."""

from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.appeal import Appeal, AppealStatus
from app.models.grid import Grid
from app.services.moving import Moved


async def open_on(session: AsyncSession, grid_ids: Collection[UUID]) -> list[Appeal]:
    """Locked."""
    query = (
        select(Appeal)
        .where(Appeal.grid_id.in_(grid_ids), Appeal.status != AppealStatus.CLOSED)
        .order_by(Appeal.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(query))


async def carry(
    session: AsyncSession, rows: Sequence[Appeal], grid_of: Callable[[Appeal], Grid]
) -> list[Moved]:
    moved = []
    for row in rows:
        there = grid_of(row)
        if there.id == row.grid_id:
            continue
        moved.append(Moved(row.id, {"grid_id": str(row.grid_id)}, {"grid_id": str(there.id)}))
        row.grid_id = there.id
    await session.flush()
    return moved
