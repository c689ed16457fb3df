"""Which of the grids that follow takes what: the plan, the object it hangs on, where it lies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.models.grid import Grid
from app.models.supervised_object import SupervisedObject
from app.services.places import outlines


class Lying(Protocol):
    """A case, an accident, an object: it may have a position."""

    lat: float | None
    lon: float | None


def around(grids: Sequence[Grid], thing: Lying) -> Grid | None:
    """The first whose outline it lies in."""
    lat, lon = thing.lat, thing.lon
    if lat is None or lon is None:
        return None
    inside = (one for one in grids if one.outline and outlines.contains(one.outline, lat, lon))
    return next(inside, None)


@dataclass(frozen=True)
class Plan:
    """`after[0]` takes what nothing else decides."""

    after: Sequence[Grid]
    named: Mapping[UUID, Grid]

    def of_object(self, row: SupervisedObject) -> Grid:
        return self.named.get(row.id, self.after[0])

    def of(self, thing: Lying, at: UUID | None, went: Mapping[UUID, Grid]) -> Grid:
        """With the object it is at, else where it lies, else with the rest."""
        if at is not None and at in went:
            return went[at]
        return around(self.after, thing) or self.after[0]
