"""From obligations to tasks: who has to look at what, planned over the days of each period.

One statement a window, over all subjects, safe to repeat: a subject has one task for a window,
whoever asks how often (a unique key holds it).
"""

import logging
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.services import checklists, clocks
from app.services.clocks import WorkCalendar
from app.services.patrols import subjects, usual
from app.services.patrols.filling import fill
from app.services.periods import plan_days, windows
from app.services.stages import Stage, stages

log = logging.getLogger("safegrid.patrols")
AHEAD = timedelta(days=7)  # what a phone without signal must know already


async def plan(session: AsyncSession, today: date) -> int:
    """Tasks for every window that is running or begins within a week; how many are new."""
    known, lists = await clocks.load(session), await checklists.newest(session)
    made = 0
    for duty in list(await session.scalars(subjects.asking())):
        for stage in stages(duty):
            made += await _plan_stage(session, stage, known, lists, today)
    await usual.choose(session, lists)
    return made


async def _plan_stage(
    session: AsyncSession, stage: Stage, known: WorkCalendar, lists: dict[str, UUID], today: date
) -> int:
    duty, of = stage.duty, subjects.of(stage.duty)
    if of is None:
        log.warning("obligation %s is not planned: nobody knows for whom or what", duty.key)
        return 0
    given = {**subjects.narrowing(duty), "owner": duty.key}
    given["version"] = lists.get(duty.checklist_key or "")
    first, last = max(today, stage.since), min(today + AHEAD, stage.until)
    made = 0
    for window in windows(duty.period, duty.starts_on, duty.min_count, first, last):
        given["first"] = max(window.start, today)
        days = plan_days(known, window, today)
        made += await fill(session, "obligation_key", of, window, days, given)
    return made
