"""Many at once, on many connections, with real commits: one event, one winner, nothing lost."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from app.errors import Refusal
from app.models.base import new_id
from app.models.event import Change, Event, SealedEvent, Stranger
from app.models.hazard import Hazard, State
from app.models.person import Role
from app.models.photo import ManifestEntry
from app.services import events, hazards
from app.services.access import Actor
from app.services.hazards import Done, HazardAction, ReportHazard
from tests import factories
from tests.actors import actor_of
from tests.conftest import Committed
from tests.factories import County
from tests.walking import A, Walk, after, body_of

TWINS, RIVALS = 12, 8


@dataclass
class Ring:
    """A county with committed people; every attempt has a transaction of its own."""

    committed: Committed
    county: County
    officers: list[Actor]
    gridworker: Actor
    walk: Walk

    async def report(self, id_: UUID, command: ReportHazard) -> Done | str:
        async def attempt() -> Done:
            async with self.committed.work() as session:
                body = body_of(command)
                return await hazards.report(session, self.gridworker, id_, command, body)

        return await answer(attempt())

    async def act(self, actor: Actor, hazard_id: UUID, id_: UUID, step: HazardAction) -> Done | str:
        async def attempt() -> Done:
            async with self.committed.work() as session:
                body = body_of(step)
                return await hazards.act(session, actor, hazard_id, id_, step, body)

        return await answer(attempt())

    async def escalated(self) -> UUID:
        """At the county's desk."""
        async with self.committed.work() as session:
            walk = Walk(session, self.committed.settings, self.county)
            return (await walk.to(State.ESCALATED)).id


async def answer(attempt: Awaitable[Done]) -> Done | str:
    try:
        return await attempt
    except Refusal as refusal:
        return refusal.code


@pytest.fixture
async def ring(committed: Committed) -> Ring:
    async with committed.work() as session:
        made = await factories.county(session)
        people = [
            await factories.person(session, Role.COUNTY_OFFICER, made.centre) for _ in range(RIVALS)
        ]
        officers = [await actor_of(session, committed.settings, person) for person in people]
        gridworker = await actor_of(session, committed.settings, made.gridworker)
        walk = Walk(session, committed.settings, made)
    return Ring(committed, made, officers, gridworker, walk)


async def count(ring: Ring, table: type) -> int:
    async with ring.committed.work() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_twelve_identical_reports_make_one_case(ring: Ring) -> None:
    id_, command = new_id(), ring.walk.a_report()
    done = await asyncio.gather(*(ring.report(id_, command) for _ in range(TWINS)))
    answers = {(one.event.seq, one.event.hash) for one in done if isinstance(one, Done)}
    assert len(answers) == 1
    assert all(isinstance(one, Done) and one.hazard for one in done)
    assert await count(ring, Event) == 2
    assert await count(ring, Hazard) == 1


async def test_twelve_identical_steps_are_one_event(ring: Ring) -> None:
    id_, step = new_id(), ring.walk.step(A.ASSIGN)
    hazard_id = await ring.escalated()
    before = await count(ring, Event)
    tries = (ring.act(ring.officers[0], hazard_id, id_, step) for _ in range(TWINS))
    done = await asyncio.gather(*tries)
    assert len({one.event.seq for one in done if isinstance(one, Done)}) == 1
    assert all(isinstance(one, Done) for one in done)
    assert await count(ring, Event) == before + 1


async def test_of_eight_people_for_one_step_one_wins(ring: Ring) -> None:
    hazard_id = await ring.escalated()
    step = ring.walk.step(A.ASSIGN)
    tries = (ring.act(officer, hazard_id, new_id(), step) for officer in ring.officers)
    answers = Counter(
        "won" if isinstance(one, Done) else one for one in await asyncio.gather(*tries)
    )
    assert answers == {"won": 1, "not_allowed_now": RIVALS - 1}
    async with ring.committed.work() as session:
        assert await events.verify(session) == []


async def test_many_comments_at_once_make_one_unbroken_chain(ring: Ring) -> None:
    hazard_id = await ring.escalated()
    step = ring.walk.step(A.COMMENT)
    tries = (ring.act(officer, hazard_id, new_id(), step) for officer in ring.officers)
    assert all(isinstance(one, Done) for one in await asyncio.gather(*tries))
    async with ring.committed.work() as session:
        hazard = await session.get_one(Hazard, hazard_id)
        assert hazard.version == 3 + RIVALS
        assert await events.verify(session) == []


