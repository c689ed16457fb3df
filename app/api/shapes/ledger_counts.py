"""What the ledger counts, and who can be chosen there."""

from datetime import date
from uuid import UUID

from app.api.views import View
from app.models.supervised_object import ObjectKind, SmallKind


class CadreChoice(View):
    person_id: UUID
    name: str


class LeftPlaceView(View):
    """A place on the grid of an enterprise that has closed, and who had it.

    `place` by the county's own name; `starts_on`: the first day on which it could be again;
    `ends_on`: the day that it had, None = open.
    """

    id: UUID
    name: str
    place: str
    title: str
    starts_on: date
    ends_on: date | None


class ObjectCounts(View):
    """`small`: of the three-small places; `small_unknown`: which of the three is not known."""

    kinds: dict[ObjectKind, int]
    small: dict[SmallKind, int]
    small_unknown: int


class Gaps(View):
    """How many objects lack what; every number should be 0. `confirmation`: S2-23.

    `change`: those of which somebody on the spot has reported a change that waits (S1-62).
    """

    gridworker: int
    grid: int
    department: int
    position: int
    person: int
    confirmation: int
    change: int
