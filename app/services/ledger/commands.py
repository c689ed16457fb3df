"""What people send about supervised objects."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.models.supervised_object import ObjectKind
from app.services.commands import Input, Latitude, Line, Longitude, Search

Name = Annotated[Line, Field(min_length=1, max_length=80)]
CreditCode = Annotated[str, Field(max_length=40)]


class AddObject(Input):
    kind: ObjectKind = ObjectKind.ENTERPRISE
    name: Name
    grid_id: UUID
    bundle_id: UUID | None = Field(None, description="the bundle it is looked at with (S2-44)")
    credit_code: CreditCode | None = None
    address: Line = ""
    sector: Line = ""
    lat: Latitude | None = None
    lon: Longitude | None = None
    contact_name: Line | None = None
    contact_phone: Line | None = None
    is_key: bool = False


class EditObject(Input):
    """Everything that may be corrected; what is not sent stays."""

    kind: ObjectKind | None = None
    name: Name | None = None
    grid_id: UUID | None = None
    bundle_id: UUID | None = None
    credit_code: CreditCode | None = None
    address: Line | None = None
    sector: Line | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    contact_name: Line | None = None
    contact_phone: Line | None = None
    is_key: bool | None = None


class ObjectFilters(Input):
    """Everything that is given must hold; an empty filter means all that are open."""

    text: Search = ""
    kind: list[ObjectKind] = []
    township_id: UUID | None = None
    village_id: UUID | None = Field(None, description="the body that runs the grid")
    grid_id: UUID | None = None
    bundle_id: UUID | None = Field(None, description="members of this bundle")
    is_key: bool | None = None
    is_confirmed: bool | None = Field(None, description="false: collected, to be confirmed (S2-23)")
    is_closed: bool = False
    is_mine: bool = Field(False, description="only of my own grid, village, township, enterprise")


class ObjectQuery(ObjectFilters):
    """One page of a list: filters, nearest first from where, and where to go on."""

    near_lat: Latitude | None = None
    near_lon: Longitude | None = None
    cursor: Annotated[str, Field(max_length=800)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50

    @property
    def near(self) -> tuple[float, float] | None:
        """Both or none."""
        if self.near_lat is None or self.near_lon is None:
            return None
        return self.near_lat, self.near_lon
