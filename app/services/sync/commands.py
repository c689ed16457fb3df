"""What a phone says that it still holds."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.services.commands import Input, Line, Sha256


class HeldKind(StrEnum):
    HAZARD = "hazard"
    ACTION = "action"
    PHOTO = "photo"
    VISIT = "visit"
    DELAY = "delay"
    COLLECTION = "collection"
    ACCIDENT = "accident"
    ACCIDENT_REPORT = "accident_report"
    FEEDBACK = "feedback"
    ERRAND = "errand"
    APPEAL = "appeal"


class HeldItem(Input):
    kind: HeldKind
    id: UUID
    sha256: Sha256


class Holdings(Input):
    """What a phone still holds, and how much of it is unsent."""

    items: Annotated[list[HeldItem], Field(max_length=500)]
    unsent_count: Annotated[int, Field(ge=0, le=100_000)] = 0
    oldest_unsent_at: AwareDatetime | None = None
    app_version: Annotated[Line, Field(max_length=40)] | None = None
    discarded: Annotated[list[UUID], Field(max_length=500)] = Field(
        default=[], description="findings thrown away on the phone: no case will come of them"
    )
