"""What a phone records of an errand, and what a list is asked for."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.models.errand import DeliveryOutcome, ErrandKind
from app.services.commands import Contract, Input, Line, Manifest, Moment, Search, Text

MOST_PEOPLE = 100_000


class RecordErrand(Input):
    """Two or three taps and a few words. Photos and a drawn signature may stay away."""

    contract: Contract = 1
    occurred_at: Moment
    kind: ErrandKind
    object_id: UUID | None = None
    grid_id: UUID | None = Field(None, description="where no object is named")
    place: Line = Field("", description="in words, where no object is named")
    topic: Annotated[Line, Field(min_length=1, max_length=100, examples=["消防安全告知书"])]
    outcome: DeliveryOutcome | None = Field(None, description="of a delivery, and of it alone")
    receiver: Annotated[Line, Field(max_length=40)] | None = None
    reached: Annotated[int, Field(ge=0, le=MOST_PEOPLE)] | None = None
    note: Text = ""
    photos: Manifest = []


class ErrandFilters(Input):
    """`words`: in topic, place or name of the object."""

    kind: ErrandKind | None = None
    outcome: DeliveryOutcome | None = None
    township_id: UUID | None = None
    grid_id: UUID | None = None
    object_id: UUID | None = None
    words: Search = ""
    made_from: datetime | None = None
    made_to: datetime | None = None


class ErrandQuery(ErrandFilters):
    """One page, newest first."""

    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
