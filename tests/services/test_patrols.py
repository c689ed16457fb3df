"""Tasks from obligations: planned evenly, rolled on with a reason, never skipped in silence."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import Incomplete, NotFound, NotPermitted, SameIdOtherContent
from app.models.base import new_id
from app.models.checklist import Checklist
from app.models.event import Stranger
from app.models.obligation import Duty, Period, Scope
from app.models.organization import Organization
from app.models.patrol import DelayReason, PatrolTask, Postponement, TaskStatus
from app.models.person import Person, Post, Role
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import ledger, patrols
from app.services.access import Actor
from app.services.ledger import MoveObject
from app.services.patrols import BoardQuery, DelayTask, TaskQuery
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import County
from tests.patrols import checklist, duty, tasks, thing

# Fifteen days from the first of January on: 12-27 November, then 28 November to 12 December.
MONDAY = date(2026, 11, 23)


@pytest.fixture
async def county(session: AsyncSession, freeze: Freeze) -> County:
    freeze("2026-11-23 08:00")
    return await factories.county(session)


@pytest.fixture
async def worker(session: AsyncSession, settings: Settings, county: County) -> Actor:
    return await actor_of(session, settings, county.gridworker)


async def test_every_object_gets_one_task_a_window_however_often_is_planned(
    session: AsyncSession, county: County
) -> None:
    version = await checklist(session)
    await duty(session)
    for n in range(3):
        await thing(session, county.grids[0], f"店{n}")

    assert await patrols.plan(session, MONDAY) == 6
    assert await patrols.plan(session, MONDAY) == 0

    found = await tasks(session)
    assert {task.period_start for task in found} == {date(2026, 11, 12), date(2026, 11, 27)}
    assert {task.checklist_version_id for task in found} == {version}
    assert {task.grid_id for task in found} == {county.grids[0].id}
    assert all(task.due_on == task.original_due_on <= task.period_end for task in found)


async def test_to_plan_again_asks_for_each_key_whatever_statistics_say(
    session: AsyncSession, county: County
) -> None:
    """A join with the tasks that are known went over them once for each, in a county that large."""
    await duty(session)
    await thing(session, county.grids[0])
    connection = await session.connection()
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        sent.append((statement, values))

    event.listen(connection.sync_connection, "before_cursor_execute", note)
    await patrols.plan(session, MONDAY)
    event.remove(connection.sync_connection, "before_cursor_execute", note)

    statement, values = next(one for one in sent if "insert into patrol_tasks" in one[0])
    plan = list(await connection.exec_driver_sql(f"explain (costs off) {statement}", values))
    assert [line[0].strip() for line in plan if "patrol_tasks" in line[0]] == [
        "Insert on patrol_tasks",
        "Conflict Arbiter Indexes: uq_patrol_tasks_obligation_key_subject_id_period_start_ordinal",
    ]


async def test_the_looks_of_a_grid_are_spread_over_its_working_days(
    session: AsyncSession, county: County
) -> None:
    await duty(session, period=Period.WEEK, starts_on=date(2026, 11, 30))
    for n in range(10):
        await thing(session, county.grids[0], f"店{n}")
    await thing(session, county.grids[1], "独一家")
    await patrols.plan(session, MONDAY)

    days = [task.due_on for task in await tasks(session) if task.grid_id == county.grids[0].id]
    assert days == [date(2026, 11, 30) + timedelta(days=n) for n in range(5) for _ in (1, 2)]
    (alone,) = [task for task in await tasks(session) if task.grid_id == county.grids[1].id]
    assert alone.due_on == date(2026, 12, 4)


async def test_a_place_that_comes_within_a_window_is_planned_into_the_rest_of_it(
    session: AsyncSession, county: County
) -> None:
    await duty(session)
    await thing(session, county.grids[0], "老店")
    await patrols.plan(session, MONDAY)
    await thing(session, county.grids[0], "新店")
    await patrols.plan(session, MONDAY)
    new = [task for task in await tasks(session) if task.period_start == date(2026, 11, 12)]
    assert all(MONDAY < task.due_on <= date(2026, 11, 26) for task in new)
    assert len(new) == 2


@pytest.mark.parametrize(
    ("applies_to", "expected"),
    [
        ({}, {"小店", "渡口", "大厂"}),
        ({"kinds": ["ferry"]}, {"渡口"}),
        ({"is_key": True}, {"大厂"}),
        ({"kinds": ["ferry"], "is_key": True}, set()),
        ({"somewhere": "else"}, set()),  # what nobody understands is not planned
    ],
)
async def test_an_obligation_says_what_it_is_for(
    session: AsyncSession, county: County, applies_to: dict[str, object], expected: set[str]
) -> None:
    ground = county.grids[0]
    await thing(session, ground, "小店")
    await thing(session, ground, "渡口", kind=ObjectKind.FERRY)
    await thing(session, ground, "大厂", kind=ObjectKind.ENTERPRISE, is_key=True)
    await thing(session, ground, "关了", closed_on=date(2026, 11, 1))
    await thing(session, ground, "没核对", confirmed_at=None)
    await duty(session, applies_to=applies_to)
    await patrols.plan(session, MONDAY)
    query = select(SupervisedObject.name).join(
        PatrolTask, PatrolTask.object_id == SupervisedObject.id
    )
    assert set(await session.scalars(query)) == expected


async def test_an_obligation_without_a_list_gets_the_one_that_fits_the_place(
    session: AsyncSession, county: County
) -> None:
    """What trades has nine aspects; the rest the annex of the community or of the village."""
    trading = {"kinds": ["individual_business"]}
    nine = await checklist(session, "nine-aspects", trading)
    community, village = [await checklist(session, k) for k in ("community-11+2", "village-9+1")]
    await duty(session, checklist_key=None)
    for ground in county.grids:  # a community's, a village's
        await thing(session, ground, "饭店")
        await thing(session, ground, "老桥", kind=ObjectKind.KEY_LOCATION)
    await patrols.plan(session, MONDAY)
    found = {(task.grid_id, task.checklist_version_id) for task in await tasks(session)}
    here, there = (ground.id for ground in county.grids)
    assert found == {(here, nine), (here, community), (there, nine), (there, village)}


@pytest.mark.parametrize("role", [Role.GRIDWORKER, Role.SAFETY_OFFICER])
async def test_a_duty_whose_own_list_is_out_of_use_gets_no_general_one(
    session: AsyncSession, county: County, role: Role
) -> None:
    """The general lists are a gridworker's: an enterprise would look at itself by the wrong one."""
    await checklist(session)
    await checklist(session, "nine-aspects")
    await session.execute(
        update(Checklist).where(Checklist.key == "patrol").values(is_active=False)
    )
    made = await factories.enterprise(session, "一厂", county.villages[0], county.grids[0])
    firm = await session.get_one(Organization, made.organization_id)
    await factories.person(session, Role.SAFETY_OFFICER, firm)
    await duty(session, role=role, applies_to={"kinds": ["enterprise"]})
    for _ in range(2):
        await patrols.turn(session)
    assert {task.checklist_version_id for task in await tasks(session)} == {None}


