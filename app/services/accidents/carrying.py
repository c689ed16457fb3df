"""What is open goes over to the ground that follows; what is closed happened where it happened.

The reports stay as they were sent. The township is the same, so nobody's hour begins anew.
"""

from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.accident import Accident, AccidentStatus
from app.models.grid import Grid
from app.services import moving
from app.services.moving import Moved


async def open_on(
    session: AsyncSession, grid_ids: Collection[UUID], *, locked: bool
) -> list[Accident]:
    is_open = Accident.status == AccidentStatus.OPEN
    return await moving.open_on(session, Accident, is_open, grid_ids, locked=locked)


async def carry(
    session: AsyncSession, rows: Sequence[Accident], grid_of: Callable[[Accident], Grid]
) -> list[Moved]:
    return await moving.over(session, rows, grid_of, _put, ("grid_id", "village_id"))


def _put(row: Accident, there: Grid) -> None:
    row.grid_id = there.id
    if row.village_id is not None:
        row.village_id = there.organization_id
