"""Tasks follow those who must be looked at: dropped with them, back with them."""

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.grid import Grid
from app.models.obligation import Obligation, Period, Scope
from app.models.patrol import PatrolTask, TaskStatus
from app.models.person import Post, Role
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import patrols
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import County
from tests.patrols import checklist, duty, tasks, thing


@pytest.fixture
async def county(session: AsyncSession, freeze: Freeze) -> County:
    """Windows of fifteen days: 12-26 November, then 27 November to 11 December."""
    freeze("2026-11-23 08:00")
    county = await factories.county(session)
    await checklist(session)
    return county


async def turn(session: AsyncSession) -> list[tuple[int, int, TaskStatus]]:
    """First day, day now and status of every task."""
    await patrols.turn(session)
    return [(t.original_due_on.day, t.due_on.day, t.status) for t in await tasks(session)]


OPEN, DROPPED, MISSED = TaskStatus.OPEN, TaskStatus.DROPPED, TaskStatus.MISSED


async def test_a_place_that_opens_again_has_its_tasks_again(
    session: AsyncSession, county: County, freeze: Freeze
) -> None:
    place = await thing(session, county.grids[0])
    await duty(session)
    assert await turn(session) == [(26, 26, OPEN), (11, 11, OPEN)]
    place.closed_on = date(2026, 11, 22)
    assert await turn(session) == [(26, 26, DROPPED), (11, 11, DROPPED)]
    place.closed_on = None
    assert await turn(session) == [(26, 26, OPEN), (11, 11, OPEN)]
    assert {task.closed_on for task in await tasks(session)} == {None}


async def test_what_comes_back_after_its_day_is_due_on_the_next_working_day(
    session: AsyncSession, county: County, freeze: Freeze
) -> None:
    """And keeps its first: to close and open again is no way out of being late."""
    place = await thing(session, county.grids[0])
    await duty(session, period=Period.MONTH)
    await patrols.turn(session)
    await session.execute(
        update(PatrolTask)
        .where(PatrolTask.period_end == date(2026, 11, 30))
        .values(original_due_on=date(2026, 11, 24), due_on=date(2026, 11, 24))
    )
    place.closed_on = date(2026, 11, 22)
    await patrols.turn(session)
    place.closed_on = None
    freeze("2026-11-28 08:00")  # a Saturday
    assert (await turn(session))[0] == (24, 30, OPEN)


async def test_a_window_that_is_over_does_not_come_back(
    session: AsyncSession, county: County, freeze: Freeze
) -> None:
    place = await thing(session, county.grids[0])
    await duty(session)
    await patrols.turn(session)
    place.closed_on = date(2026, 11, 22)
    await patrols.turn(session)
    place.closed_on = None
    freeze("2026-11-30 08:00")
    assert await turn(session) == [(26, 26, DROPPED), (11, 11, OPEN)]


async def test_a_place_that_leaves_its_bundle_has_its_tasks_again(
    session: AsyncSession, county: County
) -> None:
    bundle = await thing(session, county.grids[0], "沿街商铺", kind=ObjectKind.BUNDLE)
    place = await thing(session, county.grids[0])
    await duty(session, applies_to={"kinds": ["individual_business"]})
    await patrols.turn(session)
    place.bundle_id = bundle.id
    assert {status for *_, status in await turn(session)} == {DROPPED}
    place.bundle_id = None
    assert {status for *_, status in await turn(session)} == {OPEN}


async def test_what_the_county_no_longer_asks_for_is_not_put_off_for_ever(
    session: AsyncSession, county: County, freeze: Freeze
) -> None:
    await thing(session, county.grids[0])
    await duty(session)
    await duty(session, "F6", period=Period.WEEK)
    await patrols.turn(session)
    await session.execute(update(Obligation).where(Obligation.key == "F5").values(is_active=False))
    freeze("2026-11-24 08:00")
    await patrols.turn(session)
    by_key = {(t.obligation_key, t.status) for t in await tasks(session)}
    assert by_key == {("F5", DROPPED), ("F6", OPEN)}
    await session.execute(update(Obligation).values(is_active=True))
    await patrols.turn(session)
    assert {t.status for t in await tasks(session)} == {OPEN}


async def test_a_place_that_a_duty_no_longer_names_is_dropped_from_it_alone(
    session: AsyncSession, county: County
) -> None:
    place = await thing(session, county.grids[0], is_key=True)
    await duty(session)
    await duty(session, "F6", applies_to={"is_key": True})
    await patrols.turn(session)
    place.is_key = False
    await patrols.turn(session)
    by_key = {(t.obligation_key, t.status) for t in await tasks(session)}
    assert by_key == {("F5", OPEN), ("F6", DROPPED)}


async def test_an_ended_grid_and_an_ended_post_are_asked_nothing(
    session: AsyncSession, county: County, freeze: Freeze
) -> None:
    await duty(session, "grid", scope=Scope.GRID, period=Period.WEEK)
    await duty(session, "F1", role=Role.LEADER, scope=Scope.PERSON, period=Period.MONTH)
    await patrols.turn(session)
    await session.execute(
        update(Grid).where(Grid.id == county.grids[0].id).values(valid_to=date(2026, 11, 23))
    )
    leaders = Post.person_id == county.leader.id
    await session.execute(update(Post).where(leaders).values(ends_on=date(2026, 11, 23)))
    freeze("2026-11-24 08:00")
    await patrols.turn(session)
    dropped = {t.subject_id for t in await tasks(session) if t.status is DROPPED}
    assert dropped == {county.grids[0].id, county.leader.id}
    still = {t.subject_id for t in await tasks(session) if t.status is OPEN}
    assert {grid.id for grid in county.grids[1:]} < still
    assert not dropped & still


async def test_a_grid_that_begins_next_week_keeps_what_is_planned_for_it(
    session: AsyncSession, county: County
) -> None:
    grid = county.grids[0]
    grid.valid_from = date(2026, 12, 1)
    await duty(session, "grid", scope=Scope.GRID, period=Period.WEEK)
    for _ in range(2):
        await patrols.turn(session)
        (task,) = [t for t in await tasks(session) if t.subject_id == grid.id]
        assert (task.period_start, task.status) == (date(2026, 11, 30), OPEN)


async def test_a_place_that_closed_within_the_window_is_planned_nothing(
    session: AsyncSession, county: County
) -> None:
    await thing(session, county.grids[0], closed_on=date(2026, 11, 20))
    last = await thing(session, county.grids[0], closed_on=date(2026, 11, 23))  # open today
    await duty(session)
    await patrols.turn(session)
    assert [task.object_id for task in await tasks(session)] == [last.id]


async def test_a_missed_one_stays_missed(
    session: AsyncSession, county: County, freeze: Freeze
) -> None:
    place = await thing(session, county.grids[0])
    await duty(session)
    await patrols.turn(session)
    freeze("2026-12-11 00:05")
    assert (await turn(session))[0][2] is MISSED
    for closed in (date(2026, 12, 10), None):
        await session.execute(update(SupervisedObject).values(closed_on=closed))
        assert (await turn(session))[0][2] is MISSED
    assert await session.scalar(select(SupervisedObject.closed_on)) == place.closed_on


async def test_a_dropped_task_is_nobodys_list(
    session: AsyncSession, county: County, settings: Settings
) -> None:
    place = await thing(session, county.grids[0])
    await duty(session)
    await patrols.turn(session)
    worker = await actor_of(session, settings, county.gridworker)
    assert len((await patrols.mine(session, worker)).tasks) == 1
    place.closed_on = date(2026, 11, 22)
    await patrols.turn(session)
    assert (await patrols.mine(session, worker)).tasks == []
