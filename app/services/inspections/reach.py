"""Who sees which inspection, and who works on it. One clause says the first.

Bodies that inspect, people who go, and the county see all of it. Who answers for a place sees that
place: at once if it is announced, else from the moment when somebody has stood at the door (暗访,
四不两直). Counts, exports and the names of places are all asked through the same clause.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound, NotPermitted
from app.models.grid import Grid
from app.models.inspection import (
    HIDDEN_KINDS,
    Inspection,
    InspectionPlace,
    Inspector,
    JoiningBody,
)
from app.models.person import Role
from app.models.supervised_object import SupervisedObject
from app.services import access, ledger
from app.services.access import Actor
from app.services.ledger import Runner
from app.services.permissions import PERMISSIONS, Permission


def is_insider(actor: Actor) -> ColumnElement[bool]:
    """One of those who go, or the county, which looks over all."""
    if Permission.SEE_COUNTY in actor.permissions:
        return true()
    joins = select(JoiningBody.inspection_id).where(JoiningBody.organization_id.in_(actor.body_ids))
    goes = select(Inspector.inspection_id).where(Inspector.person_id == actor.person_id)
    return or_(
        Inspection.lead_id.in_(actor.body_ids),
        Inspection.id.in_(joins),
        Inspection.id.in_(goes),
    )


def is_disclosed() -> ColumnElement[bool]:
    """Somebody on the ground may know of it; needs Inspection and InspectionPlace."""
    return or_(Inspection.kind.not_in(HIDDEN_KINDS), InspectionPlace.looked_on.is_not(None))


def goes_along(actor: Actor) -> ColumnElement[bool]:
    """Places to which a gridworker is asked to come: of that place they know, and of no other."""
    if Role.GRIDWORKER not in actor.roles:
        return false()
    return and_(is_disclosed(), InspectionPlace.accompanied_by_id == actor.person_id)


def sees_place(actor: Actor) -> ColumnElement[bool]:
    """The one clause; needs Inspection and InspectionPlace in the statement."""
    is_mine = exists(
        select(SupervisedObject.id)
        .join(Grid, Grid.id == SupervisedObject.grid_id)
        .join(Runner, Runner.id == Grid.organization_id)
        .where(SupervisedObject.id == InspectionPlace.object_id, ledger.is_within(actor))
        .correlate(InspectionPlace)
    )
    return or_(is_insider(actor), and_(is_disclosed(), is_mine))


def can_see(actor: Actor) -> ColumnElement[bool]:
    """An inspection is seen by whoever sees one of its places."""
    place = select(InspectionPlace.object_id).where(
        InspectionPlace.inspection_id == Inspection.id, sees_place(actor)
    )
    return or_(is_insider(actor), exists(place.correlate(Inspection)))


def leads(actor: Actor, inspection: Inspection) -> bool:
    """Plans, closes and calls off: whoever inspects for the leading body."""
    return inspection.lead_id in inspecting_bodies(actor)


def inspecting_bodies(actor: Actor) -> frozenset[UUID]:
    """The bodies for which this person may inspect."""
    return frozenset(
        seat.organization_id for seat in actor.seats if Permission.INSPECT in PERMISSIONS[seat.role]
    )


async def records(session: AsyncSession, actor: Actor, inspection: Inspection) -> bool:
    """Puts down results: who goes, and whoever inspects for one of the bodies."""
    if Permission.INSPECT not in actor.permissions:
        return False
    if leads(actor, inspection):
        return True
    joins = select(JoiningBody.inspection_id).where(
        JoiningBody.inspection_id == inspection.id,
        JoiningBody.organization_id.in_(inspecting_bodies(actor)),
    )
    goes = select(Inspector.inspection_id).where(
        Inspector.inspection_id == inspection.id, Inspector.person_id == actor.person_id
    )
    return await session.scalar(select(or_(exists(joins), exists(goes)))) or False


async def locked(session: AsyncSession, actor: Actor, inspection_id: UUID) -> Inspection:
    """For a change; NotFound also for those who must not know of it."""
    access.require(actor, Permission.INSPECT)
    query = select(Inspection).where(Inspection.id == inspection_id, can_see(actor))
    row: Inspection | None = await session.scalar(
        query.with_for_update(of=Inspection).execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    return row


def require_lead(actor: Actor, inspection: Inspection) -> None:
    if not leads(actor, inspection):
        raise NotPermitted(why="由牵头单位办。", why_en="The leading body does this.")
