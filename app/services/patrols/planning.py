"""From obligations to tasks: who has to look at what, planned over the days of each period.

One statement a window, over all subjects, safe to repeat: a subject has one task for a window,
whoever asks how often (a unique key holds it).
"""

import logging
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.obligation import Obligation
from app.services import checklists, clocks
from app.services.patrols import subjects
from app.services.patrols.filling import fill
from app.services.patrols.periods import plan_days, windows

log = logging.getLogger("safegrid.patrols")
AHEAD = timedelta(days=7)  # what a phone without signal must know already

_USUAL = {"nine": "nine-aspects", "community": "community-11+2", "village": "village-9+1"}
_CHOOSE = """
    update patrol_tasks t set checklist_version_id = case
        when exists (
            select from supervised_objects o join checklists c on c.key = :trading
            where o.id = t.object_id
              and (c.applies_to -> 'kinds' is null or jsonb_exists(c.applies_to -> 'kinds', o.kind))
              and (o.is_key or c.applies_to -> 'is_key' is distinct from 'true')
        ) then :nine
        when b.short_name like '%社区' or b.name like '%居委会' then :community
        else :village
    end
    from grids g join organizations b on b.id = g.organization_id
    where t.checklist_version_id is null and t.status = 'open' and g.id = t.grid_id
"""


async def plan(session: AsyncSession, today: date) -> int:
    """Tasks for every window that is running or begins within a week; how many are new."""
    known, lists = await clocks.load(session), await checklists.newest(session)
    query = select(Obligation).where(Obligation.is_active, Obligation.duty.in_(subjects.LOOKS))
    made = 0
    for duty in list(await session.scalars(query.order_by(Obligation.key))):
        of = subjects.of(duty)
        if of is None:
            log.warning("obligation %s is not planned: nobody knows for whom or what", duty.key)
            continue
        given = {**subjects.narrowing(duty), "owner": duty.key}
        given["version"] = lists.get(duty.checklist_key or "")
        for window in windows(duty.period, duty.starts_on, duty.min_count, today, today + AHEAD):
            given["first"] = max(window.start, today)
            days = plan_days(known, window, today)
            made += await fill(session, "obligation_key", of, window, days, given)
    await _choose_lists(session, lists)
    return made


async def _choose_lists(session: AsyncSession, lists: dict[str, UUID]) -> None:
    """An obligation that names no list: the nine aspects for what trades, else the annex that is
    the community's or the village's own (S1-36, S2-10).
    """
    given = {name: lists.get(key) for name, key in _USUAL.items()}
    versions = [bindparam(name, value, Uuid()) for name, value in given.items()]
    await session.execute(text(_CHOOSE).bindparams(*versions, trading=_USUAL["nine"]))
