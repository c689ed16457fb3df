"""Tasks as a desk looks for them: by ground and object, never by person."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.patrol import PatrolTask, TaskStatus
from app.services import access, cursors, places
from app.services.access import Actor
from app.services.patrols.commands import TaskQuery
from app.services.patrols.mine import FoundTask, select_tasks, whole
from app.services.patrols.reach import has_begun, within
from app.services.permissions import Permission

S = TaskStatus


@dataclass(frozen=True)
class TaskPage:
    items: list[FoundTask]
    next: str | None


async def find(session: AsyncSession, actor: Actor, query: TaskQuery) -> TaskPage:
    """One page, the longest due first."""
    access.require(actor, Permission.SEE_PATROLS)
    conditions = [
        await within(session, actor, PatrolTask.grid_id),
        *_shown(query, access.today()),
        *([] if Permission.ORDER_CAMPAIGNS in actor.permissions else [has_begun(access.today())]),
        *_when(query),
        *await _where(session, query),
    ]
    keys = (PatrolTask.original_due_on, PatrolTask.id)
    if query.cursor:
        after = cursors.decode(query.cursor, date.fromisoformat, UUID)
        conditions.append(tuple_(*keys) > tuple_(*after))
    statement = select_tasks().where(*conditions).order_by(*keys).limit(query.limit + 1)
    rows = (await session.execute(statement)).all()
    page = rows[: query.limit]
    last = page[-1][0] if len(rows) > query.limit else None
    onward = cursors.encode(last.original_due_on, last.id) if last else None
    return TaskPage(await whole(session, page), onward)


def is_late(today: date) -> ColumnElement[bool]:
    """Put off at least once, or its day has passed, and still to be done."""
    past = or_(PatrolTask.rollovers > 0, PatrolTask.original_due_on < today)
    return and_(PatrolTask.status == S.OPEN, past)


def _shown(query: TaskQuery, today: date) -> list[ColumnElement[bool]]:
    shows = {
        "open": [PatrolTask.status == S.OPEN],
        "late": [is_late(today)],
        "missed": [PatrolTask.status == S.MISSED],
        "done": [PatrolTask.status == S.DONE],
    }
    return shows.get(query.show, [PatrolTask.status != S.DROPPED])


def _when(query: TaskQuery) -> list[ColumnElement[bool]]:
    column = PatrolTask.original_due_on
    found = []
    if query.due_from:
        found.append(column >= query.due_from)
    if query.due_to:
        found.append(column <= query.due_to)
    return found


async def _where(session: AsyncSession, query: TaskQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.object_id:
        found.append(PatrolTask.object_id == query.object_id)
    if query.campaign_id:
        found.append(PatrolTask.campaign_id == query.campaign_id)
    if query.is_plan:
        found.append(PatrolTask.campaign_id.is_(None))
    if query.grid_id:
        found.append(PatrolTask.grid_id == query.grid_id)
    if query.township_id or query.village_id:
        grids = await grids_of(session, query.township_id, query.village_id)
        found.append(PatrolTask.grid_id.in_(grids))
    return found


async def grids_of(
    session: AsyncSession, township_id: UUID | None, village_id: UUID | None
) -> list[UUID]:
    """Grids of a township, narrowed to one village if it is named."""
    return [
        grid.id
        for grid in (await places.known_grids(session)).values()
        if township_id in {None, grid.township_id} and village_id in {None, grid.village_id}
    ]