async def test_what_waits_says_which_list_its_tasks_go_by(
    session: AsyncSession, county: County, freeze: Freeze
) -> None:
    """December's are out in November: one names none as yet, one names none any more."""
    general = await checklist(session, "nine-aspects")
    named: dict[str, Any] = {"period": Period.MONTH, "coming_on": date(2026, 12, 1)}
    await duty(session, checklist_key="gone", coming={"checklist_key": None}, **named)
    await duty(session, "F6", checklist_key=None, coming={"checklist_key": "gone"}, **named)
    await thing(session, county.grids[0])
    freeze("2026-11-27 08:00")
    await patrols.plan(session, date(2026, 11, 27))
    found = {
        (task.obligation_key, task.period_start.month): task.checklist_version_id
        for task in await tasks(session)
    }
    assert found == {
        ("F5", 11): None,
        ("F5", 12): general,
        ("F6", 11): general,
        ("F6", 12): None,
    }


async def test_where_no_list_fits_nothing_is_written_each_hour(
    session: AsyncSession, county: County
) -> None:
    await checklist(session, "nine-aspects", {"kinds": ["project"]})
    await duty(session, checklist_key=None)
    await thing(session, county.grids[0])
    await patrols.turn(session)
    versions = text("select id, xmin::text, ctid::text from patrol_tasks order by id")
    before = (await session.execute(versions)).all()
    await patrols.turn(session)
    assert before
    assert (await session.execute(versions)).all() == before


