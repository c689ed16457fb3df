"""The second look: by lot or because the place is known, by somebody else, without rewriting."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app import clock
from app.errors import Incomplete, NotAllowedNow, NotPermitted
from app.models.base import new_id
from app.models.event import Event
from app.models.hazard import Hazard, State
from app.models.notification import Notification
from app.models.person import Person, Post, Role
from app.models.photo import ManifestEntry, PhotoRole
from app.models.recheck import Recheck, RecheckCause, RecheckOutcome
from app.services import access, events, hazard_jobs, hazards, rechecks, sync
from app.services.commands import Position
from app.services.hazard_flow import RECHECK_ASKED
from app.services.hazards import HazardFilters
from tests import factories
from tests.conftest import Freeze
from tests.walking import A, Walk, after, body_of, photo

HERE = {"lat": 34.56, "lon": 117.73, "accuracy_m": 6.0}


def with_share(walk: Walk, percent: float) -> Walk:
    walk.settings.second_look_percent = percent
    return walk


@pytest.fixture
async def sure(walk: Walk) -> Walk:
    """Every fix is drawn."""
    return with_share(walk, 100)


@pytest.fixture
async def never(walk: Walk) -> Walk:
    """None is drawn; only places that are known are looked at again."""
    return with_share(walk, 0)


async def colleague(walk: Walk, role: Role = Role.GRIDWORKER) -> Person:
    c = walk.county
    return await factories.person(walk.session, role, c.villages[0], c.grids[0], name="李同格")


async def fixed(walk: Walk, person: Person | None = None, **fields: Any) -> Hazard:
    """Reported, fixed on the spot, archived, and the job that follows."""
    person = person or walk.county.gridworker
    hazard = await walk.report(person, escalate=False, **fields)
    await walk.act(person, hazard, A.FIX_ON_SITE)
    await walk.act(person, hazard, A.ARCHIVE)
    await look(walk, hazard)
    return hazard


async def look(walk: Walk, hazard: Hazard) -> None:
    for event in await walk.events(hazard):
        await rechecks.second_look(walk.session, walk.settings, str(event.id))


async def task_of(walk: Walk, hazard: Hazard) -> Recheck | None:
    return await walk.session.get(Recheck, hazard.id)


async def given(walk: Walk, hazard: Hazard) -> Recheck:
    task = await task_of(walk, hazard)
    assert task is not None
    return task


async def leave(walk: Walk, person: Person) -> None:
    mine = Post.person_id == person.id
    until = access.today() + timedelta(days=5)
    await walk.session.execute(update(Post).where(mine).values(on_leave_until=until))


async def test_every_fix_that_is_drawn_goes_to_another_gridworker(sure: Walk) -> None:
    other = await colleague(sure)
    hazard = await fixed(sure)
    task = await given(sure, hazard)
    assert (task.cause, task.person_id, task.turn) == (RecheckCause.DRAWN, other.id, 1)
    assert hazard.state is State.ARCHIVED
    last = (await sure.events(hazard))[-1]
    assert (last.kind, last.actor_id, last.data["person"]["name"]) == (
        RECHECK_ASKED,
        None,
        "李同格",
    )
    assert await events.verify(sure.session) == []


async def test_the_job_may_run_twice(sure: Walk) -> None:
    hazard = await fixed(sure)
    before = len(await sure.events(hazard))
    await look(sure, hazard)
    assert len(await sure.events(hazard)) == before


async def test_what_the_lot_leaves_out_and_the_place_does_not_know_is_left_alone(
    never: Walk,
) -> None:
    hazard = await fixed(never)
    assert await task_of(never, hazard) is None


def test_the_lot_is_the_share_that_was_set_and_needs_the_secret(walk: Walk) -> None:
    ids = [new_id() for _ in range(20_000)]
    share = with_share(walk, 5).settings
    drawn = {id_ for id_ in ids if rechecks.is_drawn(share, id_)}
    assert 800 < len(drawn) < 1200  # 5 % of 20,000 is 1,000, with a deviation of 31
    assert drawn == {id_ for id_ in ids if rechecks.is_drawn(share, id_)}
    foreign = share.model_copy(update={"secret": type(share.secret)("another secret, as long")})
    assert drawn != {id_ for id_ in ids if rechecks.is_drawn(foreign, id_)}


@pytest.mark.parametrize(
    ("first", "second", "is_repeated"),
    [
        ({"position": {**HERE}}, {"position": {**HERE, "lat": 34.5603}}, True),  # 33 m
        ({"position": {**HERE}}, {"position": {**HERE, "lat": 34.5606}}, False),  # 67 m
        ({"place": "文化路 3 号"}, {"place": "文化路 3 号"}, True),
        ({"place": "文化路 3 号"}, {"place": "文化路 4 号"}, False),
    ],
)
async def test_a_place_that_had_a_hazard_lately_is_always_looked_at(
    never: Walk, first: dict[str, Any], second: dict[str, Any], is_repeated: bool
) -> None:
    await never.report(**placed(first, "甲处"))
    hazard = await fixed(never, **placed(second, "乙处"))
    task = await task_of(never, hazard)
    assert (task is not None) == is_repeated
    assert task is None or task.cause is RecheckCause.REPEATED


def placed(fields: dict[str, Any], words: str) -> dict[str, Any]:
    position = fields.get("position")
    place = fields.get("place", words)
    return {"place": place, "position": Position(**position) if position else None}


async def test_the_same_enterprise_is_the_same_place(never: Walk) -> None:
    c = never.county
    shop = await factories.enterprise(never.session, "永安饭店", c.villages[0], c.grids[0])
    earlier = await never.report(enterprise_id=shop.id, place="厨房")
    hazard = await fixed(never, enterprise_id=shop.id, place="库房")
    assert (await given(never, hazard)).earlier_id == earlier.id


@pytest.mark.parametrize(("days", "is_repeated"), [(30, True), (31, False)])
async def test_lately_is_thirty_days(
    never: Walk, freeze: Freeze, days: int, is_repeated: bool
) -> None:
    now = freeze("2026-11-23 10:00")
    await never.report()
    freeze(now + timedelta(days=days))
    hazard = await fixed(never)
    assert (await task_of(never, hazard) is not None) == is_repeated


async def test_what_was_void_makes_no_place_known(never: Walk) -> None:
    first = await never.report()
    await never.act(never.county.township_officer, first, A.VOID)
    assert await task_of(never, await fixed(never)) is None


async def test_the_chief_goes_where_no_other_gridworker_is(sure: Walk) -> None:
    task = await given(sure, await fixed(sure))
    assert task.person_id == sure.county.chief.id


async def test_the_township_sends_somebody_where_the_grid_has_nobody_else(sure: Walk) -> None:
    c = sure.county
    await leave(sure, c.chief)
    hazard = await fixed(sure)
    task = await given(sure, hazard)
    assert (task.person_id, task.organization_id) == (None, c.townships[0].id)
    await sure.act(c.township_officer, hazard, A.PASS_RECHECK)
    assert (task.outcome, task.answered_by_id) == (RecheckOutcome.FINE, c.township_officer.id)


async def test_nobody_looks_at_the_own_fix_again(sure: Walk) -> None:
    """The only officer of the township found and fixed it: then the county sends somebody."""
    c = sure.county
    for person in (c.gridworker, c.chief):
        await leave(sure, person)
    hazard = await fixed(sure, c.township_officer)
    task = await given(sure, hazard)
    assert (task.person_id, task.organization_id) == (None, c.centre.id)
    with pytest.raises(NotPermitted):
        await sure.act(c.township_officer, hazard, A.PASS_RECHECK)
    await sure.act(c.county_officer, hazard, A.PASS_RECHECK)


async def test_only_the_person_who_was_asked_may_answer(sure: Walk) -> None:
    other = await colleague(sure)
    hazard = await fixed(sure)
    for person in (sure.county.gridworker, sure.county.chief, sure.county.township_officer):
        with pytest.raises(NotPermitted):
            await sure.act(person, hazard, A.PASS_RECHECK)
    await sure.act(other, hazard, A.PASS_RECHECK)
    with pytest.raises(NotAllowedNow):
        await sure.act(other, hazard, A.FAIL_RECHECK)


async def test_a_fresh_photo_is_needed_either_way(sure: Walk) -> None:
    hazard = await fixed(sure)
    for action in (A.PASS_RECHECK, A.FAIL_RECHECK):
        old = after(taken_at=clock.now() - timedelta(hours=1))
        for pictures in ([], old, [photo(PhotoRole.BEFORE)]):
            with pytest.raises(Incomplete):
                await sure.act(sure.county.chief, hazard, action, photos=pictures)


async def test_a_good_answer_leaves_the_case_as_it_is(sure: Walk) -> None:
    hazard = await fixed(sure)
    closed_at, state_since = hazard.closed_at, hazard.state_since
    await sure.act(sure.county.chief, hazard, A.PASS_RECHECK, note="现场整洁")
    assert (hazard.state, hazard.closed_at, hazard.state_since) == (
        State.ARCHIVED,
        closed_at,
        state_since,
    )
    (entry,) = await sure.session.scalars(
        select(ManifestEntry).where(ManifestEntry.event_id == (await sure.events(hazard))[-1].id)
    )
    assert entry.hazard_id == hazard.id


async def test_a_bad_answer_opens_a_new_case_and_rewrites_nothing(sure: Walk) -> None:
    c = sure.county
    hazard = await fixed(sure, place="文化路 3 号", position=Position(**HERE))
    history = [event.hash for event in await sure.events(hazard)]
    columns = {"state", "closed_at", "note", "rating", "done_at"}
    before = {name: getattr(hazard, name) for name in columns}
    picture = photo(PhotoRole.AFTER)
    await sure.act(c.chief, hazard, A.FAIL_RECHECK, photos=[picture], note="又堆上了")
    task = await given(sure, hazard)
    assert task.recurred_as_id is not None
    opened = await sure.session.get_one(Hazard, task.recurred_as_id)
    assert (opened.recurs_of_id, opened.state, opened.holder_id) == (
        hazard.id,
        State.ESCALATED,
        c.townships[0].id,
    )
    assert (opened.reporter_id, opened.note, opened.place, opened.lat, opened.category_code) == (
        c.chief.id,
        "又堆上了",
        "文化路 3 号",
        HERE["lat"],
        hazard.category_code,
    )
    entry = await sure.session.get_one(ManifestEntry, picture.photo_id)
    assert (entry.hazard_id, entry.role) == (opened.id, PhotoRole.BEFORE)
    assert opened.clock_hop is not None
    assert {name: getattr(hazard, name) for name in columns} == before
    events_now = await sure.events(hazard)
    assert [event.hash for event in events_now][: len(history)] == history
    assert events_now[-1].data["recurred_as"]["number"] == opened.number
    assert await events.verify(sure.session) == []


async def test_the_same_answer_twice_opens_one_case(sure: Walk) -> None:
    hazard = await fixed(sure)
    id_, command = new_id(), sure.step(A.FAIL_RECHECK)
    first = await sure.take(sure.county.chief, hazard, id_, command)
    again = await sure.take(sure.county.chief, hazard, id_, command)
    assert first.event.id == again.event.id == id_
    found = await sure.session.scalars(select(Hazard).where(Hazard.recurs_of_id == hazard.id))
    assert len(list(found)) == 1


async def test_the_answer_is_safe_on_the_phone_only_when_it_is_complete_here(sure: Walk) -> None:
    """What the phone asks before it deletes knows the answer by the phone's own id."""
    hazard = await fixed(sure)
    id_, command = new_id(), sure.step(A.FAIL_RECHECK)
    await sure.take(sure.county.chief, hazard, id_, command)
    (event,) = await sure.session.scalars(select(Event).where(Event.id == id_))
    sha256 = hashlib.sha256(body_of(command)).hexdigest()
    assert event.body_sha256 == sha256
    assert json.loads(body_of(command))["photos"][0]["sha256"] == event.data["photos"][0]["sha256"]


