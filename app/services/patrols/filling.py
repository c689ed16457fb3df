"""Making the tasks of a window: one statement over all subjects, safe to repeat."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import String, Uuid
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from app.services.patrols.subjects import NAMED
from app.services.patrols.typed import typed
from app.services.periods import Days, Window

_OWNERS: dict[str, TypeEngine[Any]] = {"obligation_key": String(), "campaign_id": Uuid()}
# The n-th of m looks falls on day ceil(n * days / m): evenly spread, a single one on the last day.
_DAY = """(cast(:days as date[]))[
    (row_number() over turn * :length + count(*) over whole - 1) / count(*) over whole
]"""
_KEYS = {
    "obligation_key": "(obligation_key, subject_id, period_start, ordinal)",
    "campaign_id": "(campaign_id, subject_id) where campaign_id is not null",
}
# Known tasks are told by their key alone. To join what is known of the window would be a guess of
# the planner's: just after a window was planned, no statistics know of it.
_INSERT = """
    insert into patrol_tasks
        (id, {owner}, role, subject_id, object_id, grid_id, organization_id, person_id,
         slot, slot_grid_id, checklist_version_id, period_start,
         period_end, ordinal, original_due_on, due_on,
         is_provisional, rollovers, status)
    select gen_random_uuid(), :owner, :role, s.id, s.object_id, s.grid_id, s.organization_id,
           s.person_id, case when s.slot_grid_id is not null then :slot end, s.slot_grid_id,
           :version, :start, :end, :ordinal, s.due_on, s.due_on, :provisional, 0,
           'open'
    from (
        select subject.*, {day} as due_on
        from ({subjects}) subject
        window turn as (partition by place order by since, id), whole as (partition by place)
    ) s
    on conflict {key} do nothing
"""

# What has fallen due keeps its day, and so does what was put off with a reason: a new last day is
# no way out of being late.
_STRETCH = """
    update patrol_tasks set period_end = :end
    where campaign_id = :campaign and status in ('open', 'dropped')
"""
_SPREAD = f"""
    with moving as (
        select id, {_DAY} as day
        from patrol_tasks
        where campaign_id = :campaign and status = 'open'
          and original_due_on > :today and due_on = original_due_on
        window turn as (partition by grid_id order by original_due_on, subject_id),
               whole as (partition by grid_id)
    )
    update patrol_tasks t set original_due_on = moving.day, due_on = moving.day
    from moving where t.id = moving.id and t.status = 'open'
"""  # noqa: S608 - ours

_COUNT = f"select count(*), count(distinct grid_id) from ({NAMED}) chosen"  # noqa: S608 - ours


async def count_named(session: AsyncSession, values: dict[str, Any]) -> tuple[int, int]:
    """How many objects on how many grids a campaign would look at; `values` as for `fill`."""
    objects, grids = (await session.execute(typed(_COUNT, values))).one()
    return objects, grids


async def fill(
    session: AsyncSession,
    owner: Literal["obligation_key", "campaign_id"],
    subjects: str,
    window: Window,
    days: Days,
    values: dict[str, Any],
) -> int:
    """How many are new. `owner`: the column that says who asks, whose value has the same name."""
    values = (
        {"slot": None}
        | values
        | {
            "start": window.start,
            "end": window.end,
            "last": window.end,
            "ordinal": window.ordinal,
            "days": days.days,
            "length": len(days.days),
            "provisional": days.is_provisional,
        }
    )
    sql = _INSERT.format(owner=owner, key=_KEYS[owner], subjects=subjects, day=_DAY)
    result = await session.execute(typed(sql, values, owner=_OWNERS[owner]))
    return int(getattr(result, "rowcount", 0))


async def stretch(
    session: AsyncSession, campaign_id: UUID, end: date, days: Days, today: date
) -> None:
    """The tasks of a campaign follow its new last day: what is still to come is spread anew."""
    values = {
        "campaign": campaign_id,
        "end": end,
        "days": days.days,
        "length": len(days.days),
        "today": today,
    }
    for sql in (_STRETCH, _SPREAD):
        await session.execute(typed(sql, values))