async def test_the_list_itself_says_what_trades(session: AsyncSession, county: County) -> None:
    """A county that narrows or widens the nine aspects is followed."""
    nine = await checklist(session, "nine-aspects", {"kinds": ["project"], "is_key": True})
    community = await checklist(session, "community-11+2")
    await duty(session, checklist_key=None)
    big, small, shop = [
        await thing(session, county.grids[0], f"{kind.value}{is_key}", kind=kind, is_key=is_key)
        for kind, is_key in (
            (ObjectKind.PROJECT, True),
            (ObjectKind.PROJECT, False),
            (ObjectKind.INDIVIDUAL_BUSINESS, True),
        )
    ]
    await patrols.plan(session, MONDAY)
    found = {task.object_id: task.checklist_version_id for task in await tasks(session)}
    assert found == {big.id: nine, small.id: community, shop.id: community}


async def test_a_bundle_is_one_task_and_its_members_have_none(
    session: AsyncSession, county: County, worker: Actor
) -> None:
    bundle = await thing(session, county.grids[0], "沿街商铺", kind=ObjectKind.BUNDLE)
    for name in ("甲店", "乙店"):
        await thing(session, county.grids[0], name, bundle_id=bundle.id)
    await duty(session)
    await patrols.plan(session, MONDAY)
    found = (await patrols.mine(session, worker)).tasks
    assert {task.task.object_id for task in found} == {bundle.id}
    assert sorted(member.name for member in found[0].members) == ["乙店", "甲店"]


async def test_grids_and_persons_and_enterprises_have_tasks_of_their_own(
    session: AsyncSession, county: County, settings: Settings
) -> None:
    shop = await factories.enterprise(session, "一厂", county.villages[0], county.grids[0])
    await thing(session, county.grids[0], "一厂", organization_id=shop.id)
    body = await session.get_one(Organization, shop.id)
    officer = await factories.person(session, Role.SAFETY_OFFICER, body)
    await duty(session, "F4", role=Role.SAFETY_OFFICER, duty=Duty.INSPECTION, period=Period.WEEK)
    await duty(session, "grid", scope=Scope.GRID, period=Period.WEEK)
    await duty(session, "F1", role=Role.LEADER, scope=Scope.PERSON, period=Period.MONTH)
    await duty(session, "F6", role=Role.HANDLER)  # nobody knows yet which objects are whose
    await duty(session, "F7", duty=Duty.MEETING)
    await patrols.plan(session, MONDAY)

    async def keys(person: Person) -> set[str | None]:
        found = await patrols.mine(session, await actor_of(session, settings, person))
        return {task.task.obligation_key for task in found.tasks}

    assert await keys(officer) == {"F4"}
    assert await keys(county.gridworker) == {"grid"}
    assert await keys(county.chief) == {"grid"}  # stands in
    assert await keys(county.leader) == {"F1"}
    assert await keys(county.handler) == set()
    assert {task.obligation_key for task in await tasks(session)} == {"F4", "grid", "F1"}


