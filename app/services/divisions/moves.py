"""What a change took along, thing by thing, so that undoing it is exact (decision 45)."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.division import DivisionMove, MoveKind
from app.services.moving import Moved

Kept = dict[MoveKind, dict[UUID, Moved]]


async def keep(
    session: AsyncSession, change_id: UUID, kind: MoveKind, moved: Iterable[Moved]
) -> None:
    rows = [
        {
            "change_id": change_id,
            "kind": kind,
            "entity_id": one.id,
            "was": one.was,
            "became": one.became,
        }
        for one in moved
    ]
    if rows:
        await session.execute(insert(DivisionMove), rows)


async def of(session: AsyncSession, change_id: UUID) -> Kept:
    found: Kept = {kind: {} for kind in MoveKind}
    for row in await session.scalars(
        select(DivisionMove).where(DivisionMove.change_id == change_id)
    ):
        found[row.kind][row.entity_id] = Moved(row.entity_id, row.was, row.became)
    return found
