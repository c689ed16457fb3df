"""From obligations to tasks: who has to look at what, planned over the days of each period.

One statement a window, over all subjects, safe to repeat: a subject has one task for a window,
whoever asks how often (a unique key holds it).
"""

import logging
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Boolean, Date, String, Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from app.models.obligation import Duty, Obligation, Scope
from app.models.person import Role
from app.models.supervised_object import ObjectKind
from app.services import checklists, clocks
from app.services.patrols.periods import Days, Window, plan_days, windows

log = logging.getLogger("safegrid.patrols")
AHEAD = timedelta(days=7)  # what a phone without signal must know already
_LOOKS = frozenset({Duty.PATROL, Duty.INSPECTION, Duty.VISIT})
_NARROWING = frozenset({"kinds", "is_key"})

# Each gives the subject, where it belongs, `place` (whose work is spread) and `since` (the order).
_OBJECTS_OF_GRID = """
    select id, id as object_id, grid_id, cast(null as uuid) as organization_id,
           cast(null as uuid) as person_id, grid_id as place, created_at as since
    from supervised_objects
    where bundle_id is null and confirmed_at is not null and kind = any(:kinds)
      and (is_key or not :only_key) and (closed_on is null or closed_on >= :start)
"""
_OWN_OBJECTS = _OBJECTS_OF_GRID.replace(
    "cast(null as uuid) as organization_id", "organization_id"
).replace("grid_id as place", "organization_id as place") + (" and organization_id is not null")
_GRIDS = """
    select id, cast(null as uuid) as object_id, id as grid_id,
           cast(null as uuid) as organization_id, cast(null as uuid) as person_id, id as place,
           valid_from as since
    from grids where valid_from <= :end and (valid_to is null or valid_to >= :start)
"""
_PEOPLE = """
    select distinct on (person_id) person_id as id, cast(null as uuid) as object_id, grid_id,
           cast(null as uuid) as organization_id, person_id, person_id as place,
           starts_on as since
    from posts
    where role = :role and starts_on <= :end and (ends_on is null or ends_on >= :start)
    order by person_id, starts_on desc
"""
# Who can be told apart as the one whose duty it is. Other roles need to be assigned to objects.
_SUBJECTS: dict[tuple[Scope, Role], str] = {
    (Scope.OBJECT, Role.GRIDWORKER): _OBJECTS_OF_GRID,
    (Scope.OBJECT, Role.GRID_CHIEF): _OBJECTS_OF_GRID,
    (Scope.OBJECT, Role.SAFETY_OFFICER): _OWN_OBJECTS,
    (Scope.GRID, Role.GRIDWORKER): _GRIDS,
    (Scope.GRID, Role.GRID_CHIEF): _GRIDS,
    **{(Scope.PERSON, role): _PEOPLE for role in Role},
}
# The n-th of m looks falls on day ceil(n * days / m): evenly spread, a single one on the last day.
_INSERT = """
    insert into patrol_tasks
        (id, obligation_key, role, subject_id, object_id, grid_id, organization_id, person_id,
         checklist_version_id, period_start, period_end, ordinal, original_due_on, due_on,
         is_provisional, rollovers, status)
    select gen_random_uuid(), :key, :role, s.id, s.object_id, s.grid_id, s.organization_id,
           s.person_id, :version, :start, :end, :ordinal, s.due_on, s.due_on, :provisional, 0,
           'open'
    from (
        select subject.*, (cast(:days as date[]))[
            (row_number() over turn * :length + count(*) over whole - 1) / count(*) over whole
        ] as due_on
        from ({subjects}) subject
        window turn as (partition by place order by since, id), whole as (partition by place)
    ) s
    where not exists (
        select from patrol_tasks known
        where known.obligation_key = :key and known.subject_id = s.id
          and known.period_start = :start and known.ordinal = :ordinal
    )
    on conflict do nothing
"""

_USUAL = {"nine": "nine-aspects", "community": "community-11+2", "village": "village-9+1"}
_TRADING = (
    ObjectKind.ENTERPRISE,
    ObjectKind.INDIVIDUAL_BUSINESS,
    ObjectKind.THREE_SMALL_PLACE,
    ObjectKind.LEASED_FACTORY,
)
_CHOOSE = """
    update patrol_tasks t set checklist_version_id = case
        when (select o.kind from supervised_objects o where o.id = t.object_id) = any(:trading)
            then :nine
        when b.short_name like '%社区' or b.name like '%居委会' then :community
        else :village
    end
    from grids g join organizations b on b.id = g.organization_id
    where t.checklist_version_id is null and t.status = 'open' and g.id = t.grid_id
"""
_TYPES: dict[str, TypeEngine[Any]] = {
    "key": String(),
    "role": String(),
    "version": Uuid(),
    "start": Date(),
    "end": Date(),
    "ordinal": BigInteger(),
    "days": ARRAY(Date()),
    "length": BigInteger(),
    "provisional": Boolean(),
    "kinds": ARRAY(String()),
    "only_key": Boolean(),
}


async def plan(session: AsyncSession, today: date) -> int:
    """Tasks for every window that is running or begins within a week; how many are new."""
    known, lists = await clocks.load(session), await checklists.newest(session)
    query = select(Obligation).where(Obligation.is_active, Obligation.duty.in_(_LOOKS))
    made = 0
    for duty in list(await session.scalars(query.order_by(Obligation.key))):
        version = lists.get(duty.checklist_key or "")
        for window in windows(duty.period, duty.starts_on, duty.min_count, today, today + AHEAD):
            made += await _fill(session, duty, window, plan_days(known, window, today), version)
    await _choose_lists(session, lists)
    return made


async def _choose_lists(session: AsyncSession, lists: dict[str, UUID]) -> None:
    """An obligation that names no list: the nine aspects for what trades, else the annex that is
    the community's or the village's own (S1-36, S2-10).
    """
    given = {name: lists.get(key) for name, key in _USUAL.items()}
    typed = [bindparam(name, value, Uuid()) for name, value in given.items()]
    trading = bindparam("trading", [kind.value for kind in _TRADING], ARRAY(String()))
    await session.execute(text(_CHOOSE).bindparams(*typed, trading))


async def _fill(
    session: AsyncSession, duty: Obligation, window: Window, days: Days, version: UUID | None
) -> int:
    subjects = _SUBJECTS.get((duty.scope, duty.role)) if duty.role else None
    unknown = set(duty.applies_to) - _NARROWING
    if subjects is None or unknown:
        log.warning("obligation %s is not planned: nobody knows for whom or what", duty.key)
        return 0
    given = _arguments(duty, window, days, version)
    statement = text(_INSERT.format(subjects=subjects))
    used = {name: value for name, value in given.items() if f":{name}" in statement.text}
    typed = [bindparam(name, value, _TYPES[name]) for name, value in used.items()]
    result = await session.execute(statement.bindparams(*typed))
    return int(getattr(result, "rowcount", 0))


def _arguments(
    duty: Obligation, window: Window, days: Days, version: UUID | None
) -> dict[str, Any]:
    kinds = duty.applies_to.get("kinds") or [kind.value for kind in ObjectKind]
    return {
        "key": duty.key,
        "role": duty.role.value if duty.role else None,
        "version": version,
        "start": window.start,
        "end": window.end,
        "ordinal": window.ordinal,
        "days": days.days,
        "length": len(days.days),
        "provisional": days.is_provisional,
        "kinds": list(kinds),
        "only_key": bool(duty.applies_to.get("is_key")),
    }
