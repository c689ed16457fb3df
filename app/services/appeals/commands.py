"""What is asked of the government, and the steps of the talk that follows."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.models.appeal import AppealStepKind
from app.services.commands import Contract, Input, Line, Text

K = AppealStepKind
SUBJECT = 60  # letters


class MakeAppeal(Input):
    """From an enterprise for itself; from a gridworker for a place on the own ground."""

    contract: Contract = 1
    subject: Annotated[Line, Field(min_length=1, max_length=SUBJECT, examples=["门前消防通道被占"])]
    text: Annotated[Text, Field(min_length=1)]
    place: Line = ""
    grid_id: UUID | None = Field(None, description="of a gridworker with several grids")


class StepAppeal(Input):
    step: Literal[K.PASS_ON, K.ANSWER, K.CONFIRM, K.ASK_AGAIN]
    text: Text = ""
    target_id: UUID | None = Field(None, description="the body that it is passed on to")


class AppealFilters(Input):
    """`waiting`: for me to act on."""

    show: Literal["all", "waiting"] = "all"


class AppealQuery(AppealFilters):
    """One page, newest first."""

    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
