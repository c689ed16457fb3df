"""Which grid a position lies in: trees over the county's grids, made once a day and edit."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from statistics import fmean
from uuid import UUID

from shapely import Point, STRtree
from sqlalchemy.ext.asyncio import AsyncSession

from app.services import access, reference
from app.services.places import outlines
from app.services.places.distances import metres, squared_to
from app.services.places.known import KnownGrid, known_grids

_NEAR_M = 3_000


@dataclass(frozen=True)
class Spot:
    """Where a position lies, as far as that can be known; all None = no grid near it."""

    grid_id: UUID | None
    village_id: UUID | None
    township_id: UUID | None
    is_outside_county: bool


async def locate(session: AsyncSession, lat: float, lon: float) -> Spot:
    """The grid around a position (WGS-84 degrees), else the nearest one within 3 km.

    Farther than that but inside the county: the township of the nearest grid, no grid.
    """
    ground = _of_day(await reference.kept(session, _read), access.today())
    is_outside = outlines.is_outside_county(lat, lon)
    smallest = ground.around(lat, lon)
    if smallest:
        return _spot(smallest, is_outside)
    nearest = ground.nearest(lat, lon)
    if nearest and nearest.centre and metres(squared_to((lat, lon))(nearest.centre)) <= _NEAR_M:
        return _spot(nearest, is_outside)
    township_id = nearest.township_id if nearest and not is_outside else None
    return Spot(None, None, township_id, is_outside)


def _spot(grid: KnownGrid, is_outside: bool) -> Spot:
    return Spot(grid.id, grid.village_id, grid.township_id, is_outside)


@dataclass(frozen=True, eq=False)
class _Grids:
    """The territorial grids of all days, by their ids."""

    known: Sequence[KnownGrid]


async def _read(session: AsyncSession) -> _Grids:
    grids = (grid for grid in (await known_grids(session)).values() if grid.is_territorial)
    return _Grids(sorted(grids, key=lambda grid: grid.id))


@lru_cache(maxsize=2)  # a request that began before midnight, or before an edit, ends with its own
def _of_day(grids: _Grids, day: date) -> "_Ground":
    return _Ground([grid for grid in grids.known if grid.is_in_force(day)])


class _Ground:
    """The territorial grids in force on one day."""

    def __init__(self, grids: Sequence[KnownGrid]) -> None:
        self._outlined = [(grid, grid.outline) for grid in grids if grid.outline is not None]
        self._centred = [(grid, grid.centre) for grid in grids if grid.centre is not None]
        self._outlines = STRtree([outline for _, outline in self._outlined])
        self._centres = STRtree([self._flat(*centre) for _, centre in self._centred])

    def around(self, lat: float, lon: float) -> KnownGrid | None:
        """The smallest grid around a position."""
        found = self._outlines.query(Point(lon, lat), predicate="covered_by")
        areas = [(self._outlined[i][1].area, i) for i in found]
        return self._outlined[min(areas)[1]][0] if areas else None

    def nearest(self, lat: float, lon: float) -> KnownGrid | None:
        """The grid whose centre is nearest; None without any."""
        found = self._centres.query_nearest(self._flat(lat, lon))
        return self._centred[min(found)][0] if len(found) else None

    def _flat(self, lat: float, lon: float) -> Point:
        return Point(lon * self._shrink, lat)

    @cached_property
    def _shrink(self) -> float:
        """A degree of longitude over one of latitude, in the middle of the county."""
        lats = [lat for _, (lat, _) in self._centred]
        return math.cos(math.radians(fmean(lats))) if lats else 1.0
