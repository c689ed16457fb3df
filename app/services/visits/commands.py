"""What a phone sends about a visit, and what a desk asks."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.models.visit import Answered
from app.services.checklists.commands import ItemCode
from app.services.commands import Contract, Input, Line, Moment, Position, Text


class SaidOfItem(Input):
    """One answer. `member_id`: of which member of a bundle; `hazard_id`: the case it has become."""

    code: ItemCode
    answer: Answered
    member_id: UUID | None = None
    hazard_id: UUID | None = None
    is_discarded: bool = Field(
        default=False, description="the finding was thrown away before it was sent: no case comes"
    )
    note: Line = ""


class MakeVisit(Input):
    """A finished visit. What stands in no answer is fine if `rest_fine` says so (S2-44, S2-47).

    Without a task somebody has looked unasked: of an object, or of a whole grid.
    """

    contract: Contract = 1
    task_id: UUID | None = None
    object_id: UUID | None = None
    grid_id: UUID | None = None
    checklist_version_id: UUID
    started_at: Moment
    occurred_at: Moment
    rest_fine: bool
    asked: Annotated[list[ItemCode], Field(min_length=1, max_length=60)] | None = Field(
        None, description="the questions meant for this place; None: the whole list"
    )
    answers: Annotated[list[SaidOfItem], Field(max_length=300)] = []
    note: Text = ""
    position: Position | None = Field(None, description="only if the person saves it along")


class VisitFilters(Input):
    """Which visits a desk looks for."""

    show: Literal["all", "issues", "reports", "late", "unqualified"] = Field(
        "all",
        description="issues: something found; reports: situation reports; "
        "late: finished on a later day than it was begun; "
        "unqualified: made without the qualification that the county asks for",
    )
    township_id: UUID | None = None
    village_id: UUID | None = None
    grid_id: UUID | None = None
    object_id: UUID | None = None
    made_from: datetime | None = None
    made_to: datetime | None = None


class VisitQuery(VisitFilters):
    """One page of visits for a desk."""

    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
