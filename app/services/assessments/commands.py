"""What is sent of an assessment: the year's form, a body's sentences, the county's findings."""

from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.models.assessment import NoteKind, PaperStepKind
from app.services.commands import Day, Input, Line, Text
from app.services.schemes import AssessmentForm
from app.services.schemes.assessing import Key, Name, Points

Sentence = Annotated[Line, Field(min_length=1)]
Figure = Annotated[float, Field(ge=0, le=1_000_000)]


class EvidenceKind(StrEnum):
    HAZARD = "hazard"
    ACCIDENT = "accident"
    INSTRUCTION = "instruction"
    DUTY_RECORD = "duty_record"
    WORDS = "words"


class Evidence(Input):
    """What is kept in the system, by its id; or in words, with the day that they speak of."""

    kind: EvidenceKind
    id: UUID | None = None
    text: Line = ""
    on: Day | None = None

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if self.kind is EvidenceKind.WORDS and (not self.text or self.on is None or self.id):
            raise ValueError("依据用文字写的，要写明是什么、哪一天")
        if self.kind is not EvidenceKind.WORDS and self.id is None:
            raise ValueError("依据要选定是哪一件")
        return self


class Deduction(Input):
    """Points that an item does not get: for what, and what shows it (S3-33)."""

    item: Key
    points: Points
    reason: Sentence
    evidence: Evidence


class Control(Input):
    """控制指标: what was allowed and what came (S0-34)."""

    name: Name
    allowed: Figure
    actual: Figure


class Veto(Input):
    """一票否决 (S3-34)."""

    reason: Sentence
    evidence: Evidence


class AssessmentResult(Input):
    """An item gets its full points less what is taken with a reason and evidence."""

    deductions: Annotated[list[Deduction], Field(max_length=100)] = []
    remarks: dict[Key, Line] = {}
    controls: Annotated[list[Control], Field(max_length=8)] = []
    veto: Veto | None = None


class OpenAssessment(Input):
    year: Annotated[int, Field(ge=2000, le=2100)]
    form: AssessmentForm
    self_until: Day


class StepPaper(Input):
    """`version`: of the paper as it was looked at. `said` of submit, `result` of the county."""

    step: PaperStepKind
    version: Annotated[int, Field(ge=1, le=100_000)]
    text: Text = ""
    said: dict[Key, Line] | None = None
    result: AssessmentResult | None = None


class TakeBack(Input):
    because: Sentence


class WriteNote(Input):
    kind: NoteKind
    organization_id: UUID
    said_on: Day
    text: Annotated[Text, Field(min_length=1)]


class NotesQuery(Input):
    year: Annotated[int, Field(ge=2000, le=2100)]
