"""Whoever becomes one of the three administrators is named to those who read the record.

The system administrator adds accounts, the security administrator gives posts: the two could make
up a person (decision 69). So the audit administrators hear who added the account, and when.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.audit import AuditEntry
from app.models.person import ADMINISTRATORS, Person, Post, Role
from app.services import access, accounts, notifications
from app.services.access import Actor
from app.services.accounts import AddPost
from app.services.audit import Kind

_CONSOLE = "—"  # whom nobody signed in has added


async def add_post(
    session: AsyncSession, actor: Actor, person_id: UUID, command: AddPost
) -> Person:
    """One more post, as `accounts` gives it; of an administrator's the auditors hear."""
    person = await accounts.add_post(session, actor, person_id, command)
    if command.role in ADMINISTRATORS:
        await _tell_auditors(session, actor, person, command)
    return person


async def _tell_auditors(
    session: AsyncSession, actor: Actor, person: Person, command: AddPost
) -> None:
    """Whoever is appointed is not asked about themselves."""
    auditors = await session.scalars(
        select(Post.person_id)
        .join(Person, Person.id == Post.person_id)
        .where(
            Post.role == Role.AUDIT_ADMINISTRATOR,
            Post.person_id != person.id,
            access.in_force(access.today()),
            Person.disabled_at.is_(None),
        )
    )
    said = await _said(session, actor, person, command)
    cause = f"{person.id}:{command.role}:{said['day']}"
    kind = "administrator.appointed"
    await notifications.tell(session, list(auditors), kind, None, said, cause)


async def _said(
    session: AsyncSession, actor: Actor, person: Person, command: AddPost
) -> dict[str, str]:
    added_by = await session.scalar(
        select(Person.name)
        .join(AuditEntry, AuditEntry.actor_id == Person.id)
        .where(AuditEntry.kind == Kind.PERSON_ADDED.value, AuditEntry.subject_id == str(person.id))
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    )
    return {
        "name": person.name,
        "by": actor.name,
        "day": command.starts_on.isoformat(),
        "added_by": added_by or _CONSOLE,
        "added_on": person.created_at.astimezone(clock.COUNTY_ZONE).date().isoformat(),
    }
