"""What is open goes over to the ground that follows; what is closed happened where it happened.

The reports stay as they were sent. The township is the same, so nobody's hour begins anew.
"""

from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.accident import Accident, AccidentStatus
from app.models.grid import Grid
from app.services.moving import Moved, text


async def open_on(session: AsyncSession, grid_ids: Collection[UUID]) -> list[Accident]:
    """Locked."""
    query = (
        select(Accident)
        .where(Accident.grid_id.in_(grid_ids), Accident.status == AccidentStatus.OPEN)
        .order_by(Accident.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(query))


async def carry(
    session: AsyncSession, rows: Sequence[Accident], grid_of: Callable[[Accident], Grid]
) -> list[Moved]:
    moved = []
    for row in rows:
        there = grid_of(row)
        if there.id == row.grid_id:
            continue
        was = {"grid_id": text(row.grid_id), "village_id": text(row.village_id)}
        row.grid_id = there.id
        if row.village_id is not None:
            row.village_id = there.organization_id
        became = {"grid_id": text(row.grid_id), "village_id": text(row.village_id)}
        moved.append(Moved(row.id, was, became))
    await session.flush()
    return moved
