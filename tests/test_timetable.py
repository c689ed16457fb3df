"""Every job that runs by the clock is known, has its time, and may run twice."""

from sqlalchemy.ext.asyncio import AsyncSession

from app import jobs, worker
from app.config import Settings
from app.darkroom import Darkroom
from tests.conftest import Freeze
from tests.timetable import TIMETABLE, content, run_all


def test_what_is_registered_is_the_timetable() -> None:
    ours = {task.name for name, task in jobs.jobs.tasks.items() if "builtin" not in name}
    registered = {
        name: each.cron
        for (name, _), each in jobs.jobs.periodic_registry.periodic_tasks.items()
        if name in ours and not name.startswith("test.")
    }
    assert registered == TIMETABLE
    assert {job.name: job.cron for job in worker.JOBS if job.cron}.items() <= TIMETABLE.items()


async def test_each_runs_twice_in_an_empty_county_and_changes_nothing_the_second_time(
    session: AsyncSession, settings: Settings, darkroom: Darkroom, freeze: Freeze
) -> None:
    freeze("2026-11-20 15:20")
    await run_all(session, settings, darkroom)
    once = await content(session)
    await run_all(session, settings, darkroom)
    assert await content(session) == once
