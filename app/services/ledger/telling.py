"""Phones keep the objects of their own grids; collectors learn what became of what they sent."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import jobs
from app.models.base import new_id
from app.models.event import Change
from app.models.supervised_object import SupervisedObject
from app.services.sync import CHANNEL

JOB = "tell_collector"
CONFIRMED, RETURNED, DROPPED = "object.confirmed", "object.returned", "object.dropped"
CHANGE_ACCEPTED, CHANGE_RETURNED = "object.change_accepted", "object.change_returned"


async def tell(session: AsyncSession, grid_ids: Iterable[UUID]) -> None:
    """One line a grid, however many of its objects have changed: phones there fetch them again."""
    rows = [{"kind": "objects", "left_grid_id": grid_id} for grid_id in sorted(set(grid_ids))]
    if rows:
        await session.execute(insert(Change), rows)
        await session.execute(select(func.pg_notify(CHANNEL, "")))


async def tell_collector(
    session: AsyncSession, row: SupervisedObject, kind: str, reason: str = ""
) -> None:
    """A line in the inbox of whoever collected it; nobody for what a desk has entered."""
    if row.collected_by_id is not None:
        await tell_sender(session, row.collected_by_id, row, kind, reason)


async def tell_sender(
    session: AsyncSession, person_id: UUID, row: SupervisedObject, kind: str, reason: str = ""
) -> None:
    """A line in the inbox of who has sent something of it from the ground."""
    params = {"name": row.name, "reason": reason, "object_id": str(row.id)}
    told = {"person_id": str(person_id), "kind": kind, "params": params}
    await jobs.defer(session, JOB, **told, cause=str(new_id()))
