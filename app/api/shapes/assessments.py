"""Assessments of bodies as they are shown: the year, its papers, one paper with its evidence."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.api.views import OrganizationRef, View
from app.config import Settings
from app.models.assessment import Assessment, NoteKind, PaperStatus, PaperStepKind
from app.services.assessments import (
    AssessmentResult,
    FoundNote,
    FoundPaper,
    NamedEvidence,
    Proposal,
    Score,
    WholePaper,
    WholeYear,
    form_of,
)
from app.services.assessments.commands import EvidenceKind
from app.services.schemes import AssessmentForm


class AssessmentYear(View):
    id: UUID
    year: int
    name: str
    self_until: date


class AssessmentYears(View):
    """`may_assess`: open a year, find points, write notes."""

    items: list[AssessmentYear]
    may_assess: bool


class AssessmentProposal(View):
    """`is_own`: as the county worded it for its last year, else its scheme's."""

    form: AssessmentForm
    is_own: bool


class AssessmentScore(View):
    """`items` by key; the others in the order of the form. Of a veto no target gets points."""

    items: dict[str, float]
    dimensions: list[float]
    total: float
    full: float
    targets: list[float | None]
    is_vetoed: bool


class AssessmentPaperRow(View):
    """`score`: once the result was told; whoever assesses sees it before."""

    id: UUID
    body: OrganizationRef
    code: str | None
    status: PaperStatus
    submitted_on: date | None
    score: AssessmentScore | None


class AssessmentYearView(AssessmentYear):
    """Papers in the order of the bodies' codes."""

    form: AssessmentForm
    papers: list[AssessmentPaperRow]
    may_take_back: bool


class EvidenceView(View):
    kind: EvidenceKind
    id: UUID
    label: str
    on: date


class AssessmentFacts(View):
    """As of `as_of`; no points follow from them."""

    as_of: datetime
    open: int
    overdue: int
    missed: int = Field(description="planned rounds of its ground in that year that were not made")
    late_duties: int = Field(description="of the periods that routine work still shows")
    accidents: int
    dead: int


class AssessmentStepView(View):
    kind: PaperStepKind
    by: str
    text: str
    at: datetime
    before: AssessmentResult | None = Field(
        description="the result until then, if it had been told"
    )


class AssessmentPaperView(AssessmentPaperRow):
    """`named`: evidence that I may open; `offered`: what may be named, for whoever assesses."""

    version: int
    county: str
    year: int
    form: AssessmentForm
    self_until: date
    object_until: date | None
    said: dict[str, str]
    result: AssessmentResult | None
    facts: AssessmentFacts
    steps: list[AssessmentStepView]
    named: list[EvidenceView]
    offered: list[EvidenceView]
    may: list[PaperStepKind]


class BodyNoteView(View):
    id: UUID
    number: int
    kind: NoteKind
    body: OrganizationRef
    said_on: date
    text: str
    by: str
    withdrawn_at: datetime | None
    withdrawn_because: str


class BodyNotes(View):
    items: list[BodyNoteView]


def years(found: list[Assessment], *, may_assess: bool) -> AssessmentYears:
    return AssessmentYears(
        items=[AssessmentYear(**_year(row)) for row in found], may_assess=may_assess
    )


def proposal(found: Proposal) -> AssessmentProposal:
    return AssessmentProposal(form=found.form, is_own=found.is_own)


def year(found: WholeYear) -> AssessmentYearView:
    return AssessmentYearView(
        **_year(found.assessment),
        form=found.form,
        papers=[AssessmentPaperRow(**_row(one)) for one in found.papers],
        may_take_back=found.may_take_back,
    )


def whole(settings: Settings, found: WholePaper) -> AssessmentPaperView:
    at, people = found.at, found.people
    return AssessmentPaperView(
        **_row(found.found),
        version=at.paper.version,
        county=settings.county_name,
        year=at.assessment.year,
        form=found.form,
        self_until=at.assessment.self_until,
        object_until=at.object_until,
        said=at.paper.said,
        result=found.found.result,
        facts=AssessmentFacts.model_validate(found.facts),
        steps=[
            AssessmentStepView(
                kind=one.kind,
                by=people[one.person_id],
                text=one.text,
                at=one.at,
                before=AssessmentResult.model_validate(one.before) if one.before else None,
            )
            for one in found.steps
        ],
        named=[_evidence(one) for one in found.named.values()],
        offered=[_evidence(one) for one in found.offered],
        may=found.may,
    )


def notes(found: list[FoundNote]) -> BodyNotes:
    own = ("id", "number", "kind", "said_on", "text", "withdrawn_at", "withdrawn_because")
    return BodyNotes(
        items=[
            BodyNoteView(
                **{name: getattr(one.note, name) for name in own},
                body=OrganizationRef.model_validate(one.body),
                by=one.by,
            )
            for one in found
        ]
    )


def _year(row: Assessment) -> dict[str, Any]:
    return {
        "id": row.id,
        "year": row.year,
        "name": form_of(row).name,
        "self_until": row.self_until,
    }


def _row(found: FoundPaper) -> dict[str, Any]:
    return {
        "id": found.paper.id,
        "body": OrganizationRef.model_validate(found.body),
        "code": found.body.code,
        "status": found.paper.status,
        "submitted_on": found.submitted_on,
        "score": _score(found.score),
    }


def _score(found: Score | None) -> AssessmentScore | None:
    return AssessmentScore.model_validate(found) if found else None


def _evidence(found: NamedEvidence) -> EvidenceView:
    return EvidenceView.model_validate(found)
