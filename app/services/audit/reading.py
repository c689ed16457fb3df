"""Looking through the entries: newest first, by person, kind and time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.audit import AuditEntry
from app.models.person import Person
from app.services import access, cursors
from app.services.access import Actor
from app.services.audit.kinds import Kind
from app.services.permissions import Permission

_PAGE = 50


@dataclass(frozen=True)
class FoundEntry:
    """`actor` and `subject` are names of people, where they are people."""

    entry: AuditEntry
    actor: str | None
    subject: str | None


@dataclass(frozen=True)
class EntryPage:
    items: list[FoundEntry]
    next: str | None


async def entries(
    session: AsyncSession,
    actor: Actor,
    kind: Kind | None = None,
    person_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
) -> EntryPage:
    """One page. `person_id`: who did it, or to whom it was done; `until` is not included."""
    access.require(actor, Permission.READ_AUDIT)
    query = select(AuditEntry)
    if kind:
        query = query.where(AuditEntry.kind == kind.value)
    if person_id:
        done = AuditEntry.actor_id == person_id
        query = query.where(or_(done, AuditEntry.subject_id == str(person_id)))
    if since:
        query = query.where(AuditEntry.at >= since)
    if until:
        query = query.where(AuditEntry.at < until)
    if cursor:
        (before,) = cursors.decode(cursor, int)
        query = query.where(AuditEntry.seq < before)
    rows = list(await session.scalars(query.order_by(AuditEntry.seq.desc()).limit(_PAGE + 1)))
    page = rows[:_PAGE]
    onward = cursors.encode(page[-1].seq) if len(rows) > _PAGE else None
    return EntryPage(await _named(session, page), onward)


async def _named(session: AsyncSession, page: list[AuditEntry]) -> list[FoundEntry]:
    """With the names of everybody on the page: one statement."""
    about = {row.subject_id: UUID(row.subject_id) for row in page if _is_person(row)}
    ids = {row.actor_id for row in page if row.actor_id} | set(about.values())
    found = await session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    names: dict[UUID, str] = {row.id: row.name for row in found}
    return [
        FoundEntry(
            row,
            names.get(row.actor_id) if row.actor_id else None,
            names.get(about[row.subject_id]) if row.subject_id in about else None,
        )
        for row in page
    ]


def _is_person(row: AuditEntry) -> bool:
    return row.subject_kind == "person" and row.subject_id is not None
