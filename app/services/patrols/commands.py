"""What people send about tasks, and what they ask."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.models.patrol import DelayReason
from app.services.commands import Contract, Input, Line, Moment


class DelayTask(Input):
    """「今天做不了」: why, so that it rolls on to tomorrow (S2-46)."""

    contract: Contract = 1
    reason: DelayReason
    note: Line = Field("", description="needed with `other`")
    occurred_at: Moment


class TaskFilters(Input):
    """Which tasks a desk looks for. `show`: late = put off or past its day; missed = never done.

    `is_plan`: what obligations ask for alone, as the board of the plan counts; no campaign's.
    """

    show: Literal["all", "open", "late", "missed", "done"] = "all"
    township_id: UUID | None = None
    village_id: UUID | None = None
    grid_id: UUID | None = None
    object_id: UUID | None = None
    campaign_id: UUID | None = None
    is_plan: bool = False
    due_from: date | None = None
    due_to: date | None = None


class TaskQuery(TaskFilters):
    """One page of tasks for a desk."""

    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class BoardQuery(Input):
    """For which ground and which planned days the board counts: of a campaign, or of the plan."""

    township_id: UUID | None = None
    campaign_id: UUID | None = None
    due_from: date
    due_to: date
