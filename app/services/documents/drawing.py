"""A grid and what lies around it as a few lines of SVG, north up; for paper, without tiles."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from shapely import box, transform
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

_WIDTH = 600  # units of the drawing
_TALLEST = 600
_METRES = 111_320  # of a degree of latitude


@dataclass(frozen=True)
class Neighbour:
    name: str
    path: str
    x: int
    y: int


@dataclass(frozen=True)
class Drawing:
    """`own` and the neighbours' `path` are SVG path data within `width` x `height`."""

    width: int
    height: int
    own: str
    around: tuple[Neighbour, ...]
    metres: int  # how far `width` reaches


def draw(
    outline: dict[str, Any], around: Iterable[tuple[str, dict[str, Any]]], margin: float = 0.2
) -> Drawing:
    """`margin`: share of the grid's extent on each side. Neighbours are cut off at the edge."""
    here = shape(outline)
    narrow = _narrow(here)
    flat = _flattened(here, narrow)
    left, low, right, high = flat.bounds
    pad = max(right - left, high - low) * margin
    frame = box(left - pad, low - pad, right + pad, high + pad)
    left, low, right, high = frame.bounds
    scale = min(_WIDTH / (right - left), _TALLEST / (high - low))

    def placed(geometry: BaseGeometry) -> BaseGeometry:
        return transform(geometry, lambda xy: (xy - (left, high)) * (scale, -scale)).simplify(0.5)

    seen = ((name, _flattened(shape(one), narrow).intersection(frame)) for name, one in around)
    return Drawing(
        width=round((right - left) * scale),
        height=round((high - low) * scale),
        own=_path(placed(flat)),
        around=tuple(_neighbour(name, placed(one)) for name, one in seen if one.area > 0),
        metres=round((right - left) * _METRES),
    )


def square_metres(outline: dict[str, Any]) -> int:
    here = shape(outline)
    return round(float(_flattened(here, _narrow(here)).area) * _METRES**2)


def _narrow(geometry: BaseGeometry) -> float:
    """How long a degree to the east is there, against one to the north."""
    return cos(radians((geometry.bounds[1] + geometry.bounds[3]) / 2))


def _flattened(geometry: BaseGeometry, narrow: float) -> BaseGeometry:
    """True to shape at the size of a county."""
    return transform(geometry, lambda xy: xy * (narrow, 1))


def _neighbour(name: str, geometry: BaseGeometry) -> Neighbour:
    inside = geometry.representative_point()
    return Neighbour(name.removesuffix("网格"), _path(geometry), round(inside.x), round(inside.y))


def _path(geometry: BaseGeometry) -> str:
    polygons = [one for one in getattr(geometry, "geoms", [geometry]) if one.area > 0]
    rings = [ring for one in polygons for ring in (one.exterior, *one.interiors)]
    return "".join(
        "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in ring.coords[:-1]) + "Z" for ring in rings
    )
