"""What is kept for how long: the table against a model, and readers of the feed left whole."""

import random
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.models.audit import AuditEntry
from app.models.base import new_id
from app.models.event import Change
from app.models.notification import Notification
from app.models.person import Person, SignIn
from app.services import sync
from app.services.personal import retention
from tests import factories
from tests.actors import actor_of
from tests.conftest import Committed

DAY = timedelta(days=1)


def ago(dice: random.Random) -> datetime:
    """Near the limits as often as far from them, and never on one to the second."""
    days = dice.choice([1, 89, 91, 179, 181, 364, 366, 800])
    return clock.now() - days * DAY


async def test_dry_run_and_run_are_what_a_model_says(session: AsyncSession) -> None:
    dice = random.Random(27)
    sign_ins, notes, people = set[str](), set[str](), set[str]()
    for number in range(120):
        leaver = await factories.person(session, disabled_at=dice.choice([None, ago(dice)]))
        if leaver.disabled_at and clock.now() - leaver.disabled_at > 180 * DAY:
            people.add(leaver.name)
        seen, ended, unsent = ago(dice), dice.choice([None, ago(dice)]), dice.choice([0, 3])
        session.add(
            SignIn(
                id=new_id(),
                token_digest=number.to_bytes(32, "big"),
                person_id=leaver.id,
                device=f"d{number}",
                created_at=seen,
                last_seen_at=seen,
                ended_at=ended,
                unsent_count=unsent,
            )
        )
        if clock.now() - (ended or seen) > 180 * DAY and (ended or not unsent):
            sign_ins.add(f"d{number}")
        made, read = ago(dice), dice.choice([None, ago(dice)])
        session.add(
            Notification(
                person_id=leaver.id,
                kind="x",
                params={},
                dedup=f"n{number}",
                created_at=made,
                read_at=read,
            )
        )
        if clock.now() - made > 365 * DAY or (read and clock.now() - read > 180 * DAY):
            notes.add(f"n{number}")
    await session.flush()
    all_devices = {f"d{number}" for number in range(120)}
    counted = await retention.due(session)
    assert counted["sign_ins"] == len(sign_ins) > 10
    assert counted["mobiles_of_leavers"] == len(people) > 10
    assert max(counted["notifications"], counted["notifications_read"]) <= len(notes)
    gone = await retention.forget(session)
    assert gone["notifications"] + gone["notifications_read"] == len(notes) > 10
    assert (gone["sign_ins"], gone["mobiles_of_leavers"]) == (len(sign_ins), len(people))
    assert set(await session.scalars(select(SignIn.device))) == all_devices - sign_ins
    left = set(await session.scalars(select(Notification.dedup)))
    assert left == {f"n{number}" for number in range(120)} - notes
    assert set(await session.scalars(select(Person.name).where(Person.mobile.is_(None)))) == people
    (entry,) = await session.scalars(select(AuditEntry))
    assert (entry.kind, entry.data["sign_ins"]) == ("data.forgotten", len(sign_ins))
    assert set((await retention.forget(session)).values()) == {0}
    assert await session.scalar(select(func.count()).select_from(AuditEntry)) == 1


async def test_an_old_reader_of_the_feed_begins_anew_and_a_newer_one_misses_nothing(
    committed: Committed, settings: Settings
) -> None:
    async with committed.work() as session:
        county = await factories.county(session)
        actor = await actor_of(session, settings, county.gridworker)
    async with committed.work() as session:
        old = (await sync.changes(session, actor, "", 50)).cursor
    async with committed.work() as session:
        await sync.record_change(session, "rules")
    async with committed.work() as session:
        await session.execute(update(Change).values(at=clock.now() - 91 * DAY))
        newer = (await sync.changes(session, actor, old, 50)).cursor
    async with committed.work() as session:
        await sync.record_change(session, "rules")
    async with committed.work() as session:
        assert (await retention.forget(session))["changes"] == 1
    async with committed.work() as session:
        lost = await sync.changes(session, actor, old, 50)
        kept = await sync.changes(session, actor, newer, 50)
    assert lost.is_reset
    assert (kept.is_reset, kept.are_rules_changed) == (False, True)


async def test_an_empty_feed_after_forgetting_still_sends_old_readers_back(
    committed: Committed, settings: Settings
) -> None:
    async with committed.work() as session:
        county = await factories.county(session)
        actor = await actor_of(session, settings, county.gridworker)
    async with committed.work() as session:
        old = (await sync.changes(session, actor, "", 50)).cursor
    async with committed.work() as session:
        await sync.record_change(session, "rules")
    async with committed.work() as session:
        await session.execute(update(Change).values(at=clock.now() - 91 * DAY))
        await retention.forget(session)
    async with committed.work() as session:
        assert await session.scalar(select(func.count()).select_from(Change)) == 0
        assert (await sync.changes(session, actor, old, 50)).is_reset
