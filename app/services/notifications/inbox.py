"""The inbox: one line per person and cause, however often a job runs."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.base import new_id
from app.models.notification import Notification
from app.services import cursors, sync
from app.services.access import Actor
from app.services.notifications.commands import MarkRead

_PAGE = 30


async def tell(
    session: AsyncSession,
    person_ids: Collection[UUID],
    kind: str,
    hazard_id: UUID | None,
    params: dict[str, Any],
    dedup: str,
) -> list[UUID]:
    """Write one line to each inbox; answers who did not have it yet. Safe to repeat.

    `dedup` names the cause (an event's id, a clock's id and hop), `kind` the sentence in the PWA.
    """
    if not person_ids:
        return []
    now = clock.now()
    lines = [
        {
            "id": new_id(),
            "person_id": person_id,
            "kind": kind,
            "hazard_id": hazard_id,
            "params": params,
            "dedup": dedup,
            "created_at": now,
        }
        for person_id in sorted(set(person_ids))
    ]
    told = (
        insert(Notification)
        .values(lines)
        .on_conflict_do_nothing(index_elements=["person_id", "dedup"])
        .returning(Notification.person_id)
        .cte("told")
    )
    changes = sync.noted("notice", person_ids=select(told.c.person_id)).cte("changes_told")
    announced = select(told.c.person_id, func.pg_notify(sync.CHANNEL, "")).add_cte(changes)
    return list(await session.scalars(announced))


async def inbox(session: AsyncSession, actor: Actor, cursor: str | None = None) -> dict[str, Any]:
    """One page, newest first, and how many are unread."""
    query = select(Notification).where(Notification.person_id == actor.person_id)
    keys = (Notification.created_at, Notification.id)
    if cursor:
        before = cursors.decode(cursor, datetime.fromisoformat, UUID)
        query = query.where(tuple_(*keys) < tuple_(*before))
    order = (key.desc() for key in keys)
    rows = list(await session.scalars(query.order_by(*order).limit(_PAGE + 1)))
    page = rows[:_PAGE]
    more = len(rows) > _PAGE
    return {
        "items": page,
        "next": cursors.encode(page[-1].created_at, page[-1].id) if more else None,
        "unread": await unread(session, actor.person_id),
    }


async def unread(session: AsyncSession, person_id: UUID) -> int:
    """How many lines wait; one small index."""
    query = select(func.count()).where(
        Notification.person_id == person_id, Notification.read_at.is_(None)
    )
    return await session.scalar(query) or 0


async def mark_read(session: AsyncSession, actor: Actor, command: MarkRead) -> None:
    """Only the actor's own lines; others' ids are as good as unknown."""
    lines = (
        update(Notification)
        .where(Notification.person_id == actor.person_id, Notification.read_at.is_(None))
        .values(read_at=clock.now())
    )
    if command.ids:
        lines = lines.where(Notification.id.in_(command.ids))
    await session.execute(lines)
    await sync.record_change(session, "notice", person_id=actor.person_id)
