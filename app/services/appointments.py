"""Whoever becomes one of the three administrators is named to those who read the record.

The system administrator adds accounts, the security administrator gives posts: the two could make
up a person (decision 69). So the audit administrators hear who added the account, and when.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.audit import AuditEntry
from app.models.person import Person, Post, Role
from app.services import access, notifications
from app.services.access import Actor
from app.services.audit import Kind
from app.services.notifications import Message

_CONSOLE = "—"  # whom nobody signed in has added


async def tell_auditors(
    session: AsyncSession, actor: Actor, appointed: Sequence[tuple[Person, Post]]
) -> None:
    """One line each; who is appointed is not asked about themselves."""
    if not appointed:
        return
    auditors = await session.scalars(
        select(Post.person_id)
        .join(Person, Person.id == Post.person_id)
        .where(
            Post.role == Role.AUDIT_ADMINISTRATOR,
            access.in_force(access.today()),
            Person.disabled_at.is_(None),
        )
        .distinct()
    )
    readers = set(auditors)
    messages = [
        Message(
            readers - {person.id},
            "administrator.appointed",
            None,
            await _said(session, actor, person, post),
            f"{post.id}:appointed",
        )
        for person, post in appointed
    ]
    await notifications.deliver(session, messages)


async def _said(session: AsyncSession, actor: Actor, person: Person, post: Post) -> dict[str, str]:
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
        "day": post.starts_on.isoformat(),
        "added_by": added_by or _CONSOLE,
        "added_on": person.created_at.astimezone(clock.COUNTY_ZONE).date().isoformat(),
    }
