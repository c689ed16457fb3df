"""The whole demo county: what it tells beside cases; each job does its work there, and only once.

The county is loaded once; what a test does there is rolled back, and clocks are set.
"""

import inspect
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from shapely import Point
from sqlalchemy import ColumnElement, Select, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app import clock, db, jobs, worker
from app.config import Settings
from app.darkroom import Darkroom
from app.errors import WrongSignIn
from app.models.accident import Accident, AccidentStatus
from app.models.appeal import Appeal
from app.models.audit import AuditEntry
from app.models.division import DivisionChange
from app.models.errand import Errand
from app.models.event import Change, Event, SealedEvent
from app.models.grid import Grid
from app.models.hazard import Clock, ClockOutcome, Hazard, State, Viewing
from app.models.inspection import Inspection, InspectionPlace
from app.models.instruction import Addressee, Instruction
from app.models.library import LibraryDocument
from app.models.notification import Notification
from app.models.patrol import PatrolTask, Postponement, TaskStatus
from app.models.person import Post, SignInGuard
from app.models.recheck import Recheck
from app.models.situation import Situation
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.models.visit import Visit
from app.services import accounts, divisions, events, hazards, patrols, rules
from app.services.access import Actor
from app.services.accidents import both
from app.services.accounts import SignInAttempt
from app.services.demo import library
from app.services.divisions import ChangeDivision
from app.services.patrols import coverage
from app.services.patrols.coverage import GroundQuery, UnseenWhy
from app.services.personal import retention
from app.services.places.history import ground
from app.services.rules import EditTrainingRule
from app.storage import open_heads, open_store
from tests.conftest import Databases
from tests.demo_county import NOW, SEED, Loaded, loaded
from tests.timetable import TIMETABLE, content, run_all

DAY = timedelta(days=1)
MONDAY = NOW + 3 * DAY
FIRST = NOW.replace(month=12, day=1)  # a working day
IN_HALF_A_YEAR = NOW + 200 * DAY


@dataclass(frozen=True)
class Scene:
    """The demo county within one transaction."""

    session: AsyncSession
    settings: Settings
    darkroom: Darkroom
    full: Loaded

    def who(self, key: str) -> Actor:
        staff = self.full.county.staff
        return staff.actor(staff.cast[key].id)

    async def count(self, *conditions: ColumnElement[bool]) -> int:
        return await self.session.scalar(select(func.count()).where(*conditions)) or 0

    async def all(self, query: Select[Any]) -> list[Any]:
        return list(await self.session.scalars(query))

    async def twice(self, name: str, at: datetime) -> None:
        """The second time nothing changes, in no table."""
        await self._run(name, at)
        once = await content(self.session)
        await self._run(name, at)
        assert await content(self.session) == once

    async def _run(self, name: str, at: datetime) -> None:
        job = next(one for one in worker.JOBS if one.name == name)
        stores = {"storage": open_store(self.settings), "heads": open_heads(self.settings)}
        tools = {**stores, "settings": self.settings, "darkroom": self.darkroom}
        wanted = inspect.signature(job.do).parameters
        with clock.at(at):
            await job.do(self.session, **{key: tools[key] for key in tools if key in wanted})
            await self.session.flush()
        self.session.expire_all()


@pytest.fixture(scope="module")
async def full(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Loaded]:
    folder = tmp_path_factory.mktemp("demo")
    async with loaded(databases, folder, is_whole=True) as made:
        yield made


@pytest.fixture
async def scene(full: Loaded, darkroom: Darkroom) -> AsyncIterator[Scene]:
    async with full.engine.connect() as connection:
        outer = await connection.begin()
        sessions = async_sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        async with sessions() as session:
            with clock.at(NOW):
                yield Scene(session, full.settings, darkroom, full)
        await outer.rollback()