async def test_a_task_goes_on_to_somebody_who_is_there(sure: Walk) -> None:
    other = await colleague(sure)
    hazard = await fixed(sure)
    await rechecks.hand_over(sure.session, sure.settings)
    assert (await given(sure, hazard)).person_id == other.id
    await leave(sure, other)
    for _ in range(2):
        await rechecks.hand_over(sure.session, sure.settings)
    task = await given(sure, hazard)
    assert (task.person_id, task.turn) == (sure.county.chief.id, 2)
    asked = [e for e in await sure.events(hazard) if e.kind == RECHECK_ASKED]
    assert [event.data["person"]["name"] for event in asked] == ["李同格", "王格长"]


async def test_who_is_asked_hears_of_it_and_finds_it(sure: Walk) -> None:
    hazard = await fixed(sure)
    for _ in range(2):
        for event in await sure.events(hazard):
            await hazard_jobs.notify(sure.session, sure.settings, [str(event.id)])
    lines = select(Notification).where(Notification.kind == RECHECK_ASKED)
    (line,) = await sure.session.scalars(lines)
    assert line.person_id == sure.county.chief.id
    chief = await sure.actor(sure.county.chief)
    filters = HazardFilters(queue="recheck")
    assert (await hazards.count(sure.session, chief, filters)).count == 1
    copy = await sync.changes(sure.session, chief, "", 50)
    assert hazard.id in {row.id for row in copy.hazards}
    steps = await hazards.allowed_actions(sure.session, chief, hazard)
    assert {A.PASS_RECHECK, A.FAIL_RECHECK} <= {row.action for row in steps}
    await sure.act(sure.county.chief, hazard, A.PASS_RECHECK)
    assert (await hazards.count(sure.session, chief, filters)).count == 0
