"""WGS-84, GCJ-02 (Chinese maps) and BD-09 (Baidu): deterministic offsets, exact ways back.

The database holds WGS-84 only; outlines and centres of Chinese sources are GCJ-02 and must pass
through here first. Formulae are public; vectors in the tests are those of two published libraries.
"""

from enum import StrEnum
from math import atan2, cos, hypot, pi, sin, sqrt
from typing import NamedTuple

_A = 6378245.0  # Krasovsky 1940, metres
_EE = 0.00669342162296594323
_BD = pi * 3000.0 / 180.0
_ROUNDS = 30
_NOTHING = 1e-12  # degrees: a tenth of a micrometre
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271


class Crs(StrEnum):
    """In what coordinates a source is. CGCS2000 is WGS-84 at our accuracy."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class LonLat(NamedTuple):
    """Degrees, in GeoJSON's order."""

    lon: float
    lat: float


def wgs84_to_gcj02(point: LonLat) -> LonLat:
    """The published offset; about 400 to 600 m in our counties. No effect outside China."""
    if not is_in_china(point):
        return point
    x, y = point.lon - 105.0, point.lat - 35.0
    radians = point.lat / 180.0 * pi
    magic = 1 - _EE * sin(radians) ** 2
    north = _northing(x, y) * 180.0 / (_A * (1 - _EE) / (magic * sqrt(magic)) * pi)
    east = _easting(x, y) * 180.0 / (_A / sqrt(magic) * cos(radians) * pi)
    return LonLat(point.lon + east, point.lat + north)


def gcj02_to_wgs84(point: LonLat) -> LonLat:
    """Exact inverse by iteration; subtracting the offset once would be 0.3 to 1.4 m off."""
    guess = point
    for _ in range(_ROUNDS):
        there = wgs84_to_gcj02(guess)
        better = LonLat(guess.lon + point.lon - there.lon, guess.lat + point.lat - there.lat)
        is_there = abs(better.lon - guess.lon) + abs(better.lat - guess.lat) < _NOTHING
        guess = better
        if is_there:
            break
    return guess


def gcj02_to_bd09(point: LonLat) -> LonLat:
    radius = hypot(point.lon, point.lat) + 0.00002 * sin(point.lat * _BD)
    angle = atan2(point.lat, point.lon) + 0.000003 * cos(point.lon * _BD)
    return LonLat(radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006)


def bd09_to_gcj02(point: LonLat) -> LonLat:
    """The published way back; not iterated, off by a few decimetres at most (tests)."""
    x, y = point.lon - 0.0065, point.lat - 0.006
    radius = hypot(x, y) - 0.00002 * sin(y * _BD)
    angle = atan2(y, x) - 0.000003 * cos(x * _BD)
    return LonLat(radius * cos(angle), radius * sin(angle))


def wgs84_to_bd09(point: LonLat) -> LonLat:
    return gcj02_to_bd09(wgs84_to_gcj02(point))


def bd09_to_wgs84(point: LonLat) -> LonLat:
    return gcj02_to_wgs84(bd09_to_gcj02(point))


def to_wgs84(point: LonLat, crs: Crs) -> LonLat:
    """From a source that names its coordinates."""
    if crs is Crs.GCJ02:
        return gcj02_to_wgs84(point)
    return bd09_to_wgs84(point) if crs is Crs.BD09 else point


def is_in_china(point: LonLat) -> bool:
    """The rectangle within which Chinese maps are shifted."""
    return _WEST <= point.lon <= _EAST and _SOUTH <= point.lat <= _NORTH


def _northing(x: float, y: float) -> float:
    metres = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    metres += (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    metres += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    return metres + (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0


def _easting(x: float, y: float) -> float:
    metres = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    metres += (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    metres += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    return metres + (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