async def test_two_weeks_of_patrols_leave_the_gridworkers_of_the_story_their_list(
    scene: Scene,
) -> None:
    """Some done, some put off with reasons, some left to do."""
    done = await scene.count(PatrolTask.status == TaskStatus.DONE)
    of_plan = PatrolTask.done_visit_id == Visit.id
    query = select(func.count(Visit.id)).join(PatrolTask, of_plan)
    assert done == await scene.session.scalar(query)
    assert done > 100
    assert all(await _bands(scene))
    whys = await _whys(scene)
    assert whys[UnseenWhy.NO_PLAN] == 0
    homes = SupervisedObject.kind == ObjectKind.HOUSEHOLD
    unconfirmed = SupervisedObject.confirmed_at.is_(None)
    assert 0 < whys[UnseenWhy.WITH_GRID] <= await scene.count(homes & ~unconfirmed)
    assert await scene.count(Postponement.reason.is_not(None)) > 10
    for key in ("gridworker", "gridworker_2"):
        mine = await patrols.mine(scene.session, scene.who(key))
        assert [task for task in mine.tasks if task.task.due_on <= mine.day], key
        assert all(task.task.checklist_version_id for task in mine.tasks)


async def _whys(scene: Scene) -> Counter[UnseenWhy]:
    found = await coverage.ground(scene.session, scene.who("county"), GroundQuery())
    return sum((Counter(line.whys) for line in found.lines), Counter[UnseenWhy]())


async def _bands(scene: Scene) -> list[int]:
    """Grids whose place not seen longest waits up to 15, 30, 60 days, and longer."""
    found = await coverage.ground(scene.session, scene.who("county"), GroundQuery())
    days = [line.days for line in found.lines if line.days is not None]
    return [sum(low < n <= high for n in days) for low, high in pairwise((-1, 15, 30, 60, 400))]


async def test_accidents_inspections_instructions_errands_appeals_and_situations(
    scene: Scene,
) -> None:
    found = await scene.all(select(Accident).order_by(Accident.received_at))
    status = AccidentStatus
    said = [status.CLOSED, status.FALSE_ALARM, status.OPEN]
    assert [one.status for one in found] == said
    assert all(one.received_at < NOW and one.township_id and one.place for one in found)
    for one in found:
        assert not one.is_time_doubtful
        assert {hop.status for hop in both(one, NOW)} <= {"met", "stopped"}
    assert (await rules.everything(scene.session))["duty_phone"]

    async def counted(what: Any) -> dict[str, int]:
        return Counter(str(one) for one in await scene.all(select(what)))

    assert await counted(Inspection.status) == {"closed": 1, "open": 1}
    assert await scene.count(InspectionPlace.looked_on.is_not(None)) == 4
    assert await counted(Appeal.status) == {"closed": 1, "open": 1}
    assert await counted(Situation.status) == {"settled": 1, "reported": 1}
    assert set(await counted(Errand.kind)) == {"delivery", "publicity", "call"}
    assert await counted(Instruction.status) == {"open": 2}
    read, owed = Addressee.read_at.is_not(None), Addressee.read_at.is_(None)
    assert await scene.count(read) > await scene.count(owed) > 0
    assert await scene.count(Addressee.answered_at.is_not(None)) == 1


async def test_the_whole_history_holds_as_it_is_told(scene: Scene) -> None:
    assert await scene.count(AuditEntry.seq.is_not(None)) > 10
    assert await events.verify(scene.session) == []
    with clock.at(NOW + 2 * DAY):
        await events.seal(scene.session)
        assert await events.verify(scene.session) == []


async def test_one_change_is_filed_one_waits_for_its_day_and_a_draft_for_the_county(
    scene: Scene,
) -> None:
    session, admin = scene.session, scene.who("administrator")
    planned, merged = await divisions.changes(session, admin)
    (draft,) = await divisions.drafts_of(session, admin)
    whole = await divisions.draft(session, admin, draft.draft.id)
    hindered = (await divisions.look(session, admin, merged.change.id)).hindrances
    assert (planned.change.done_at, planned.change.filed_on) == (None, None)
    assert planned.change.starts_on > NOW.date()
    assert merged.change.filed_number
    assert len({part.body for part in merged.before}) == 2
    assert len({one.organization.id for one in whole.after}) == 2
    assert all(one.people and one.outline and one.places for one in whole.after)
    assert hindered == []
    ended = [part.grid_id for part in merged.before]
    assert await scene.count(SupervisedObject.grid_id.in_(ended)) == 0
    since = datetime.combine(merged.change.starts_on, datetime.min.time(), clock.COUNTY_ZONE)
    assert await scene.count(Visit.grid_id.in_(ended), Visit.occurred_at >= since) == 0


