"""What the system knows of a body's year: shown beside the items, never turned into points."""

from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.accident import Accident, AccidentHop, AccidentStatus, HopKind
from app.models.grid import Grid
from app.models.hazard import OPEN_STATES, Hazard
from app.models.organization import Organization
from app.models.patrol import PatrolTask, TaskStatus
from app.services import duties
from app.services.access import SYSTEM
from app.services.duties import DutyQuery, Standing
from app.services.patrols import finding as patrols

_LATE = frozenset({Standing.LATE, Standing.DONE_LATE})


async def of(session: AsyncSession, body: Organization, year: int) -> dict[str, Any]:
    """Of the ground of the body: nobody's rounds are told apart."""
    open_cases, overdue = await _cases(session, body)
    accidents, dead = await _accidents(session, body, year)
    return {
        "as_of": clock.now().isoformat(),
        "open": open_cases,
        "overdue": overdue,
        "missed": await _missed(session, body, year),
        "late_duties": await _late_duties(session, body, year),
        "accidents": accidents,
        "dead": dead,
    }


async def _cases(session: AsyncSession, body: Organization) -> tuple[int, int]:
    columns = (Hazard.township_id, Hazard.department_id, Hazard.village_id, Hazard.enterprise_id)
    overdue = Hazard.clock_due_at < clock.now()
    query = select(func.count(), func.count().filter(overdue)).where(
        Hazard.state.in_(OPEN_STATES), or_(*(column == body.id for column in columns))
    )
    row = (await session.execute(query)).one()
    return row[0], row[1]


async def _missed(session: AsyncSession, body: Organization, year: int) -> int:
    """Planned rounds of the year that nobody made."""
    of_ground = [
        *await patrols.grids_of(session, body.id, None),
        *await patrols.grids_of(session, None, body.id),
        *await session.scalars(select(Grid.id).where(Grid.organization_id == body.id)),
    ]
    query = select(func.count()).where(
        PatrolTask.grid_id.in_(set(of_ground)),
        PatrolTask.status == TaskStatus.MISSED,
        PatrolTask.original_due_on.between(date(year, 1, 1), date(year, 12, 31)),
    )
    return await session.scalar(query) or 0


async def _late_duties(session: AsyncSession, body: Organization, year: int) -> int:
    """Of the periods that routine work still asks for (duties.occurrences.LOOK_BACK)."""
    found = await duties.find(session, SYSTEM, DutyQuery(show="all"))
    return sum(
        one.of.id == body.id and one.window.end.year == year and one.standing in _LATE
        for one in found
    )


async def _accidents(session: AsyncSession, body: Organization, year: int) -> tuple[int, int]:
    told = select(AccidentHop.accident_id).where(
        AccidentHop.kind == HopKind.DEPARTMENT_TOLD, AccidentHop.target_id == body.id
    )
    of_body = or_(
        Accident.township_id == body.id, Accident.village_id == body.id, Accident.id.in_(told)
    )
    query = select(func.count(), func.coalesce(func.sum(Accident.dead), 0)).where(
        of_body,
        Accident.status != AccidentStatus.FALSE_ALARM,
        Accident.received_at >= clock.midnight(date(year, 1, 1)),
        Accident.received_at < clock.midnight(date(year + 1, 1, 1)),
    )
    row = (await session.execute(query)).one()
    return row[0], int(row[1] or 0)
