"""Grids redrawn, renamed or given another code: listed and filed as changes are (S1-5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.errors import NotFound
from app.models.grid_revision import GridRevision, GridRevisionPart
from app.models.organization import Organization
from app.models.person import Person
from app.services import access, audit
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.divisions.commands import FileRevision
from app.services.divisions.reading import MOST
from app.services.divisions.refusing import invalid
from app.services.permissions import Permission

_TOWNSHIP = aliased(Organization)


@dataclass(frozen=True)
class FoundRevision:
    """`township`: of its grids, by its short name; None for those of a department or the county."""

    row: GridRevision
    parts: Sequence[GridRevisionPart]
    decided_by: str
    township: str | None

    @property
    def is_redrawn(self) -> bool:
        return any(part.outline_id for part in self.parts)

    @property
    def is_recoded(self) -> bool:
        return any(part.code != part.code_before for part in self.parts)

    @property
    def is_renamed(self) -> bool:
        return any(part.name != part.name_before for part in self.parts)


async def revisions(session: AsyncSession, actor: Actor) -> list[FoundRevision]:
    """The newest day first; one more than MOST if there are more."""
    access.require(actor, Permission.USE_DESK)
    order = (GridRevision.revised_on.desc(), GridRevision.decided_at.desc(), GridRevision.id.desc())
    rows = await session.execute(_selected().order_by(*order).limit(MOST + 1))
    return await _found(session, rows.all())


async def file_revision(
    session: AsyncSession, actor: Actor, revision_id: UUID, command: FileRevision
) -> FoundRevision:
    """Safe to repeat; a wrong number is corrected the same way, and both stand in the audit."""
    access.require(actor, Permission.EDIT_PLACES)
    row = await session.get(GridRevision, revision_id, with_for_update=True)
    if row is None:
        raise NotFound
    if command.filed_on > access.today():
        raise invalid("filed_on", "备案日期还没到", "That day is still to come")
    sent = {"filed_on": command.filed_on, "filed_number": command.filed_number}
    difference = audit.changed(row, sent)
    row.filed_on, row.filed_number = command.filed_on, command.filed_number
    row.filed_by_id = actor.person_id
    await session.flush()
    about = Subject("division", revision_id)
    await audit.record(session, Kind.DIVISION_FILED, actor, about, difference)
    rows = await session.execute(_selected().where(GridRevision.id == revision_id))
    (found,) = await _found(session, rows.all())
    return found


def _selected() -> Select[GridRevision, str, str | None]:
    return (
        select(GridRevision, Person.name, _TOWNSHIP.short_name)
        .join(Person, Person.id == GridRevision.decided_by_id)
        .outerjoin(_TOWNSHIP, _TOWNSHIP.id == GridRevision.township_id)
    )


async def _found(
    session: AsyncSession, rows: Sequence[Row[GridRevision, str, str | None]]
) -> list[FoundRevision]:
    part = GridRevisionPart
    query = select(part).where(part.revision_id.in_([row.id for row, *_ in rows]))
    parts: dict[UUID, list[GridRevisionPart]] = {}
    for one in await session.scalars(query.order_by(part.body, part.name_before, part.grid_id)):
        parts.setdefault(one.revision_id, []).append(one)
    return [FoundRevision(row, parts.get(row.id, []), by, town) for row, by, town in rows]