async def test_an_open_self_check_follows_the_enterprise_to_its_new_body_and_grid(
    session: AsyncSession, county: County, settings: Settings
) -> None:
    """Moved by a desk, at once; with another body, by the next turn. What was done stays."""
    old = await factories.enterprise(session, "一厂", county.villages[0], county.grids[0])
    new = await factories.enterprise(session, "新一厂", county.villages[0], county.grids[0])
    place = await thing(session, county.grids[0], "一厂", organization_id=old.id)
    body = await session.get_one(Organization, new.id)
    officer = await factories.person(session, Role.SAFETY_OFFICER, body)
    before = await session.get_one(Organization, old.id)
    await factories.person(session, Role.SAFETY_OFFICER, before)
    await duty(session, "F4", role=Role.SAFETY_OFFICER, duty=Duty.INSPECTION, period=Period.DAY)
    await patrols.plan(session, MONDAY)
    first, *rest = [task for task in await tasks(session) if task.object_id == place.id]
    first.status = TaskStatus.DONE
    desk = await actor_of(session, settings, county.township_officer)
    there = MoveObject(grid_id=county.township_grids[0].id, reason="搬到镇上")
    await ledger.move_object(session, desk, place.id, there)
    for task in (first, *rest):
        await session.refresh(task)
    assert {task.grid_id for task in rest} == {county.township_grids[0].id}
    assert first.grid_id == county.grids[0].id
    place.organization_id = new.id
    await session.flush()
    await patrols.rehome(session)
    for task in (first, *rest):
        await session.refresh(task)
    assert ({task.organization_id for task in rest}, first.organization_id) == ({new.id}, old.id)
    mine = await patrols.mine(session, await actor_of(session, settings, officer))
    assert {found.task.id for found in mine.tasks} & {task.id for task in rest}


async def test_nobody_sees_anothers_tasks(
    session: AsyncSession, county: County, settings: Settings
) -> None:
    await thing(session, county.grids[0])
    await duty(session)
    await patrols.plan(session, MONDAY)
    stranger = await actor_of(session, settings, county.stranger)
    assert (await patrols.mine(session, stranger)).tasks == []


async def one_task(session: AsyncSession, county: County, freeze: Freeze) -> PatrolTask:
    """Due on Thursday 26 November, the last day of its window; the next on 11 December."""
    await checklist(session)
    await duty(session)
    await thing(session, county.grids[0])
    await patrols.turn(session)
    task = (await tasks(session))[0]
    assert (task.due_on, task.period_end) == (date(2026, 11, 26), date(2026, 11, 26))
    return task


async def test_what_was_not_done_rolls_on_with_its_first_date_and_a_line_that_asks_why(
    session: AsyncSession, county: County, freeze: Freeze
) -> None:
    await one_task(session, county, freeze)
    for moment in ("2026-11-27 00:05", "2026-11-27 01:05", "2026-11-30 00:05"):
        freeze(moment)
        await patrols.turn(session)

    task = (await tasks(session))[0]
    assert (task.status, task.rollovers) == (TaskStatus.OPEN, 2)
    assert (task.original_due_on, task.due_on) == (date(2026, 11, 26), date(2026, 11, 30))
    lines = list(await session.scalars(select(Postponement).order_by(Postponement.from_on)))
    assert [(line.from_on.day, line.to_on.day, line.reason) for line in lines] == [
        (26, 27, None),
        (27, 30, None),
    ]


async def test_over_a_weekend_it_waits_for_the_next_working_day(
    session: AsyncSession, county: County, freeze: Freeze
) -> None:
    await one_task(session, county, freeze)
    await session.execute(update(PatrolTask).values(due_on=date(2026, 11, 27)))
    freeze("2026-11-28 00:05")  # a Saturday
    await patrols.turn(session)
    assert (await tasks(session))[0].due_on == date(2026, 11, 30)


async def test_a_task_is_missed_only_when_the_next_one_falls_due(
    session: AsyncSession, county: County, freeze: Freeze
) -> None:
    await one_task(session, county, freeze)
    freeze("2026-12-10 00:05")
    await patrols.turn(session)
    assert (await tasks(session))[0].status is TaskStatus.OPEN
    freeze("2026-12-11 00:05")
    await patrols.turn(session)
    first, second, *_ = await tasks(session)
    assert (first.status, first.closed_on) == (TaskStatus.MISSED, date(2026, 12, 11))
    assert (second.status, second.due_on) == (TaskStatus.OPEN, date(2026, 12, 11))


