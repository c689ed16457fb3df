"""What people send about places."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.models.grid import GridKind
from app.models.organization import OrganizationKind
from app.services.commands import Day, Input, Latitude, Line, Longitude

Name = Annotated[Line, Field(min_length=1, max_length=80)]
ShortName = Annotated[Line, Field(min_length=1, max_length=20)]
GridCode = Annotated[str, Field(pattern=r"^[0-9A-Z]{6,32}$")]


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
    parent_id: UUID | None = None
    organization_id: UUID
    outline: dict[str, Any] | None = Field(None, description="GeoJSON geometry, WGS-84")
    valid_from: Day


class EditGrid(Input):
    """What is not sent stays; null takes the value away."""

    name: Name | None = None
    official_code: GridCode | None = None
    outline: dict[str, Any] | None = None
    valid_to: Day | None = None


class AddEnterprise(Input):
    name: Name
    short_name: ShortName
    credit_code: Annotated[str, Field(max_length=40)] | None = None
    address: Line
    sector: Line
    grid_id: UUID
    lat: Latitude | None = None
    lon: Longitude | None = None
    contact_name: Line | None = None
    contact_phone: Line | None = None
    is_key: bool = False


class EditEnterprise(Input):
    """Everything a county may correct; what is not sent stays."""

    name: Name | None = None
    credit_code: Annotated[str, Field(max_length=40)] | None = None
    address: Line | None = None
    sector: Line | None = None
    grid_id: UUID | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    contact_name: Line | None = None
    contact_phone: Line | None = None
    is_key: bool | None = None
