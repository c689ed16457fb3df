"""Which task a visit does. The plan stays as it is: only the task of that period is done."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.checklist import ChecklistVersion
from app.models.patrol import PatrolTask, TaskStatus
from app.models.visit import Visit
from app.services.access import Actor
from app.services.patrols.reach import is_mine, is_or_was_mine


async def task_of(session: AsyncSession, task_id: UUID) -> PatrolTask | None:
    query = select(PatrolTask).where(PatrolTask.id == task_id).with_for_update()
    fresh = query.execution_options(populate_existing=True)
    found: PatrolTask | None = await session.scalar(fresh)
    return found


async def fulfil(
    session: AsyncSession, actor: Actor, visit: Visit, named: PatrolTask | None, day: date
) -> PatrolTask | None:
    """The task that this visit has done, if any. `day`: when it was, by the phone's clock.

    The named one while it was to be done on that day, also if it was missed or dropped since;
    else the earliest open one for the same subject and list. To name another's duty, or one with
    another list, does none: the visit is kept all the same.
    """
    if named and not await _may_do(session, actor, visit, named, day):
        return None
    task = named if named and _was_due(named, day) else await _open_one(session, actor, visit, day)
    if task is not None:
        done(task, visit, day)
        await session.flush()
    return task


def done(task: PatrolTask, visit: Visit, day: date) -> None:
    """By this visit, on this day."""
    task.status = TaskStatus.DONE
    task.done_visit_id, task.done_on, task.closed_on = visit.id, day, None


async def _may_do(
    session: AsyncSession, actor: Actor, visit: Visit, task: PatrolTask, day: date
) -> bool:
    """Whose duty it is, or was on that day, by the list that it wants."""
    query = select(PatrolTask.id).where(
        PatrolTask.id == task.id, _has_list_of(visit), is_or_was_mine(actor, day)
    )
    return await session.scalar(query) is not None


def _was_due(task: PatrolTask, day: date) -> bool:
    """The night closes tasks of the plan before their day begins; a desk ends a campaign in it."""
    if task.status in {TaskStatus.MISSED, TaskStatus.DROPPED} and task.closed_on:
        return day < task.closed_on or (task.campaign_id is not None and day == task.closed_on)
    return task.status is TaskStatus.OPEN


def _has_list_of(visit: Visit) -> ColumnElement[bool]:
    """In any version: the phone has the one that was the newest when it last heard."""
    wanted = select(ChecklistVersion.checklist_key).where(
        ChecklistVersion.id == visit.checklist_version_id
    )
    versions = select(ChecklistVersion.id).where(
        ChecklistVersion.checklist_key == wanted.scalar_subquery()
    )
    given = PatrolTask.checklist_version_id
    return or_(given.is_(None), given.in_(versions))


async def _open_one(
    session: AsyncSession, actor: Actor, visit: Visit, day: date
) -> PatrolTask | None:
    """Somebody who looks without having been sent has done the task all the same."""
    subject = PatrolTask.object_id == visit.object_id
    if visit.object_id is None:
        subject = and_(PatrolTask.object_id.is_(None), PatrolTask.grid_id == visit.grid_id)
    # Whoever must look somewhere, and nobody said where, has done so wherever it was (S0-6).
    in_person = and_(PatrolTask.object_id.is_(None), PatrolTask.person_id == actor.person_id)
    query = (
        select(PatrolTask)
        .where(
            or_(subject, in_person),
            PatrolTask.status == TaskStatus.OPEN,
            PatrolTask.period_start <= day,
            _has_list_of(visit),
            is_mine(actor),
        )
        .order_by(PatrolTask.person_id.is_not(None), PatrolTask.period_start, PatrolTask.ordinal)
        .limit(1)
        .with_for_update()
    )
    found: PatrolTask | None = await session.scalar(query)
    return found
