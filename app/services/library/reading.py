"""Documents as they are shown: lists, one with its history, and the bytes of a version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app import db
from app.errors import NotFound
from app.models.grid import Grid
from app.models.library import (
    Audience,
    LibraryDocument,
    LibraryFile,
    LibraryStep,
    LibraryStepKind,
    LibraryVersion,
)
from app.models.organization import Organization
from app.models.person import Person
from app.models.supervised_object import SupervisedObject
from app.services import cursors, photos
from app.services.access import Actor
from app.services.library import flow, kinds, reach
from app.services.library.commands import LibraryQuery
from app.services.library.kinds import Kind
from app.services.photos import Picture
from app.storage import ObjectStore

D = LibraryDocument
_Body, _Keeper = aliased(Organization), aliased(Organization)
_Drill = aliased(LibraryDocument)


@dataclass(frozen=True)
class FoundDocument:
    """`whose`: the name of its body, grid or place. `drilled_on`: the last drill of a plan."""

    document: LibraryDocument
    kind: Kind
    whose: str
    custodian: str | None
    file: LibraryFile | None
    drilled_on: date | None
    is_own: bool


@dataclass(frozen=True)
class LibraryPage:
    items: list[FoundDocument]
    next: str | None


@dataclass(frozen=True)
class WholeDocument:
    """`may`: steps that are open to me; `may_revise`: to put a newer version in its place.

    Versions, steps and who wrote them only for whose it is, and for the desks above.
    """

    found: FoundDocument
    versions: Sequence[LibraryVersion]
    steps: Sequence[LibraryStep]
    people: dict[UUID, str]
    bodies: dict[UUID, str]
    plan: LibraryDocument | None
    drills: Sequence[LibraryDocument]
    open_to: list[Audience]
    may: list[LibraryStepKind]
    may_revise: bool


async def find(session: AsyncSession, actor: Actor, query: LibraryQuery) -> LibraryPage:
    """Newest first, by the day they were kept."""
    known = await kinds.known(session)
    statement = _select(actor).where(*_filters(actor, query, known))
    if query.cursor:
        (before,) = cursors.decode(query.cursor, int)
        statement = statement.where(D.number < before)
    rows = (await session.execute(statement.order_by(D.number.desc()).limit(query.limit + 1))).all()
    page = [_found(row, known) for row in rows[: query.limit]]
    last = page[-1].document.number if len(rows) > query.limit else None
    return LibraryPage(page, cursors.encode(last) if last is not None else None)


async def read(session: AsyncSession, actor: Actor, document_id: UUID) -> WholeDocument:
    """NotFound outside the actor's sight."""
    known = await kinds.known(session)
    query = _select(actor).where(D.id == document_id, reach.can_see(actor))
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    found = _found(row, known)
    document, is_own = found.document, found.is_own
    versions, steps = await _history(session, document_id) if is_own else ([], [])
    people = {document.written_by_id, *(one.written_by_id for one in versions)}
    people |= {one.person_id for one in steps}
    drills = select(D).where(D.plan_id == document_id, reach.can_see(actor))
    return WholeDocument(
        found=found,
        versions=versions,
        steps=steps,
        people=await _names(session, Person.id, Person.name, people if is_own else set()),
        bodies=await _names(
            session, Organization.id, Organization.short_name, {s.organization_id for s in steps}
        ),
        plan=await _seen(session, actor, document.plan_id),
        drills=(await session.scalars(drills.order_by(D.issued_on.desc(), D.id))).all(),
        open_to=[one for one in Audience if one in {step.audience for step in steps}],
        may=flow.possible(actor, document, is_own=is_own),
        may_revise=is_own and reach.may_keep(actor) and document.withdrawn_at is None,
    )


