"""Inspections as they are shown. Nobody who is inspected is named: they sign on the paper."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.api.views import GridRef, ObjectRef, OrganizationRef, PersonRef, View
from app.config import Settings
from app.models.checklist import ItemKind
from app.models.hazard import State
from app.models.inspection import InspectionKind, InspectionStatus
from app.models.visit import Answered
from app.services import hazards
from app.services.inspections import (
    Accompanied,
    FoundAnswer,
    FoundInspection,
    FoundInspector,
    FoundPlace,
    InspectionPage,
    WholeInspection,
)


class InspectorView(View):
    """Somebody who could go, or goes, for a body."""

    id: UUID
    name: str
    organization_id: UUID


class InspectionRow(View):
    """Counts are of the places that the reader sees; `hazards` without those that were voided."""

    id: UUID
    number: int
    kind: InspectionKind
    status: InspectionStatus
    name: str
    basis: str
    lead: OrganizationRef
    list_name: str | None
    starts_on: date
    until: date
    places: int
    looked: int
    left_out: int
    issues: int
    hazards: int
    put_right: int


class InspectionPageView(View):
    items: list[InspectionRow]
    next: str | None


class InspectionAnswerView(View):
    """`state`: of the case that it has become, also for those who may not open that."""

    code: str | None
    question: str | None
    answer: Answered
    note: str
    measure: str
    hazard_id: UUID | None
    state: State | None
    number: str | None = Field(description="of the case, if the reader may open it")


class CompanionView(View):
    """A gridworker of the place's grid, who is proposed, or of its village."""

    id: UUID
    name: str
    is_of_grid: bool


class AccompaniedView(View):
    """配合检查: where I am asked to come with a desk, and whom to call (S1-29)."""

    inspection_id: UUID
    name: str
    object: ObjectRef
    address: str
    starts_on: date
    until: date
    lead: OrganizationRef
    people: list[str] = Field(description="who goes; else who has planned it")
    phone: str | None = Field(description="of the leading body")


class InspectionPlaceView(View):
    """`looked_on` with no finding: nothing was found, which counts as much."""

    object: ObjectRef
    lat: float | None = Field(description="of the object, as the ledger has it")
    lon: float | None
    address: str
    grid: GridRef
    runner: OrganizationRef
    is_drawn: bool
    looked_on: date | None
    recorded_at: datetime | None
    recorded_by: str | None
    note: str
    left_out_reason: str | None
    accompanied_by: PersonRef | None = Field(
        description="陪同网格员: who is asked to go along, with a result who did"
    )
    could_accompany: list[CompanionView] = Field(
        description="who could; empty for those who do not record"
    )
    asked: list[str] = Field(description="codes of the questions that are meant for it")
    answers: list[InspectionAnswerView]


class InspectionQuestion(View):
    code: str
    question: str
    how_to: str
    kind: ItemKind
    category_code: str | None


class MissingPart(View):
    """A part of plan, list, records, measures, results that is not whole (S0-26)."""

    name: str
    count: int


class InspectionView(InspectionRow):
    """`plan` is empty for those on whose ground an unannounced inspection has been."""

    county: str
    plan: str
    checklist_key: str | None
    joining: list[OrganizationRef]
    inspectors: list[InspectorView]
    at: list[InspectionPlaceView]
    questions: list[InspectionQuestion]
    conclusion: str
    planned_at: datetime
    ended_at: datetime | None
    end_reason: str
    missing: list[MissingPart]
    may_record: bool
    may_lead: bool


def page(found: InspectionPage) -> InspectionPageView:
    items = [InspectionRow(**_row(each)) for each in found.items]
    return InspectionPageView(items=items, next=found.next)


def inspector(found: FoundInspector) -> InspectorView:
    return InspectorView(id=found.id, name=found.name, organization_id=found.organization.id)


def whole(settings: Settings, found: WholeInspection) -> InspectionView:
    row = found.found.inspection
    version = found.checklist
    own = ("conclusion", "planned_at", "ended_at", "end_reason")
    return InspectionView(
        **_row(found.found),
        **{name: getattr(row, name) for name in own},
        county=settings.county_name,
        plan=found.plan,
        checklist_key=version.version.checklist_key if version else None,
        joining=[OrganizationRef.model_validate(body) for body in found.joining],
        inspectors=[InspectorView.model_validate(person) for person in found.people],
        at=[_place(settings, each) for each in found.places],
        questions=[
            InspectionQuestion.model_validate(item) for item in (version.items if version else [])
        ],
        missing=[MissingPart(name=name, count=count) for name, count in found.missing],
        may_record=found.may_record,
        may_lead=found.may_lead,
    )


def accompanied(found: Accompanied) -> AccompaniedView:
    row, lead = found.inspection, found.lead
    return AccompaniedView(
        inspection_id=row.id,
        name=row.name,
        object=ObjectRef.model_validate(found.object),
        address=found.object.address,
        starts_on=row.starts_on,
        until=row.until,
        lead=OrganizationRef.model_validate(lead),
        people=list(found.people),
        phone=lead.phone,
    )


def _row(found: FoundInspection) -> dict[str, Any]:
    row, counts = found.inspection, found.counts
    own = ("id", "number", "kind", "status", "name", "basis", "starts_on", "until")
    numbers = ("places", "looked", "left_out", "issues", "hazards", "put_right")
    return {
        **{name: getattr(row, name) for name in own},
        **{name: getattr(counts, name) for name in numbers},
        "lead": OrganizationRef.model_validate(found.lead),
        "list_name": found.list_name,
    }


def _place(settings: Settings, found: FoundPlace) -> InspectionPlaceView:
    row = found.place
    own = ("is_drawn", "looked_on", "recorded_at", "note", "left_out_reason")
    return InspectionPlaceView(
        **{name: getattr(row, name) for name in own},
        object=ObjectRef.model_validate(found.object),
        lat=found.object.lat,
        lon=found.object.lon,
        address=found.object.address,
        grid=GridRef.model_validate(found.grid),
        runner=OrganizationRef.model_validate(found.runner),
        recorded_by=found.recorded_by,
        accompanied_by=(
            PersonRef.model_validate(found.accompanied_by) if found.accompanied_by else None
        ),
        could_accompany=[CompanionView.model_validate(each) for each in found.could],
        asked=list(found.asked),
        answers=[_answer(settings, each) for each in found.answers],
    )


def _answer(settings: Settings, found: FoundAnswer) -> InspectionAnswerView:
    row, case = found.answer, found.hazard
    own = ("code", "answer", "note", "measure", "hazard_id")
    number = hazards.number(settings, case.number, case.received_at) if case else None
    return InspectionAnswerView(
        **{name: getattr(row, name) for name in own},
        question=found.question,
        state=found.state,
        number=number,
    )
