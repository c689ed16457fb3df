"""What a desk sends to those below it, what they answer, and what lists are asked for."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.services.commands import Contract, Day, Input, Line, Moment, Search, Text

MOST = 500


class Circle(StrEnum):
    """All of one kind within the sender's reach, as of the moment of sending."""

    TOWNSHIPS = "townships"
    DEPARTMENTS = "departments"
    VILLAGES = "villages"
    GRIDS = "grids"
    ENTERPRISES = "enterprises"  # those that have an account


class SendInstruction(Input):
    """To whole circles, to some bodies and grids, or both."""

    subject: Annotated[Line, Field(min_length=1, max_length=60, examples=["开展有限空间作业排查"])]
    text: Annotated[Text, Field(min_length=1)]
    wants_feedback: bool = False
    due_on: Day | None = Field(None, description="last day for feedback; only if one is asked for")
    circles: Annotated[list[Circle], Field(max_length=5)] = []
    to_body_ids: Annotated[list[UUID], Field(max_length=MOST)] = []
    to_grid_ids: Annotated[list[UUID], Field(max_length=MOST)] = []


class AnswerInstruction(Input):
    contract: Contract = 1
    occurred_at: Moment
    text: Annotated[Text, Field(min_length=1)]


class EndInstruction(Input):
    """Closed: nothing more is expected. Withdrawn: it no longer holds, for a reason."""

    how: Literal["closed", "withdrawn"]
    reason: Line = ""


class InstructionFilters(Input):
    """`received`: sent to me; `sent`: by my desk."""

    box: Literal["received", "sent"] = "received"


class InstructionQuery(InstructionFilters):
    """One page, newest first."""

    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class AddresseeFilters(Input):
    """Of one instruction, for its sender."""

    show: Literal["all", "unread", "unanswered", "late"] = "all"


class AddresseeQuery(AddresseeFilters):
    """One page, by name."""

    cursor: Annotated[str, Field(max_length=400)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 100


class CandidateQuery(Input):
    """Bodies and grids whose name contains the text."""

    text: Search = ""
