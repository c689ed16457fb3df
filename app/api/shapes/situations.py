"""Reported situations as they are shown: what, where, who has it, what became of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.api.views import OrganizationRef, View
from app.models.situation import SituationStatus, SituationStep, SituationStepKind
from app.services.situations import FoundSituation, SituationPage, WholeSituation


class SituationRow(View):
    id: UUID
    number: int
    code: str
    question: str
    text: str
    place: str
    reporter: str
    holder: OrganizationRef
    status: SituationStatus
    received_at: datetime


class SituationStepView(View):
    id: UUID
    kind: SituationStepKind
    by: str
    organization: OrganizationRef
    target: OrganizationRef | None
    text: str
    at: datetime


class SituationView(SituationRow):
    """`may`: steps that are open to me now; `proposed`: those of `targets` that the item names."""

    visit_id: UUID | None
    inspection_id: UUID | None
    steps: list[SituationStepView]
    may: list[SituationStepKind]
    targets: list[OrganizationRef]
    proposed: list[OrganizationRef]


class SituationPageView(View):
    items: list[SituationRow]
    next: str | None


def page(found: SituationPage) -> SituationPageView:
    items = [SituationRow(**_row(each)) for each in found.items]
    return SituationPageView(items=items, next=found.next)


def whole(found: WholeSituation) -> SituationView:
    situation = found.found.situation
    return SituationView(
        **_row(found.found),
        visit_id=situation.visit_id,
        inspection_id=situation.inspection_id,
        steps=[_step(each, found) for each in found.steps],
        may=found.may,
        targets=[OrganizationRef.model_validate(body) for body in found.targets],
        proposed=[OrganizationRef.model_validate(body) for body in found.proposed],
    )


def _row(found: FoundSituation) -> dict[str, Any]:
    own = ("id", "number", "code", "text", "place", "status", "received_at")
    return {
        **{name: getattr(found.situation, name) for name in own},
        "question": found.item.question,
        "reporter": found.reporter,
        "holder": OrganizationRef.model_validate(found.holder),
    }


def _step(row: SituationStep, found: WholeSituation) -> SituationStepView:
    target = found.bodies[row.target_id] if row.target_id else None
    return SituationStepView(
        id=row.id,
        kind=row.kind,
        by=found.people[row.person_id],
        organization=OrganizationRef.model_validate(found.bodies[row.organization_id]),
        target=OrganizationRef.model_validate(target) if target else None,
        text=row.text,
        at=row.at,
    )
