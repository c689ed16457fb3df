"""What inspections have found, over many of them: the places that the reader sees (S0-26)."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.checklist import ChecklistItem
from app.models.hazard import State
from app.models.inspection import Inspection, InspectionAnswer, InspectionPlace
from app.models.organization import Organization
from app.models.supervised_object import SupervisedObject
from app.models.visit import Answered
from app.services import access
from app.services.access import Actor
from app.services.inspections import reach, settling
from app.services.inspections.commands import InspectionFilters
from app.services.inspections.reading import narrowed
from app.services.permissions import Permission


@dataclass(frozen=True)
class Finding:
    """`state`: of the case that it has become."""

    inspection: Inspection
    lead: Organization
    place: InspectionPlace
    object: SupervisedObject
    answer: InspectionAnswer
    question: str | None
    state: State | None = None


async def findings(
    session: AsyncSession, actor: Actor, query: InspectionFilters, most: int
) -> list[Finding]:
    """Of the current choice of inspections, the newest first; one more than `most` if there are."""
    access.require(actor, Permission.SEE_INSPECTIONS)
    statement = _select().where(
        reach.can_see(actor),
        reach.sees_place(actor),
        InspectionAnswer.answer == Answered.ISSUE,
        *narrowed(actor, query),
    )
    order = (
        Inspection.starts_on.desc(),
        Inspection.id.desc(),
        SupervisedObject.name,
        SupervisedObject.id,
        InspectionAnswer.position,
    )
    rows = (await session.execute(statement.order_by(*order).limit(most + 1))).all()
    states = await settling.states(session, [row[4].hazard_id for row in rows if row[4].hazard_id])
    return [replace(Finding(*row), state=states.get(row[4].hazard_id)) for row in rows]


def _select() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Inspection,
            Organization,
            InspectionPlace,
            SupervisedObject,
            InspectionAnswer,
            ChecklistItem.question,
        )
        .join(Organization, Organization.id == Inspection.lead_id)
        .join(InspectionPlace, InspectionPlace.inspection_id == Inspection.id)
        .join(SupervisedObject, SupervisedObject.id == InspectionPlace.object_id)
        .join(
            InspectionAnswer,
            (InspectionAnswer.inspection_id == InspectionPlace.inspection_id)
            & (InspectionAnswer.object_id == InspectionPlace.object_id),
        )
        .outerjoin(
            ChecklistItem,
            (ChecklistItem.version_id == Inspection.checklist_version_id)
            & (ChecklistItem.code == InspectionAnswer.code),
        )
    )
