"""What follows by itself: inboxes, archiving after a day, clocks that speak once, seals."""

import hashlib
import json
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text

from app import clock
from app.models.event import Event, PublishedHead, Seal
from app.models.hazard import Hazard, State, Viewing
from app.models.notification import Notification
from app.models.person import Person, Role
from app.services import events, hazard_jobs, vitals
from app.services.hazard_flow import EVENT_OF, Action
from app.storage import ObjectStore
from tests import factories
from tests.conftest import Freeze
from tests.walking import A, Walk


async def told(walk: Walk, kind: str) -> Counter[str]:
    """Names of those who got a line of this kind, with how many."""
    rows = await walk.session.execute(
        select(Person.name)
        .join(Notification, Notification.person_id == Person.id)
        .where(Notification.kind == kind)
    )
    return Counter(name for (name,) in rows)


async def run_all(walk: Walk) -> None:
    """Every event's job, twice, as a worker that died in between would."""
    for _ in range(2):
        for id_ in await walk.session.scalars(select(Event.id).order_by(Event.seq)):
            await hazard_jobs.notify(walk.session, walk.settings, [str(id_)])


async def test_each_step_tells_those_whom_it_concerns_once(walk: Walk) -> None:
    c = walk.county
    housing = c.departments[1]
    helper = await factories.person(walk.session, Role.HANDLER, housing, name="配合人")
    hazard = await walk.to(State.ESCALATED)
    joint = [c.departments[1].id]
    await walk.act(c.county_officer, hazard, A.ASSIGN, assisting_ids=joint)
    await walk.act(helper, hazard, A.FINISH_PART)
    await walk.act(c.handler, hazard, A.FINISH)
    await walk.act(c.gridworker, hazard, A.REJECT)
    await run_all(walk)
    assert await told(walk, "hazard.reported") == {}
    assert await told(walk, "hazard.escalated") == {"赵镇办": 1, "孙调度": 1}
    assert await told(walk, "hazard.assigned") == {"吴承办": 1, "配合人": 1}
    assert await told(walk, "hazard.part_finished") == {"吴承办": 1}
    assert await told(walk, "hazard.finished") == {"张网格": 1}
    assert await told(walk, "hazard.rejected") == {"孙调度": 1, "吴承办": 1}


async def test_a_line_says_which_case_who_and_why(walk: Walk) -> None:
    c = walk.county
    hazard = await walk.to(State.ASSIGNED)
    await walk.act(c.handler, hazard, A.HAND_BACK, reason="电路归供电公司")
    await run_all(walk)
    (line,) = await walk.session.scalars(
        select(Notification).where(Notification.kind == "hazard.handed_back")
    )
    assert (line.person_id, line.hazard_id) == (c.county_officer.id, hazard.id)
    assert line.params == {
        "number": f"TEZ-{hazard.received_at.year}-{hazard.number:06d}",
        "what": "楼道堆放杂物，堵住安全出口",
        "by": "吴承办",
        "said": "电路归供电公司",
        "round": 1,
        "holder": "区网格中心",
        "department": "区消防救援大队",
        "suggested": "区住建局",
    }


async def test_urgent_matters_are_known_to_the_county_at_once(walk: Walk) -> None:
    await walk.report(is_urgent=True)
    await run_all(walk)
    assert await told(walk, "hazard.escalated") == {"赵镇办": 1, "孙调度": 1, "周督导": 1}


async def test_the_deputy_is_told_while_the_reporter_is_away(walk: Walk) -> None:
    c = walk.county
    hazard = await walk.to(State.ASSIGNED)
    c.gridworker.disabled_at = clock.now()
    await walk.session.flush()
    await walk.act(c.handler, hazard, A.FINISH)
    await run_all(walk)
    assert await told(walk, "hazard.finished") == {"张网格": 1, "王格长": 1}


async def test_a_merged_case_tells_its_reporter(walk: Walk) -> None:
    c = walk.county
    first, second = await walk.report(c.chief), await walk.report()
    await walk.act(c.township_officer, second, A.MERGE, duplicate_of=first.id)
    await run_all(walk)
    assert await told(walk, "hazard.merged") == {"张网格": 1}


@pytest.mark.parametrize("action", [a for a in Action if a is not A.MERGE])
async def test_the_job_of_every_event_runs(walk: Walk, action: Action) -> None:
    """Whatever the event holds, its job neither fails nor tells whoever caused it."""
    hazard = await walk.to(State.ASSIGNED)
    base = (await walk.events(hazard))[-1]
    await walk.session.execute(text("delete from procrastinate_jobs"))  # of the way to here
    event = await _forged(walk, hazard, base, EVENT_OF[action])
    await hazard_jobs.notify(walk.session, walk.settings, [str(event.id)])
    mine = select(Notification.id).where(
        Notification.person_id == event.actor_id, Notification.kind == event.kind
    )
    assert await walk.session.scalar(mine) is None


async def _forged(walk: Walk, hazard: Hazard, base: Event, kind: str) -> Event:
    fact = events.Fact(
        UUID(int=base.id.int ^ 1), kind, "", clock.now(), None, State.ASSIGNED, None, base.data
    )
    actor = await walk.actor(walk.county.county_officer)
    return await events.write(walk.session, actor, hazard, fact)


async def test_a_job_for_nothing_does_nothing(walk: Walk) -> None:
    await hazard_jobs.notify(walk.session, walk.settings, [str(UUID(int=1))])
    assert list(await walk.session.scalars(select(Notification))) == []


