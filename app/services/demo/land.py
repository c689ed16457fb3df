"""Where the villages lie: plausible centres and outlines that fill the county.

Only townships have real positions (presets). Villages are scattered around them, closer together
where the list says that they are urban, and evened out; their outlines are the places nearest to
each, with borders that meander.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sin, sqrt
from random import Random
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPoint, Point
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from app.services import presets
from app.services.coordinates import LonLat
from app.services.demo.dice import dice
from app.services.presets import Division

_SPREAD = 0.045  # degrees around a township's centre within which an urban community lies
_ROUNDS = 5  # of evening out
_BORDER_STEP = 0.005  # degrees between the points of a border
_MEANDER = 0.0016  # degrees
_SQUASH = cos(radians(34.56))  # a degree of longitude in degrees of latitude


@dataclass(frozen=True)
class Ground:
    """A village's land, WGS-84."""

    centre: LonLat
    outline: dict[str, Any]


def survey(seed: int) -> dict[str, Ground]:
    """The land of every village, by its code."""
    county = _squashed(shape(presets.county_outline()["geometry"]))
    rows = presets.divisions()
    regions = _regions(county, [row for row in rows if row.level == "township"])
    centres: dict[str, Point] = {}
    for code, (home, region) in regions.items():
        villages = [row for row in rows if row.level == "village" and row.township_code == code]
        centres |= _settle(home, region, villages, dice(seed, f"land/{code}"))
    return _outlined(county, centres)


def inside(ground: Ground, chance: Random) -> LonLat:
    """Somewhere in a village, rather near its centre."""
    land = shape(ground.outline)
    for reach in (0.006, 0.004, 0.002, 0.001):
        angle, far = chance.uniform(0, 2 * pi), reach * sqrt(chance.random())
        point = LonLat(ground.centre.lon + far * cos(angle), ground.centre.lat + far * sin(angle))
        if land.contains(Point(point)):
            return LonLat(round(point.lon, 6), round(point.lat, 6))
    return ground.centre


def _squashed(geometry: BaseGeometry) -> BaseGeometry:
    """Degrees of longitude shortened, so that distances are equal in all directions."""
    return shapely.transform(geometry, lambda xy: xy * [_SQUASH, 1])


def _stretched(geometry: BaseGeometry) -> BaseGeometry:
    return shapely.transform(geometry, lambda xy: xy / [_SQUASH, 1])


def _regions(
    county: BaseGeometry, townships: Sequence[Division]
) -> dict[str, tuple[Point, BaseGeometry]]:
    """Each township's centre and what of the county is nearest to it."""
    homes = {t.code: Point((t.lon or 0) * _SQUASH, t.lat or 0) for t in townships}
    cells = shapely.voronoi_polygons(MultiPoint(list(homes.values())), extend_to=county).geoms
    found = {}
    for code, home in homes.items():
        cell = next(cell for cell in cells if cell.contains(home))
        found[code] = (home, cell.intersection(county))
    return found


def _settle(
    home: Point, region: BaseGeometry, villages: Sequence[Division], chance: Random
) -> dict[str, Point]:
    """Urban communities around the centre; the rest, in the order of the list, around them."""
    urban = [row for row in villages if row.urban_rural.startswith("1")]
    rural = [row for row in villages if row not in urban]
    near = home.buffer(_SPREAD * sqrt(len(urban)) / 6).intersection(region)
    points = [_somewhere(near, chance) for _ in urban] + [_somewhere(region, chance) for _ in rural]
    points = _evened(points, region)
    points.sort(key=home.distance)
    inner, outer = points[: len(urban)], points[len(urban) :]
    outer.sort(key=lambda point: np.arctan2(point.y - home.y, point.x - home.x))
    return {row.code: point for row, point in zip([*urban, *rural], inner + outer, strict=True)}


def _somewhere(region: BaseGeometry, chance: Random) -> Point:
    west, south, east, north = region.bounds
    while True:
        point = Point(chance.uniform(west, east), chance.uniform(south, north))
        if region.contains(point):
            return point


def _evened(points: list[Point], region: BaseGeometry) -> list[Point]:
    """Each moves to the middle of its surroundings, some times (Lloyd)."""
    for _ in range(_ROUNDS):
        cells = shapely.voronoi_polygons(MultiPoint(points), extend_to=region).geoms
        points = [cell.intersection(region).centroid for cell in cells]
    return points


def _outlined(county: BaseGeometry, centres: dict[str, Point]) -> dict[str, Ground]:
    points = MultiPoint(list(centres.values()))
    cells = list(shapely.voronoi_polygons(points, extend_to=county).geoms)
    tree = shapely.STRtree(cells)
    found = {}
    for code, centre in centres.items():
        cell = next(cells[i] for i in tree.query(centre) if cells[i].contains(centre))
        border = _meandering(shapely.segmentize(cell, _BORDER_STEP)).intersection(county)
        middle = Point(_stretched(_meandering(centre)).coords[0])
        found[code] = _ground(middle, _stretched(border))
    return found


def _ground(centre: Point, border: BaseGeometry) -> Ground:
    outline = shapely.set_precision(border, 1e-5)
    point = centre if outline.contains(centre) else outline.representative_point()
    place = LonLat(round(float(point.x), 6), round(float(point.y), 6))
    return Ground(place, _plain(mapping(outline)))


def _plain(value: Any) -> Any:
    """Tuples to lists, as JSON gives them back; five decimals are a metre."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return round(value, 5) if isinstance(value, float) else value


def _meandering(geometry: BaseGeometry) -> BaseGeometry:
    """The whole plane gently bent: neighbours keep their common border."""
    return shapely.transform(geometry, _bend)


def _bend(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = xy[:, 0] * 2 * pi, xy[:, 1] * 2 * pi
    east = np.sin(31 * y + 9 * x) + 0.6 * np.sin(83 * y - 47 * x) + 0.35 * np.sin(171 * y + 60 * x)
    north = (
        np.sin(29 * x - 11 * y) + 0.6 * np.sin(79 * x + 53 * y) + 0.35 * np.sin(163 * x - 70 * y)
    )
    return xy + _MEANDER * np.stack([east, north], axis=1) / 2