async def test_closed_objects_drop_their_tasks_and_moved_ones_take_them_along(
    session: AsyncSession, county: County, freeze: Freeze
) -> None:
    await one_task(session, county, freeze)
    await session.execute(update(SupervisedObject).values(grid_id=county.grids[1].id))
    await patrols.turn(session)
    assert {task.grid_id for task in await tasks(session)} == {county.grids[1].id}
    await session.execute(update(SupervisedObject).values(closed_on=date(2026, 11, 22)))
    await patrols.turn(session)
    assert {task.status for task in await tasks(session)} == {TaskStatus.DROPPED}


def why(
    reason: DelayReason = DelayReason.WEATHER, at: str = "2026-11-26 16:00", note: str = ""
) -> DelayTask:
    moment = f"{at.replace(' ', 'T')}:00+08:00"
    return DelayTask.model_validate({"reason": reason, "occurred_at": moment, "note": note})


async def test_a_reason_moves_the_task_on_and_the_night_adds_nothing(
    session: AsyncSession, county: County, freeze: Freeze, worker: Actor
) -> None:
    task = await one_task(session, county, freeze)
    freeze("2026-11-26 16:00")
    delay_id = new_id()
    row = await patrols.delay(session, worker, task.id, delay_id, why(), b"one")
    again = await patrols.delay(session, worker, task.id, delay_id, why(), b"one")
    freeze("2026-11-27 00:05")
    await patrols.turn(session)

    assert row.id == again.id
    task = (await tasks(session))[0]
    assert (task.due_on, task.rollovers) == (date(2026, 11, 27), 1)
    assert task.original_due_on == date(2026, 11, 26)
    (line,) = await session.scalars(select(Postponement))
    assert (line.reason, line.person_id) == (DelayReason.WEATHER, worker.person_id)


async def test_a_reason_that_arrives_after_the_night_fills_the_nights_line(
    session: AsyncSession, county: County, freeze: Freeze, worker: Actor
) -> None:
    """Said in the evening without signal, sent in the morning."""
    task = await one_task(session, county, freeze)
    freeze("2026-11-27 00:05")
    await patrols.turn(session)
    freeze("2026-11-27 08:00")
    await patrols.delay(session, worker, task.id, new_id(), why(), b"late")

    (line,) = await session.scalars(select(Postponement))
    assert (line.from_on, line.reason) == (date(2026, 11, 26), DelayReason.WEATHER)
    assert line.received_at == clock.now()  # the receipt's: no backup from before has it
    task = (await tasks(session))[0]
    assert (task.due_on, task.rollovers) == (date(2026, 11, 27), 1)


async def test_a_reason_said_under_a_post_that_is_over_is_still_ones_own(
    session: AsyncSession, county: County, freeze: Freeze, worker: Actor, settings: Settings
) -> None:
    """Said without signal on Friday; on Monday somebody else has the grid."""
    task = await one_task(session, county, freeze)
    over = update(Post).where(Post.person_id == worker.person_id)
    await session.execute(over.values(ends_on=date(2026, 11, 26)))
    freeze("2026-11-27 08:00")
    moved = await actor_of(session, settings, county.gridworker)
    row = await patrols.delay(session, moved, task.id, new_id(), why(), b"late")
    assert (row.from_on, row.reason) == (date(2026, 11, 26), DelayReason.WEATHER)
    after = why(at="2026-11-27 07:00")
    with pytest.raises(NotFound):
        await patrols.delay(session, moved, task.id, new_id(), after, b"later")


async def test_reasons_are_whole_ones_own_and_said_once(
    session: AsyncSession, county: County, freeze: Freeze, worker: Actor, settings: Settings
) -> None:
    task = await one_task(session, county, freeze)
    stranger = await actor_of(session, settings, county.stranger)
    with pytest.raises(Incomplete):
        await patrols.delay(session, worker, task.id, new_id(), why(DelayReason.OTHER), b"x")
    with pytest.raises(NotFound):
        await patrols.delay(session, stranger, task.id, new_id(), why(), b"x")
    with pytest.raises(NotFound):
        await patrols.delay(session, worker, new_id(), new_id(), why(), b"x")
    delay_id = new_id()
    await patrols.delay(session, worker, task.id, delay_id, why(), b"one")
    with pytest.raises(SameIdOtherContent):
        await patrols.delay(session, worker, task.id, delay_id, why(), b"other")


