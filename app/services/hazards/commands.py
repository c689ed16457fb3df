"""What people send: a report, a step, a question to the list."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.models.hazard import Outcome, State
from app.models.rules import Level
from app.services.commands import Code, Contract, Input, Line, Manifest, Moment, Position, Text
from app.services.hazard_flow import Action


class ReportHazard(Input):
    """A new case (S3-6, S3-15). `grid_id` is the phone's guess; a position decides, if given."""

    contract: Contract = 1
    category_code: Code = Field(examples=["fire"])
    level: Level = Level.GENERAL
    is_suspected_major: bool = False
    note: Text = Field("", examples=["楼道堆放杂物，堵住安全出口"])
    place: Line = ""
    enterprise_id: UUID | None = None
    grid_id: UUID | None = None
    position: Position | None = None
    photos: Manifest = []
    no_photo_reason: Line | None = None
    occurred_at: Moment
    is_urgent: bool = False
    escalate: bool = Field(True, description="send on to the township at once (S3-17)")
    recurs_of: UUID | None = None


class HazardAction(Input):
    """One step. Which fields must be there is in flow.json under `needs`."""

    contract: Contract = 1
    action: Action
    occurred_at: Moment
    note: Text = ""
    reason: Text = ""
    reason_code: Code | None = None
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    outcome: Outcome | None = Field(None, description="left out: what is usual for the step")
    outcome_document: Line | None = Field(None, examples=["台应急罚〔2026〕15号"])
    photos: Manifest = []
    position: Position | None = None
    department_id: UUID | None = None
    assisting_ids: Annotated[list[UUID], Field(max_length=12)] = []
    suggested_department_id: UUID | None = None
    due_at: Moment | None = None
    duplicate_of: UUID | None = None
    category_code: Code | None = None
    level: Level | None = None
    is_urgent: bool | None = None
    place: Line | None = None
    corrected_note: Text | None = None
    corrected_position: Position | None = Field(None, description="where it is, not the phone")
    corrected_grid_id: UUID | None = None
    corrected_enterprise_id: UUID | None = None


class Order(StrEnum):
    URGENCY = "urgency"  # major first, then nearest deadline
    NEWEST = "newest"


class HazardFilters(Input):
    """Filters of lists, counts, map and export. All given ones must hold."""

    queue: Literal["holder", "department", "dispatched", "mine", "verify", "recheck"] | None = None
    state: list[State] = []
    level: list[Level] = []
    category: list[Code] = []
    outcome: list[Literal[Outcome.ORDERED, Outcome.PENALISED, Outcome.TRANSFERRED]] = []
    township_id: UUID | None = None
    village_id: UUID | None = None
    grid_id: UUID | None = None
    department_id: UUID | None = None
    enterprise_id: UUID | None = None
    is_open: bool | None = None
    is_overdue: bool | None = None
    is_very_late: bool | None = Field(None, description="three times the time is used")
    is_major: bool | None = None
    is_listed: bool | None = None
    is_signed_for: bool | None = None
    is_extension_asked: bool | None = Field(None, description="an open request for more time")
    received_from: datetime | None = None
    received_to: datetime | None = None
    text: Line = ""
    order: Order = Order.URGENCY


class HazardQuery(HazardFilters):
    """One page of a list: filters plus where to go on."""

    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