async def test_one_redrawn_outline_waits_for_its_filing(scene: Scene) -> None:
    """At the county's edge: it leaves no gap between grids, and nothing stands on what went."""
    (found,) = await divisions.revisions(scene.session, scene.who("administrator"))
    (part,) = found.parts
    assert found.row.filed_on is None
    grid = await scene.session.get_one(Grid, part.grid_id)
    land = ground(grid.outline)
    assert land.is_valid
    placed = select(SupervisedObject.lon, SupervisedObject.lat).where(
        SupervisedObject.grid_id == grid.id, SupervisedObject.lon.is_not(None)
    )
    points = [Point(lon or 0, lat or 0) for lon, lat in await scene.session.execute(placed)]
    assert points
    assert all(land.buffer(1e-5).contains(point) for point in points)


async def _late_clocks_are_told(scene: Scene) -> None:
    late = (
        Clock.outcome == ClockOutcome.RUNNING,
        Clock.ended_at.is_(None),
        Clock.due_at < MONDAY,
    )
    untold = (*late, Clock.missed_told_at.is_(None))
    waiting = await scene.count(*untold)
    before = await scene.count(Notification.kind == "clock.missed")
    assert waiting
    await scene.twice("tick_clocks", MONDAY)
    assert await scene.count(*untold) == 0
    assert await scene.count(Notification.kind == "clock.missed") >= before + waiting


async def _an_accident_that_nobody_takes_up_rings(scene: Scene) -> None:
    """Those of the county are answered; one more is not."""
    await scene.twice("ring_accidents", NOW)
    rung = Notification.kind == "accident.hour_over"
    assert await scene.count(rung) == 0
    (open_one,) = await scene.all(select(Accident).where(Accident.status == AccidentStatus.OPEN))
    await scene.session.execute(
        update(Accident)
        .where(Accident.id == open_one.id)
        .values(received_at=NOW, county_received_at=None, reported_up_at=None)
    )
    scene.session.expire_all()
    await scene.twice("ring_accidents", NOW + timedelta(minutes=61))
    told = set(await scene.all(select(Notification.person_id).where(rung)))
    assert {scene.who(key).person_id for key in ("county", "leader")} <= told


async def _what_was_verified_is_archived(scene: Scene) -> None:
    waiting = set(await scene.all(select(Hazard.id).where(Hazard.state == State.VERIFIED)))
    assert waiting
    await scene.twice("archive_verified", NOW + DAY)
    rows = await scene.all(select(Hazard).where(Hazard.id.in_(waiting)))
    assert {row.state for row in rows} == {State.ARCHIVED}
    last = select(Event).where(Event.hazard_id.in_(waiting), Event.kind == "hazard.archived")
    assert {(one.actor_id, one.at) for one in await scene.all(last)} == {(None, NOW + DAY)}
    assert await events.verify(scene.session) == []


async def _all_that_happened_is_sealed_and_its_head_lies_outside(scene: Scene) -> None:
    all_of_it = await scene.count(Event.id.is_not(None))
    assert all_of_it > 500
    await scene.twice("seal", NOW)
    assert await scene.count(SealedEvent.seq.is_not(None)) == all_of_it
    assert await events.verify(scene.session) == []
    last = await scene.session.scalar(text("select max(id) from seals"))
    assert await open_heads(scene.settings).get(events.key_of(last))


