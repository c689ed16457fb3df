"""What the night does to tasks: what was not done rolls on, never in silence (S2-46)."""

import logging
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.services import access, clocks
from app.services.patrols.periods import ONE_DAY, next_day
from app.services.patrols.planning import plan

log = logging.getLogger("safegrid.patrols")

_DROP = text("""
    update patrol_tasks t set status = 'dropped', closed_on = :today
    from supervised_objects o
    where t.object_id = o.id and t.status = 'open'
      and (o.closed_on < :today or o.bundle_id is not null)
""")
# Whoever has the object now has its tasks.
_REHOME = text("""
    update patrol_tasks t set grid_id = o.grid_id
    from supervised_objects o
    where t.object_id = o.id and t.status = 'open' and t.grid_id is distinct from o.grid_id
""")
# Missed is said when the next one of the same duty and subject has fallen due: one walk a subject.
_MISS = text("""
    update patrol_tasks t set status = 'missed', closed_on = :today
    where t.status = 'open' and t.period_end < :today and exists (
        select from patrol_tasks later
        where later.obligation_key = t.obligation_key and later.subject_id = t.subject_id
          and (later.period_start, later.ordinal) > (t.period_start, t.ordinal)
          and later.original_due_on <= :today
    )
""")
# A reason that the phone has sent stands already; else the line waits for one.
_NOTE = text("""
    insert into postponements (id, task_id, from_on, to_on, note, received_at)
    select gen_random_uuid(), id, due_on, :onto, '', :now
    from patrol_tasks where status = 'open' and due_on < :today
    on conflict do nothing
""")
_ROLL = text("""
    update patrol_tasks set due_on = :onto, rollovers = rollovers + 1
    where status = 'open' and due_on < :today
""")


async def turn(session: AsyncSession) -> None:
    """The job: close, roll on, plan. Hourly, because all of it is safe to repeat."""
    today = access.today()
    for statement in (_DROP, _REHOME, _MISS):
        await session.execute(statement, {"today": today} if ":today" in statement.text else {})
    await _roll_on(session, today)
    made = await plan(session, today)
    log.info("patrols planned", extra={"fields": {"tasks": made}})


async def _roll_on(session: AsyncSession, today: date) -> None:
    """To today, or to the next working day when today is none."""
    onto = next_day(await clocks.load(session), today - ONE_DAY)
    when = {"today": today, "onto": onto}
    await session.execute(_NOTE, {**when, "now": clock.now()})
    await session.execute(_ROLL, when)
