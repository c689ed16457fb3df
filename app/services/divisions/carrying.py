"""On the day: objects and open cases go over to the grids that follow (decision 31).

Closed cases, visits and tasks done stay where they were: they happened on the grid of that day.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.division import IS_WAITING, DivisionChange, DivisionPart, MoveKind, Side
from app.models.grid import Grid
from app.services import access, accidents, appeals, hazards, ledger, patrols
from app.services.divisions import moves
from app.services.divisions.grounds import Plan
from app.services.hazards import Carrying

MOST = 20  # of an hour; the next hour goes on


async def carry_due(session: AsyncSession) -> None:
    """The job: changes whose day has come. Safe to repeat."""
    query = (
        select(DivisionChange)
        .where(IS_WAITING, DivisionChange.starts_on <= access.today())
        .order_by(DivisionChange.starts_on, DivisionChange.decided_at)
        .limit(MOST)
        .with_for_update(skip_locked=True)
    )
    for row in list(await session.scalars(query)):
        await carry(session, row)


async def carry(session: AsyncSession, change: DivisionChange) -> None:
    """Objects by the plan; what hangs on one with it, else where it lies, else with the rest."""
    ends, after = await sides(session, change.id)
    known = {grid.id: grid for grid in after}
    named = {UUID(id_): known[UUID(grid_id)] for id_, grid_id in change.plan.items()}
    plan, ids = Plan(after, named), [grid.id for grid in ends]
    went_over, went = await ledger.carry(session, ids, plan.of_object, change.document)
    rows = await hazards.open_on(session, ids, locked=True)
    why = Carrying(f"division:{change.id}", lambda one: plan.of(one, one.enterprise_id, went))
    cases = await hazards.carry(session, rows, ends, why)
    kept = {
        MoveKind.OBJECT: went_over,
        MoveKind.CASE: cases,
        MoveKind.ACCIDENT: await accidents.carry(
            session,
            await accidents.open_on(session, ids, locked=True),
            lambda one: plan.of(one, one.object_id, went),
        ),
        MoveKind.APPEAL: await appeals.carry(
            session,
            await appeals.open_on(session, ids, locked=True),
            lambda one: (
                went.get(one.enterprise_id, plan.after[0]) if one.enterprise_id else after[0]
            ),
        ),
    }
    for kind, moved in kept.items():
        await moves.keep(session, change.id, kind, moved)
    await patrols.rehome(session)
    change.done_at = clock.now()
    await session.flush()


async def sides(session: AsyncSession, change_id: UUID) -> tuple[list[Grid], list[Grid]]:
    """The grids before and after, in the order of the change."""
    parts = await session.execute(
        select(DivisionPart.side, Grid)
        .join(Grid, Grid.id == DivisionPart.grid_id)
        .where(DivisionPart.change_id == change_id)
        .order_by(DivisionPart.position)
    )
    found: dict[Side, list[Grid]] = {Side.BEFORE: [], Side.AFTER: []}
    for side, grid in parts:
        found[side].append(grid)
    return found[Side.BEFORE], found[Side.AFTER]
