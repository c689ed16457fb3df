"""On the day: objects and open cases go over to the grids that follow (decision 31).

Closed cases, visits and tasks done stay where they were: they happened on the grid of that day.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.division import DivisionChange, DivisionPart, Side
from app.models.grid import Grid
from app.models.hazard import Hazard
from app.services import access, hazards, ledger, patrols
from app.services.places import outlines

MOST = 20  # of an hour; the next hour goes on


async def carry_due(session: AsyncSession) -> None:
    """The job: changes whose day has come. Safe to repeat."""
    query = (
        select(DivisionChange)
        .where(DivisionChange.done_at.is_(None), DivisionChange.starts_on <= access.today())
        .order_by(DivisionChange.starts_on, DivisionChange.decided_at)
        .limit(MOST)
        .with_for_update(skip_locked=True)
    )
    for row in list(await session.scalars(query)):
        await carry(session, row)


async def carry(session: AsyncSession, change: DivisionChange) -> None:
    """Objects by the plan; a case with its object, else where it lies, else with the rest."""
    parts = await session.execute(
        select(DivisionPart.side, Grid)
        .join(Grid, Grid.id == DivisionPart.grid_id)
        .where(DivisionPart.change_id == change.id)
        .order_by(DivisionPart.position)
    )
    sides: dict[Side, list[Grid]] = {Side.BEFORE: [], Side.AFTER: []}
    for side, grid in parts:
        sides[side].append(grid)
    after = {grid.id: grid for grid in sides[Side.AFTER]}
    ends = [grid.id for grid in sides[Side.BEFORE]]
    plan = {UUID(id_): after[UUID(grid_id)] for id_, grid_id in change.plan.items()}
    rest = after[change.rest_id]
    went = await ledger.carry(session, ends, lambda id_: plan.get(id_, rest), change.document)
    await hazards.carry(session, change.id, ends, _of_case(went, sides[Side.AFTER], rest))
    await patrols.rehome(session)
    change.done_at = clock.now()
    await session.flush()


def _of_case(went: dict[UUID, Grid], after: list[Grid], rest: Grid) -> Callable[[Hazard], Grid]:
    def grid_of(hazard: Hazard) -> Grid:
        if hazard.enterprise_id in went:
            return went[hazard.enterprise_id]
        lat, lon = hazard.lat, hazard.lon
        if lat is None or lon is None:
            return rest
        around = (one for one in after if one.outline and outlines.contains(one.outline, lat, lon))
        return next(around, rest)

    return grid_of
