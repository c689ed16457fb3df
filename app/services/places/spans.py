"""A grid that is added, ended or restored outside a change is filed too (S1-5, decision 55).

By hand it has a line of its own; what a scheme or the ledger adds or ends shares one (decision 57).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.grid import Grid, GridOutline
from app.models.grid_revision import GridRevision, GridRevisionPart, RevisionCause, RevisionKind
from app.services import access
from app.services.access import Actor
from app.services.places import revising
from app.services.places.known import by_id
from app.services.places.revising import Line

_K = RevisionKind
_Noted = tuple[GridRevision, GridRevisionPart]
_BY_HAND = RevisionCause.HAND
_MOST = 500  # grids of one line: a sheet's cell and a page still hold them


class _Line(NamedTuple):
    """What grids have to have in common to stand in one line."""

    kind: RevisionKind
    cause: RevisionCause
    day: date
    township_id: UUID | None = None


async def added(
    session: AsyncSession,
    actor: Actor,
    grids: Sequence[Grid],
    cause: RevisionCause = _BY_HAND,
) -> None:
    """With the outline it has; until it is filed, what its author does today mends the line."""
    by_day: dict[date, list[Grid]] = {}
    for grid in grids:
        by_day.setdefault(grid.valid_from, []).append(grid)
    for day, some in by_day.items():
        await _add(session, actor, some, _Line(_K.ADDED, cause, day))


async def drawn(session: AsyncSession, actor: Actor, outlines: Mapping[UUID, Grid]) -> None:
    """By their id in the history; of grids added today they are part of the line that says so.

    A scheme draws nothing: as long as its line waits, the first outline belongs there, whose ever.
    """
    of = {grid.id: (id_, grid.outline) for id_, grid in outlines.items()}
    is_mine = _is_of_today(actor)
    is_open = (GridRevision.cause == RevisionCause.SCHEME) & GridRevisionPart.outline_id.is_(None)
    for _, part in await _waiting(session, of, _K.ADDED, or_(is_mine, is_open)):
        id_, outline = of[part.grid_id]
        line = Line.of(id_, outline) if outline else None
        part.outline_id, part.area = (line.id, line.size) if line else (None, None)
    await session.flush()


async def ended(
    session: AsyncSession,
    actor: Actor,
    grid: Grid,
    was: date | None,
    cause: RevisionCause = _BY_HAND,
) -> None:
    """`was`: its last day before. Who takes back today what is not filed yet leaves no line."""
    if grid.valid_to == was:
        return
    kind = _K.RESTORED if grid.valid_to is None else _K.ENDED
    day = access.today() if grid.valid_to is None else grid.valid_to + timedelta(days=1)
    mine = _is_of_today(actor)
    last = next(iter(await _waiting(session, [grid.id], _K.ENDED, mine)), None)
    if last and kind is _K.ENDED and last[0].cause is _BY_HAND:
        last[0].revised_on = day
        await session.flush()
        return
    if last:
        await _drop(session, last)
    if last is None or kind is _K.ENDED or await _is_known_ended(session, grid):
        await _add(session, actor, [grid], _Line(kind, cause, day))


async def _is_known_ended(session: AsyncSession, grid: Grid) -> bool:
    """By an earlier line of the list."""
    query = (
        select(GridRevision.kind)
        .join(GridRevisionPart, GridRevisionPart.revision_id == GridRevision.id)
        .where(GridRevisionPart.grid_id == grid.id, GridRevision.kind.in_((_K.ENDED, _K.RESTORED)))
        .order_by(GridRevision.decided_at.desc(), GridRevision.id.desc())
    )
    return await session.scalar(query.limit(1)) is _K.ENDED


def _is_of_today(actor: Actor) -> ColumnElement[bool]:
    """Of this person."""
    return and_(
        GridRevision.decided_by_id.is_not_distinct_from(revising.author(actor)),
        GridRevision.decided_at >= revising.midnight(),
    )


async def _waiting(
    session: AsyncSession,
    grid_ids: Collection[UUID],
    kind: RevisionKind,
    which: ColumnElement[bool],
) -> list[_Noted]:
    """Lines that are not filed, held until the end; the newest first."""
    query = (
        select(GridRevision, GridRevisionPart)
        .join(GridRevisionPart, GridRevisionPart.revision_id == GridRevision.id)
        .where(
            GridRevisionPart.grid_id.in_(grid_ids),
            GridRevision.kind == kind,
            GridRevision.filed_on.is_(None),
            which,
        )
        .order_by(GridRevision.decided_at.desc(), GridRevision.id)
        .with_for_update(of=GridRevision)
    )
    rows = await session.execute(query.execution_options(populate_existing=True))
    return [(line, part) for line, part in rows]


async def _add(session: AsyncSession, actor: Actor, grids: Sequence[Grid], what: _Line) -> None:
    bodies = await by_id(session, {grid.organization_id for grid in grids})
    by_township: dict[UUID | None, list[Grid]] = {}
    for grid in grids:
        by_township.setdefault(bodies[grid.organization_id].within_id, []).append(grid)
    for township_id, some in by_township.items():
        line = what._replace(township_id=township_id)
        done = 0
        while done < len(some):
            row, room = await _line(session, actor, line)
            for grid in some[done : done + room]:
                revised = await _revised(session, grid, what.kind)
                body = bodies[grid.organization_id].short_name
                session.add(revising.part(row, revised, body))
            await session.flush()
            done += room


async def _line(session: AsyncSession, actor: Actor, what: _Line) -> tuple[GridRevision, int]:
    """Of today and not filed, if such lines are shared; and how many more grids it takes."""
    if what.cause is not _BY_HAND:
        of = GridRevisionPart.revision_id == GridRevision.id
        count = select(func.count()).where(of).correlate(GridRevision).scalar_subquery()
        query = (
            select(GridRevision, count)
            .where(
                GridRevision.kind == what.kind,
                GridRevision.cause == what.cause,
                GridRevision.revised_on == what.day,
                GridRevision.township_id.is_not_distinct_from(what.township_id),
                GridRevision.filed_on.is_(None),
                _is_of_today(actor),
                count < _MOST,
            )
            .order_by(GridRevision.decided_at, GridRevision.id)
            .with_for_update(of=GridRevision)
        )
        found = (await session.execute(query.limit(1))).first()
        if found:
            return found[0], _MOST - found[1]
    row = GridRevision(
        township_id=what.township_id,
        kind=what.kind,
        cause=what.cause,
        revised_on=what.day,
        decided_by_id=revising.author(actor),
        decided_at=clock.now(),
    )
    session.add(row)
    await session.flush()
    return row, 1 if what.cause is _BY_HAND else _MOST


async def _revised(session: AsyncSession, grid: Grid, kind: RevisionKind) -> revising.Revised:
    side = revising.side(grid, await _outline(session, grid))
    none = side._replace(line=None)
    was, now = (side, none) if kind is _K.ENDED else (none, side)
    return revising.Revised(grid, was, now)


async def _outline(session: AsyncSession, grid: Grid) -> Line | None:
    if grid.outline is None:
        return None
    query = select(GridOutline.id).where(GridOutline.grid_id == grid.id)
    newest = query.order_by(GridOutline.recorded_at.desc(), GridOutline.id.desc()).limit(1)
    id_ = await session.scalar(newest)
    return Line.of(id_, grid.outline) if id_ else None


async def _drop(session: AsyncSession, noted: _Noted) -> None:
    """The grid out of the line, and the line with the last of its grids."""
    line, part = noted
    await session.delete(part)
    await session.flush()
    left = select(GridRevisionPart.grid_id).where(GridRevisionPart.revision_id == line.id)
    if await session.scalar(left.limit(1)) is None:
        await session.delete(line)
        await session.flush()