async def _a_divided_grid_hands_everything_over(scene: Scene) -> None:
    """Ordered on Friday, carried out on Monday: one object goes east, the rest goes west."""
    document = "台安办〔2026〕41 号"
    is_owed = PatrolTask.status == TaskStatus.OPEN
    is_rectified = Hazard.state == State.ASSIGNED
    walked = select(PatrolTask.grid_id).where(is_owed)
    where = select(Hazard.grid_id).where(is_rectified, Hazard.grid_id.in_(walked))
    grid_id = (await scene.all(where.order_by(Hazard.number)))[0]
    here = (SupervisedObject.grid_id == grid_id, SupervisedObject.closed_on.is_(None))
    single = (*here, SupervisedObject.bundle_id.is_(None), SupervisedObject.kind != "bundle")
    (shop, *_) = await scene.all(select(SupervisedObject.id).where(*single))
    held = await scene.count(*here)
    posts = await scene.all(select(Post.id).where(Post.grid_id == grid_id))
    command = ChangeDivision.model_validate(
        {
            "kind": "split",
            "grid_ids": [grid_id],
            "starts_on": MONDAY.date(),
            "document": document,
            "targets": [
                {"name": "西网格", "post_ids": posts},
                {"name": "东网格", "post_ids": posts, "object_ids": [shop]},
            ],
        }
    )
    await divisions.change(scene.session, scene.who("administrator"), command)
    assert await scene.count(*here) == held
    await scene.twice("carry_divisions", MONDAY)
    west, east = [
        (await scene.all(select(Grid.id).where(Grid.name == name)))[0]
        for name in ("西网格", "东网格")
    ]
    assert await scene.count(*here) == 0
    assert await scene.all(select(SupervisedObject.id).where(SupervisedObject.grid_id == east)) == [
        shop
    ]
    assert await scene.count(SupervisedObject.grid_id == west) == held - 1
    assert await scene.count(Hazard.grid_id == grid_id, is_rectified) == 0
    assert await scene.count(PatrolTask.grid_id == grid_id, is_owed) == 0
    done = select(DivisionChange.done_at).where(DivisionChange.document == document)
    assert await scene.all(done) == [MONDAY]
    assert await events.verify(scene.session) == []


async def _what_was_not_done_rolls_on_and_the_month_is_planned(scene: Scene) -> None:
    is_open, today = PatrolTask.status == TaskStatus.OPEN, FIRST.date()
    late = await scene.all(select(PatrolTask.id).where(is_open, PatrolTask.due_on < today))
    assert late
    before = await scene.count(PatrolTask.id.is_not(None))
    await scene.twice("turn_patrols", FIRST)
    assert await scene.count(is_open, PatrolTask.due_on < today) == 0
    rolled = await scene.all(select(PatrolTask).where(PatrolTask.id.in_(late), is_open))
    assert {(row.due_on, row.rollovers > 0) for row in rolled} == {(today, True)}
    missed = PatrolTask.id.in_(late) & (PatrolTask.status == TaskStatus.MISSED)
    assert len(rolled) + await scene.count(missed) == len(late)
    assert await scene.count(PatrolTask.id.is_not(None)) > before


async def _nobody_has_a_case_open_any_more(scene: Scene) -> None:
    (hazard, *_) = await scene.all(select(Hazard.id).where(Hazard.state == State.ESCALATED))
    await hazards.view(scene.session, scene.who("county"), hazard)
    await scene.twice("forget_viewings", NOW + timedelta(minutes=1))
    assert await scene.count(Viewing.hazard_id == hazard) == 1
    await scene.twice("forget_viewings", NOW + timedelta(minutes=3))
    assert await scene.count(Viewing.hazard_id == hazard) == 0


async def _whoever_has_left_looks_at_nothing_again(scene: Scene) -> None:
    waiting = Recheck.answered_at.is_(None) & Recheck.person_id.is_not(None)
    (task, *_) = await scene.all(select(Recheck).where(waiting).order_by(Recheck.hazard_id))
    hazard_id, leaver, turn = task.hazard_id, task.person_id, task.turn
    ended = update(Post).where(Post.person_id == leaver).values(ends_on=NOW.date())
    await scene.session.execute(ended)
    await scene.twice("hand_over_rechecks", MONDAY)
    task = await scene.session.get_one(Recheck, hazard_id)
    assert task.turn == turn + 1
    assert task.person_id != leaver
    assert task.person_id or task.organization_id
    asked = select(Event).where(Event.hazard_id == hazard_id, Event.at == MONDAY)
    assert [one.kind for one in await scene.all(asked)] == ["hazard.recheck_asked"]
    assert await events.verify(scene.session) == []


