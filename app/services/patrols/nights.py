"""What the night does to tasks: what was not done rolls on, never in silence (S2-46)."""

import logging
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.services import access, clocks, stages
from app.services.patrols import standing
from app.services.patrols.planning import plan
from app.services.periods import ONE_DAY, next_day

log = logging.getLogger("safegrid.patrols")

# Whoever has the object now has its tasks; a look at itself is its own body's. Without a body
# nobody would have it: then it stays until it is dropped.
_REHOME = """
    update patrol_tasks t set grid_id = o.grid_id,
        organization_id = case when t.organization_id is not null
                               then coalesce(o.organization_id, t.organization_id) end
    from supervised_objects o
    where t.object_id = o.id and t.status = 'open' {which} and (
        t.grid_id is distinct from o.grid_id
        or (t.organization_id is not null and t.organization_id <> o.organization_id)
    )
"""
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
# The line waits for a reason, unless the phone's stands already. The lock makes a reason that is
# just being taken in come first.
_ROLL = text("""
    with late as (
        select id, due_on from patrol_tasks where status = 'open' and due_on < :today for update
    ), noted as (
        insert into postponements (id, task_id, from_on, to_on, note, received_at)
        select gen_random_uuid(), id, due_on, :onto, '', :now from late
        where not exists (
            select from postponements said
            where said.task_id = late.id and late.due_on >= said.from_on
              and late.due_on < said.to_on
        )
    )
    update patrol_tasks t set due_on = :onto, rollovers = rollovers + 1
    from late where t.id = late.id
""")


async def rehome(session: AsyncSession, object_ids: Collection[UUID] | None = None) -> None:
    """Of these objects, or of all, to where they are now."""
    if object_ids is None:
        await session.execute(text(_REHOME.format(which="")))
    else:
        some = text(_REHOME.format(which="and o.id = any(:ids)"))
        ids = bindparam("ids", list(object_ids), ARRAY(Uuid()))
        await session.execute(some.bindparams(ids))


async def turn(session: AsyncSession) -> None:
    """The job: close, roll on, plan. Hourly, because all of it is safe to repeat."""
    today = access.today()
    onto = next_day(await clocks.load(session), today - ONE_DAY)  # today, if it is a working day
    await stages.turn_over(session, today)
    await standing.keep(session, today, onto)
    await rehome(session)
    await session.execute(_MISS, {"today": today})
    await session.execute(_ROLL, {"today": today, "onto": onto, "now": clock.now()})
    made = await plan(session, today)
    log.info("patrols planned", extra={"fields": {"tasks": made}})
