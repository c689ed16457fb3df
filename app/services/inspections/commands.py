"""What a desk sends about an inspection, and what it asks."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.models.inspection import InspectionKind
from app.models.visit import Answered
from app.services.campaigns import Choice
from app.services.commands import Day, Input, Line, Search, Text

MOST_PLACES = 300
Title = Annotated[Line, Field(min_length=2, max_length=60, examples=["元旦前液化气联合检查"])]
Key = Annotated[str, Field(max_length=40, examples=["nine-aspects"])]
Ids = Annotated[list[UUID], Field(max_length=MOST_PLACES)]


class Draw(Choice):
    """So many by lot of what fits; nobody chooses (抽查; S3-32)."""

    count: Annotated[int, Field(ge=1, le=MOST_PLACES)]


class PlanInspection(Input):
    """Who looks at what, by which list, on which days. Plan and list may follow later (S0-26)."""

    kind: InspectionKind
    name: Title
    plan: Text = Field("", description="方案")
    basis: Line = Field("", examples=["县安委办〔2026〕12 号"])
    checklist_key: Key | None = None
    starts_on: Day
    until: Day
    lead_id: UUID = Field(description="the body that leads; one's own")
    joining_ids: Annotated[list[UUID], Field(max_length=20)] = []
    inspector_ids: Annotated[list[UUID], Field(max_length=60)] = []
    object_ids: Ids = []
    draw: Draw | None = None


class Accompany(Input):
    """Which gridworker goes along to a place; None: nobody (S1-29)."""

    object_id: UUID
    person_id: UUID | None


class EditInspection(Input):
    """What is not sent stays. Lists are sent whole; a place that has a result stays on them."""

    name: Title | None = None
    plan: Text | None = None
    basis: Line | None = None
    checklist_key: Key | None = None
    starts_on: Day | None = None
    until: Day | None = None
    joining_ids: Annotated[list[UUID], Field(max_length=20)] | None = None
    inspector_ids: Annotated[list[UUID], Field(max_length=60)] | None = None
    object_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_PLACES)] | None = None
    accompanying: Annotated[list[Accompany], Field(max_length=MOST_PLACES)] = Field(
        [], description="陪同网格员 of these places; of the others it stays as it is"
    )


class SaidOnSpot(Input):
    """What is not in order, or does not apply; `code` None: found beside the list."""

    code: Annotated[str, Field(max_length=20, examples=["SQ-05"])] | None = None
    answer: Literal[Answered.ISSUE, Answered.NOT_APPLICABLE]
    note: Line = ""
    measure: Line = Field("", description="整改措施", examples=["三天内更换减压阀"])
    hazard_id: UUID | None = Field(None, description="the case that I have reported of it")


class RecordResult(Input):
    """At one place. No answers: nothing was found, which counts as much as a finding.

    `left_out_reason`: nobody has looked, and why. Later results replace earlier ones.
    `accompanied_by_id`: the gridworker who was there; not sent: whoever is named already.
    """

    looked_on: Day | None = None
    answers: Annotated[list[SaidOnSpot], Field(max_length=300)] = []
    note: Text = ""
    left_out_reason: Annotated[Line, Field(min_length=2)] | None = None
    accompanied_by_id: UUID | None = None


class CloseInspection(Input):
    conclusion: Text = Field("", description="结论")


class CallOffInspection(Input):
    reason: Annotated[Line, Field(min_length=2)]


class InspectionFilters(Input):
    show: Literal["open", "closed", "called_off", "all"] = "all"
    kind: InspectionKind | None = None
    hazard_id: UUID | None = Field(None, description="that has found this case")
    text: Search = ""


class InspectionQuery(InspectionFilters):
    """One page, the newest first."""

    cursor: Annotated[str, Field(max_length=400)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class InspectorQuery(Input):
    """Who could go: people of these bodies."""

    organization_id: Annotated[list[UUID], Field(min_length=1, max_length=21)]
