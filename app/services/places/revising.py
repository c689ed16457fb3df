"""What of an edited grid is to be filed: another line, code or name than it had (S1-5)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from shapely.geometry import shape
from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.grid import Grid, GridOutline
from app.models.grid_revision import GridRevision, GridRevisionPart, RevisionKind
from app.services import access
from app.services.access import SYSTEM, Actor
from app.services.places import outlines
from app.services.places.known import by_id
from app.services.places.neighbours import area


class Line(NamedTuple):
    """An outline of the history. `size` in square metres."""

    id: UUID
    version: str
    size: int

    @classmethod
    def of(cls, id_: UUID, outline: dict[str, Any] | None) -> "Line":
        size = round(area(shape(outline))) if outline else 0
        return cls(id_, outlines.version(outline), size)


class Side(NamedTuple):
    """What a grid is known by. `line` None: it is not about the line."""

    name: str
    code: str | None
    line: Line | None = None


class Revised(NamedTuple):
    grid: Grid
    was: Side
    now: Side


class _Noted(NamedTuple):
    """`first`: the outline before, if it was redrawn."""

    revision: GridRevision
    part: GridRevisionPart
    first: GridOutline | None


def side(grid: Grid, line: Line | None = None) -> Side:
    return Side(grid.name, grid.official_code, line)


async def note(session: AsyncSession, actor: Actor, revised: Sequence[Revised]) -> None:
    """One line for a grid, or for those of a township that came together.

    What the same person goes on with on the same day, before it is filed, stays one line; what
    comes to nothing by that is none.
    """
    differing = [one for one in revised if _is_to_file(one)]
    if not differing:
        return
    noted = await _newest(session, [one.grid.id for one in differing])
    fresh = []
    for one in differing:
        last = noted.get(one.grid.id)
        if last and _goes_on(last, one, actor):
            _go_on(last, one)
        else:
            fresh.append(one)
    await _add(session, actor, fresh)
    await session.flush()
    await _drop_empty(session, list(noted.values()))


async def rename(session: AsyncSession, actor: Actor, grid: Grid, name: str) -> None:
    """With the place that it is, not by hand."""
    was = side(grid)
    grid.name = name
    await session.flush()
    await note(session, actor, [Revised(grid, was, side(grid))])


def _is_to_file(one: Revised) -> bool:
    """Nothing of a grid that is over, or never began."""
    first, last = _first_day(one.grid), one.grid.valid_to
    return _differs(one.was, one.now) and (last is None or last >= first)


def _differs(was: Side, now: Side) -> bool:
    lines = [each.line.version if each.line else None for each in (was, now)]
    return was[:2] != now[:2] or lines[0] != lines[1]


def author(actor: Actor) -> UUID | None:
    return None if actor is SYSTEM else actor.person_id


def midnight() -> datetime:
    """With which today began in the county."""
    return clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)


def _first_day(grid: Grid) -> date:
    return max(access.today(), grid.valid_from)


async def _newest(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, _Noted]:
    """Of today, held until the end: nobody files what is just being mended.

    That a grid was added today is of today, whatever its first day is.
    """
    kind = GridRevision.kind
    is_added = and_(kind == RevisionKind.ADDED, GridRevision.decided_at >= midnight())
    is_revised = kind.in_((RevisionKind.REVISED, RevisionKind.ADDED))
    is_of_today = or_(is_added, is_revised & (GridRevision.revised_on >= access.today()))
    query = (
        select(GridRevision, GridRevisionPart, GridOutline)
        .join(GridRevisionPart, GridRevisionPart.revision_id == GridRevision.id)
        .outerjoin(GridOutline, GridOutline.id == GridRevisionPart.outline_before_id)
        .where(GridRevisionPart.grid_id.in_(ids), is_of_today)
        .order_by(GridRevision.decided_at, GridRevision.id)
        .with_for_update(of=GridRevision)
    )
    rows = await session.execute(query.execution_options(populate_existing=True))
    return {noted.part.grid_id: noted for noted in (_Noted(*row) for row in rows)}


def _goes_on(last: _Noted, one: Revised, actor: Actor) -> bool:
    revision, part, _ = last
    is_open = revision.filed_on is None and revision.decided_by_id == author(actor)
    is_added = revision.kind is RevisionKind.ADDED
    is_of_day = is_added or revision.revised_on == _first_day(one.grid)
    is_next = (part.name, part.code) == one.was[:2]
    before = one.was.line
    is_line = before is None or part.outline_id in (None, before.id)
    return is_open and is_of_day and is_next and is_line


def _go_on(last: _Noted, one: Revised) -> None:
    part, first = last.part, last.first
    part.name, part.code = one.now.name, one.now.code
    was, now = one.was.line, one.now.line
    if last.revision.kind is RevisionKind.ADDED:
        part.name_before, part.code_before = one.now.name, one.now.code
        if now:
            part.outline_id, part.area = now.id, now.size
    elif was and now:
        if part.outline_id is None:
            part.outline_before_id, part.area_before = was.id, was.size
        part.outline_id, part.area = now.id, now.size
        if first and outlines.version(first.outline) == now.version:
            part.outline_before_id = part.outline_id = part.area_before = part.area = None


def _is_nothing(part: GridRevisionPart) -> bool:
    before, after = (part.name_before, part.code_before), (part.name, part.code)
    return before == after and part.outline_id is None


async def _add(session: AsyncSession, actor: Actor, revised: Sequence[Revised]) -> None:
    bodies = await by_id(session, {one.grid.organization_id for one in revised})
    lines: dict[tuple[UUID | None, date], GridRevision] = {}
    parts = []
    for one in revised:
        body = bodies[one.grid.organization_id]
        key = body.within_id, _first_day(one.grid)
        if key not in lines:
            lines[key] = GridRevision(
                township_id=key[0],
                revised_on=key[1],
                decided_by_id=author(actor),
                decided_at=clock.now(),
            )
        parts.append((lines[key], one, body.short_name))
    session.add_all(lines.values())
    await session.flush()
    session.add_all([part(line, one, body) for line, one, body in parts])


def part(line: GridRevision, one: Revised, body: str) -> GridRevisionPart:
    was, now = one.was.line, one.now.line
    return GridRevisionPart(
        revision_id=line.id,
        grid_id=one.grid.id,
        body=body,
        name_before=one.was.name,
        name=one.now.name,
        code_before=one.was.code,
        code=one.now.code,
        outline_before_id=was.id if was else None,
        outline_id=now.id if now else None,
        area_before=was.size if was else None,
        area=now.size if now else None,
    )


async def _drop_empty(session: AsyncSession, noted: Sequence[_Noted]) -> None:
    revised = [one for one in noted if one.revision.kind is RevisionKind.REVISED]
    empty = [one for one in revised if _is_nothing(one.part)]
    for one in empty:
        await session.delete(one.part)
    await session.flush()
    lines = {one.revision.id: one.revision for one in empty}
    of = GridRevisionPart.revision_id
    left = set(await session.scalars(select(of).where(of.in_(lines))))
    for id_ in lines.keys() - left:
        await session.delete(lines[id_])
    await session.flush()
