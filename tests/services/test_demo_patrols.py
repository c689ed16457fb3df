"""Patrols of the demo county: some done, some put off with reasons, some left to do."""

from datetime import datetime
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.models.patrol import PatrolTask, Postponement, TaskStatus
from app.models.visit import Visit
from app.services import demo, patrols
from app.services.demo import patrols as walks
from app.services.demo.people import Staff
from app.services.patrols import coverage
from app.services.patrols.coverage import GroundQuery
from tests.actors import actor_of

SEED = 7
NOW = datetime(2026, 11, 20, 15, 20, tzinfo=clock.COUNTY_ZONE)


async def test_two_weeks_of_patrols_leave_the_gridworkers_of_the_story_their_list(
    session: AsyncSession, settings: Settings
) -> None:
    with clock.at(NOW):
        county = await demo.settle(session, SEED)
        await walks.walk(session, SEED, county.staff, county.now)

    done = await session.scalar(select(func.count()).where(PatrolTask.status == TaskStatus.DONE))
    of_plan = PatrolTask.done_visit_id == Visit.id
    visits = await session.scalar(select(func.count(Visit.id)).join(PatrolTask, of_plan))
    bands = await _bands(session, settings, county.staff)
    reasons = await session.scalar(select(func.count()).where(Postponement.reason.is_not(None)))
    assert done is not None
    assert done == visits
    assert done > 100
    assert all(bands), bands
    assert reasons is not None
    assert reasons > 10
    for key in ("gridworker", "gridworker_2"):
        with clock.at(NOW):
            actor = await actor_of(session, settings, county.staff.cast[key])
            mine = await patrols.mine(session, actor)
        assert [task for task in mine.tasks if task.task.due_on <= mine.day], key
        assert all(task.task.checklist_version_id for task in mine.tasks)


async def _bands(session: AsyncSession, settings: Settings, staff: Staff) -> list[int]:
    """Grids whose place not seen longest waits up to 15, 30, 60 days, and longer."""
    with clock.at(NOW):
        boss = await actor_of(session, settings, staff.cast["county"])
        found = await coverage.ground(session, boss, GroundQuery())
    days = [(NOW - line.since).days for line in found.lines if line.since]
    return [sum(low < n <= high for n in days) for low, high in pairwise((-1, 15, 30, 60, 400))]