async def fetch(
    session: AsyncSession, storage: ObjectStore, actor: Actor, document_id: UUID, version: int
) -> Picture:
    """The file of a version; the former ones only for whose it is. Looked at anew each time."""
    row = (
        await session.execute(
            select(D, reach.own(actor)).where(D.id == document_id, reach.can_see(actor))
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    document, is_own = row
    shown: LibraryDocument | LibraryVersion | None = document
    if version != document.version:
        shown = await session.get(LibraryVersion, (document_id, version)) if is_own else None
    if shown is None or shown.file_id is None:
        raise NotFound
    file = await session.get_one(LibraryFile, shown.file_id)
    name = f"{shown.title}.{file.ending}"
    await db.give_back(session)
    return Picture(name, file.content_type, await photos.fetch(storage, file.key))


def _select(actor: Actor) -> Select[*tuple[Any, ...]]:
    drilled = (
        select(func.max(_Drill.issued_on))
        .where(_Drill.plan_id == D.id, _Drill.withdrawn_at.is_(None))
        .correlate(D)
        .scalar_subquery()
    )
    whose = func.coalesce(_Body.short_name, Grid.name, SupervisedObject.name)
    return (
        select(D, whose, _Keeper.short_name, LibraryFile, drilled, reach.own(actor))
        .outerjoin(_Body, _Body.id == D.organization_id)
        .outerjoin(Grid, Grid.id == D.grid_id)
        .outerjoin(SupervisedObject, SupervisedObject.id == D.object_id)
        .outerjoin(_Keeper, _Keeper.id == D.custodian_id)
        .outerjoin(LibraryFile, LibraryFile.id == D.file_id)
    )


def _filters(
    actor: Actor, query: LibraryQuery, known: dict[str, Kind]
) -> list[ColumnElement[bool]]:
    clauses = [reach.can_see(actor)]
    if query.show == "own":
        clauses.append(reach.own(actor))
    if query.show == "published":
        clauses += [reach.published(actor), ~reach.own(actor)]
    is_gone = D.withdrawn_at.is_not(None)
    clauses.append(is_gone if query.show == "withdrawn" else ~is_gone)
    for name in ("kind_key", "year", "filing", "organization_id", "grid_id", "object_id"):
        asked = getattr(query, name)
        if asked is not None:
            clauses.append(getattr(D, name) == asked)
    if query.shelf:
        keys = [kind.key for kind in known.values() if kind.shelf is query.shelf]
        clauses.append(D.kind_key.in_(keys))
    if query.words:
        places = (D.title, D.reference, _Body.name, Grid.name, SupervisedObject.name)
        clauses.append(or_(*(place.icontains(query.words, autoescape=True) for place in places)))
    return clauses


def _found(row: Any, known: dict[str, Kind]) -> FoundDocument:
    document, whose, custodian, file, drilled_on, is_own = row
    return FoundDocument(
        document, known[document.kind_key], whose, custodian, file, drilled_on, is_own
    )


async def _history(
    session: AsyncSession, document_id: UUID
) -> tuple[Sequence[LibraryVersion], Sequence[LibraryStep]]:
    """Versions newest first, steps oldest first."""
    versions = select(LibraryVersion).where(LibraryVersion.document_id == document_id)
    versions = versions.order_by(LibraryVersion.version.desc())
    steps = select(LibraryStep).where(LibraryStep.document_id == document_id)
    steps = steps.order_by(LibraryStep.at, LibraryStep.id)
    return (await session.scalars(versions)).all(), (await session.scalars(steps)).all()


async def _names(session: AsyncSession, id_: Any, name: Any, wanted: set[UUID]) -> dict[UUID, str]:
    if not wanted:
        return {}
    rows = await session.execute(select(id_, name).where(id_.in_(wanted)))
    return {row[0]: row[1] for row in rows}


async def _seen(session: AsyncSession, actor: Actor, id_: UUID | None) -> LibraryDocument | None:
    if id_ is None:
        return None
    query = select(D).where(D.id == id_, reach.can_see(actor))
    found: LibraryDocument | None = await session.scalar(query)
    return found
