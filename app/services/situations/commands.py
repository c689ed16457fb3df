"""What desks do with a reported situation, and what is asked for."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.models.situation import SituationStatus, SituationStepKind
from app.services.commands import Input, Text


class StepSituation(Input):
    step: SituationStepKind
    text: Text = ""
    target_id: UUID | None = Field(None, description="the body that it is passed on to")


class SituationFilters(Input):
    """`waiting`: for my body to say what becomes of it; `mine`: what I have reported."""

    show: Literal["all", "waiting", "mine"] = "all"
    status: SituationStatus | None = None


class SituationQuery(SituationFilters):
    """One page, what is open first, newest first."""

    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
