"""Where a gridworker is asked to come along, for the phone (S1-29)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.inspection import Inspection, InspectionPlace, InspectionStatus, Inspector
from app.models.organization import Organization
from app.models.person import Person
from app.models.supervised_object import SupervisedObject
from app.services import access
from app.services.access import Actor
from app.services.inspections import reach

_MOST = 100


@dataclass(frozen=True)
class Accompanied:
    """One place to which I am asked to come. `people`: who goes, else who has planned it."""

    inspection: Inspection
    object: SupervisedObject
    lead: Organization
    people: Sequence[str]


async def accompanied_by_me(session: AsyncSession, actor: Actor) -> list[Accompanied]:
    """Where I am asked to come, today or later: for the phone's start page, also without signal."""
    rows = await session.execute(
        select(Inspection, SupervisedObject, Organization)
        .join(InspectionPlace, InspectionPlace.inspection_id == Inspection.id)
        .join(SupervisedObject, SupervisedObject.id == InspectionPlace.object_id)
        .join(Organization, Organization.id == Inspection.lead_id)
        .where(
            reach.goes_along(actor),
            InspectionPlace.recorded_at.is_(None),
            Inspection.status == InspectionStatus.OPEN,
            Inspection.until >= access.today(),
        )
        .order_by(Inspection.starts_on, SupervisedObject.name, SupervisedObject.id)
        .limit(_MOST)
    )
    found = rows.all()
    people = await _people(session, [row[0] for row in found]) if found else {}
    return [Accompanied(row, place, lead, people[row.id]) for row, place, lead in found]


async def _people(
    session: AsyncSession, inspections: Collection[Inspection]
) -> dict[UUID, list[str]]:
    rows = await session.execute(
        select(Inspector.inspection_id, Person.name)
        .join(Person, Person.id == Inspector.person_id)
        .where(Inspector.inspection_id.in_([row.id for row in inspections]))
        .order_by(Person.name)
    )
    found: dict[UUID, list[str]] = {}
    for inspection_id, person in rows:
        found.setdefault(inspection_id, []).append(person)
    for row in inspections:
        if row.id not in found:
            found[row.id] = [(await session.get_one(Person, row.planned_by_id)).name]
    return found
