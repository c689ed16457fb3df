"""Today's list of whoever holds the phone, and what it must know to work without signal."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.campaign import Campaign
from app.models.grid import Grid
from app.models.obligation import Obligation
from app.models.patrol import PatrolTask, Postponement, TaskStatus
from app.models.supervised_object import SupervisedObject
from app.services import access, checklists
from app.services.access import Actor
from app.services.patrols.reach import has_begun, is_for_me

MOST = 500
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class FoundTask:
    """A task with what is shown beside it."""

    task: PatrolTask
    duty: str
    place: SupervisedObject | None
    grid: Grid | None
    members: Sequence[SupervisedObject] = ()
    delays: Sequence[Postponement] = ()


@dataclass(frozen=True)
class MyTasks:
    """Open tasks up to a week ahead, the most pressing first; `lists`: for looks unasked."""

    day: date
    tasks: list[FoundTask]
    lists: list[UUID]


async def mine(session: AsyncSession, actor: Actor) -> MyTasks:
    """Five statements, however many tasks."""
    today = access.today()
    query = (
        select_tasks()
        .where(
            await is_for_me(session, actor),
            PatrolTask.status == TaskStatus.OPEN,
            PatrolTask.due_on <= today + AHEAD,
            has_begun(today),
        )
        .order_by(PatrolTask.due_on, PatrolTask.original_due_on, PatrolTask.id)
        .limit(MOST)
    )
    found = await whole(session, (await session.execute(query)).all())
    lists = {task.task.checklist_version_id for task in found if task.task.checklist_version_id}
    lists |= set((await checklists.newest(session)).values())
    return MyTasks(today, found, sorted(lists))


def select_tasks() -> Select[*tuple[Any, ...]]:
    """Tasks with the names of their duty or campaign, object and grid."""
    return (
        select(PatrolTask, func.coalesce(Obligation.name, Campaign.name), SupervisedObject, Grid)
        .outerjoin(Obligation, Obligation.key == PatrolTask.obligation_key)
        .outerjoin(Campaign, Campaign.id == PatrolTask.campaign_id)
        .outerjoin(SupervisedObject, SupervisedObject.id == PatrolTask.object_id)
        .outerjoin(Grid, Grid.id == PatrolTask.grid_id)
    )


async def whole(session: AsyncSession, rows: Sequence[Any]) -> list[FoundTask]:
    """Rows of `select_tasks` with members of bundles and reasons of delays."""
    members = await _members(session, {row[0].object_id for row in rows if row[0].object_id})
    delays = await _delays(session, [row[0].id for row in rows])
    return [
        FoundTask(task, duty, place, grid, members.get(task.object_id, []), delays.get(task.id, []))
        for task, duty, place, grid in rows
    ]


async def _members(
    session: AsyncSession, bundles: Collection[UUID]
) -> dict[UUID | None, list[SupervisedObject]]:
    found: dict[UUID | None, list[SupervisedObject]] = {}
    if not bundles:
        return found
    query = select(SupervisedObject).where(
        SupervisedObject.bundle_id.in_(bundles),
        SupervisedObject.closed_on.is_(None),
        SupervisedObject.confirmed_at.is_not(None),
    )
    for row in await session.scalars(query.order_by(SupervisedObject.name, SupervisedObject.id)):
        found.setdefault(row.bundle_id, []).append(row)
    return found


async def _delays(session: AsyncSession, ids: list[UUID]) -> dict[UUID, list[Postponement]]:
    found: dict[UUID, list[Postponement]] = {}
    if not ids:
        return found
    query = select(Postponement).where(Postponement.task_id.in_(ids))
    for row in await session.scalars(
        query.order_by(Postponement.from_on, Postponement.received_at)
    ):
        found.setdefault(row.task_id, []).append(row)
    return found
