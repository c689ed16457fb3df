"""Accidents as they are shown: what is known, how long is left, who said and did what."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from app import clock
from app.api.views import OrganizationRef, Receipt, View
from app.config import Settings
from app.models.accident import (
    Accident,
    AccidentHop,
    AccidentKind,
    AccidentReport,
    AccidentStatus,
    HopKind,
    ReportKind,
)
from app.models.photo import Derivatives, PhotoRole
from app.services import accidents, receipts
from app.services.accidents import AccidentPage, FoundAccident, Grade, Taken, WholeAccident
from app.services.accidents.clocks import Hop, Status
from app.services.accidents.reading import FoundPhoto

PhotoState = Literal["waiting", "received", "ready", "unreadable"]


class AccidentClock(View):
    """`status`: waiting (not begun), running, late, met, missed (done too late), stopped."""

    hop: Hop
    started_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    status: Status


class AccidentFacts(View):
    """What article 12 asks for; null: nothing has been said of it."""

    kind: AccidentKind | None
    happened_at: datetime | None
    learned_at: datetime | None
    place: str | None
    lat: float | None
    lon: float | None
    accuracy_m: float | None
    company: str | None
    scene: str | None
    course: str | None
    dead: int | None
    injured: int | None
    missing: int | None
    possible: int | None
    loss_wan: float | None
    measures: str | None
    other: str | None


class AccidentRow(AccidentFacts):
    """An accident as lists need it, and as a phone shows what became of it."""

    id: UUID
    number: int
    status: AccidentStatus
    grade: Grade = Field(description="by what is known so far (article 3)")
    reporter: str
    township: str | None
    village: str | None
    object: str | None
    is_outside_county: bool
    is_time_doubtful: bool
    received_at: datetime
    township_received_at: datetime | None
    county_received_at: datetime | None
    reported_up_at: datetime | None
    ended_at: datetime | None
    clocks: list[AccidentClock]


class AccidentReportView(AccidentFacts):
    """One report as it was sent. `is_after_end`: it came after the accident was closed."""

    id: UUID
    report: ReportKind
    by: str
    organization: OrganizationRef | None
    occurred_at: datetime
    received_at: datetime
    is_after_end: bool


class AccidentHopView(View):
    id: UUID
    step: HopKind
    by: str
    organization: OrganizationRef | None
    at: datetime
    done_at: datetime
    target: OrganizationRef | None
    to_whom: str
    means: str
    reason: str


class AccidentPhotoView(View):
    id: UUID
    report_id: UUID
    role: PhotoRole
    taken_at: datetime
    status: PhotoState


class AccidentView(AccidentRow):
    """`may`: steps that are open to me now; `may_close`: whether a final report is.

    `may_correct`: receipts of my desk that the same step with an earlier `done_at` puts right.
    """

    county: str
    grid: str | None
    reports: list[AccidentReportView]
    hops: list[AccidentHopView]
    photos: list[AccidentPhotoView]
    may: list[HopKind]
    may_correct: list[HopKind]
    may_close: bool


class AccidentReceipt(View):
    """`accident` null: I have lost sight of it."""

    receipt: Receipt
    status: AccidentStatus | None


class AccidentPageView(View):
    """`waiting`: not yet received by my desk."""

    items: list[AccidentRow]
    next: str | None
    waiting: int


class WaitingAccidents(View):
    waiting: int


STATUS: dict[Derivatives, PhotoState] = {
    Derivatives.PENDING: "received",
    Derivatives.READY: "ready",
    Derivatives.FAILED: "unreadable",
}


def receipt(settings: Settings, taken: Taken) -> AccidentReceipt:
    row = taken.report
    made = receipts.make(settings, row.id, row.sha256, row.seq, row.received_at)
    status = taken.accident.status if taken.accident else None
    return AccidentReceipt(receipt=Receipt.model_validate(made), status=status)


def page(found: AccidentPage) -> AccidentPageView:
    items = [AccidentRow(**_row(each)) for each in found.items]
    return AccidentPageView(items=items, next=found.next, waiting=found.waiting)


def whole(settings: Settings, found: WholeAccident) -> AccidentView:
    return AccidentView(
        **_row(found.found),
        county=settings.county_name,
        grid=found.grid,
        reports=[_report(each, found) for each in found.reports],
        hops=[_hop(each, found) for each in found.hops],
        photos=[_photo(each) for each in found.photos],
        may=found.may,
        may_correct=found.may_correct,
        may_close=found.may_close,
    )


def _facts(row: Accident | AccidentReport) -> dict[str, Any]:
    return {name: getattr(row, name) for name in AccidentFacts.model_fields}


def _row(found: FoundAccident) -> dict[str, Any]:
    row = found.accident
    around = ("reporter", "township", "village", "object")
    own = set(AccidentRow.model_fields) - set(around) - {"grade", "clocks"}
    told = accidents.both(row, clock.now())
    return {
        **{name: getattr(row, name) for name in own},
        **{name: getattr(found, name) for name in around},
        "grade": accidents.grade(row),
        "clocks": [AccidentClock.model_validate(each) for each in told],
    }


def _body(found: WholeAccident, id_: UUID | None) -> OrganizationRef | None:
    body = found.bodies.get(id_) if id_ else None
    return OrganizationRef.model_validate(body) if body else None


def _report(row: AccidentReport, found: WholeAccident) -> AccidentReportView:
    return AccidentReportView(
        **_facts(row),
        id=row.id,
        report=row.report_kind,
        by=found.people[row.person_id],
        organization=_body(found, row.organization_id),
        occurred_at=row.occurred_at,
        received_at=row.received_at,
        is_after_end=row.is_after_end,
    )


def _hop(row: AccidentHop, found: WholeAccident) -> AccidentHopView:
    return AccidentHopView(
        id=row.id,
        step=row.kind,
        by=found.people[row.person_id],
        organization=_body(found, row.organization_id),
        at=row.at,
        done_at=row.done_at,
        target=_body(found, row.target_id),
        to_whom=row.to_whom,
        means=row.means,
        reason=row.reason,
    )


def _photo(found: FoundPhoto) -> AccidentPhotoView:
    promise, photo = found.promise, found.photo
    return AccidentPhotoView(
        id=promise.photo_id,
        report_id=promise.report_id,
        role=promise.role,
        taken_at=promise.taken_at,
        status=STATUS[photo.derivatives] if photo else "waiting",
    )
