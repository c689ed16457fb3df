"""What of the plan was done, by grid: numerator, denominator, what waits and why (巡查完成率)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.patrol import PatrolTask, Postponement, TaskStatus
from app.services import access, places
from app.services.access import Actor
from app.services.patrols.commands import BoardQuery
from app.services.patrols.finding import grids_of, is_late
from app.services.patrols.reach import within
from app.services.permissions import Permission

UNSAID = "unsaid"


@dataclass
class BoardLine:
    """One grid. `planned` fell due in the time; `reasons` counts why tasks were put off.

    A task counts once for a day on which it was put off, by the reason that came first.
    """

    grid_id: UUID
    grid_name: str
    village_id: UUID | None
    township_id: UUID | None
    planned: int
    done: int
    done_late: int
    late: int
    missed: int
    reasons: dict[str, int] = field(default_factory=dict)


async def board(session: AsyncSession, actor: Actor, query: BoardQuery) -> list[BoardLine]:
    """Grids that had something to do; those with most undone first. Never a score of a person."""
    access.require(actor, Permission.SEE_PATROLS)
    conditions = [
        await within(session, actor, PatrolTask.grid_id),
        PatrolTask.original_due_on.between(query.due_from, query.due_to),
        PatrolTask.status != TaskStatus.DROPPED,
        PatrolTask.campaign_id == query.campaign_id,  # None: the plan, without what came on top
    ]
    if query.township_id:
        grids = await grids_of(session, query.township_id, None)
        conditions.append(PatrolTask.grid_id.in_(grids))
    done = PatrolTask.status == TaskStatus.DONE
    counts = (
        select(
            PatrolTask.grid_id,
            func.count().label("planned"),
            func.count().filter(done).label("done"),
            func.count()
            .filter(done, PatrolTask.done_on > PatrolTask.period_end)
            .label("done_late"),
            func.count().filter(is_late(access.today())).label("late"),
            func.count().filter(PatrolTask.status == TaskStatus.MISSED).label("missed"),
        )
        .where(*conditions, PatrolTask.grid_id.is_not(None))
        .group_by(PatrolTask.grid_id)
    )
    lines = await _lines(session, (await session.execute(counts)).all())
    for grid_id, reason, count in await session.execute(_why(conditions)):
        if grid_id in lines:
            lines[grid_id].reasons[reason.value if reason else UNSAID] = count
    return sorted(lines.values(), key=lambda line: (-line.missed - line.late, line.grid_name))


def _why(conditions: Sequence[ColumnElement[bool]]) -> Select[Any, Any, int]:
    """By grid and reason, how many tasks were put off: each once a day, by its first reason."""
    first = (
        select(PatrolTask.grid_id, Postponement.reason)
        .join(Postponement, Postponement.task_id == PatrolTask.id)
        .where(*conditions)
        .ext(distinct_on(Postponement.task_id, Postponement.from_on))
        .order_by(
            Postponement.task_id,
            Postponement.from_on,
            Postponement.reason.is_(None),
            Postponement.received_at,
            Postponement.seq,
        )
        .subquery()
    )
    return select(first.c.grid_id, first.c.reason, func.count()).group_by(*first.c)


async def _lines(
    session: AsyncSession, rows: Sequence[Row[*tuple[Any, ...]]]
) -> dict[UUID, BoardLine]:
    known = await places.known_grids(session)
    lines = {}
    for grid_id, *numbers in rows:
        grid = known[grid_id]
        lines[grid_id] = BoardLine(grid_id, grid.name, grid.village_id, grid.township_id, *numbers)
    return lines
