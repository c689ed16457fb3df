"""Every outline that a grid has had: written with it, read back, never taken away (decision 51)."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import NotFound
from app.models.base import new_id
from app.models.grid import Grid, GridOutline, OutlineSource
from app.models.person import Person
from app.services import access
from app.services.access import SYSTEM, Actor
from app.services.coordinates import Crs
from app.services.places import revising, spans
from app.services.places.neighbours import area
from app.services.places.revising import Revised

MOST = 200


class Drawing(NamedTuple):
    """How an outline came about. A correction describes the same ground better: not to be filed."""

    source: OutlineSource
    crs: Crs = Crs.WGS84
    is_correction: bool = False
    import_id: UUID | None = None


@dataclass(frozen=True)
class PastOutline:
    """`by` None: nobody knows. `is_present`: it is the one that stands."""

    row: GridOutline
    by: str | None
    square_metres: int
    is_present: bool


@dataclass(frozen=True)
class Compared:
    """Beside the outline that stands: ground it had that is gone, ground that has come since.

    `share`: both of all ground that either has, 0 to 1.
    """

    past: PastOutline
    gone: int
    come: int
    share: float


async def keep(
    session: AsyncSession, actor: Actor, grids: Iterable[Grid], drawing: Drawing
) -> None:
    """The outlines that these grids have now: from today on, or from the day they begin.

    What takes the place of another one is noted, to be filed.
    """
    today, now, grids = access.today(), clock.now(), list(grids)
    is_filed = not (drawing.is_correction or actor is SYSTEM)
    before = await _last(session, grids) if is_filed else {}
    ids = [new_id() for _ in grids]
    rows = [
        {
            "id": id_,
            "grid_id": grid.id,
            "valid_from": max(today, grid.valid_from),
            "outline": grid.outline,
            "crs": drawing.crs.value,
            "source": drawing.source,
            "is_correction": drawing.is_correction,
            "recorded_at": now,
            "import_id": drawing.import_id,
            "recorded_by_id": None if actor is SYSTEM else actor.person_id,
        }
        for grid, id_ in zip(grids, ids, strict=True)
    ]
    if rows:
        await session.execute(insert(GridOutline), rows)
    pairs = zip(grids, ids, strict=True)
    drawn = [
        (grid, before[grid.id], id_)
        for grid, id_ in pairs
        if grid.id in before and not _goes_as_it_came(grid, drawing)
    ]
    await revising.note(session, actor, await asyncio.to_thread(_redrawn, drawn))
    if actor is not SYSTEM:
        await spans.drawn(session, actor, dict(zip(ids, grids, strict=True)))


def _goes_as_it_came(grid: Grid, drawing: Drawing) -> bool:
    """The first outline of a grid is not to be filed, nor is the undoing of that."""
    return drawing.source is OutlineSource.PUT_BACK and grid.outline is None


async def outlines_of(session: AsyncSession, grid_id: UUID) -> list[PastOutline]:
    """The newest first, MOST at most; who may see the grid may see what it was."""
    rows = await _rows(session, grid_id)
    return await asyncio.to_thread(lambda: [_told(row, rows) for row in rows])


async def compared(session: AsyncSession, grid_id: UUID, outline_id: UUID) -> Compared:
    """One of them with its geometry, beside what stands."""
    rows = await _rows(session, grid_id)
    row = next((one for one in rows if one.GridOutline.id == outline_id), None)
    if row is None:
        raise NotFound
    past = await asyncio.to_thread(_told, row, rows)
    grid = await session.get_one(Grid, grid_id)
    was, now = ground(past.row.outline), ground(grid.outline)
    gone, come, whole = await asyncio.to_thread(_apart, was, now)
    return Compared(past, gone, come, round((gone + come) / whole, 4) if whole else 0.0)


async def _last(session: AsyncSession, grids: Sequence[Grid]) -> dict[UUID, GridOutline]:
    query = (
        select(GridOutline)
        .where(GridOutline.grid_id.in_([grid.id for grid in grids]))
        .ext(distinct_on(GridOutline.grid_id))
        .order_by(GridOutline.grid_id, GridOutline.recorded_at.desc(), GridOutline.id.desc())
    )
    return {row.grid_id: row for row in await session.scalars(query)}


def _redrawn(drawn: Sequence[tuple[Grid, GridOutline, UUID]]) -> list[Revised]:
    return [
        Revised(
            grid,
            revising.side(grid, revising.Line.of(before.id, before.outline)),
            revising.side(grid, revising.Line.of(id_, grid.outline)),
        )
        for grid, before, id_ in drawn
    ]


async def _rows(session: AsyncSession, grid_id: UUID) -> Sequence[Any]:
    if await session.get(Grid, grid_id) is None:
        raise NotFound
    query = (
        select(GridOutline, Person.name)
        .outerjoin(Person, Person.id == GridOutline.recorded_by_id)
        .where(GridOutline.grid_id == grid_id)
        .order_by(GridOutline.recorded_at.desc(), GridOutline.id.desc())
    )
    return (await session.execute(query.limit(MOST))).all()


def _told(row: Any, rows: Sequence[Any]) -> PastOutline:
    size = round(area(ground(row.GridOutline.outline)))
    return PastOutline(row.GridOutline, row.name, size, is_present=row is rows[0])


def _apart(was: BaseGeometry, now: BaseGeometry) -> tuple[int, int, int]:
    gone, come = was.difference(now), now.difference(was)
    return round(area(gone)), round(area(come)), round(area(was.union(now)))


def ground(outline: dict[str, Any] | None) -> BaseGeometry:
    """Of an outline that is not there, none."""
    return shape(outline) if outline else shape({"type": "Polygon", "coordinates": []})
