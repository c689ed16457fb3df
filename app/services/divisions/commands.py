"""What the county and its townships send about the division into grids."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, model_validator

from app.models.division import DivisionKind
from app.services.commands import Day, Input, Line
from app.services.coordinates import Crs
from app.services.places import AddGrid, EditGrid
from app.services.places.commands import ExternalCodes, GridCode, Name


class Target(Input):
    """A new grid, or one that is there (`grid_id`), with what goes to it.

    `object_ids`: objects of the grids that end; what no target names goes to the first target.
    """

    grid_id: UUID | None = Field(None, description="only when a grid is closed: which takes it in")
    organization_id: UUID | None = Field(
        None, description="of a new grid: its village; None = that of the grids that end"
    )
    name: Name | None = None
    official_code: GridCode | None = None
    bounds: Line | None = None
    outline: dict[str, Any] | None = Field(None, description="GeoJSON geometry")
    outline_crs: Crs = Crs.WGS84
    external_codes: ExternalCodes = Field({}, description="of a new grid, by system")
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


class Filing(Input):
    """备案 as the list was read: nothing unread is filed with it.

    The ids are of waiting lines of the same township that stood in the list.
    """

    read_ids: Annotated[list[UUID], Field(max_length=5000)] = Field(
        [], description="changes, and grids outside changes"
    )
    read_undone_ids: Annotated[list[UUID], Field(max_length=5000)] = Field(
        [], description="changes whose undoing was to be filed"
    )
    filed_on: Day
    filed_number: Annotated[Line, Field(min_length=1, max_length=60)]


class FileChange(Filing):
    """备案: when the level above received it, and under which number."""

    of_undoing: bool = Field(False, description="that it was undone is filed, not the change")
    is_undone: bool = Field(False, description="of the change: it was read as undone")


class FilingQuery(Input):
    """A page of the filing list, the newest day first."""

    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class FileRevision(Filing):
    """备案 of a line outside the changes."""

    version: Annotated[Line, Field(min_length=1, max_length=32)] = Field(
        description="of the line that was read"
    )


class UndoChange(Input):
    """`document` is needed once the day of the change has come; `undone_on` counts only then."""

    undone_on: Day | None = Field(None, description="first day of the old order again; None: today")
    document: Annotated[Line, Field(max_length=100)] = ""
    reason: Annotated[Line, Field(min_length=2, max_length=200)]


class DivisionProposal(Input):
    """One of `change`, `edit` (of `grid_id`) and `add`, as the county's own routes take it."""

    change: ChangeDivision | None = None
    grid_id: UUID | None = Field(None, description="which grid is edited")
    edit: EditGrid | None = None
    add: AddGrid | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "DivisionProposal":
        is_one = sum(one is not None for one in (self.change, self.edit, self.add)) == 1
        if not is_one or (self.edit is None) != (self.grid_id is None):
            raise ValueError("exactly one of change, edit with grid_id, add")
        return self

    def kind(self) -> str:
        """Of the change, else edit or add."""
        return self.change.kind.value if self.change else "add" if self.add else "edit"

    def grid_ids(self) -> list[UUID]:
        """The grids that are there and that it is about."""
        if self.change:
            return self.change.grid_ids
        return [self.grid_id] if self.grid_id else []

    def name(self) -> str:
        """Of a grid that is to be added."""
        return self.add.name if self.add else ""


Reason = Annotated[Line, Field(min_length=2, max_length=200)]


class HandInDraft(Input):
    proposal: DivisionProposal
    reason: Reason


class MendDraft(HandInDraft):
    version: int = Field(ge=1, description="that was mended; refused when it is no longer the last")


class AnswerDraft(Input):
    """`reason` is needed when the draft goes back."""

    is_confirmed: bool
    version: int = Field(ge=1, description="that was read: nothing unseen is confirmed")
    reason: Annotated[Line, Field(max_length=200)] = ""
