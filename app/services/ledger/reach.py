"""Whose ledger a person reads in full, and whose the person writes. Two clauses, nothing else."""

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import aliased

from app.models.hazard import OPEN_STATES, Hazard, Party
from app.models.ledger import ObjectDepartment
from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services.access import Actor
from app.services.permissions import Permission

Runner = aliased(Organization, name="runner")  # the body that runs the object's grid
_WHOLE_COUNTY = frozenset({Permission.SEE_COUNTY, Permission.EDIT_PLACES})


def can_see(actor: Actor) -> ColumnElement[bool]:
    """Names of shops and works hang over their doors; who lives where is for those who go there.

    So is what nobody has vouched for yet.
    """
    is_public = and_(
        SupervisedObject.kind != ObjectKind.HOUSEHOLD, SupervisedObject.confirmed_at.is_not(None)
    )
    return or_(is_public, is_within(actor))


def is_within(actor: Actor) -> ColumnElement[bool]:
    """Own grid, village, township, county, own enterprise, or a department that answers for it.

    Whom to call, and everything beyond name and place, is for those who have to (decision 16).
    """
    if actor.permissions & _WHOLE_COUNTY:
        return true()
    return or_(is_mine(actor), _supervises(actor), _has_open_case(actor))


def is_mine(actor: Actor) -> ColumnElement[bool]:
    """What the person's own phone carries along: own grid, village, township or enterprise."""
    villages = [
        seat.organization_id
        for seat in actor.seats
        if seat.role in (Role.VILLAGE_CLERK, Role.GRID_CHIEF) and seat.grid_id is None
    ]
    departments = actor.organizations_of(OrganizationKind.DEPARTMENT)
    return or_(
        SupervisedObject.id.in_(actor.organization_ids),
        SupervisedObject.grid_id.in_(actor.grid_ids),
        Runner.id.in_([*villages, *departments]),
        Runner.within_id.in_(actor.organizations_of(OrganizationKind.TOWNSHIP_SUBCENTRE)),
    )


def may_edit(actor: Actor) -> ColumnElement[bool]:
    """The own village's, township's or department's part of the ledger; the county all of it."""
    if actor.permissions & _WHOLE_COUNTY:
        return true()
    bodies = actor.body_ids
    townships = actor.organizations_of(OrganizationKind.TOWNSHIP_SUBCENTRE)
    return or_(Runner.id.in_(bodies), Runner.within_id.in_(townships & bodies))


def _supervises(actor: Actor) -> ColumnElement[bool]:
    link = select(ObjectDepartment.object_id).where(
        ObjectDepartment.object_id == SupervisedObject.id,
        ObjectDepartment.organization_id.in_(actor.organizations_of(OrganizationKind.DEPARTMENT)),
    )
    return exists(link.correlate(SupervisedObject))


def _has_open_case(actor: Actor) -> ColumnElement[bool]:
    departments = actor.organizations_of(OrganizationKind.DEPARTMENT)
    return exists(
        select(Hazard.id)
        .outerjoin(Party, Party.hazard_id == Hazard.id)
        .where(
            Hazard.enterprise_id == SupervisedObject.id,
            Hazard.state.in_(OPEN_STATES),
            or_(Hazard.department_id.in_(departments), Party.organization_id.in_(departments)),
        )
        .correlate(SupervisedObject)
    )
