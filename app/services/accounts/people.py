"""People: found, added, corrected, switched off and on. Never deleted: their cases remain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Invalid
from app.models.base import new_id
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Post, Role
from app.services import access, audit, cursors, presets
from app.services.access import SYSTEM, Actor
from app.services.accounts import (
    entering,
    guards,
    keys,
    leaves,
    passwords,
    posts,
    reach,
    sessions,
)
from app.services.accounts.commands import AddPerson, EditPerson, PeopleFilters, Reveal
from app.services.audit import Kind, Subject
from app.services.permissions import Permission

_PAGE = 50
EVERYBODY = PeopleFilters()


@dataclass(frozen=True)
class FoundPeople:
    people: list[Person]
    next: str | None


async def find_people(
    session: AsyncSession,
    actor: Actor,
    filters: PeopleFilters = EVERYBODY,
    cursor: str | None = None,
    limit: int = _PAGE,
) -> FoundPeople:
    """One page by name."""
    access.require(actor, Permission.SEE_PEOPLE)
    query = select(Person).where(reach.visible(actor), _matches_text(filters.text.strip()))
    if filters.organization_id or filters.role:
        query = query.where(holds(filters.organization_id, filters.role))
    if filters.may_stand_in:
        query = query.where(leaves.may_stand_in(actor))
    if cursor:
        name, last = cursors.decode(cursor, str, UUID)
        query = query.where(tuple_(Person.name, Person.id) > tuple_(name, last))
    rows = list(await session.scalars(query.order_by(Person.name, Person.id).limit(limit + 1)))
    page = rows[:limit]
    more = len(rows) > limit
    return FoundPeople(page, cursors.encode(page[-1].name, page[-1].id) if more else None)


async def read_person(session: AsyncSession, actor: Actor, person_id: UUID) -> Person:
    return await reach.readable(session, actor, person_id)


async def reveal(session: AsyncSession, actor: Actor, person_id: UUID, command: Reveal) -> Person:
    """The person whose whole number is wanted: for whoever sees the person, on record."""
    person = await reach.readable(session, actor, person_id)
    told = {"field": "mobile", "reason": command.reason}
    await _note(session, Kind.PERSON_REVEALED, actor, person, told)
    return person


async def add_person(session: AsyncSession, actor: Actor, command: AddPerson) -> tuple[Person, str]:
    """A person and a random first password, which is shown this once.

    Posts come from whoever may grant roles: a township for its own people, else afterwards from
    the security administrator. Without one the person may sign in and do nothing.
    """
    access.require(actor, Permission.EDIT_PEOPLE)
    if Permission.GRANT_ROLES in actor.permissions and not command.posts:
        raise Invalid(fields=["posts"], reason_zh="请选岗位。", reason_en="A post is needed.")
    person = Person(
        id=new_id(),
        name=command.name,
        mobile=command.mobile,
        user_name=command.user_name,
        created_at=clock.now(),
    )
    password = await _give_first_password(person)
    await entering.write(session, person)
    given = command.model_dump(include={"name", "mobile", "user_name"})
    await _note(session, Kind.PERSON_ADDED, actor, person, given)
    for post in command.posts:
        await posts.place(session, actor, person, post)
    return person, password


async def edit_person(
    session: AsyncSession, actor: Actor, person_id: UUID, command: EditPerson
) -> Person:
    """Correct a name or a number."""
    person = await reach.editable(session, actor, person_id)
    sent = command.model_dump(exclude_unset=True)
    if sent.get("name", person.name) is None:
        raise Invalid(fields=["name"], reason_zh="姓名不能空着。", reason_en="A name is needed.")
    difference = audit.changed(person, sent)
    for name, value in sent.items():
        setattr(person, name, value)
    await entering.write(session, person)
    await _note(session, Kind.PERSON_EDITED, actor, person, difference)
    return person


async def disable(session: AsyncSession, actor: Actor, person_id: UUID) -> Person:
    """Out with the next request, on every device; what was sent before stays."""
    person = await reach.editable(session, actor, person_id, Permission.LOCK_PEOPLE)
    if person.id == actor.person_id:
        raise Invalid(
            fields=["person_id"],
            reason_zh="不能停用自己，请找另一位管理员。",
            reason_en="You cannot disable yourself; ask another administrator.",
        )
    await posts.require_administrators(session, access.today(), person=person)
    person.disabled_at = person.disabled_at or clock.now()
    await sessions.end_sessions(session, person.id)
    await session.flush()
    await _note(session, Kind.PERSON_DISABLED, actor, person)
    return person


async def enable(session: AsyncSession, actor: Actor, person_id: UUID) -> Person:
    person = await reach.editable(session, actor, person_id, Permission.LOCK_PEOPLE)
    person.disabled_at = None
    await session.flush()
    await _note(session, Kind.PERSON_ENABLED, actor, person)
    return person


async def reset_password(
    session: AsyncSession, actor: Actor, person_id: UUID
) -> tuple[Person, str]:
    """A new first password, shown this once; all sessions end, all waits are forgotten."""
    person = await reach.editable(session, actor, person_id)
    await keys.require_second_factor(session, person)
    password = await _give_first_password(person)
    await sessions.end_sessions(session, person.id)
    await guards.forget(session, person)
    await session.flush()
    await _note(session, Kind.PASSWORD_RESET, actor, person)
    return person, password


async def create_administrator(
    session: AsyncSession, user_name: str, name: str, role: Role = Role.ADMINISTRATOR
) -> str:
    """The first way in to an empty county, from the command line; answers the first password."""
    person = Person(id=new_id(), name=name, user_name=user_name, created_at=clock.now())
    password = await _give_first_password(person)
    await entering.write(session, person)
    centre = await _county_centre(session)
    session.add(
        Post(
            person_id=person.id,
            organization_id=centre.id,
            role=role,
            starts_on=access.today(),
        )
    )
    await session.flush()
    await _note(session, Kind.PERSON_ADDED, SYSTEM, person, {"user_name": user_name})
    return password


async def _note(
    session: AsyncSession,
    kind: Kind,
    actor: Actor,
    person: Person,
    data: Mapping[str, Any] | None = None,
) -> None:
    await audit.record(session, kind, actor, Subject("person", person.id), data)


async def _give_first_password(person: Person) -> str:
    password = passwords.first_password()
    await passwords.put(person, password, must_change=True)
    return password


async def _county_centre(session: AsyncSession) -> Organization:
    query = select(Organization).where(Organization.kind == OrganizationKind.COUNTY_CENTRE)
    centre = await session.scalar(query.order_by(Organization.id).limit(1))
    if centre is None:
        centre = Organization(
            id=presets.body_id("centre"),
            kind=OrganizationKind.COUNTY_CENTRE,
            name="安全生产网格化中心",
            short_name="县中心",
        )
        session.add(centre)
        await session.flush()
    return centre


def _matches_text(text: str) -> ColumnElement[bool]:
    """By name, user name, whole number, or the last digits that the list shows anyway."""
    ways = [
        Person.name.icontains(text, autoescape=True),
        Person.user_name.icontains(text, autoescape=True),
        Person.mobile == text,
    ]
    if text.isdecimal() and len(text) <= 4:  # noqa: PLR2004 - 138****1234 shows four
        ways.append(Person.mobile.endswith(text, autoescape=True))
    return or_(*ways)


def holds(
    organization_id: UUID | None, role: Role | None, day: date | None = None
) -> ColumnElement[bool]:
    """Has such a post today, or on that day; a township's id means everybody within it."""
    query = (
        select(Post.id)
        .join(Organization, Organization.id == Post.organization_id)
        .where(Post.person_id == Person.id, access.in_force(day or access.today()))
    )
    if organization_id:
        query = query.where(
            or_(Organization.id == organization_id, Organization.within_id == organization_id)
        )
    if role:
        query = query.where(Post.role == role)
    return exists(query.correlate(Person))
