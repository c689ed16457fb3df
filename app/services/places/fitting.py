"""Do outlines fit: in the county, beside each other, in the coordinates they claim (S2-42)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from uuid import UUID

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models.grid import Grid, GridKind
from app.models.organization import Organization, OrganizationKind
from app.services import access
from app.services.access import Actor
from app.services.coordinates import Crs
from app.services.permissions import Permission
from app.services.places import neighbours, outlines, reach
from app.services.places.commands import CheckOutline
from app.services.places.neighbours import SMALL, Named, area, strips_between
from app.services.places.standing import is_in_force

_MISFIT = 0.02  # of its area outside or on others: worth a second look
_MUCH_BETTER = 0.4


@dataclass(frozen=True)
class Overlap:
    """Two grids that claim the same ground; `ground` is told of an outline that is checked."""

    one: str
    other: str
    square_metres: int
    ground: dict[str, Any] | None = None


@dataclass(frozen=True)
class Strip:
    """A strip between an outline and its neighbours that nobody has."""

    square_metres: int
    ground: dict[str, Any]


@dataclass(frozen=True)
class Checked:
    """`outline` in WGS-84. `outside`: share outside the county, 0 to 1. `looks_like`: the
    coordinates in which it would fit much better. `left_out`: places of the grid that would lie
    outside it, `taken_in`: places of other grids inside.
    """

    outline: dict[str, Any]
    square_metres: int
    outside: float
    overlaps: list[Overlap]
    strips: list[Strip]
    left_out: int
    taken_in: int
    looks_like: Crs | None


@dataclass(frozen=True)
class Gap:
    """Ground of a township's own grid that no village grid covers."""

    where: str
    square_metres: int
    lat: float
    lon: float


@dataclass(frozen=True)
class Faults:
    """`undrawn`: grids without an outline; what they leave free is no gap yet."""

    overlaps: list[Overlap]
    gaps: list[Gap]
    undrawn: list[str]


async def check_outline(session: AsyncSession, actor: Actor, command: CheckOutline) -> Checked:
    """What keeping this outline would mean; Invalid when it is none. Nothing is kept."""
    access.require(actor, Permission.DRAFT_PLACES)
    body = await session.get(Organization, command.organization_id)
    if body is None:
        raise NotFound(fields=["organization_id"])
    reach.require_own(actor, body, "organization_id")
    drawn = shape(outlines.check(command.outline, command.crs).geometry)
    beside = await neighbours.beside(session, body, command.grid_id, drawn)
    fit = await asyncio.to_thread(_fit, command, drawn, beside)
    left_out, taken_in = await neighbours.places_moved(session, body, command.grid_id, drawn)
    return Checked(**fit, left_out=left_out, taken_in=taken_in)


def _fit(command: CheckOutline, drawn: BaseGeometry, beside: Sequence[Named]) -> dict[str, Any]:
    on_others = [(name, drawn.intersection(found)) for name, found in beside]
    overlaps = [
        Overlap("", name, round(size), dict(mapping(ground)))
        for name, ground in on_others
        if (size := area(ground)) > SMALL
    ]
    others = [found for _, found in beside]
    return {
        "outline": dict(mapping(drawn)),
        "square_metres": round(area(drawn)),
        "outside": round(_share(drawn, drawn.difference(outlines.county_shape())), 3),
        "overlaps": sorted(overlaps, key=lambda one: -one.square_metres),
        "strips": [
            Strip(round(area(one)), dict(mapping(one))) for one in strips_between(drawn, others)
        ],
        "looks_like": _looks_like(command, drawn, others),
    }


async def faults(session: AsyncSession, actor: Actor, township_id: UUID) -> Faults:
    """Overlaps, gaps and undrawn grids of a township's villages."""
    access.require(actor, Permission.USE_DESK)
    rows = await _outlined(session, township_id)
    overlaps = [
        Overlap(one[1], other[1], round(size))
        for one, other in combinations(rows, 2)
        if one[2].intersects(other[2]) and (size := area(one[2].intersection(other[2]))) > SMALL
    ]
    return Faults(
        overlaps=sorted(overlaps, key=lambda one: (-one.square_metres, one.one, one.other)),
        gaps=await _gaps(session, township_id, [found for _, _, found in rows]),
        undrawn=await _undrawn(session, township_id),
    )


async def _outlined(
    session: AsyncSession, township_id: UUID | None
) -> list[tuple[UUID, str, BaseGeometry]]:
    """Drawn grids of the villages of a township that nothing hangs under."""
    rows = [row for row in await _village_grids(session, township_id) if row.outline]
    return [(row.id, row.name, shape(row.outline or {})) for row in rows]


async def _village_grids(session: AsyncSession, township_id: UUID | None) -> list[Grid]:
    query = (
        select(Grid)
        .join(Organization, Organization.id == Grid.organization_id)
        .where(
            Organization.kind == OrganizationKind.VILLAGE,
            Organization.within_id == township_id,
            Grid.kind == GridKind.TERRITORIAL,
            is_in_force(access.today()),
        )
    )
    rows = list(await session.scalars(query.order_by(Grid.official_code, Grid.name)))
    parents = {row.parent_id for row in rows}
    return [row for row in rows if row.id not in parents]


async def _undrawn(session: AsyncSession, township_id: UUID) -> list[str]:
    return [row.name for row in await _village_grids(session, township_id) if not row.outline]


async def _gaps(session: AsyncSession, township_id: UUID, ground: list[BaseGeometry]) -> list[Gap]:
    """Only where the township's own grid is drawn: else nobody says how far it reaches."""
    query = select(Grid).where(
        Grid.organization_id == township_id, is_in_force(access.today()), Grid.outline.is_not(None)
    )
    found = []
    for own in await session.scalars(query):
        free = shape(own.outline or {}).difference(shapely.union_all(ground))
        parts = getattr(free, "geoms", [free])
        for part in parts:
            if area(part) > SMALL:
                spot = part.representative_point()
                found.append(Gap(own.name, round(area(part)), spot.y, spot.x))
    return sorted(found, key=lambda gap: -gap.square_metres)


def _looks_like(
    command: CheckOutline, drawn: BaseGeometry, ground: list[BaseGeometry]
) -> Crs | None:
    """Chinese maps are some 500 m off: a wrong claim lies outside, or on its neighbours."""
    misfit = _misfit(drawn, ground)
    if misfit < _MISFIT:
        return None
    raw = shape(command.outline)
    tried = {
        crs: _misfit(outlines.moved(raw, crs), ground)
        for crs in (Crs.WGS84, Crs.GCJ02, Crs.BD09)
        if crs is not command.crs
    }
    best = min(tried, key=lambda crs: tried[crs])
    return best if tried[best] < misfit * _MUCH_BETTER else None


def _misfit(drawn: BaseGeometry, ground: list[BaseGeometry]) -> float:
    """Share of an outline that lies outside the county or on somebody else's ground."""
    bad = [drawn.difference(outlines.county_shape())]
    bad += [drawn.intersection(other) for other in ground]
    return _share(drawn, shapely.union_all(bad))


def _share(whole: BaseGeometry, part: BaseGeometry) -> float:
    return float(part.area / whole.area) if whole.area else 0.0
