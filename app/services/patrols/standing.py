"""Tasks stand as long as somebody must look: else they are dropped, and come back if it is undone.

Nobody must: the object was closed or bundled, the grid or post has ended, the county no longer
asks or asks for others. Such a task would have no next one, so it would be put off for ever.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.patrol import TaskStatus
from app.services.patrols import subjects
from app.services.patrols.typed import typed
from app.services.stages import Stage, stages

# What was owed in a period that is over and was not done stays said, whatever is asked from now on;
# unless the place had closed before, so that nobody could.
_ENDED = """
    case when t.period_end < :today and not exists (
        select from supervised_objects o where o.id = t.object_id and o.closed_on <= t.period_end
    ) then 'missed' else 'dropped' end
"""
_DROP_UNASKED = f"""
    update patrol_tasks t set status = {_ENDED}, closed_on = :today
    where t.status = 'open' and t.obligation_key is not null and t.obligation_key <> all(:keys)
"""  # noqa: S608 - ours
_DROP = f"""
    update patrol_tasks t set status = {_ENDED}, closed_on = :today
    where t.status = 'open' and t.obligation_key = :key
      and t.period_start between :since and :until
      and not exists (select from ({{subjects}}) s where s.id = t.subject_id)
"""  # noqa: S608 - ours
# Its first date stays: to close and open again is no way out of being late.
_RETURN = """
    update patrol_tasks t set status = 'open', closed_on = null, due_on = greatest(t.due_on, :onto)
    where t.status = 'dropped' and t.period_end >= :today and t.obligation_key = :key
      and t.period_start between :since and :until
      and exists (select from ({subjects}) s where s.id = t.subject_id)
"""
# The place that owes it may have come to another grid, or duties before knew no places. What was
# out before the duty went to another role or place stays theirs.
_RESEAT = """
    update patrol_tasks t set slot_grid_id = s.slot_grid_id, slot = :slot
    from ({subjects}) s
    where t.status = 'open' and t.obligation_key = :key and s.id = t.subject_id
      and t.period_start between :since and :until
      and t.role = :role and (t.slot is null or t.slot = :slot)
      and s.slot_grid_id is not null and t.slot_grid_id is distinct from s.slot_grid_id
"""
# A campaign has no next round: what it asks for may come back as long as it is not ended.
_DROP_ORDERED = """
    update patrol_tasks t set status = 'dropped', closed_on = :today
    from supervised_objects o
    where t.campaign_id is not null and t.status = 'open' and o.id = t.object_id
      and (o.closed_on < :today or o.bundle_id is not null)
"""
_RETURN_ORDERED = """
    update patrol_tasks t set status = 'open', closed_on = null, due_on = greatest(t.due_on, :onto)
    from supervised_objects o, campaigns c
    where t.status = 'dropped' and c.id = t.campaign_id and c.ended_on is null
      and o.id = t.object_id and o.bundle_id is null
      and (o.closed_on is null or o.closed_on >= :today)
"""
_RELEASE = """
    update patrol_tasks set status = :status, closed_on = :today
    where campaign_id = :campaign and status = 'open'
"""


async def release(
    session: AsyncSession, campaign_id: UUID, status: TaskStatus, today: date
) -> None:
    """What is still open of a campaign is no longer asked for."""
    values = {"campaign": campaign_id, "status": status.value, "today": today}
    await session.execute(typed(_RELEASE, values))


async def keep(session: AsyncSession, today: date, onto: date) -> None:
    """Drop and bring back. `onto`: the day for what comes back after its own has passed."""
    asked = [duty for duty in await session.scalars(subjects.asking()) if subjects.of(duty)]
    keys = [duty.key for duty in asked]
    await session.execute(typed(_DROP_UNASKED, {"today": today, "keys": keys}))
    when = {"today": today, "onto": onto, "first": today, "last": date.max}
    for sql in (_DROP_ORDERED, _RETURN_ORDERED):
        await session.execute(typed(sql, when))
    for stage in (stage for duty in asked for stage in stages(duty)):
        await _keep_stage(session, stage, when)


async def _keep_stage(session: AsyncSession, stage: Stage, when: dict[str, Any]) -> None:
    of = subjects.of(stage.duty)
    if of is None:
        return
    span = {"key": stage.duty.key, "since": stage.since, "until": stage.until}
    given = {**when, **subjects.narrowing(stage.duty), **span}
    for sql in (_DROP, _RETURN, _RESEAT):
        await session.execute(typed(sql.format(subjects=of), given))
