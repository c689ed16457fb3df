"""Whose duty it is, who sees what was done of it, and who may keep a record: one clause each."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, or_, select, true
from sqlalchemy.orm import aliased

from app.models.duty import DutyItem, DutyRecord
from app.models.grid import Grid
from app.models.obligation import Duty, Obligation, Scope
from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.models.slot import SlotAssignment, SlotRole
from app.services import access, places
from app.services.access import Actor
from app.services.permissions import Permission

K = OrganizationKind
COUNTY_ROLES = frozenset({Role.COUNTY_OFFICER, Role.SAFETY_SUPERVISOR})
# Duties that nobody fulfils by looking at something: a body does them, and keeps a record.
OF_BODIES = frozenset(
    {Duty.MEETING, Duty.SUPERVISION, Duty.SUMMARY, Duty.BULLETIN, Duty.EXCHANGE, Duty.ANNUAL}
)

WORKING_KINDS = (K.TOWNSHIP_SUBCENTRE, K.DEPARTMENT)


def is_of_bodies(duty: Obligation) -> bool:
    return duty.duty in OF_BODIES and duty.scope in {Scope.COUNTY, Scope.ORGANIZATION, Scope.GRID}


def owing(scope: Scope) -> ColumnElement[bool]:
    """Bodies that owe what is counted by county or by organization: townships, departments."""
    if scope is Scope.COUNTY:
        return Organization.is_active & (Organization.kind == K.COUNTY_CENTRE)
    of_county = and_(Organization.kind == K.DEPARTMENT, Organization.within_id.is_(None))
    return Organization.is_active & or_(Organization.kind == K.TOWNSHIP_SUBCENTRE, of_county)


def lines() -> Select[*tuple[Any, ...]]:
    """Grids that owe what is counted by grid: the lines of departments (S0-27, S4-13)."""
    return (
        select(Grid.id, Grid.name, Grid.organization_id, Organization.within_id)
        .join(Organization, Organization.id == Grid.organization_id)
        .where(Organization.kind == K.DEPARTMENT, places.is_in_force(access.today()))
    )


def may_be_given(owing_id: UUID) -> ColumnElement[bool]:
    """Bodies to which a meeting may give something to do: desks, and the line's own enterprises."""
    desks = Organization.kind.in_((*WORKING_KINDS, K.SAFETY_DEPARTMENT, K.COUNTY_CENTRE))
    return Organization.is_active & or_(is_enterprise_of(owing_id), desks)


def is_enterprise_of(owing_id: UUID) -> ColumnElement[bool]:
    """Of a line; an organization has no parts among the grids."""
    return Organization.id.in_(select(Grid.organization_id).where(Grid.parent_id == owing_id))


def is_county(actor: Actor) -> bool:
    return bool(actor.roles & COUNTY_ROLES)


def own_bodies(actor: Actor) -> ColumnElement[bool]:
    """The county's own are those of its centre, whichever of its two desks one sits at."""
    mine = Organization.id.in_(actor.body_ids)
    return or_(mine, Organization.kind == K.COUNTY_CENTRE) if is_county(actor) else mine


def own_lines(actor: Actor) -> ColumnElement[bool]:
    """Of its chief, of who is linked to it or to a part of it, and of the bodies that run it."""
    chief = [seat.grid_id for seat in actor.seats if seat.role is Role.GRID_CHIEF and seat.grid_id]
    run_by = select(Organization.id).where(
        or_(Organization.id.in_(actor.body_ids), Organization.within_id.in_(_townships(actor)))
    )
    linked = linked_grids(SlotAssignment.person_id == actor.person_id)
    return or_(Grid.id.in_(chief), Grid.organization_id.in_(run_by), Grid.id.in_(linked))


def linked_grids(whose: ColumnElement[bool]) -> CompoundSelect[*tuple[Any, ...]]:
    """Grids to which such people are linked today, and those above them."""
    part = aliased(Grid)
    held = select(SlotAssignment.grid_id).where(whose, _is_linked())
    above = select(part.parent_id).where(part.id.in_(held), part.parent_id.is_not(None))
    return held.union(above)


def is_linked_to(line_id: UUID) -> ColumnElement[bool]:
    """Places on a line, or on a part of it, whose holders convene its meetings."""
    parts = select(Grid.id).where(or_(Grid.id == line_id, Grid.parent_id == line_id))
    return _is_linked() & SlotAssignment.grid_id.in_(parts)


def _is_linked() -> ColumnElement[bool]:
    day = access.today()
    return and_(
        SlotAssignment.role == SlotRole.LINKED_LEADER,
        SlotAssignment.starts_on <= day,
        or_(SlotAssignment.ends_on.is_(None), SlotAssignment.ends_on >= day),
    )


def sees_body(actor: Actor) -> ColumnElement[bool]:
    if access.sight(actor)["sees_county"]:
        return true()
    return or_(own_bodies(actor), Organization.within_id.in_(_townships(actor)))


def sees_line(actor: Actor) -> ColumnElement[bool]:
    return true() if access.sight(actor)["sees_county"] else own_lines(actor)


def can_see(actor: Actor) -> ColumnElement[bool]:
    """Records: of the body itself, to those above it, and to whoever has to do what it decided."""
    if access.sight(actor)["sees_county"]:
        return true()
    asked = select(DutyItem.record_id).where(DutyItem.organization_id.in_(actor.body_ids))
    return or_(
        DutyRecord.organization_id.in_(select(Organization.id).where(sees_body(actor))),
        DutyRecord.grid_id.in_(select(Grid.id).where(sees_line(actor))),
        DutyRecord.id.in_(asked),
    )


def writes(actor: Actor) -> ColumnElement[bool]:
    """Records that the actor may correct, and end what they decided: of one's own, or the county's.

    As `occurrences.Found.may_record`.
    """
    if is_county(actor):
        return true()
    return or_(
        DutyRecord.organization_id.in_(select(Organization.id).where(own_bodies(actor))),
        DutyRecord.grid_id.in_(select(Grid.id).where(own_lines(actor))),
    )


def may_record(actor: Actor) -> bool:
    return Permission.RECORD_DUTIES in actor.permissions


def _townships(actor: Actor) -> frozenset[UUID]:
    return actor.organizations_of(K.TOWNSHIP_SUBCENTRE) & actor.body_ids
