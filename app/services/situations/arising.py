"""What a visit or an inspection reports becomes something that a desk has to answer.

A situation report (NC-R1, NC-R2) becomes a situation, an enterprise's troubles (JT-07, LD-06,
S4-23) an appeal. Ids follow from the record, so that one that comes twice brings each once.
"""

from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.checklist import ChecklistItem, ItemKind
from app.models.grid import Grid
from app.models.inspection import Inspection, InspectionAnswer, InspectionPlace
from app.models.situation import Situation, SituationStatus
from app.models.supervised_object import SupervisedObject
from app.models.visit import Answered, Visit, VisitAnswer
from app.services import appeals, places
from app.services.access import Actor
from app.services.audiences import Asked
from app.services.places import KnownGrid
from app.services.situations import reach, telling

_NAMESPACE = UUID("5afe6e1d-0000-5000-8000-000051740a70")
KINDS = (ItemKind.REPORT, ItemKind.APPEAL)


@dataclass(frozen=True)
class Told:
    """One answer of such an item. `of`: columns that name the record it stands in."""

    id: UUID
    item: ChecklistItem
    text: str
    object: SupervisedObject | None
    grid_id: UUID
    of: dict[str, UUID]


def id_of(answer: VisitAnswer) -> UUID:
    """Of what it becomes, if its item is one of KINDS."""
    return uuid5(_NAMESPACE, f"visit/{answer.visit_id}/{answer.position}")


async def of_visit(session: AsyncSession, actor: Actor, visit: Visit) -> None:
    """Once, with the visit itself."""
    if not visit.issue_count or visit.grid_id is None:
        return
    query = (
        select(VisitAnswer, ChecklistItem)
        .join(ChecklistItem, ChecklistItem.code == VisitAnswer.code)
        .where(
            VisitAnswer.visit_id == visit.id,
            VisitAnswer.answer == Answered.ISSUE,
            VisitAnswer.is_discarded.is_(False),
            ChecklistItem.version_id == visit.checklist_version_id,
            ChecklistItem.kind.in_(KINDS),
        )
        .order_by(VisitAnswer.position)
    )
    for answer, item in (await session.execute(query)).all():
        about = answer.member_id or visit.object_id
        told = Told(
            id=id_of(answer),
            item=item,
            text=answer.note,
            object=await session.get(SupervisedObject, about) if about else None,
            grid_id=visit.grid_id,
            of={"visit_id": visit.id},
        )
        await _arise(session, actor, told)


async def of_inspection(
    session: AsyncSession, actor: Actor, inspection: Inspection, place: InspectionPlace
) -> None:
    """Each question of a place once: what is written of it later stands in the record alone."""
    at = await session.get_one(SupervisedObject, place.object_id)
    query = (
        select(InspectionAnswer, ChecklistItem)
        .join(ChecklistItem, ChecklistItem.code == InspectionAnswer.code)
        .where(
            InspectionAnswer.inspection_id == inspection.id,
            InspectionAnswer.object_id == at.id,
            InspectionAnswer.answer == Answered.ISSUE,
            ChecklistItem.version_id == inspection.checklist_version_id,
            ChecklistItem.kind.in_(KINDS),
        )
        .order_by(InspectionAnswer.position)
    )
    for answer, item in (await session.execute(query)).all():
        told = Told(
            id=uuid5(_NAMESPACE, f"inspection/{inspection.id}/{at.id}/{item.code}"),
            item=item,
            text=answer.note,
            object=at,
            grid_id=at.grid_id,
            of={"inspection_id": inspection.id},
        )
        await _arise(session, actor, told)


async def _arise(session: AsyncSession, actor: Actor, told: Told) -> None:
    if told.item.kind is ItemKind.APPEAL and told.object:
        heard = appeals.Heard(told.id, told.item.question, told.text, told.object, told.grid_id)
        await appeals.hear(session, actor, heard)
        return
    grid = (await places.known_grids(session))[told.grid_id]
    values = {
        **told.of,
        "id": told.id,
        "version_id": told.item.version_id,
        "code": told.item.code,
        "text": told.text,
        "place": told.object.name if told.object else grid.name,
        "reporter_id": actor.person_id,
        "grid_id": grid.id,
        "village_id": grid.village_id,
        "township_id": grid.township_id,
        "holder_id": await _holder(session, grid),
        "status": SituationStatus.REPORTED,
        "received_at": clock.now(),
    }
    made = insert(Situation).values(values).on_conflict_do_nothing(index_elements=[Situation.id])
    if await session.scalar(made.returning(Situation.id)):
        await telling.reported(session, actor, await session.get_one(Situation, told.id))


async def _holder(session: AsyncSession, grid: KnownGrid) -> UUID:
    """The village where somebody sits there, else the township, else the body of a line."""
    if grid.village_id and await Asked(session).at([grid.village_id], reach.ANSWERERS):
        return grid.village_id
    return grid.township_id or (await session.get_one(Grid, grid.id)).organization_id
