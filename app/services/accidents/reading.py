"""Accidents as they are shown: lists, the whole, what waits for a desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.errors import NotFound
from app.models.accident import (
    Accident,
    AccidentHop,
    AccidentPhoto,
    AccidentReport,
    AccidentStatus,
    HopKind,
)
from app.models.organization import Organization
from app.models.person import Person
from app.models.photo import Photo
from app.models.supervised_object import SupervisedObject
from app.services import accounts, cursors, places
from app.services.access import Actor
from app.services.accidents import flow, reach
from app.services.accidents.commands import AccidentQuery
from app.services.permissions import Permission

_TOWNSHIP, _VILLAGE = aliased(Organization), aliased(Organization)
# A photo is the promised one if it has the promised bytes and comes from whoever promised it.
_KEPT = (
    (Photo.id == AccidentPhoto.photo_id)
    & (Photo.sha256 == AccidentPhoto.sha256)
    & (Photo.uploaded_by_id == AccidentReport.person_id)
)


@dataclass(frozen=True)
class FoundAccident:
    """With the names around it."""

    accident: Accident
    reporter: str
    township: str | None
    village: str | None
    object: str | None


@dataclass(frozen=True)
class AccidentPage:
    """`waiting`: how many my desk has not received yet."""

    items: list[FoundAccident]
    next: str | None
    waiting: int


@dataclass(frozen=True)
class FoundPhoto:
    """`photo` None: it has not arrived yet."""

    promise: AccidentPhoto
    photo: Photo | None


@dataclass(frozen=True)
class WholeAccident:
    """Reports and hops in the order in which they came; names by id."""

    found: FoundAccident
    grid: str | None
    reports: Sequence[AccidentReport]
    hops: Sequence[AccidentHop]
    photos: Sequence[FoundPhoto]
    people: dict[UUID, str]
    bodies: dict[UUID, Organization]
    may: list[HopKind]
    may_correct: list[HopKind]
    may_close: bool


async def find(session: AsyncSession, actor: Actor, query: AccidentQuery) -> AccidentPage:
    """One page, newest first."""
    conditions = [reach.can_see(actor), *narrowed(actor, query)]
    keys = (Accident.received_at, Accident.id)
    if query.cursor:
        before = cursors.decode(query.cursor, datetime.fromisoformat, UUID)
        conditions.append(tuple_(*keys) < tuple_(*before))
    statement = selected().where(*conditions).order_by(*reach.newest_first())
    statement = statement.limit(query.limit + 1)
    rows = (await session.execute(statement)).all()
    page = [FoundAccident(*row) for row in rows[: query.limit]]
    last = page[-1].accident if len(rows) > query.limit else None
    onward = cursors.encode(last.received_at.isoformat(), last.id) if last else None
    return AccidentPage(page, onward, await waiting(session, actor))


async def waiting(session: AsyncSession, actor: Actor) -> int:
    """How many open accidents my desk has not received yet; 0 for whoever has no such desk."""
    if Permission.HANDLE_ACCIDENTS not in actor.permissions:
        return 0
    query = select(func.count()).where(reach.can_see(actor), *_waiting(actor))
    return await session.scalar(query) or 0


async def read(session: AsyncSession, actor: Actor, accident_id: UUID) -> WholeAccident:
    """The whole of one accident; NotFound outside the actor's sight."""
    query = selected().where(Accident.id == accident_id, reach.can_see(actor))
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    reports = await _of(session, AccidentReport, accident_id)
    hops = await _of(session, AccidentHop, accident_id)
    lines = [*reports, *hops]
    people = await accounts.names_of(session, {line.person_id for line in lines})
    body_ids = {line.organization_id for line in lines} | {hop.target_id for hop in hops}
    bodies = await places.by_id(session, [id_ for id_ in body_ids if id_])
    photos = await _photos(session, accident_id)
    found = FoundAccident(*row)
    accident = found.accident
    open_to_me = (
        flow.possible(actor, accident),
        flow.correctable(actor, accident),
        flow.may(actor, accident, flow.CLOSING),
    )
    grids = await places.grid_names(session, [accident.grid_id] if accident.grid_id else [])
    grid = next(iter(grids.values()), None)
    return WholeAccident(found, grid, reports, hops, photos, people, bodies, *open_to_me)


async def photo_of(session: AsyncSession, actor: Actor, accident_id: UUID, photo_id: UUID) -> Photo:
    """A photo that a report has promised and brought; NotFound for any other."""
    query = (
        select(Photo)
        .join(AccidentPhoto, AccidentPhoto.photo_id == Photo.id)
        .join(AccidentReport, AccidentReport.id == AccidentPhoto.report_id)
        .join(Accident, Accident.id == AccidentPhoto.accident_id)
        .where(Photo.id == photo_id, Accident.id == accident_id, _KEPT, reach.can_see(actor))
    )
    found = (await session.scalars(query)).first()
    if found is None:
        raise NotFound
    return found


def selected() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Accident,
            Person.name,
            _TOWNSHIP.short_name,
            _VILLAGE.short_name,
            SupervisedObject.name,
        )
        .join(Person, Person.id == Accident.reporter_id)
        .outerjoin(_TOWNSHIP, _TOWNSHIP.id == Accident.township_id)
        .outerjoin(_VILLAGE, _VILLAGE.id == Accident.village_id)
        .outerjoin(SupervisedObject, SupervisedObject.id == Accident.object_id)
    )


def narrowed(actor: Actor, query: AccidentQuery) -> list[ColumnElement[bool]]:
    waiting_for_me = _waiting(actor) if query.show == "waiting" else []
    by_status = [Accident.status == query.status] if query.status else []
    return [*waiting_for_me, *by_status]


def _waiting(actor: Actor) -> list[ColumnElement[bool]]:
    return [Accident.status == AccidentStatus.OPEN, reach.waits_for(actor)]


async def _of(session: AsyncSession, table: Any, accident_id: UUID) -> Sequence[Any]:
    query = select(table).where(table.accident_id == accident_id).order_by(table.seq)
    return (await session.scalars(query)).all()


async def _photos(session: AsyncSession, accident_id: UUID) -> list[FoundPhoto]:
    query = (
        select(AccidentPhoto, Photo)
        .join(AccidentReport, AccidentReport.id == AccidentPhoto.report_id)
        .outerjoin(Photo, _KEPT)
        .where(AccidentPhoto.accident_id == accident_id)
        .order_by(AccidentReport.seq, AccidentPhoto.taken_at, AccidentPhoto.photo_id)
    )
    return [FoundPhoto(*row) for row in await session.execute(query)]