async def test_of_two_contents_under_one_new_id_one_is_kept_aside(ring: Ring) -> None:
    id_ = new_id()
    commands = [ring.walk.a_report(note=note) for note in ("甲", "乙")]
    done = await asyncio.gather(*(ring.report(id_, command) for command in commands))
    assert sorted(str(one) if isinstance(one, str) else "in" for one in done) == [
        "in",
        "same_id_other_content",
    ]
    assert await count(ring, Stranger) == 1


async def test_one_id_for_two_cases_at_once_is_one_step(ring: Ring) -> None:
    first, second = await ring.escalated(), await ring.escalated()
    id_, step = new_id(), ring.walk.step(A.VOID)
    officer = ring.officers[0]
    done = await asyncio.gather(*(ring.act(officer, one, id_, step) for one in (first, second)))
    assert sum(isinstance(one, Done) for one in done) == 1
    (refused,) = (one for one in done if isinstance(one, str))
    assert refused in {"changed_meanwhile", "same_id_other_content"}
    async with ring.committed.work() as session:
        states = Counter(await session.scalars(select(Hazard.state)))
        assert states == {State.VOIDED: 1, State.ESCALATED: 1}
        assert await events.verify(session) == []


async def test_two_cases_are_never_merged_into_each_other(ring: Ring) -> None:
    first, second = await ring.escalated(), await ring.escalated()
    pairs = ((first, second), (second, first))
    tries = (
        ring.act(officer, one, new_id(), ring.walk.step(A.MERGE, duplicate_of=other))
        for officer, (one, other) in zip(ring.officers, pairs * 4, strict=True)
    )
    done = await asyncio.gather(*tries)
    assert sum(isinstance(one, Done) for one in done) == 1
    async with ring.committed.work() as session:
        states = Counter(await session.scalars(select(Hazard.state)))
        assert states == {State.MERGED: 1, State.ESCALATED: 1}


async def test_a_refused_step_leaves_nothing_behind(ring: Ring) -> None:
    hazard_id = await ring.escalated()
    before = [await count(ring, table) for table in (Event, Change, ManifestEntry)]
    step = ring.walk.step(A.ASSIGN, photos=after(), department_id=ring.county.villages[0].id)
    assert await ring.act(ring.officers[0], hazard_id, new_id(), step) == "invalid"
    assert [await count(ring, table) for table in (Event, Change, ManifestEntry)] == before


async def test_a_step_its_change_and_its_job_commit_together(ring: Ring) -> None:
    queued = text("select count(*) from procrastinate_jobs where task_name = 'notify'")
    async with ring.committed.work() as session:
        before = await session.scalar(queued)
    changes = await count(ring, Change)
    await ring.escalated()
    async with ring.committed.work() as session:
        assert await session.scalar(queued) == before + 2  # both escalations tell somebody
    assert await count(ring, Change) == changes + 2  # one for each request


async def test_an_event_that_commits_late_is_sealed_later(ring: Ring) -> None:
    hazard_id = await ring.escalated()
    step = ring.walk.step(A.COMMENT)
    slow = ring.committed.sessions()
    actor = ring.officers[0]
    late = await hazards.act(slow, actor, hazard_id, new_id(), step, body_of(step))
    await ring.report(new_id(), ring.walk.a_report())  # a higher number, committed first
    async with ring.committed.work() as session:
        first = await events.seal(session)
        assert first is not None
        assert first.to_seq > late.event.seq
    await slow.commit()
    await slow.close()
    async with ring.committed.work() as session:
        second = await events.seal(session)
        assert second is not None
        assert (second.count, second.from_seq) == (1, late.event.seq)
        assert second.previous_hash == first.hash
        assert await events.seal(session) is None
        assert await events.verify(session) == []
    assert await count(ring, SealedEvent) == await count(ring, Event)


async def test_two_sealers_at_once_seal_every_event_once(ring: Ring) -> None:
    await ring.escalated()

    async def one() -> int:
        async with ring.committed.work() as session:
            made = await events.seal(session)
            return made.count if made else 0

    counts = await asyncio.gather(*(one() for _ in range(4)))
    assert sorted(counts) == [0, 0, 0, 3]
