"""Outlines: GeoJSON polygons in WGS-84, checked before they are kept."""

import json
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from shapely import Point, force_2d, is_valid_reason, prepare, transform
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from app.errors import Invalid
from app.services import presets
from app.services.coordinates import Crs, LonLat, to_wgs84
from app.services.places.distances import metres, squared_to

_MOST_CORNERS = 5_000
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Corner = tuple[Longitude, Latitude] | tuple[Longitude, Latitude, float]
Ring = Annotated[list[Corner], Field(min_length=4, max_length=_MOST_CORNERS)]
Rings = Annotated[list[Ring], Field(min_length=1, max_length=100)]


class _Polygon(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["Polygon"]
    coordinates: Rings


class _MultiPolygon(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["MultiPolygon"]
    coordinates: Annotated[list[Rings], Field(min_length=1, max_length=100)]


_GEOMETRY: TypeAdapter[_Polygon | _MultiPolygon] = TypeAdapter(
    Annotated[_Polygon | _MultiPolygon, Field(discriminator="type")]
)


class Outline(NamedTuple):
    """A checked geometry and a point that certainly lies inside it (degrees)."""

    geometry: dict[str, Any]
    lat: float
    lon: float


def check(raw: Mapping[str, Any], crs: Crs = Crs.WGS84) -> Outline:
    """Raise Invalid unless it is a simple polygon with longitudes first and an area.

    Other coordinates than WGS-84 are converted corner by corner.
    """
    try:
        parsed = _GEOMETRY.validate_python(raw)
    except ValidationError as error:
        raise _invalid(
            "边界要是 GeoJSON 的 Polygon 或 MultiPolygon，经度在前、纬度在后",
            "An outline is a GeoJSON Polygon or MultiPolygon, longitude first",
        ) from error
    try:
        geometry = moved(force_2d(shape(parsed.model_dump())), crs)
    except ValueError as error:  # a ring that is not closed
        raise _invalid("边界没有闭合", "The outline is not closed") from error
    if not geometry.is_valid or geometry.area == 0:
        raise _invalid(
            "边界有交叉或没有面积", f"The outline crosses itself: {is_valid_reason(geometry)}"
        )
    inside = geometry.representative_point()
    return Outline(dict(mapping(geometry)), lat=inside.y, lon=inside.x)


def moved(geometry: BaseGeometry, crs: Crs) -> BaseGeometry:
    def corner_by_corner(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array([to_wgs84(LonLat(float(x), float(y)), crs) for x, y in xy])

    is_same = crs in (Crs.WGS84, Crs.CGCS2000)
    return geometry if is_same else transform(geometry, corner_by_corner)


def version(geometry: Mapping[str, Any] | None) -> str:
    """Names an outline by its content, 16 hex digits; nothing drawn is the empty word."""
    if geometry is None:
        return ""
    return sha256(json.dumps(geometry, sort_keys=True).encode()).hexdigest()[:16]


def contains(geometry: dict[str, Any], lat: float, lon: float) -> bool:
    """Is the point inside or on the edge?"""
    return bool(shape(geometry).covers(Point(lon, lat)))


def is_outside_county(lat: float, lon: float) -> bool:
    return not county_shape().covers(Point(lon, lat))


def metres_outside(lat: float, lon: float) -> float:
    """About how far from the county's border, as flat as there; 0 inside."""
    if not is_outside_county(lat, lon):
        return 0.0
    near, _ = nearest_points(county_shape(), Point(lon, lat))
    return metres(squared_to((near.y, near.x))((lat, lon)))


@lru_cache(1)
def county_shape() -> BaseGeometry:
    geometry = shape(presets.county_outline()["geometry"])
    prepare(geometry)
    return geometry


def _invalid(zh: str, en: str) -> Invalid:
    return Invalid(fields=["outline"], reason_zh=zh + "。", reason_en=en + ".")
