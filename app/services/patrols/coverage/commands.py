"""What people ask about coverage."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.models.supervised_object import ObjectKind
from app.services.commands import Input
from app.services.patrols.coverage.sight import LONG_DAYS, UnseenWhy

Days = Annotated[int, Field(ge=1, le=3660)]


class CoverageFilters(Input):
    """Everything that is given must hold; an empty filter means all within reach."""

    township_id: UUID | None = None
    grid_id: UUID | None = None
    kind: list[ObjectKind] = []
    is_key: bool | None = None
    duty: Annotated[str, Field(max_length=40)] | None = Field(
        None, description="what this obligation asks to look at, by its key", examples=["F5"]
    )


class GroundQuery(CoverageFilters):
    """By grid. `long_days`: not seen for more days than this counts as long."""

    long_days: Days = LONG_DAYS


class UnseenFilters(CoverageFilters):
    """`over_days`: not seen for more days than this."""

    why: UnseenWhy | None = None
    over_days: Days | None = None


class UnseenQuery(UnseenFilters):
    """One page of objects, the longest not seen first."""

    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
