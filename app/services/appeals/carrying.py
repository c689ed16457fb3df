"""Appeals that are not closed follow the ground; who has to answer is the same."""

from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.appeal import Appeal, AppealStatus
from app.models.grid import Grid
from app.services import moving
from app.services.moving import Moved


async def open_on(
    session: AsyncSession, grid_ids: Collection[UUID], *, locked: bool
) -> list[Appeal]:
    is_open = Appeal.status != AppealStatus.CLOSED
    return await moving.open_on(session, Appeal, is_open, grid_ids, locked=locked)


async def carry(
    session: AsyncSession, rows: Sequence[Appeal], grid_of: Callable[[Appeal], Grid]
) -> list[Moved]:
    return await moving.over(session, rows, grid_of, _put)


def _put(row: Appeal, there: Grid) -> None:
    row.grid_id = there.id