async def test_what_was_verified_a_day_ago_is_archived_by_the_system(
    walk: Walk, freeze: Freeze
) -> None:
    freeze("2026-11-23 10:00")
    hazard = await walk.to(State.VERIFIED)
    freeze("2026-11-24 09:59")
    await hazard_jobs.archive_verified(walk.session)
    assert [event.kind for event in await walk.events(hazard)][-1] == "hazard.verified"
    freeze("2026-11-24 10:00")
    for _ in range(2):
        await hazard_jobs.archive_verified(walk.session)
    assert hazard.state is State.ARCHIVED
    last = (await walk.events(hazard))[-1]
    assert (last.kind, last.actor_id, last.role) == ("hazard.archived", None, None)
    assert await events.verify(walk.session) == []


async def test_a_clock_speaks_once_when_near_and_once_when_missed(
    walk: Walk, freeze: Freeze
) -> None:
    freeze("2026-11-23 09:00")
    hazard = await walk.report()
    for minute, near, missed in [
        ("2026-11-23 14:11", 0, 0),
        ("2026-11-23 14:12", 1, 0),
        ("2026-11-23 14:50", 1, 0),
        ("2026-11-23 15:01", 1, 1),
        ("2026-11-25 15:01", 1, 1),
    ]:
        freeze(minute)
        await hazard_jobs.tick_clocks(walk.session, walk.settings)
        await walk.session.flush()
        assert (await told(walk, "clock.approaching"))["赵镇办"] == near, minute
        assert (await told(walk, "clock.missed"))["赵镇办"] == missed, minute
    (line,) = await walk.session.scalars(
        select(Notification).where(Notification.kind == "clock.missed")
    )
    assert (line.params["hop"], line.params["due"]) == ("triage", "11-23 15:00")
    assert line.hazard_id == hazard.id


async def test_a_clock_found_late_is_not_announced_as_coming_near(
    walk: Walk, freeze: Freeze
) -> None:
    freeze("2026-11-23 09:00")
    await walk.to(State.DONE)
    freeze("2026-12-01 09:00")
    for _ in range(2):
        await hazard_jobs.tick_clocks(walk.session, walk.settings)
    assert await told(walk, "clock.missed") == {"张网格": 1}
    assert await told(walk, "clock.approaching") == {}


async def test_clocks_that_ended_or_wait_are_silent(walk: Walk, freeze: Freeze) -> None:
    freeze("2026-11-23 09:00")
    await walk.to(State.VERIFIED)
    hazard = await walk.report()
    await walk.act(walk.county.township_officer, hazard, A.ASK)
    freeze("2026-12-01 09:00")
    await hazard_jobs.tick_clocks(walk.session, walk.settings)
    assert list(await walk.session.scalars(select(Notification))) == []


async def test_the_head_of_every_seal_is_put_into_the_second_place(
    walk: Walk, store: ObjectStore, freeze: Freeze
) -> None:
    """Each follows the one before; nothing new, no new head."""
    freeze("2026-11-23 09:00")
    await hazard_jobs.seal(walk.session, store, walk.settings)  # that sealing begins here
    for _ in range(2):
        await walk.report()
        await events.seal(walk.session)
        freeze(clock.now() + timedelta(minutes=40))
        assert await vitals.heads_waiting_seconds(walk.session) == 40 * 60
        await hazard_jobs.seal(walk.session, store, walk.settings)
        assert await vitals.heads_waiting_seconds(walk.session) == 0
    await walk.session.execute(delete(PublishedHead))  # as if the notes had been rolled back
    await hazard_jobs.seal(walk.session, store, walk.settings)
    assert await vitals.heads_waiting_seconds(walk.session) == 0
    begun, one, two = await walk.session.scalars(select(Seal).order_by(Seal.id))
    heads = sorted([key async for key, _ in store.contents("heads/")])
    assert heads == [events.key_of(made.id) for made in (begun, one, two)]
    first = await store.get(events.key_of(one.id))
    head: dict[str, Any] = json.loads(await store.get(events.key_of(two.id)))
    assert (head["hash"], head["count"]) == (two.hash.hex(), 2)
    assert head["previous_head"] == hashlib.sha256(first).hexdigest()


async def test_old_viewings_are_forgotten(walk: Walk) -> None:
    hazard = await walk.report()
    for person, age in ((walk.county.leader, 1), (walk.county.chief, 3)):
        at = clock.now() - timedelta(minutes=age)
        walk.session.add(Viewing(hazard_id=hazard.id, person_id=person.id, at=at))
    await walk.session.flush()
    await hazard_jobs.forget_viewings(walk.session)
    left = await walk.session.scalars(select(Viewing.person_id))
    assert list(left) == [walk.county.leader.id]


async def test_events_that_wait_for_the_same_are_told_along(walk: Walk) -> None:
    """One job does the work of many; what it took along leaves the queue with it."""
    hazards = [await walk.to(State.ESCALATED) for _ in range(3)]
    waiting = text("select count(*) from procrastinate_jobs where task_name = 'notify'")
    assert (await walk.session.scalar(waiting) or 0) >= 3
    last = (await walk.events(hazards[0]))[-1]
    await hazard_jobs.notify(walk.session, walk.settings, [str(last.id)])
    assert await walk.session.scalar(waiting) == 0
    told = set(await walk.session.scalars(select(Notification.hazard_id)))
    assert told == {hazard.id for hazard in hazards}
