"""A grid that is added, ended or restored outside a change is filed too (S1-5, decision 55)."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.grid import Grid, GridOutline
from app.models.grid_revision import GridRevision, GridRevisionPart, RevisionKind
from app.services import access
from app.services.access import Actor
from app.services.places import revising
from app.services.places.known import by_id
from app.services.places.revising import Line

_K = RevisionKind
_Noted = tuple[GridRevision, GridRevisionPart]


async def added(session: AsyncSession, actor: Actor, grid: Grid) -> None:
    """With the outline it has; until it is filed, what its author does today mends the line."""
    await _add(session, actor, grid, _K.ADDED, grid.valid_from)


async def drawn(session: AsyncSession, actor: Actor, outlines: Mapping[UUID, Grid]) -> None:
    """By their id in the history; of grids added today they are part of the line that says so."""
    of = {grid.id: (id_, grid.outline) for id_, grid in outlines.items()}
    for _, part in await _of_today(session, actor, of, _K.ADDED):
        id_, outline = of[part.grid_id]
        line = Line.of(id_, outline) if outline else None
        part.outline_id, part.area = (line.id, line.size) if line else (None, None)
    await session.flush()


async def ended(session: AsyncSession, actor: Actor, grid: Grid, was: date | None) -> None:
    """`was`: its last day before. Who takes back today what is not filed yet leaves no line."""
    if grid.valid_to == was:
        return
    kind = _K.RESTORED if grid.valid_to is None else _K.ENDED
    day = access.today() if grid.valid_to is None else grid.valid_to + timedelta(days=1)
    last = next(iter(await _of_today(session, actor, [grid.id], _K.ENDED)), None)
    if last and kind is _K.ENDED:
        last[0].revised_on = day
    elif last:
        await _drop(session, last)
    if last is None or (kind is _K.RESTORED and await _is_known_ended(session, grid)):
        await _add(session, actor, grid, kind, day)
    await session.flush()


async def _is_known_ended(session: AsyncSession, grid: Grid) -> bool:
    """By an earlier line of the list."""
    query = (
        select(GridRevision.kind)
        .join(GridRevisionPart, GridRevisionPart.revision_id == GridRevision.id)
        .where(GridRevisionPart.grid_id == grid.id, GridRevision.kind.in_((_K.ENDED, _K.RESTORED)))
        .order_by(GridRevision.decided_at.desc(), GridRevision.id.desc())
    )
    return await session.scalar(query.limit(1)) is _K.ENDED


async def _of_today(
    session: AsyncSession, actor: Actor, grid_ids: Collection[UUID], kind: RevisionKind
) -> list[_Noted]:
    """Lines of this person that are not filed, held until the end; the newest first."""
    query = (
        select(GridRevision, GridRevisionPart)
        .join(GridRevisionPart, GridRevisionPart.revision_id == GridRevision.id)
        .where(
            GridRevisionPart.grid_id.in_(grid_ids),
            GridRevision.kind == kind,
            GridRevision.filed_on.is_(None),
            GridRevision.decided_by_id == actor.person_id,
            GridRevision.decided_at >= revising.midnight(),
        )
        .order_by(GridRevision.decided_at.desc(), GridRevision.id)
        .with_for_update(of=GridRevision)
    )
    rows = await session.execute(query.execution_options(populate_existing=True))
    return [(line, part) for line, part in rows]


async def _add(
    session: AsyncSession, actor: Actor, grid: Grid, kind: RevisionKind, day: date
) -> None:
    bodies = await by_id(session, {grid.organization_id})
    body = bodies[grid.organization_id]
    line = GridRevision(
        township_id=body.within_id,
        kind=kind,
        revised_on=day,
        decided_by_id=actor.person_id,
        decided_at=clock.now(),
    )
    session.add(line)
    await session.flush()
    outline = await _outline(session, grid)
    side = revising.side(grid, outline)
    was, now = side, side
    if kind is _K.ENDED:
        now = side._replace(line=None)
    else:
        was = side._replace(line=None)
    revised = revising.Revised(grid, was, now)
    session.add(revising.part(line, revised, body.short_name))
    await session.flush()


async def _outline(session: AsyncSession, grid: Grid) -> Line | None:
    query = select(GridOutline.id).where(GridOutline.grid_id == grid.id)
    newest = query.order_by(GridOutline.recorded_at.desc(), GridOutline.id.desc()).limit(1)
    id_ = await session.scalar(newest) if grid.outline else None
    return Line.of(id_, grid.outline) if id_ else None


async def _drop(session: AsyncSession, noted: _Noted) -> None:
    line, part = noted
    await session.delete(part)
    await session.flush()
    await session.delete(line)
    await session.flush()
