"""Instructions as they are shown: to those they went to, and to the desk that wrote them."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from app.api.views import OrganizationRef, Receipt, View
from app.config import Settings
from app.models.instruction import InstructionFeedback, InstructionStatus, StepKind
from app.services import receipts
from app.services.instructions import (
    AddresseePage,
    Candidates,
    Circle,
    FoundAddressee,
    FoundInstruction,
    InstructionPage,
)


class FeedbackView(View):
    id: UUID
    by: str
    text: str
    occurred_at: datetime
    received_at: datetime


class AddresseeView(View):
    """One body or grid. `is_vacant`: nobody there could read it today."""

    id: UUID
    name: str
    is_grid: bool
    read_at: datetime | None
    read_by: str | None
    answered_at: datetime | None
    is_vacant: bool
    feedback: list[FeedbackView]


class AddresseePageView(View):
    items: list[AddresseeView]
    next: str | None


class InstructionCounts(View):
    """Of addressees. `late`: nothing answered and the day is over."""

    addressees: int
    read: int
    answered: int
    late: int


class InstructionStepView(View):
    kind: StepKind
    by: str
    at: datetime
    reason: str


class InstructionView(View):
    """`mine`: as what it came to me; `is_from_before`: sent before I held a post there.

    `counts` null: it is not of my desk.
    """

    id: UUID
    subject: str
    text: str
    organization: OrganizationRef
    sender: str
    is_from_linked_leader: bool
    sent_at: datetime
    wants_feedback: bool
    due_on: date | None
    counts_until: date | None = Field(description="its day, or the working day after a holiday")
    status: InstructionStatus
    mine: list[AddresseeView]
    is_from_before: bool
    counts: InstructionCounts | None
    steps: list[InstructionStepView]


class InstructionPageView(View):
    items: list[InstructionView]
    next: str | None


class FeedbackReceipt(View):
    receipt: Receipt


class CandidateView(View):
    circle: Circle
    id: UUID
    name: str
    within: str | None


class CircleCount(View):
    circle: Circle
    count: int


class CandidatesView(View):
    """Whole circles with their size, and up to 60 bodies and grids by name."""

    circles: list[CircleCount]
    items: list[CandidateView]
    is_only_linked: bool


def whole(found: FoundInstruction) -> InstructionView:
    row = found.instruction
    own = ("id", "subject", "text", "is_from_linked_leader", "sent_at", "wants_feedback", "due_on")
    return InstructionView(
        **{name: getattr(row, name) for name in own},
        status=row.status,
        organization=OrganizationRef.model_validate(found.organization),
        sender=found.sender,
        mine=[_addressee(each) for each in found.mine],
        is_from_before=found.is_from_before,
        counts=InstructionCounts.model_validate(found.counts) if found.counts else None,
        counts_until=found.counts_until,
        steps=[
            InstructionStepView(kind=step.kind, by=name, at=step.at, reason=step.reason)
            for step, name in found.steps
        ],
    )


def page(found: InstructionPage) -> InstructionPageView:
    return InstructionPageView(items=[whole(each) for each in found.items], next=found.next)


def addressees(found: AddresseePage) -> AddresseePageView:
    return AddresseePageView(items=[_addressee(each) for each in found.items], next=found.next)


def candidates(found: Candidates) -> CandidatesView:
    return CandidatesView(
        circles=[CircleCount(circle=name, count=n) for name, n in found.counts.items()],
        items=[CandidateView.model_validate(each) for each in found.items],
        is_only_linked=found.is_only_linked,
    )


def receipt(settings: Settings, row: InstructionFeedback) -> FeedbackReceipt:
    made = receipts.make(settings, row.id, row.sha256, row.seq, row.received_at)
    return FeedbackReceipt(receipt=Receipt.model_validate(made))


def _addressee(found: FoundAddressee) -> AddresseeView:
    row = found.addressee
    return AddresseeView(
        id=row.id,
        name=row.name,
        is_grid=row.grid_id is not None,
        read_at=row.read_at,
        read_by=found.reader,
        answered_at=row.answered_at,
        is_vacant=found.is_vacant,
        feedback=[_feedback(said.feedback, said.person) for said in found.said],
    )


def _feedback(row: InstructionFeedback, by: str) -> FeedbackView:
    return FeedbackView(
        id=row.id,
        by=by,
        text=row.text,
        occurred_at=row.occurred_at,
        received_at=row.received_at,
    )