async def _what_is_of_no_use_any_more_goes_and_evidence_stays(scene: Scene) -> None:
    evidence = (Event.id.is_not(None), Hazard.id.is_not(None))
    before = [await scene.count(one) for one in evidence]
    with clock.at(IN_HALF_A_YEAR):
        due = await retention.due(scene.session)
    assert due["notifications_read"] > 100
    assert due["changes"] > 100
    unread = await scene.count(Notification.read_at.is_(None))
    await scene.twice("retention", IN_HALF_A_YEAR)
    with clock.at(IN_HALF_A_YEAR):
        assert not any((await retention.due(scene.session)).values())
    assert await scene.count(Change.at < IN_HALF_A_YEAR - 90 * DAY) == 0
    assert await scene.count(Notification.read_at.is_(None)) == unread
    assert [await scene.count(one) for one in evidence] == before


async def _wrong_passwords_are_forgotten(scene: Scene) -> None:
    wrong = SignInAttempt(login="13800000000", password="not the one")
    with pytest.raises(WrongSignIn):
        await accounts.sign_in(scene.session, scene.settings, wrong, "192.0.2.7")
    known = SignInGuard.key.is_not(None)
    await scene.twice("forget_old_guards", NOW + DAY)
    assert await scene.count(known) == 3  # the name, the address, the county
    await scene.twice("forget_old_guards", NOW + 3 * DAY)
    assert await scene.count(known) == 0


async def _who_must_train_again_hears_of_it_in_time(scene: Scene) -> None:
    """Those of the training before the floods, for half a year, once the county asks for it."""
    asked = {"is_on": True, "starts_on": NOW.date(), "modes": ["集中授课"], "valid_months": 12}
    rule = EditTrainingRule.model_validate(asked)
    await rules.put_training(scene.session, scene.who("administrator"), rule)
    persons = Notification.kind == "qualification.ends"
    await scene.twice("warn_of_endings", NOW + 220 * DAY)
    told = await scene.all(select(Notification.person_id).where(persons))
    assert len(told) > 50
    assert len(told) == len(set(told))
    townships = Notification.kind == "qualifications.end"
    assert scene.who("township").person_id in await scene.all(
        select(Notification.person_id).where(townships)
    )


async def _grids_without_anybody_are_told(scene: Scene) -> None:
    """The township at once; the county when it stays so."""
    gone = scene.who("gridworker").grid_ids
    post = update(Post).where(Post.grid_id.in_(gone)).values(ends_on=NOW.date())
    told = Notification.kind.in_(("grids.unattended", "grids.unattended_long"))
    await scene.twice("tell_of_unattended", NOW)
    before = await scene.count(told)
    await scene.session.execute(post)
    await scene.twice("tell_of_unattended", NOW + DAY)
    news = await scene.count(Notification.kind == "grids.unattended")
    assert news > before
    assert scene.who("township").person_id in await scene.all(
        select(Notification.person_id).where(Notification.kind == "grids.unattended")
    )
    await scene.twice("tell_of_unattended", NOW + 8 * DAY)
    assert await scene.count(Notification.kind == "grids.unattended") == news
    assert scene.who("county").person_id in await scene.all(
        select(Notification.person_id).where(Notification.kind == "grids.unattended_long")
    )


async def _what_bodies_owe_is_told_before_the_day_and_after(scene: Scene) -> None:
    """The county's supervision of November: days before its end, and on the first of December."""
    soon = select(Notification.person_id).where(Notification.kind == "duty.soon")
    await scene.twice("remind_of_duties", NOW.replace(month=11, day=27))
    assert scene.who("county").person_id in await scene.all(soon)
    late = await scene.count(Notification.kind == "duty.late")
    await scene.twice("remind_of_duties", FIRST)
    assert await scene.count(Notification.kind == "duty.late") > late


