"""Types that several inputs share; every input refuses unknown fields and hidden characters."""

import re
from datetime import UTC, date, datetime, time
from typing import Annotated
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    WithJsonSchema,
)

from app.models.photo import PhotoRole, PhotoSource

_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")


def _clean(text: str) -> str:
    """Removes NUL, control and direction-override characters; keeps emoji and line breaks."""
    return _HIDDEN.sub("", text).strip()


def _utc(moment: datetime) -> datetime:
    """Any clock that a phone can show, also one that fell back to 1970; never year 1 or 9999."""
    if not 1970 <= moment.year < 2200:  # noqa: PLR2004 - the range is the rule
        raise ValueError("year out of range")
    return moment.astimezone(UTC)


Text = Annotated[str, Field(max_length=2000), AfterValidator(_clean)]
Long = Annotated[str, Field(max_length=4000), AfterValidator(_clean)]  # a paper of a page or two
Line = Annotated[str, Field(max_length=200), AfterValidator(_clean)]
Search = Annotated[str, Field(max_length=40), AfterValidator(_clean)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
WallTime = Annotated[
    time, WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d(:\d\d)?$"})
]  # on the county's clock; JSON Schema's own "time" would ask for a zone
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=["9f86d081884c7d65" * 4])]


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid", str_max_length=4000, allow_inf_nan=False)


class Position(Input):
    """Where the phone was (WGS-84, degrees) and how well it knew (metres)."""

    lat: Latitude
    lon: Longitude
    accuracy_m: Annotated[float, Field(ge=0, le=100_000)] | None = None
    source: Annotated[str, Field(pattern="^(gps|place|map)$")] = "gps"


class PhotoPromise(Input):
    """One line of a manifest: a photo that will come, or has come, by PUT /api/photos/{id}."""

    photo_id: UUID
    sha256: Sha256
    size: Annotated[int, Field(gt=0, le=12 * 1024 * 1024)]
    role: PhotoRole
    source: PhotoSource = PhotoSource.CAMERA
    taken_at: Moment
    lat: Latitude | None = None
    lon: Longitude | None = None
    accuracy_m: Annotated[float, Field(ge=0, le=100_000)] | None = None


Manifest = Annotated[list[PhotoPromise], Field(max_length=9)]
CONTRACTS = frozenset({1, 2})
"""1: reports may lack a place. 2: a position or a place in words is asked for."""
Contract = Annotated[int, Field(description="version of the contract this was written by")]
