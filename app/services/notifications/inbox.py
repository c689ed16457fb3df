"""The inbox: one line per person and cause, however often a job runs."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.notification import Notification
from app.services import cursors, rows, sync
from app.services.access import Actor
from app.services.notifications.commands import MarkRead

_PAGE = 30


@dataclass(frozen=True)
class Message:
    """One sentence for some people.

    `dedup` names the cause (an event's id, a clock's id and hop), `kind` the sentence in the PWA.
    """

    person_ids: Collection[UUID]
    kind: str
    hazard_id: UUID | None
    params: dict[str, Any]
    dedup: str


async def tell(
    session: AsyncSession,
    person_ids: Collection[UUID],
    kind: str,
    hazard_id: UUID | None,
    params: dict[str, Any],
    dedup: str,
) -> list[UUID]:
    """A single message; answers who did not have it yet."""
    return await deliver(session, [Message(person_ids, kind, hazard_id, params, dedup)])


def _statement() -> Select[UUID, str]:
    """The same for any number of lines (decision 20)."""
    told = (
        rows.written(Notification)
        .on_conflict_do_nothing(index_elements=["person_id", "dedup"])
        .returning(Notification.person_id)
        .cte("told")
    )
    people = select(told.c.person_id).distinct()
    changes = sync.noted("notice", person_ids=people).cte("changes_told")
    return select(told.c.person_id, func.pg_notify(sync.CHANNEL, "")).add_cte(changes)


_DELIVER = _statement()


async def deliver(session: AsyncSession, messages: Iterable[Message]) -> list[UUID]:
    """Write one line to each inbox; answers who had it not yet. Safe to repeat.

    Always in the same order: two jobs that tell the same people do not wait in a circle.
    """
    now = clock.now()
    lines = [
        Notification(
            person_id=person_id,
            kind=message.kind,
            hazard_id=message.hazard_id,
            params=message.params,
            dedup=message.dedup,
            created_at=now,
        )
        for message in messages
        for person_id in set(message.person_ids)
    ]
    if not lines:
        return []
    lines.sort(key=lambda line: (line.person_id, line.dedup))
    return list(await session.scalars(_DELIVER, rows.arguments({Notification: lines})))


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
