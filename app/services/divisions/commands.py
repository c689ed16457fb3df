"""What the county sends about its division into grids."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.models.division import DivisionKind
from app.services.commands import Day, Input, Line
from app.services.coordinates import Crs
from app.services.places.commands import GridCode, Name


class Target(Input):
    """A new grid, or one that is there (`grid_id`), with what goes to it.

    `object_ids`: objects of the grids that end; what no target names goes to the first target.
    """

    grid_id: UUID | None = Field(None, description="only when a grid is closed: which takes it in")
    name: Name | None = None
    official_code: GridCode | None = None
    bounds: Line | None = None
    outline: dict[str, Any] | None = Field(None, description="GeoJSON geometry")
    outline_crs: Crs = Crs.WGS84
    post_ids: Annotated[list[UUID], Field(max_length=50)] = []
    object_ids: Annotated[list[UUID], Field(max_length=5000)] = []


class ChangeDivision(Input):
    kind: DivisionKind
    grid_ids: Annotated[list[UUID], Field(min_length=1, max_length=20)] = Field(
        description="the grids that end the day before"
    )
    starts_on: Day
    document: Annotated[Line, Field(min_length=2, max_length=100, examples=["台安办〔2026〕12 号"])]
    targets: Annotated[list[Target], Field(min_length=1, max_length=20)]


class FileChange(Input):
    """备案: when the level above received it, and under which number."""

    filed_on: Day
    filed_number: Annotated[Line, Field(min_length=1, max_length=60)]
