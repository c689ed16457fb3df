"""What lies around an outline: grids of the same level, strips nobody has, places on the ground.

Areas are in square metres on a flat map of the county: good to a percent, which is enough to see.
"""

from collections.abc import Sequence
from math import cos, radians
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import affinity, box
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid
from app.models.organization import Organization, OrganizationKind
from app.models.supervised_object import SupervisedObject
from app.services import access
from app.services.places.known import KnownGrid, known_grids
from app.services.places.standing import is_not_over

_METRES = 111_320.0  # of a degree of latitude
SMALL = 200.0  # m²: lines drawn twice never meet exactly
_NARROW = 30.0  # m: a strip up to twice as wide was not left free on purpose
_TOUCH = 1.0  # m
NEAR = 0.001  # degrees: some 100 m

Named = tuple[str, BaseGeometry]


async def beside(
    session: AsyncSession, body: Organization, grid_id: UUID | None, drawn: BaseGeometry
) -> list[Named]:
    """Outlines near by that this one may not overlap, whichever township they are of.

    Villages' grids that nothing hangs under, or townships' own; none for other bodies, whose grids
    lie across all others.
    """
    reach, day = box(*drawn.bounds).buffer(NEAR), access.today()
    known = await known_grids(session)
    kin = family(await hung(session), grid_id)
    return [
        (grid.name, grid.outline)
        for grid in known.values()
        if grid.outline is not None
        and grid.id != grid_id
        and grid.id not in kin
        and grid.is_in_force(day)
        and is_of_level(grid, body)
        and grid.outline.intersects(reach)
    ]


def is_of_level(grid: KnownGrid, body: Organization) -> bool:
    if not grid.is_territorial:
        return False
    if body.kind is OrganizationKind.VILLAGE:
        return grid.village_id is not None
    is_township = body.kind is OrganizationKind.TOWNSHIP_SUBCENTRE
    return is_township and grid.village_id is None and grid.township_id not in (None, body.id)


async def hung(session: AsyncSession) -> list[tuple[UUID, UUID]]:
    """Which grid hangs under which: the lower one, the upper one."""
    query = select(Grid.id, Grid.parent_id).where(is_not_over(access.today()))
    rows = await session.execute(query.where(Grid.parent_id.is_not(None)))
    return [(id_, parent_id) for id_, parent_id in rows if parent_id]


def family(pairs: Sequence[tuple[UUID, UUID]], grid_id: UUID | None) -> set[UUID]:
    """Grids that smaller ones hang under, and what hangs under this one."""
    return {below if above == grid_id else above for below, above in pairs}


async def places_moved(
    session: AsyncSession, body: Organization, grid_id: UUID | None, drawn: BaseGeometry
) -> tuple[int, int]:
    """How many open places of the grid would lie outside it, how many of other grids inside.

    Nothing is asked of a new grid, whose places still belong to others, nor of a township's own.
    """
    if grid_id is None or body.kind is not OrganizationKind.VILLAGE:
        return 0, 0
    here = SupervisedObject
    west, south, east, north = drawn.bounds
    spots = select(here.lon, here.lat).where(here.closed_on.is_(None), here.lat.is_not(None))
    mine = await session.execute(spots.where(here.grid_id == grid_id))
    inside = here.lat.between(south, north) & here.lon.between(west, east)
    parts = select(Grid.id).where(Grid.parent_id == grid_id)
    foreign = (here.grid_id != grid_id) & here.grid_id.not_in(parts)
    others = await session.execute(spots.where(foreign, inside))
    shapely.prepare(drawn)
    return int((~_covered(drawn, mine.all())).sum()), int(_covered(drawn, others.all()).sum())


def _covered(drawn: BaseGeometry, spots: Sequence[object]) -> NDArray[np.bool_]:
    points: Any = shapely.points(np.array(spots, float).reshape(-1, 2))
    return np.asarray(shapely.covers(drawn, points))


def strips_between(drawn: BaseGeometry, others: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Narrow ground and holes between this outline and its neighbours, the largest first."""
    if not others:
        return []
    narrow = cos(radians(drawn.centroid.y))
    east, north = _METRES * narrow, _METRES
    own, around = (_scaled(one, east, north) for one in (drawn, shapely.union_all(others)))
    whole = own.union(around)
    closed = whole.buffer(_NARROW, join_style="mitre").buffer(-_NARROW, join_style="mitre")
    filled = closed.union(shapely.union_all(_holes(whole)))
    free = filled.difference(whole)
    found = [
        part
        for part in getattr(free, "geoms", [free])
        if part.area > SMALL and all(one.distance(part) < _TOUCH for one in (own, around))
    ]
    found.sort(key=lambda part: -part.area)
    return [_scaled(part, 1 / east, 1 / north) for part in found]


def _scaled(geometry: BaseGeometry, east: float, north: float) -> BaseGeometry:
    return affinity.scale(geometry, east, north, origin=(0, 0))


def _holes(geometry: BaseGeometry) -> list[BaseGeometry]:
    parts = getattr(geometry, "geoms", [geometry])  # lines too, where two outlines barely meet
    rings = [ring for one in parts for ring in getattr(one, "interiors", ())]
    return [shapely.Polygon(ring) for ring in rings]


def area(geometry: BaseGeometry) -> float:
    """In square metres."""
    if geometry.is_empty:
        return 0.0
    return float(geometry.area) * _METRES**2 * cos(radians(geometry.centroid.y))