async def _whoever_keeps_a_plan_hears_before_it_is_due(scene: Scene) -> None:
    """The drill of the demo's enterprise, a year after it was held."""
    store, staff = open_store(scene.settings), scene.full.county.staff
    await library.tell(scene.session, store, SEED, staff, NOW)
    held = select(func.max(LibraryDocument.issued_on)).where(LibraryDocument.kind_key == "drill")
    day = (await scene.all(held))[0]
    soon = datetime.combine(day.replace(year=day.year + 1), NOW.timetz()) - 10 * DAY
    told = Notification.kind == "library.due"
    await scene.twice("remind_of_documents", soon - 30 * DAY)
    before = await scene.count(told)
    await scene.twice("remind_of_documents", soon)
    assert await scene.count(told) > before


WORK: dict[str, Callable[[Scene], Awaitable[None]]] = {
    "tick_clocks": _late_clocks_are_told,
    "ring_accidents": _an_accident_that_nobody_takes_up_rings,
    "archive_verified": _what_was_verified_is_archived,
    "seal": _all_that_happened_is_sealed_and_its_head_lies_outside,
    "carry_divisions": _a_divided_grid_hands_everything_over,
    "turn_patrols": _what_was_not_done_rolls_on_and_the_month_is_planned,
    "forget_viewings": _nobody_has_a_case_open_any_more,
    "hand_over_rechecks": _whoever_has_left_looks_at_nothing_again,
    "retention": _what_is_of_no_use_any_more_goes_and_evidence_stays,
    "forget_old_guards": _wrong_passwords_are_forgotten,
    "remind_of_duties": _what_bodies_owe_is_told_before_the_day_and_after,
    "remind_of_documents": _whoever_keeps_a_plan_hears_before_it_is_due,
    "tell_of_unattended": _grids_without_anybody_are_told,
    "warn_of_endings": _who_must_train_again_hears_of_it_in_time,
}


@pytest.mark.parametrize("name", sorted(TIMETABLE.keys() - {"jobs.revive"}))
async def test_a_job_does_its_work_once(scene: Scene, name: str) -> None:
    await WORK[name](scene)


async def test_all_of_them_after_each_other_change_nothing_the_second_time(scene: Scene) -> None:
    with clock.at(MONDAY):
        await run_all(scene.session, scene.settings, scene.darkroom)
        once = await content(scene.session)
        await run_all(scene.session, scene.settings, scene.darkroom)
        assert await content(scene.session) == once


async def test_what_a_dead_worker_had_begun_is_taken_up_and_done(
    full: Loaded, databases: Databases
) -> None:
    """jobs.revive has connections of its own, so the real worker has a copy of the county."""
    await full.engine.dispose()
    url = databases.clone(databases.name_of(full.settings.database_url))
    copy = full.settings.model_copy(update={"database_url": url})
    engine = db.make_engine(copy)
    sessions = db.make_sessions(engine)
    try:
        async with db.unit_of_work(sessions) as session:
            fixes = list(await session.scalars(select(Event.id).where(Event.kind == _FIXED)))
            looks = await session.scalar(select(func.count()).select_from(Recheck))
            for id_ in fixes:
                await jobs.defer(session, "second_look", event_id=str(id_))
            assert len(list(await session.scalars(text(_LOSE)))) == len(fixes) > 0
            assert list(await session.scalars(text(_LEFT))) == ["doing"]
        for _ in range(2):
            async with db.unit_of_work(sessions) as session:
                await jobs.defer(session, "jobs.revive", timestamp=0)
            await worker.catch_up(copy)
        await worker.catch_up(copy)
        async with db.unit_of_work(sessions) as session:
            assert list(await session.scalars(text(_LEFT))) == []
            assert await session.scalar(select(func.count()).select_from(Recheck)) == looks
    finally:
        await engine.dispose()
        databases.drop(url)


_FIXED = "hazard.fixed_on_site"
_LOSE = """
    with dead as (
        insert into procrastinate_workers (last_heartbeat)
        values (now() - interval '1 hour') returning id
    )
    update procrastinate_jobs set status = 'doing', worker_id = (select id from dead)
    where status = 'todo' returning id
"""
_LEFT = "select distinct status::text from procrastinate_jobs"
