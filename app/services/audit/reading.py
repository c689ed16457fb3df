"""Looking through the entries: newest first, by person, kind and time."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.audit import AuditEntry
from app.models.person import Person
from app.services import access, cursors
from app.services.access import Actor
from app.services.audit.commands import AuditFilters
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
    filters: AuditFilters,
    cursor: str | None = None,
    limit: int = _PAGE,
) -> EntryPage:
    """One page, newest first."""
    access.require(actor, Permission.READ_AUDIT)
    query = select(AuditEntry).where(*_narrowed(filters))
    if cursor:
        (before,) = cursors.decode(cursor, int)
        query = query.where(AuditEntry.seq < before)
    rows = list(await session.scalars(query.order_by(AuditEntry.seq.desc()).limit(limit + 1)))
    page = rows[:limit]
    onward = cursors.encode(page[-1].seq) if len(rows) > limit else None
    return EntryPage(await _named(session, page), onward)


def _narrowed(filters: AuditFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.kind:
        found.append(AuditEntry.kind == filters.kind.value)
    if filters.person_id:
        done = AuditEntry.actor_id == filters.person_id
        found.append(or_(done, AuditEntry.subject_id == str(filters.person_id)))
    if filters.since:
        found.append(AuditEntry.at >= filters.since)
    if filters.until:
        found.append(AuditEntry.at < filters.until)
    return found


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
