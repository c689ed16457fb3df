"""To whom one may write, who is addressed, and who sees an instruction: one clause each."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from app import clock
from app.models.grid import Grid
from app.models.instruction import Addressee, Instruction
from app.models.ledger import ObjectDepartment
from app.models.organization import Organization, OrganizationKind
from app.models.person import GRID_ROLES, Person, Post, Role
from app.models.slot import SlotAssignment, SlotRole
from app.models.supervised_object import SupervisedObject
from app.services import access, places
from app.services.access import Actor, Seat
from app.services.instructions.commands import Circle
from app.services.permissions import PERMISSIONS, Permission

K = OrganizationKind
COUNTY_ROLES = frozenset({Role.COUNTY_OFFICER, Role.SAFETY_SUPERVISOR})
# Who in a body reads what comes in; a leader may, but is not told.
READERS = (Role.TOWNSHIP_OFFICER, Role.HANDLER, Role.VILLAGE_CLERK, Role.SAFETY_OFFICER)
BODIES: dict[Circle, OrganizationKind] = {
    Circle.TOWNSHIPS: K.TOWNSHIP_SUBCENTRE,
    Circle.DEPARTMENTS: K.DEPARTMENT,
    Circle.VILLAGES: K.VILLAGE,
}


@dataclass(frozen=True)
class Below:
    """What lies below an actor: by posts, or by the link of a leader (挂点), which has no desk."""

    is_county: bool
    townships: frozenset[UUID]
    departments: frozenset[UUID]
    person_id: UUID

    @property
    def is_only_linked(self) -> bool:
        return not (self.is_county or self.townships or self.departments)


def below(actor: Actor) -> Below:
    def at(role: Role) -> frozenset[UUID]:
        return frozenset(seat.organization_id for seat in actor.seats if seat.role is role)

    return Below(
        is_county=bool(actor.roles & COUNTY_ROLES),
        townships=at(Role.TOWNSHIP_OFFICER),
        departments=at(Role.HANDLER),
        person_id=actor.person_id,
    )


def desk(actor: Actor) -> Seat:
    """The post in whose body's name one writes; asked for after the permission."""
    wanted = Permission.SEND_INSTRUCTIONS
    return next(seat for seat in actor.seats if wanted in PERMISSIONS[seat.role])


def bodies(circle: Circle, under: Below) -> ColumnElement[bool]:
    """Conditions on Organization: those of a circle below the actor."""
    if circle is Circle.ENTERPRISES:
        return _enterprises(under)
    linked = Organization.id.in_(select(Grid.organization_id).where(_linked(under)))
    within = Organization.within_id.in_(under.townships) & (Organization.id.not_in(under.townships))
    mine = true() if under.is_county else or_(within, linked)
    return (Organization.kind == BODIES[circle]) & Organization.is_active & mine


def _enterprises(under: Below) -> ColumnElement[bool]:
    """With an account, on the ground of the desk, or supervised by the department."""
    officer = exists().where(
        Post.organization_id == Organization.id,
        Post.role == Role.SAFETY_OFFICER,
        access.in_force(access.today()),
        Post.person_id == Person.id,
        Person.disabled_at.is_(None),
    )
    if under.is_county:
        mine: ColumnElement[bool] = true()
    else:
        supervised = select(ObjectDepartment.object_id).where(
            ObjectDepartment.organization_id.in_(under.departments)
        )
        ground = select(Grid.id).where(_ground(under))
        mine = Organization.id.in_(
            select(SupervisedObject.organization_id).where(
                SupervisedObject.organization_id.is_not(None),
                or_(SupervisedObject.id.in_(supervised), SupervisedObject.grid_id.in_(ground)),
            )
        )
    return (Organization.kind == K.ENTERPRISE) & Organization.is_active & officer & mine


def grids(under: Below) -> ColumnElement[bool]:
    """Conditions on Grid: those in force below the actor with a post, vacant today or not."""
    walked = exists().where(Post.grid_id == Grid.id, Post.role.in_(GRID_ROLES))
    mine = true() if under.is_county else _ground(under)
    return places.is_in_force(access.today()) & walked.correlate(Grid) & mine


def _ground(under: Below) -> ColumnElement[bool]:
    """Grids of a township, of a department's line, and those a leader is linked to."""
    run_by = select(Organization.id).where(
        or_(Organization.within_id.in_(under.townships), Organization.id.in_(under.departments))
    )
    return or_(Grid.organization_id.in_(run_by), _linked(under))


def _linked(under: Below) -> ColumnElement[bool]:
    """Grids to which the person is linked today, and all that hang under them (S0-5)."""
    day = access.today()
    top = (
        select(SlotAssignment.grid_id.label("id"))
        .where(
            SlotAssignment.person_id == under.person_id,
            SlotAssignment.role == SlotRole.LINKED_LEADER,
            SlotAssignment.starts_on <= day,
            or_(SlotAssignment.ends_on.is_(None), SlotAssignment.ends_on >= day),
        )
        .cte(recursive=True)
    )
    part = aliased(Grid)
    tree = top.union(select(part.id).join(top, part.parent_id == top.c.id))
    return Grid.id.in_(select(tree.c.id))


def addressed(actor: Actor) -> ColumnElement[bool]:
    """Addressees whose mail is the actor's."""
    return or_(
        Addressee.organization_id.in_(actor.body_ids) if actor.body_ids else false(),
        Addressee.grid_id.in_(actor.grid_ids) if actor.grid_ids else false(),
    )


def sent_by(actor: Actor) -> ColumnElement[bool]:
    """By the body at whose desk one sits."""
    if Permission.SEND_INSTRUCTIONS not in actor.permissions:
        return false()
    return Instruction.organization_id.in_(actor.body_ids)


def received_by(actor: Actor) -> ColumnElement[bool]:
    return Instruction.id.in_(select(Addressee.instruction_id).where(addressed(actor)))


def can_see(actor: Actor) -> ColumnElement[bool]:
    """The sender's desk, and whoever is addressed; nobody else, the county neither."""
    return or_(sent_by(actor), received_by(actor))


def came_before(actor: Actor) -> ColumnElement[bool]:
    """Addressees to whom it was sent on a day when the actor held no post there."""
    sent_on = func.date(func.timezone(clock.COUNTY_ZONE.key, Instruction.sent_at))
    there = or_(
        Post.organization_id == Addressee.organization_id, Post.grid_id == Addressee.grid_id
    )
    held = exists().where(
        Post.person_id == actor.person_id,
        there,
        Post.starts_on <= sent_on,
        or_(Post.ends_on.is_(None), Post.ends_on >= sent_on),
    )
    return ~held


def people(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Addressee and person, by the posts of today."""
    holds = or_(
        (Post.organization_id == Addressee.organization_id) & Post.role.in_(READERS),
        (Post.grid_id == Addressee.grid_id) & Post.role.in_(GRID_ROLES),
    )
    return (
        select(Addressee.id, Post.person_id)
        .join(Post, holds)
        .join(Person, Person.id == Post.person_id)
        .where(access.in_force(access.today()), Person.disabled_at.is_(None), *conditions)
    )
