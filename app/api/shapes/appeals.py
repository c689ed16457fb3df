"""Appeals as they are shown: what was asked, who has it, who said what."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.api.views import OrganizationRef, Receipt, View
from app.config import Settings
from app.models.appeal import AppealStatus, AppealStep, AppealStepKind
from app.services import receipts
from app.services.appeals import AppealPage, FoundAppeal, WholeAppeal


class AppealRow(View):
    id: UUID
    number: int
    subject: str
    place: str
    asker: str
    holder: OrganizationRef
    status: AppealStatus
    received_at: datetime


class AppealStepView(View):
    id: UUID
    kind: AppealStepKind
    by: str
    organization: OrganizationRef | None
    target: OrganizationRef | None
    text: str
    at: datetime


class AppealView(AppealRow):
    """`may`: steps that are open to me now; `targets`: to whom I may pass it on."""

    steps: list[AppealStepView]
    may: list[AppealStepKind]
    targets: list[OrganizationRef]


class AppealReceipt(AppealView):
    """As it is now, with the receipt by which a phone lets go of it."""

    receipt: Receipt


class AppealPageView(View):
    items: list[AppealRow]
    next: str | None


def page(found: AppealPage) -> AppealPageView:
    return AppealPageView(items=[AppealRow(**_row(each)) for each in found.items], next=found.next)


def whole(found: WholeAppeal) -> AppealView:
    return AppealView(
        **_row(found.found),
        steps=[_step(each, found) for each in found.steps],
        may=found.may,
        targets=[OrganizationRef.model_validate(body) for body in found.targets],
    )


def receipt(settings: Settings, found: WholeAppeal) -> AppealReceipt:
    """Of its first step, which has its id."""
    first = found.steps[0]
    told = receipts.make(settings, first.id, first.sha256, first.seq, first.at)
    return AppealReceipt(**dict(whole(found)), receipt=Receipt.model_validate(told))


def _row(found: FoundAppeal) -> dict[str, Any]:
    own = ("id", "number", "subject", "place", "status", "received_at")
    return {
        **{name: getattr(found.appeal, name) for name in own},
        "asker": found.asker,
        "holder": OrganizationRef.model_validate(found.holder),
    }


def _step(row: AppealStep, found: WholeAppeal) -> AppealStepView:
    def body(id_: UUID | None) -> OrganizationRef | None:
        return OrganizationRef.model_validate(found.bodies[id_]) if id_ else None

    return AppealStepView(
        id=row.id,
        kind=row.kind,
        by=found.people[row.person_id],
        organization=body(row.organization_id),
        target=body(row.target_id),
        text=row.text,
        at=row.at,
    )
