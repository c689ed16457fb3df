"""The inbox: one line per person and cause, however often a job runs."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import Invalid
from app.models.event import Change
from app.models.notification import Notification
from app.models.person import Person
from app.services import notifications
from app.services.access import Actor
from app.services.notifications import MarkRead
from tests import factories
from tests.actors import actor_of
from tests.conftest import Committed, Freeze


async def people(session: AsyncSession, many: int) -> list[Person]:
    return [await factories.person(session) for _ in range(many)]


async def tell(session: AsyncSession, ids: list[UUID], dedup: str = "event:1") -> list[UUID]:
    return await notifications.tell(session, ids, "assigned", None, {"number": "TEZ-1"}, dedup)


async def noticed(session: AsyncSession) -> list[UUID | None]:
    query = select(Change.person_id).where(Change.kind == "notice").order_by(Change.seq)
    return list(await session.scalars(query))


async def test_each_person_is_told_once_for_each_cause(session: AsyncSession) -> None:
    first, second = await people(session, 2)
    assert await tell(session, [first.id, first.id]) == [first.id]
    assert await tell(session, [first.id, second.id]) == [second.id]
    assert await tell(session, [first.id], "event:2") == [first.id]
    assert await tell(session, []) == []
    assert await session.scalar(select(func.count()).select_from(Notification)) == 3
    assert await noticed(session) == [first.id, second.id, first.id]


async def test_the_same_job_in_two_workers_tells_once(committed: Committed) -> None:
    async with committed.work() as session:
        ids = [person.id for person in await people(session, 5)]

    async def job(order: list[UUID]) -> int:
        async with committed.work() as session:
            return len(await tell(session, order))

    told = await asyncio.gather(*(job(ids if n % 2 else ids[::-1]) for n in range(8)))
    assert sum(told) == 5


@pytest.fixture
async def reader(session: AsyncSession, settings: Settings) -> Actor:
    return await actor_of(session, settings, await factories.person(session))


async def test_the_inbox_is_newest_first_and_only_mine(
    session: AsyncSession, reader: Actor, freeze: Freeze
) -> None:
    start = freeze("2026-11-23 09:00")
    (other,) = await people(session, 1)
    for number in range(70):
        freeze(start + timedelta(minutes=number // 3))  # three lines at a time
        await tell(session, [reader.person_id, other.id], f"event:{number}")
    seen, cursor = [], None
    for size in (30, 30, 10):
        page = await notifications.inbox(session, reader, cursor)
        assert len(page["items"]) == size
        assert page["unread"] == 70
        seen += page["items"]
        cursor = page["next"]
    assert cursor is None
    assert len({line.id for line in seen}) == 70
    assert [line.created_at for line in seen] == sorted(
        (line.created_at for line in seen), reverse=True
    )
    assert {line.person_id for line in seen} == {reader.person_id}


async def test_a_forged_cursor_is_refused(session: AsyncSession, reader: Actor) -> None:
    with pytest.raises(Invalid):
        await notifications.inbox(session, reader, "WyIyMDI2IiwieCJd")


async def test_reading_marks_only_what_was_asked(session: AsyncSession, reader: Actor) -> None:
    for number in range(3):
        await tell(session, [reader.person_id], f"event:{number}")
    page = await notifications.inbox(session, reader)
    await notifications.mark_read(session, reader, MarkRead(ids=[page["items"][0].id, uuid4()]))
    assert await notifications.unread(session, reader.person_id) == 2
    await notifications.mark_read(session, reader, MarkRead())
    assert await notifications.unread(session, reader.person_id) == 0


async def test_nobody_reads_for_somebody_else(session: AsyncSession, reader: Actor) -> None:
    (other,) = await people(session, 1)
    await tell(session, [other.id])
    line = (await session.scalars(select(Notification))).one()
    await notifications.mark_read(session, reader, MarkRead(ids=[line.id]))
    await notifications.mark_read(session, reader, MarkRead())
    assert await notifications.unread(session, other.id) == 1


async def test_the_first_reading_counts(
    session: AsyncSession, reader: Actor, freeze: Freeze
) -> None:
    start = freeze("2026-11-23 09:00")
    await tell(session, [reader.person_id])
    await notifications.mark_read(session, reader, MarkRead())
    freeze(start + timedelta(hours=1))
    await notifications.mark_read(session, reader, MarkRead())
    line = (await session.scalars(select(Notification))).one()
    await session.refresh(line)
    assert line.read_at == start
    assert clock.now() != start