async def lines(session: AsyncSession) -> list[tuple[int, int, DelayReason | None]]:
    order = (Postponement.from_on, Postponement.seq)
    query = select(Postponement).order_by(*order).execution_options(populate_existing=True)
    rows = await session.scalars(query)
    return [(row.from_on.day, row.to_on.day, row.reason) for row in rows]


async def test_a_second_reason_on_the_same_day_stands_beside_the_first_and_moves_nothing(
    session: AsyncSession, county: County, freeze: Freeze, worker: Actor
) -> None:
    task = await one_task(session, county, freeze)
    freeze("2026-11-26 16:00")
    first_id = new_id()
    await patrols.delay(session, worker, task.id, first_id, why(), b"one")
    await patrols.delay(session, worker, task.id, new_id(), why(DelayReason.CLOSED), b"two")
    again = await patrols.delay(session, worker, task.id, first_id, why(), b"one")
    assert (again.reason, again.to_on) == (DelayReason.WEATHER, date(2026, 11, 27))
    assert (task.due_on, task.rollovers) == (date(2026, 11, 27), 1)
    said = [(26, 27, DelayReason.WEATHER), (26, 27, DelayReason.CLOSED)]
    assert await lines(session) == said
    freeze("2026-11-28 00:05")
    await patrols.turn(session)
    assert await lines(session) == [*said, (27, 30, None)]


async def test_a_clock_that_runs_ahead_moves_a_task_no_further_than_tomorrow(
    session: AsyncSession, county: County, freeze: Freeze, worker: Actor
) -> None:
    task = await one_task(session, county, freeze)
    freeze("2026-11-26 16:00")
    ahead = why(at="2031-05-06 16:00")
    row = await patrols.delay(session, worker, task.id, new_id(), ahead, b"one")
    assert (task.due_on, task.rollovers) == (date(2026, 11, 27), 1)
    assert (row.from_on, row.occurred_at) == (date(2026, 11, 26), ahead.occurred_at)


async def test_a_reason_for_a_day_before_the_task_is_due_is_kept_and_seen_and_moves_nothing(
    session: AsyncSession, county: County, freeze: Freeze, worker: Actor
) -> None:
    """The clock of a phone that fell back to 1970 too."""
    task = await one_task(session, county, freeze)
    freeze("2026-11-25 16:00")
    for n, at in enumerate(("2026-11-25 15:00", "1970-01-01 08:00")):
        await patrols.delay(session, worker, task.id, new_id(), why(at=at), f"{n}".encode())
    assert (task.due_on, task.rollovers) == (date(2026, 11, 26), 0)
    (found, *_) = (await patrols.mine(session, worker)).tasks
    assert [line.reason for line in found.delays] == [DelayReason.WEATHER] * 2
    freeze("2026-11-27 00:05")
    await patrols.turn(session)
    assert (await lines(session))[-1] == (26, 27, None)


async def test_what_one_has_said_of_a_closed_task_no_other_can_write_over(
    session: AsyncSession, county: County, freeze: Freeze, worker: Actor, settings: Settings
) -> None:
    task = await one_task(session, county, freeze)
    freeze("2026-11-26 16:00")
    first_id = new_id()
    await patrols.delay(session, worker, task.id, first_id, why(), b"one")
    task.status = TaskStatus.MISSED
    await session.flush()
    chief = await actor_of(session, settings, county.chief)
    for n in range(2):
        said = why(DelayReason.DANGER)
        await patrols.delay(session, chief, task.id, new_id(), said, f"chief {n}".encode())
    again = await patrols.delay(session, worker, task.id, first_id, why(), b"one")
    assert (again.person_id, again.reason) == (worker.person_id, DelayReason.WEATHER)
    assert [reason for _, _, reason in await lines(session)] == [
        DelayReason.WEATHER,
        DelayReason.DANGER,
        DelayReason.DANGER,
    ]
    assert (task.due_on, task.rollovers) == (date(2026, 11, 27), 1)


