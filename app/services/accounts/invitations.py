"""Codes for all who still wait for a phone, printed for the day of a meeting (decision 48).

The same codes as one by one: each for one person, good once, shown once. They last as long as the
meeting's day, because five hundred people are not let in within an hour.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app import clock, db
from app.config import Settings
from app.errors import Invalid
from app.models.enrolment import Enrolment
from app.models.grid import Grid
from app.models.organization import Organization
from app.models.person import Person, Post, Role, SignIn
from app.services import access, audit
from app.services.access import Actor
from app.services.accounts import enrolments, reach
from app.services.accounts.enrolments import Invitation
from app.services.permissions import Permission

MOST = 500
# Who works with a phone alone. Desks get a first password, and set up a second factor.
ON_THE_GROUND = (Role.GRIDWORKER, Role.GRID_CHIEF, Role.SAFETY_OFFICER)


@dataclass(frozen=True)
class Waiting:
    """How many of a body wait; who has posts in two is counted in each.

    `township`: the one that the body is or lies in.
    """

    organization: Organization
    township: Organization | None
    people: int


@dataclass(frozen=True)
class Invited:
    """`grids`: those that the person walks here."""

    person: Person
    grids: Sequence[str]
    invitation: Invitation


@dataclass(frozen=True)
class VillageSheet:
    organization: Organization
    invited: Sequence[Invited]


@dataclass(frozen=True)
class InvitationSheet:
    expires_at: datetime
    sheets: Sequence[VillageSheet]


_Place = tuple[Person, Organization, list[str]]


async def waiting(session: AsyncSession, actor: Actor) -> list[Waiting]:
    """Bodies within reach with somebody who waits, township by township."""
    access.require(actor, Permission.EDIT_PEOPLE)
    counted, township = func.count(Person.id.distinct()), aliased(Organization)
    query = (
        select(Organization, township, counted)
        .outerjoin(township, township.id == Organization.within_id)
        .join(Post, Post.organization_id == Organization.id)
        .join(Person, Person.id == Post.person_id)
        .where(_waits(actor))
        .group_by(Organization.id, township.id)
        .order_by(Organization.within_id, Organization.code, Organization.name)
    )
    return [Waiting(*row) for row in await session.execute(query)]


async def invite_all(
    session: AsyncSession, settings: Settings, actor: Actor, organization_id: UUID
) -> InvitationSheet:
    """A new code for each; codes that were made before end. Each person stands in one place."""
    access.require(actor, Permission.EDIT_PEOPLE)
    found = await _who_waits(session, actor, organization_id)
    if len(found) > MOST:
        raise Invalid(
            fields=["organization_id"],
            reason_zh=f"超过 {MOST} 人，请一个镇街、一个村地出。",
            reason_en=f"More than {MOST} people; make the sheet for a smaller body.",
        )
    await enrolments.end_invitations(session, [person.id for person, _, _ in found])
    expires_at = clock.now() + timedelta(hours=settings.enrolment_sheet_hours)
    codes = [
        enrolments.note(session, settings, actor, person.id, expires_at, body.id)
        for person, body, _ in found
    ]
    await session.flush()
    told = {"expires_at": expires_at}
    about = [(audit.Subject("person", person.id), told) for person, _, _ in found]
    await audit.record_each(session, audit.Kind.PHONE_INVITED, actor, about)
    await db.give_back(session)  # pictures take a while
    made = await asyncio.to_thread(
        lambda: [enrolments.drawn(settings, code, expires_at) for code in codes]
    )
    return InvitationSheet(expires_at, _by_village(found, made))


async def call_off(session: AsyncSession, actor: Actor, organization_id: UUID) -> None:
    """The sheet is lost, or the meeting over: no code on it is good, nor of who waits there.

    The post may have moved since to where the actor does not reach: the sheet is still the actor's.
    """
    access.require(actor, Permission.EDIT_PEOPLE)
    waits = [person.id for person, _, _ in await _who_waits(session, actor, organization_id)]
    printed = (
        select(Enrolment.person_id)  # of each person one code is open
        .join(Organization, Organization.id == Enrolment.organization_id)
        .where(
            _is_there(organization_id),
            reach.bodies(actor),
            Enrolment.ended_at.is_(None),
            Enrolment.expires_at > clock.now(),
        )
    )
    ids = list(dict.fromkeys([*waits, *await session.scalars(printed)]))
    await enrolments.end_invitations(session, ids)
    about = [audit.Subject("person", id_) for id_ in ids]
    told = [(one, dict[str, Any]()) for one in about]
    await audit.record_each(session, audit.Kind.PHONE_INVITATION_ENDED, actor, told)


async def _who_waits(session: AsyncSession, actor: Actor, organization_id: UUID) -> list[_Place]:
    """By body and name; each person once, with all grids there."""
    query = (
        select(Person, Organization, Grid.name)
        .join(Post, Post.person_id == Person.id)
        .join(Organization, Organization.id == Post.organization_id)
        .outerjoin(Grid, Grid.id == Post.grid_id)
        .where(_is_there(organization_id), _waits(actor))
        .order_by(Organization.code, Organization.name, Person.name, Person.id, Grid.name)
    )
    found: dict[UUID, _Place] = {}
    for person, body, grid in await session.execute(query):
        _, first, grids = found.setdefault(person.id, (person, body, []))
        if grid and first.id == body.id:
            grids.append(grid)
    return list(found.values())


def _is_there(organization_id: UUID) -> ColumnElement[bool]:
    return or_(Organization.id == organization_id, Organization.within_id == organization_id)


def _waits(actor: Actor) -> ColumnElement[bool]:
    """Of the person and the post: on the ground, within reach, never let in."""
    has_come = select(SignIn.id).where(SignIn.person_id == Person.id).exists()
    return and_(
        Post.role.in_(ON_THE_GROUND),
        reach.not_over(),
        Person.disabled_at.is_(None),
        or_(Person.password_hash.is_(None), Person.must_change_password),
        ~has_come,
        reach.own(actor),
    )


def _by_village(found: Sequence[_Place], made: Sequence[Invitation]) -> list[VillageSheet]:
    sheets: dict[UUID, tuple[Organization, list[Invited]]] = {}
    for (person, body, grids), invitation in zip(found, made, strict=True):
        _, there = sheets.setdefault(body.id, (body, []))
        there.append(Invited(person, grids, invitation))
    return [VillageSheet(body, people) for body, people in sheets.values()]
