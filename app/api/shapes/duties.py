"""Duties of bodies as they are shown: by which day, done or late, what was kept and decided."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app import clock
from app.api.shapes import duty_items
from app.api.shapes.duty_items import DutyItemView
from app.api.views import OrganizationRef, View
from app.config import Settings
from app.models.hazard import Hazard, State
from app.models.obligation import Duty, Period, Scope
from app.services import hazards
from app.services.duties import Draft, FoundItem, Occurrence, Standing, WholeRecord


class DutyOwing(View):
    """A body, or a line by its grid."""

    id: UUID
    name: str
    is_line: bool
    is_own: bool = Field(description="of my own body")


class DutyRecordRef(View):
    id: UUID
    held_on: date
    subject: str


class DutyOccurrence(View):
    """One duty of one body in one period, whose last day is `end`; asked for by `due_on`."""

    key: str
    name: str
    basis: str
    duty: Duty
    period: Period
    scope: Scope
    min_count: int
    body: DutyOwing
    start: date
    end: date
    due_on: date = Field(description="its last working day")
    is_provisional: bool = Field(description="the holidays of that time are not known yet")
    standing: Standing
    may_record: bool
    records: list[DutyRecordRef]


class DutyCase(View):
    id: UUID
    number: str
    note: str
    place: str
    state: State
    is_major: bool
    is_overdue: bool


class DutyCalendar(View):
    """`items`: what my body has to do of what was decided."""

    today: date
    occurrences: list[DutyOccurrence]
    items: list[DutyItemView]


class LateBodyView(View):
    organization: OrganizationRef
    cases: int
    since: datetime


class DutyTownship(View):
    id: UUID
    name: str
    reported: int
    fixed_on_site: int
    closed: int
    open: int
    overdue: int
    planned: int = Field(description="patrols that fell due in the period")
    looked: int


class DutyDepartment(View):
    id: UUID
    name: str
    due: int = Field(description="rectifications due in the period")
    in_time: int
    again: int = Field(description="given back after the look on site")
    overdue: int


class DutyFigures(View):
    """`open` and `overdue` as of `as_of`, the rest of the period."""

    first: date
    last: date
    as_of: datetime
    townships: list[DutyTownship]
    departments: list[DutyDepartment]


class DutyDraft(View):
    """What could be spoken about, whom it concerns, and the figures that would be kept."""

    occurrence: DutyOccurrence
    agenda: list[DutyCase]
    late: list[LateBodyView]
    figures: DutyFigures | None
    bodies: list[OrganizationRef]
    answer_by: date | None = Field(description="proposed to those that are late")


class DutyVersion(View):
    version: int
    held_on: date
    subject: str
    text: str
    participants: str
    by: str
    at: datetime
    because: str


class DutyRecordView(View):
    """As it stands; `earlier`: what it said before each correction.

    `bodies`: to whom an item may be given instead, for whoever corrects.
    """

    id: UUID
    number: int
    county: str
    key: str
    duty: Duty
    name: str
    basis: str
    body: str
    desk: str
    is_line: bool
    start: date
    end: date
    held_on: date
    subject: str
    text: str
    participants: str
    figures: DutyFigures | None
    instruction_id: UUID | None
    assessment_paper_id: UUID | None
    version: int
    by: str
    at: datetime
    earlier: list[DutyVersion]
    items: list[DutyItemView]
    bodies: list[OrganizationRef]
    cases: list[DutyCase]
    case_count: int = Field(description="also those that I may not open")
    may_correct: bool


def calendar(today: date, found: list[Occurrence], items: list[FoundItem]) -> DutyCalendar:
    return DutyCalendar(
        today=today,
        occurrences=[occurrence(one) for one in found],
        items=[duty_items.item(one, {}) for one in items],
    )


def occurrence(one: Occurrence) -> DutyOccurrence:
    own = ("key", "name", "basis", "duty", "period", "scope", "min_count")
    return DutyOccurrence(
        **{name: getattr(one.duty, name) for name in own},
        body=DutyOwing.model_validate(one.of),
        start=one.window.start,
        end=one.window.end,
        due_on=one.due.on,
        is_provisional=one.due.is_provisional,
        standing=one.standing,
        may_record=one.may_record,
        records=[DutyRecordRef.model_validate(row) for row in one.records],
    )


def draft(settings: Settings, found: Draft) -> DutyDraft:
    return DutyDraft(
        occurrence=occurrence(found.at),
        agenda=[_case(settings, row) for row in found.agenda],
        late=[
            LateBodyView(
                organization=OrganizationRef.model_validate(row.body),
                cases=row.cases,
                since=row.since,
            )
            for row in found.late
        ],
        figures=_figures(found.figures),
        bodies=[OrganizationRef.model_validate(body) for body in found.bodies],
        answer_by=found.answer_by,
    )


def whole(settings: Settings, found: WholeRecord) -> DutyRecordView:
    row, duty = found.record, found.duty
    own = (
        "id",
        "number",
        "held_on",
        "subject",
        "text",
        "participants",
        "instruction_id",
        "assessment_paper_id",
        "version",
    )
    return DutyRecordView(
        **{name: getattr(row, name) for name in own},
        county=settings.county_name,
        key=duty.key,
        duty=duty.duty,
        name=duty.name,
        basis=duty.basis,
        body=found.body,
        desk=found.desk,
        is_line=row.grid_id is not None,
        start=row.period_start,
        end=row.period_end,
        figures=_figures(row.figures),
        by=found.people[row.written_by_id],
        at=row.written_at,
        earlier=_earlier(found),
        items=[duty_items.item(one, found.people) for one in found.items],
        bodies=[OrganizationRef.model_validate(body) for body in found.bodies],
        cases=[_case(settings, each) for each in found.hazards],
        case_count=found.hazard_count,
        may_correct=found.may_correct,
    )


def _earlier(found: WholeRecord) -> list[DutyVersion]:
    said = ("version", "held_on", "subject", "text", "participants", "because")
    return [
        DutyVersion(
            **{name: getattr(one, name) for name in said},
            by=found.people[one.written_by_id],
            at=one.written_at,
        )
        for one in found.earlier
    ]


def _case(settings: Settings, row: Hazard) -> DutyCase:
    return DutyCase(
        id=row.id,
        number=hazards.number(settings, row.number, row.received_at),
        note=row.note,
        place=row.place,
        state=row.state,
        is_major=hazards.is_major(row),
        is_overdue=bool(row.clock_due_at and row.clock_due_at < clock.now()),
    )


def _figures(known: dict[str, Any] | None) -> DutyFigures | None:
    return DutyFigures.model_validate(known) if known else None
