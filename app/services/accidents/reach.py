"""Who sees an accident: one clause, used by every select. Who handles it: one table."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, UnaryExpression, false, or_, select, true

from app.models.accident import Accident, AccidentHop, HopKind
from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.services import access
from app.services.access import Actor

COUNTY_ROLES = frozenset({Role.COUNTY_OFFICER, Role.SAFETY_SUPERVISOR})
TOWNSHIP_ROLES = frozenset({Role.TOWNSHIP_OFFICER})


def can_see(actor: Actor) -> ColumnElement[bool]:
    """Reporter, summarising village, township, county, and the departments that were told."""
    known = access.sight(actor)
    if known["sees_county"]:
        return true()
    summarising = select(Organization.id).where(
        Organization.id.in_(known["villages"]), Organization.is_summarising
    )
    told = select(AccidentHop.accident_id).where(
        AccidentHop.kind == HopKind.DEPARTMENT_TOLD, AccidentHop.target_id.in_(known["bodies"])
    )
    return or_(
        Accident.reporter_id == actor.person_id,
        Accident.township_id.in_(known["townships"]),
        Accident.village_id.in_(summarising),
        Accident.id.in_(told),
    )


def waits_for(actor: Actor) -> ColumnElement[bool]:
    """Open, on the actor's ground, and not yet received by the actor's own desk."""
    return or_(
        Accident.county_received_at.is_(None) if is_county(actor) else false(),
        Accident.township_received_at.is_(None) & Accident.township_id.in_(townships(actor)),
    )


def is_county(actor: Actor) -> bool:
    return bool(actor.roles & COUNTY_ROLES)


def is_township(actor: Actor, accident: Accident) -> bool:
    """The sub-centre on whose ground it happened."""
    return accident.township_id in townships(actor)


def townships(actor: Actor) -> set[UUID]:
    return {
        seat.organization_id
        for seat in actor.seats
        if seat.role in TOWNSHIP_ROLES
        and seat.organization_kind is OrganizationKind.TOWNSHIP_SUBCENTRE
    }


def newest_first() -> tuple[UnaryExpression[Any], ...]:
    return Accident.received_at.desc(), Accident.id.desc()
