"""Two cases at one place: the same enterprise, or positions not far from each other."""

import math

from sqlalchemy import ColumnElement, and_, or_

from app.models.hazard import Hazard

NEAR_M = 50.0
_EARTH_M = 6_371_000.0
_DEGREES = 0.001  # about 110 m to the north, 90 m to the east: a box around 50 m


def may_be_near(hazard: Hazard) -> ColumnElement[bool]:
    """What an index can tell: a superset of the cases for which `is_near` holds, and the case."""
    places = [Hazard.id == hazard.id]
    if hazard.enterprise_id:
        places.append(Hazard.enterprise_id == hazard.enterprise_id)
    if hazard.lat is not None and hazard.lon is not None:
        lat, lon = hazard.lat, hazard.lon
        north = Hazard.lat.between(lat - _DEGREES, lat + _DEGREES)
        places.append(and_(north, Hazard.lon.between(lon - _DEGREES, lon + _DEGREES)))
    return or_(*places)


def is_near(one: Hazard, other: Hazard) -> bool:
    is_shared = one.enterprise_id is not None and one.enterprise_id == other.enterprise_id
    return is_shared or distance_m(one, other) <= NEAR_M


def distance_m(one: Hazard, other: Hazard) -> float:
    """Metres between two cases on the globe; 0 where a position is missing."""
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return 0.0
    lat, other_lat = math.radians(one.lat), math.radians(other.lat)
    north, east = other_lat - lat, math.radians(other.lon - one.lon)
    chord = math.sin(north / 2) ** 2 + math.cos(lat) * math.cos(other_lat) * math.sin(east / 2) ** 2
    return 2 * _EARTH_M * math.asin(math.sqrt(chord))
