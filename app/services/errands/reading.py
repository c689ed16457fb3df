"""Errands as they are shown: to whoever made them, and to the desks of that ground."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.errors import NotFound
from app.models.errand import Errand, ErrandPhoto
from app.models.grid import Grid
from app.models.organization import Organization
from app.models.person import Person
from app.models.photo import Photo
from app.models.supervised_object import SupervisedObject
from app.services import cursors, patrols
from app.services.access import Actor
from app.services.errands.commands import ErrandFilters, ErrandQuery
from app.services.patrols.finding import grids_of
from app.services.permissions import Permission

# A photo is the promised one if it has the promised bytes and comes from whoever promised it.
_KEPT = (
    (Photo.id == ErrandPhoto.photo_id)
    & (Photo.sha256 == ErrandPhoto.sha256)
    & (Photo.uploaded_by_id == Errand.person_id)
)
_RUNNER = aliased(Organization)


@dataclass(frozen=True)
class FoundPhoto:
    """`photo` None: it has not arrived yet."""

    promise: ErrandPhoto
    photo: Photo | None


@dataclass(frozen=True)
class FoundErrand:
    """With the names around it. `runner`: the village, township or department of the grid."""

    errand: Errand
    person: str
    object: str | None
    grid: str
    runner: str
    photos: Sequence[FoundPhoto] = ()


@dataclass(frozen=True)
class ErrandPage:
    items: list[FoundErrand]
    next: str | None


async def find(session: AsyncSession, actor: Actor, query: ErrandQuery) -> ErrandPage:
    """One page, newest first; three statements at most."""
    conditions = await narrowed(session, actor, query)
    if query.cursor:
        before = cursors.decode(query.cursor, datetime.fromisoformat, UUID)
        conditions.append(tuple_(Errand.occurred_at, Errand.id) < tuple_(*before))
    statement = selected().where(*conditions).limit(query.limit + 1)
    rows = (await session.execute(statement)).all()
    page = [FoundErrand(*row) for row in rows[: query.limit]]
    last = page[-1].errand if len(rows) > query.limit else None
    onward = cursors.encode(last.occurred_at.isoformat(), last.id) if last else None
    brought = await _photos(session, [found.errand.id for found in page])
    return ErrandPage(
        [replace(found, photos=brought.get(found.errand.id, ())) for found in page], onward
    )


async def photo_of(session: AsyncSession, actor: Actor, errand_id: UUID, photo_id: UUID) -> Photo:
    """A photo that the record has promised and brought; NotFound for any other."""
    query = (
        select(Photo)
        .join(ErrandPhoto, ErrandPhoto.photo_id == Photo.id)
        .join(Errand, Errand.id == ErrandPhoto.errand_id)
        .where(Photo.id == photo_id, Errand.id == errand_id, _KEPT, await can_see(session, actor))
    )
    found = (await session.scalars(query)).first()
    if found is None:
        raise NotFound
    return found


async def can_see(session: AsyncSession, actor: Actor) -> ColumnElement[bool]:
    """One's own; of others only desks, on the ground that they look over."""
    mine = Errand.person_id == actor.person_id
    if Permission.SEE_PATROLS not in actor.permissions:
        return mine
    return or_(await patrols.within(session, actor, Errand.grid_id), mine)


def selected() -> Select[*tuple[Any, ...]]:
    """Newest first."""
    return (
        select(Errand, Person.name, SupervisedObject.name, Grid.name, _RUNNER.short_name)
        .join(Person, Person.id == Errand.person_id)
        .join(Grid, Grid.id == Errand.grid_id)
        .join(_RUNNER, _RUNNER.id == Grid.organization_id)
        .outerjoin(SupervisedObject, SupervisedObject.id == Errand.object_id)
        .order_by(Errand.occurred_at.desc(), Errand.id.desc())
    )


async def narrowed(
    session: AsyncSession, actor: Actor, query: ErrandFilters
) -> list[ColumnElement[bool]]:
    """What the actor may see of what was asked for."""
    same = {name: getattr(query, name) for name in ("kind", "outcome", "grid_id", "object_id")}
    found = [getattr(Errand, name) == value for name, value in same.items() if value is not None]
    if query.township_id:
        grids = await grids_of(session, query.township_id, None)
        found.append(Errand.grid_id.in_(grids))
    if query.words:
        texts = (Errand.topic, Errand.place, SupervisedObject.name)
        found.append(or_(*(text.icontains(query.words, autoescape=True) for text in texts)))
    if query.made_from:
        found.append(Errand.occurred_at >= query.made_from)
    if query.made_to:
        found.append(Errand.occurred_at < query.made_to)
    return [await can_see(session, actor), *found]


async def _photos(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, list[FoundPhoto]]:
    found: dict[UUID, list[FoundPhoto]] = {}
    if not ids:
        return found
    query = (
        select(ErrandPhoto, Photo)
        .join(Errand, Errand.id == ErrandPhoto.errand_id)
        .outerjoin(Photo, _KEPT)
        .where(ErrandPhoto.errand_id.in_(ids))
        .order_by(ErrandPhoto.taken_at, ErrandPhoto.photo_id)
    )
    for promise, photo in await session.execute(query):
        found.setdefault(promise.errand_id, []).append(FoundPhoto(promise, photo))
    return found
