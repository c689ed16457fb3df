"""What a desk keeps of a duty it has done, and what it asks for."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.services.commands import Day, Input, Line, Long

Key = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,39}$")]


class AskDuty(Input):
    """One duty of one body: of an organization, or of a line by its grid."""

    obligation_key: Key
    organization_id: UUID | None = None
    grid_id: UUID | None = None
    period_start: Day = Field(description="first day of the period that it counts for")


class DecideItem(Input):
    """Who does what until when."""

    text: Annotated[Line, Field(min_length=1)]
    organization_id: UUID
    due_on: Day


class CorrectItem(DecideItem):
    because: Annotated[Line, Field(min_length=1)]


class SuperviseLate(Input):
    """Who is called on by the record's own words, and by when they answer (S3-28)."""

    to_body_ids: Annotated[list[UUID], Field(min_length=1, max_length=500)]
    due_on: Day | None = Field(None, description="last day for their answer")


class Said(Input):
    """What can be corrected afterwards."""

    held_on: Day
    subject: Annotated[Line, Field(min_length=1, max_length=80)]
    text: Annotated[Long, Field(min_length=1)]
    participants: Annotated[
        Line,
        Field(max_length=100, description="how many, never a list", examples=["企业负责人 12 人"]),
    ] = ""


class RecordDuty(AskDuty, Said):
    """Figures of a summary are the server's own, as they are when it is kept."""

    hazard_ids: Annotated[list[UUID], Field(max_length=50)] = []
    decided: Annotated[list[DecideItem], Field(max_length=20)] = []
    supervise: SuperviseLate | None = Field(
        None, description="only of a supervision: sent as an instruction together with the record"
    )


class CorrectRecord(Said):
    because: Annotated[Line, Field(min_length=1)]


class FinishItem(Input):
    note: Annotated[Line, Field(min_length=1)]


class DutyQuery(Input):
    """`open`: due or late; `own`: of my own body. At most a year back (occurrences.LOOK_BACK)."""

    show: Literal["open", "all"] = "open"
    whose: Literal["own", "all"] = "all"
