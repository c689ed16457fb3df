"""Tasks stand as long as somebody must look: else they are dropped, and come back if it is undone.

Nobody must: the object was closed or bundled, the grid or post has ended, the county no longer
asks or asks for others. Such a task would have no next one, so it would be put off for ever.
"""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.obligation import Obligation
from app.services.patrols import subjects
from app.services.patrols.typed import typed

_DROP_UNASKED = """
    update patrol_tasks set status = 'dropped', closed_on = :today
    where status = 'open' and obligation_key <> all(:keys)
"""
_DROP = """
    update patrol_tasks t set status = 'dropped', closed_on = :today
    where t.status = 'open' and t.obligation_key = :key
      and not exists (select from ({subjects}) s where s.id = t.subject_id)
"""
# Its first date stays: to close and open again is no way out of being late.
_RETURN = """
    update patrol_tasks t set status = 'open', closed_on = null, due_on = greatest(t.due_on, :onto)
    where t.status = 'dropped' and t.period_end >= :today and t.obligation_key = :key
      and exists (select from ({subjects}) s where s.id = t.subject_id)
"""


async def keep(session: AsyncSession, today: date, onto: date) -> None:
    """Drop and bring back. `onto`: the day for what comes back after its own has passed."""
    query = select(Obligation).where(Obligation.is_active, Obligation.duty.in_(subjects.LOOKS))
    asked = {row.key: row for row in await session.scalars(query) if subjects.of(row)}
    await session.execute(typed(_DROP_UNASKED, {"today": today, "keys": list(asked)}))
    when = {"today": today, "onto": onto, "first": today, "last": date.max}
    for key, duty in asked.items():
        given: dict[str, Any] = {**when, **subjects.narrowing(duty), "key": key}
        for sql in (_DROP, _RETURN):
            await session.execute(typed(sql.format(subjects=subjects.of(duty)), given))
