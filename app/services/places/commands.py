"""What people send about places."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.models.grid import GridKind
from app.models.organization import OrganizationKind
from app.services.commands import Day, Input, Line
from app.services.coordinates import Crs

Name = Annotated[Line, Field(min_length=1, max_length=80)]
ShortName = Annotated[Line, Field(min_length=1, max_length=20)]
_System = Annotated[Line, Field(min_length=1, max_length=12)]
HOW_DRAWN = {"outline_crs", "drawn_from", "is_correction"}  # of EditGrid: nothing of the grid
GridCode = Annotated[str, Field(pattern=r"^[0-9A-Z]{6,32}$")]
ExternalCodes = Annotated[
    dict[_System, Annotated[Line, Field(min_length=1, max_length=32)]], Field(max_length=10)
]


class CheckOutline(Input):
    """An outline as the office's map tool gives it, before anybody keeps it."""

    outline: dict[str, Any] = Field(description="GeoJSON Polygon or MultiPolygon")
    crs: Crs = Crs.WGS84
    organization_id: UUID = Field(description="the body that runs, or is to run, the grid")
    grid_id: UUID | None = Field(None, description="the grid itself, if it is there already")


class GridFilters(Input):
    """Of one township, else of the county."""

    township_id: UUID | None = None


class AddOrganization(Input):
    kind: OrganizationKind
    name: Name
    short_name: ShortName
    code: Annotated[str, Field(pattern=r"^\d{12}$")] | None = None
    parent_id: UUID
    phone: Line | None = None


class EditOrganization(Input):
    """What is not sent stays."""

    name: Name | None = None
    short_name: ShortName | None = None
    phone: Line | None = None
    is_active: bool | None = None
    is_summarising: bool | None = Field(
        None, description="reports of this village pass its own desk first (S2-30)"
    )


class AddGrid(Input):
    kind: GridKind = GridKind.TERRITORIAL
    name: Name
    official_code: GridCode | None = None
    parent_id: UUID | None = Field(None, description="not sent: where its like hang")
    organization_id: UUID
    bounds: Line | None = Field(None, description="where it ends, in words, for the board")
    outline: dict[str, Any] | None = Field(None, description="GeoJSON geometry")
    outline_crs: Crs = Field(Crs.WGS84, description="in what coordinates the outline is")
    external_codes: ExternalCodes = Field({}, description="by system")
    valid_from: Day


class EditGrid(Input):
    """What is not sent stays; null takes the value away."""

    name: Name | None = None
    official_code: GridCode | None = None
    parent_id: UUID | None = Field(None, description="the grid above it")
    bounds: Line | None = Field(None, description="where it ends, in words, for the board")
    outline: dict[str, Any] | None = None
    outline_crs: Crs = Field(Crs.WGS84, description="in what coordinates the outline is")
    drawn_from: Annotated[str, Field(pattern=r"^[0-9a-f]{0,16}$")] | None = Field(
        None, description="`outline_version` of the outline that was corrected; refused if it moved"
    )
    is_correction: bool = Field(
        False, description="of an outline: the same ground, only drawn better; is not to be filed"
    )
    external_codes: ExternalCodes = Field(
        {}, description="by system; sent, they take the place of all"
    )
    valid_to: Day | None = None


class EditGridCodes(Input):
    """How codes of grids are built. What is not sent is as before a county has decided."""

    is_checked: bool = Field(True, description="False: given from above, only unique")
    lead: Annotated[str, Field(pattern=r"^[0-9]{0,6}$")] = Field(
        "", description="digits before all else: the object class of CJ/T 349"
    )
    prefix_digits: Literal[6, 9, 12] = 12
    sequence_digits: Annotated[int, Field(ge=2, le=5)] = 3
    starts_at: Annotated[int, Field(ge=0, le=99_999)] = Field(
        1, description="lowest number that is proposed for a territorial grid"
    )
    exclusive_follows: bool = False
    exclusive_letter: Annotated[str, Field(pattern=r"^[A-Z]?$")] = ""
    external_systems: Annotated[list[_System], Field(max_length=10)] = ["综治", "城管", "公安"]
