"""Grids revised, added or ended outside a change: listed and filed as changes are (S1-5)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Row, Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.errors import NotFound
from app.models.grid_revision import GridRevision, GridRevisionPart, RevisionKind
from app.models.organization import Organization
from app.models.person import Person
from app.services import access, audit, cursors
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.divisions import unread
from app.services.divisions.commands import FileRevision, FilingQuery
from app.services.divisions.reading import MOST
from app.services.divisions.refusing import invalid
from app.services.permissions import Permission

_TOWNSHIP = aliased(Organization)


@dataclass(frozen=True)
class FoundRevision:
    """`township`: of its grids, by its short name; None for those of a department or the county.

    `decided_by` None: the system.
    """

    row: GridRevision
    parts: Sequence[GridRevisionPart]
    decided_by: str | None
    township: str | None

    @property
    def is_redrawn(self) -> bool:
        is_revised = self.row.kind is RevisionKind.REVISED
        return is_revised and any(part.outline_id for part in self.parts)

    @property
    def is_recoded(self) -> bool:
        return any(part.code != part.code_before for part in self.parts)

    @property
    def is_renamed(self) -> bool:
        return any(part.name != part.name_before for part in self.parts)

    @property
    def what(self) -> str:
        """As the table and the refusals call it, in Chinese as the paper is."""
        if self.row.kind is not RevisionKind.REVISED:
            return unread.WORDS[self.row.kind]
        named = (
            ("调整边界", self.is_redrawn),
            ("变更编码", self.is_recoded),
            ("更名", self.is_renamed),
        )
        return "、".join(word for word, is_so in named if is_so)

    @property
    def version(self) -> str:
        """Another one once anything of it is another; its filing is not of it."""
        own = [self.row.kind, self.row.revised_on, *map(_content, self.parts)]
        return sha256(json.dumps(own, default=str).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class RevisionPage:
    items: list[FoundRevision]
    next: str | None


async def revisions(session: AsyncSession, actor: Actor) -> list[FoundRevision]:
    """The newest day first; one more than MOST if there are more."""
    access.require(actor, Permission.USE_DESK)
    rows = await session.execute(_selected().limit(MOST + 1))
    return await _found(session, rows.all())


async def revision_page(session: AsyncSession, actor: Actor, query: FilingQuery) -> RevisionPage:
    access.require(actor, Permission.USE_DESK)
    statement = _selected()
    if query.cursor:
        readers = date.fromisoformat, datetime.fromisoformat, UUID
        before = cursors.decode(query.cursor, *readers)
        statement = statement.where(tuple_(*unread.KEYS) < tuple_(*before))
    rows = (await session.execute(statement.limit(query.limit + 1))).all()
    page = rows[: query.limit]
    last = page[-1][0] if len(rows) > query.limit else None
    onward = cursors.encode(last.revised_on, last.decided_at.isoformat(), last.id) if last else None
    return RevisionPage(await _found(session, page), onward)


async def file_revision(
    session: AsyncSession, actor: Actor, revision_id: UUID, command: FileRevision
) -> FoundRevision:
    """Safe to repeat; a wrong number is corrected the same way, and both stand in the audit.

    NotAsRead when the line is another one by now, or another one of its township has come.
    """
    access.require(actor, Permission.EDIT_PLACES)
    row = await session.get(GridRevision, revision_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    unread.require_same(await _one(session, revision_id), command.version)
    if row.filed_on is None:
        place = unread.Place(row.township_id, row.revised_on, row.decided_at, row.id)
        await unread.require_none_new(session, place, command)
    if command.filed_on > access.today():
        raise invalid("filed_on", "备案日期还没到", "That day is still to come")
    sent = {"filed_on": command.filed_on, "filed_number": command.filed_number}
    difference = audit.changed(row, sent)
    row.filed_on, row.filed_number = command.filed_on, command.filed_number
    row.filed_by_id = actor.person_id
    await session.flush()
    about = Subject("division", revision_id)
    await audit.record(session, Kind.DIVISION_FILED, actor, about, difference)
    return await _one(session, revision_id)


async def _one(session: AsyncSession, revision_id: UUID) -> FoundRevision:
    rows = await session.execute(_selected().where(GridRevision.id == revision_id))
    (found,) = await _found(session, rows.all())
    return found


def _selected() -> Select[GridRevision, str | None, str | None]:
    return (
        select(GridRevision, Person.name, _TOWNSHIP.short_name)
        .outerjoin(Person, Person.id == GridRevision.decided_by_id)
        .outerjoin(_TOWNSHIP, _TOWNSHIP.id == GridRevision.township_id)
        .order_by(*(key.desc() for key in unread.KEYS))
    )


async def _found(
    session: AsyncSession, rows: Sequence[Row[GridRevision, str | None, str | None]]
) -> list[FoundRevision]:
    part = GridRevisionPart
    query = select(part).where(part.revision_id.in_([row.id for row, *_ in rows]))
    parts: dict[UUID, list[GridRevisionPart]] = {}
    for one in await session.scalars(query.order_by(part.body, part.name_before, part.grid_id)):
        parts.setdefault(one.revision_id, []).append(one)
    return [FoundRevision(row, parts.get(row.id, []), by, town) for row, by, town in rows]


def _content(part: GridRevisionPart) -> list[object]:
    names = [part.grid_id, part.name_before, part.name, part.code_before, part.code]
    return [*names, part.outline_before_id, part.outline_id]