async def test_the_id_of_a_reason_belongs_to_one_task(
    session: AsyncSession, county: County, freeze: Freeze, worker: Actor
) -> None:
    task = await one_task(session, county, freeze)
    _, later = await tasks(session)
    delay_id = new_id()
    await patrols.delay(session, worker, task.id, delay_id, why(), b"one")
    with pytest.raises(SameIdOtherContent):
        await patrols.delay(session, worker, later.id, delay_id, why(), b"one")
    (kept,) = await session.scalars(select(Stranger))
    assert (kept.kind, kept.entity_id, kept.body["task_id"]) == ("delay", delay_id, str(later.id))


async def test_the_township_sees_what_was_missed_and_why_by_ground_not_by_person(
    session: AsyncSession, county: County, freeze: Freeze, worker: Actor, settings: Settings
) -> None:
    task = await one_task(session, county, freeze)
    await thing(session, county.grids[1], "邻村的店")
    freeze("2026-11-26 16:00")
    await patrols.delay(session, worker, task.id, new_id(), why(), b"one")
    for moment in ("2026-11-28 00:05", "2026-12-12 00:05"):
        freeze(moment)
        await patrols.turn(session)
    officer = await actor_of(session, settings, county.township_officer)

    query = BoardQuery(due_from=date(2026, 11, 1), due_to=date(2026, 12, 20))
    (line,) = await patrols.board(session, officer, query)
    assert (line.grid_id, line.planned, line.missed, line.done) == (county.grids[0].id, 2, 1, 0)
    assert line.reasons == {"weather": 1, "unsaid": 2}
    page = await patrols.find(session, officer, TaskQuery(show="missed"))
    assert [found.task.id for found in page.items] == [task.id]
    assert [delay.reason for delay in page.items[0].delays] == [DelayReason.WEATHER, None]
    late = await patrols.find(session, officer, TaskQuery(show="late"))
    assert [found.task.due_on for found in late.items] == [date(2026, 12, 14)]
    assert not {"person_id", "person", "gridworker"} & set(vars(line))


@pytest.mark.parametrize("second", [DelayReason.WEATHER, DelayReason.DANGER])
async def test_a_task_counts_once_for_a_day_by_the_reason_that_came_first(
    session: AsyncSession,
    county: County,
    freeze: Freeze,
    worker: Actor,
    settings: Settings,
    second: DelayReason,
) -> None:
    task = await one_task(session, county, freeze)
    chief = await actor_of(session, settings, county.chief)
    for day in (26, 27):
        freeze(f"2026-11-{day} 16:00")
        for n, actor in enumerate((worker, chief)):
            reason = second if n else DelayReason.WEATHER
            said, body = why(reason, f"2026-11-{day} 15:0{n}"), f"{day} {n}".encode()
            await patrols.delay(session, actor, task.id, new_id(), said, body)
    officer = await actor_of(session, settings, county.township_officer)
    query = BoardQuery(due_from=date(2026, 11, 1), due_to=date(2026, 11, 30))
    (line,) = await patrols.board(session, officer, query)
    assert (len(await lines(session)), line.reasons) == (4, {"weather": 2})


async def test_lists_go_on_where_they_ended_and_stay_within_reach(
    session: AsyncSession, county: County, settings: Settings
) -> None:
    await duty(session)
    for n in range(5):
        await thing(session, county.grids[0], f"店{n}")
    await thing(session, county.grids[1], "邻村的店")
    await patrols.plan(session, MONDAY)
    officer = await actor_of(session, settings, county.township_officer)
    seen, cursor = [], None
    while True:
        page = await patrols.find(session, officer, TaskQuery(limit=4, cursor=cursor))
        seen += [found.task.id for found in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 10
    elsewhere = TaskQuery(township_id=county.townships[1].id)
    assert (await patrols.find(session, officer, elsewhere)).items == []
    leader = await actor_of(session, settings, county.leader)
    assert len((await patrols.find(session, leader, elsewhere)).items) == 2
    worker = await actor_of(session, settings, county.gridworker)
    with pytest.raises(NotPermitted):
        await patrols.find(session, worker, TaskQuery())
    with pytest.raises(NotPermitted):
        await patrols.board(session, worker, BoardQuery(due_from=MONDAY, due_to=MONDAY))
