"""Distances within a county: flat-earth degrees, good to a few metres over 50 km."""

import math
from collections.abc import Callable

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import InstrumentedAttribute

_METRES_A_DEGREE = 111_195.0
UNKNOWN = 1e6  # squared degrees: places without a position come last


def squared_degrees(
    lat: InstrumentedAttribute[float | None],
    lon: InstrumentedAttribute[float | None],
    here: tuple[float, float],
) -> ColumnElement[float]:
    """Sorts like the distance to `here` (lat, lon); UNKNOWN where there is no position."""
    shrink = math.cos(math.radians(here[0]))
    north, east = lat - here[0], (lon - here[1]) * shrink
    return func.coalesce(north * north + east * east, UNKNOWN)


def squared_to(here: tuple[float, float]) -> Callable[[tuple[float, float]], float]:
    """The same from known positions, of which there are many."""
    (lat, lon), shrink = here, math.cos(math.radians(here[0]))

    def squared(there: tuple[float, float]) -> float:
        north, east = there[0] - lat, (there[1] - lon) * shrink
        return north * north + east * east

    return squared


def degrees(metres: float) -> float:
    return metres / _METRES_A_DEGREE


def metres(squared: float) -> float:
    return math.sqrt(squared) * _METRES_A_DEGREE
