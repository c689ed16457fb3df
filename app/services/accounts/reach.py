"""Whose data an actor may see and change: administrators all, a township its own people."""

from collections.abc import Collection
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, not_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.errors import NotFound, NotPermitted
from app.models.organization import Organization, OrganizationKind
from app.models.people_import import PeopleImportRow
from app.models.person import Person, Post, Role
from app.models.slot import SlotAssignment
from app.models.training import Training, TrainingRecord
from app.services import access
from app.services.access import Actor
from app.services.permissions import Permission


class Reach(StrEnum):
    """`NOBODYS`: a number that is known, of nobody any more; whoever registers it takes it up."""

    OWN = "own"
    ELSEWHERE = "elsewhere"
    HIDDEN = "hidden"
    NOBODYS = "nobodys"


_COUNTY_WIDE = frozenset({Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR})
_SEE_ALL = _COUNTY_WIDE | {Role.COUNTY_OFFICER, Role.SAFETY_SUPERVISOR}


def visible(actor: Actor) -> ColumnElement[bool]:
    """People with a post in the actor's township; who left every post stays with the last one.

    Who never had a post belongs to the township that trains them: first training, then the post.
    """
    if actor.roles & _SEE_ALL:
        return true()
    townships = _townships(actor)
    if not townships:
        return false()
    inside = Organization.within_id.in_(townships)
    return or_(
        has_post(inside, not_over()),
        and_(has_post(inside), not_(has_post(not_over()))),
        and_(_is_trained_by(townships), not_(has_post())),
    )


def posts_seen(actor: Actor) -> ColumnElement[bool]:
    """Posts in the actor's township alone; whoever has one there may have another elsewhere."""
    if actor.roles & _SEE_ALL:
        return true()
    inside = Organization.within_id.in_(_townships(actor))
    return Post.organization_id.in_(select(Organization.id).where(inside))


def may_employ(actor: Actor, body: Organization) -> bool:
    """May this actor give somebody a post in this body?"""
    return Role.SECURITY_ADMINISTRATOR in actor.roles or body.within_id in _townships(actor)


def bodies(actor: Actor) -> ColumnElement[bool]:
    """Whose people are the actor's to care for: of the county all, of a township its own."""
    if actor.roles & _COUNTY_WIDE:
        return true()
    return Organization.within_id.in_(_townships(actor))


async def readable(session: AsyncSession, actor: Actor, person_id: UUID) -> Person:
    """The person, or NotFound outside the actor's reach."""
    access.require(actor, Permission.SEE_PEOPLE)
    person = await session.scalar(select(Person).where(Person.id == person_id, visible(actor)))
    if person is None:
        raise NotFound
    return person


async def editable(
    session: AsyncSession,
    actor: Actor,
    person_id: UUID,
    permission: Permission = Permission.EDIT_PEOPLE,
) -> Person:
    """The person, locked; rows may still point to it (entries name who acted).

    Who also holds a post elsewhere belongs to the county's administrators: otherwise a township
    could reset the password of a county officer with a second post there.
    """
    return (await editable_each(session, actor, [person_id], permission))[person_id]


async def editable_each(
    session: AsyncSession, actor: Actor, ids: Collection[UUID], permission: Permission
) -> dict[UUID, Person]:
    """All of them as `editable` says, or its refusal."""
    access.require(actor, permission)
    access.require(actor, Permission.SEE_PEOPLE)
    query = select(Person.id, _works_elsewhere(actor)).where(Person.id.in_(ids), visible(actor))
    is_away = {row[0]: row[1] for row in await session.execute(query)}
    if is_away.keys() < set(ids):
        raise NotFound
    if any(is_away.values()):
        raise NotPermitted(
            why="这个人在别的单位也有任职，请找县管理员。",
            why_en="This person also has a post elsewhere; ask the county's administrator.",
        )
    locked = select(Person).where(Person.id.in_(ids)).order_by(Person.id)
    locked = locked.with_for_update(key_share=True).execution_options(populate_existing=True)
    return {person.id: person for person in await session.scalars(locked)}


def own(actor: Actor) -> ColumnElement[bool]:
    """Whom the actor may edit, as `editable` says one by one."""
    return and_(visible(actor), not_(_works_elsewhere(actor)))


async def sorted_by_reach(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, Reach]:
    """How far the actor reaches to each of these people, as `editable` would say one by one."""
    rows = await session.execute(
        select(Person.id, visible(actor), _works_elsewhere(actor), is_left_over()).where(
            Person.id.in_(ids)
        )
    )
    return {id_: _reach(sees=sees, is_away=away, is_free=free) for id_, sees, away, free in rows}


def _reach(*, sees: bool, is_away: bool, is_free: bool) -> Reach:
    if is_free:
        return Reach.NOBODYS
    if not sees:
        return Reach.HIDDEN
    return Reach.ELSEWHERE if is_away else Reach.OWN


def _works_elsewhere(actor: Actor) -> ColumnElement[bool]:
    """Has a post outside the actor's townships; to the county nobody is elsewhere."""
    if actor.roles & _COUNTY_WIDE:
        return false()
    outside = or_(
        Organization.within_id.is_(None), Organization.within_id.not_in(_townships(actor))
    )
    return has_post(outside, not_over())


def _townships(actor: Actor) -> frozenset[UUID]:
    return frozenset(
        seat.organization_id
        for seat in actor.seats
        if seat.role is Role.TOWNSHIP_OFFICER
        and seat.organization_kind is OrganizationKind.TOWNSHIP_SUBCENTRE
    )


def is_left_over() -> ColumnElement[bool]:
    """Registered and taken off again: no post ever, no place, no list, no way to sign in."""
    return and_(
        not_(has_post()),
        not_(_is_on_list()),
        not_(_is_named(SlotAssignment.person_id)),
        # Brought in, and waits for a post; a row that has made nothing holds nobody.
        not_(_is_named(PeopleImportRow.person_id, PeopleImportRow.after.is_not(None))),
        Person.password_hash.is_(None),
        Person.user_name.is_(None),
        Person.disabled_at.is_(None),
    )


def _is_trained_by(townships: frozenset[UUID]) -> ColumnElement[bool]:
    return _is_on_list(Training.sponsor_id.in_(townships))


def _is_on_list(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(
        select(TrainingRecord.person_id)
        .join(Training, Training.id == TrainingRecord.training_id)
        .where(TrainingRecord.person_id == Person.id, *conditions)
        .correlate(Person)
    )


def _is_named(
    column: InstrumentedAttribute[Any], *conditions: ColumnElement[bool]
) -> ColumnElement[bool]:
    return exists(select(column).where(column == Person.id, *conditions).correlate(Person))


def not_over() -> ColumnElement[bool]:
    """In force or still to come."""
    return or_(Post.ends_on.is_(None), Post.ends_on >= access.today())


def has_post(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of the person; the conditions are on the post and its body."""
    return exists(
        select(Post.id)
        .join(Organization, Organization.id == Post.organization_id)
        .where(Post.person_id == Person.id, *conditions)
        .correlate(Person)
    )
