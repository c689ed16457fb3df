"""Objects found by words, by where they belong, or nearest first; two statements a page."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, any_, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.errors import NotFound
from app.models.grid import Grid
from app.models.organization import Organization
from app.models.supervised_object import ObjectKind, SmallKind, SupervisedObject
from app.services import access, cursors
from app.services.access import Actor
from app.services.ledger import proposing, reach
from app.services.ledger.commands import ObjectFilters, ObjectQuery
from app.services.ledger.filtering import blind_spots, conditions
from app.services.ledger.proposing import Proposed
from app.services.ledger.reach import Runner
from app.services.permissions import Permission
from app.services.places.distances import UNKNOWN, metres, squared_degrees

_Township = aliased(Organization, name="township")


@dataclass(frozen=True)
class ObjectRef:
    """As others name it."""

    id: UUID
    name: str
    kind: ObjectKind


@dataclass(frozen=True)
class FoundObject:
    """`distance_m` only in a search from a position; contact data only if `is_within` reach.

    `proposals`: what somebody on the spot says has changed; also only within reach.
    """

    object: SupervisedObject
    grid: Grid
    runner: Organization
    township: Organization | None
    is_within: bool
    is_editable: bool
    distance_m: float | None = None
    proposals: Sequence[Proposed] = ()


@dataclass(frozen=True)
class ObjectPage:
    items: list[FoundObject]
    next: str | None


async def objects(session: AsyncSession, actor: Actor, query: ObjectQuery) -> ObjectPage:
    """One page by name, or by distance from a position."""
    here, near, limit = SupervisedObject, query.near, query.limit
    distance = squared_degrees(here.lat, here.lon, near) if near else literal(0.0)
    statement = selected(actor).add_columns(distance.label("distance"))
    statement = statement.where(reach.can_see(actor), *conditions(actor, query))
    keys = (distance, here.name, here.id) if near else (here.name, here.id)
    if query.cursor:
        readers = (float, str, UUID) if near else (str, UUID)
        after = cursors.decode(query.cursor, *readers)
        statement = statement.where(tuple_(*keys) > tuple_(*after))
    rows = (await session.execute(statement.order_by(*keys).limit(limit + 1))).all()
    page, onward = rows[:limit], None
    if len(rows) > limit:
        last = page[-1]
        told = (last.SupervisedObject.name, last.SupervisedObject.id)
        onward = cursors.encode(*((last.distance, *told) if near else told))
    listed = [found(row, row.distance if near else None) for row in page]
    return ObjectPage(await with_proposals(session, listed), onward)


async def read_object(session: AsyncSession, actor: Actor, object_id: UUID) -> FoundObject:
    """One object; NotFound also for those who must not know of it."""
    query = selected(actor).where(SupervisedObject.id == object_id, reach.can_see(actor))
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    return (await with_proposals(session, [found(row, None)]))[0]


async def with_proposals(session: AsyncSession, some: list[FoundObject]) -> list[FoundObject]:
    """One statement for all that are within reach; none if nothing is."""
    known = await proposing.live(session, [one.object for one in some if one.is_within])
    return [replace(one, proposals=known.get(one.object.id, ())) for one in some]


@dataclass(frozen=True)
class ObjectCounts:
    """`small`: which of the three small places there are; `small_unknown`: nobody has said."""

    kinds: Mapping[ObjectKind, int]
    small: Mapping[SmallKind, int]
    small_unknown: int


async def counts(session: AsyncSession, actor: Actor, filters: ObjectFilters) -> ObjectCounts:
    """What the list would hold, counted; one statement."""
    here = SupervisedObject
    query = (
        select(here.kind, here.small_kind, func.count())
        .join(Grid, Grid.id == here.grid_id)
        .join(Runner, Runner.id == Grid.organization_id)
        .where(reach.can_see(actor), *conditions(actor, filters))
        .group_by(here.kind, here.small_kind)
    )
    kinds: Counter[ObjectKind] = Counter()
    small: Counter[SmallKind | None] = Counter()
    for kind, of, number in await session.execute(query):
        kinds[kind] += number
        if kind is ObjectKind.THREE_SMALL_PLACE:
            small[of] += number
    known = {of: number for of, number in small.items() if of}
    return ObjectCounts(kinds, known, small[None])


async def refs(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, ObjectRef]:
    """Names for those who see a case at the object; no statement for none."""
    if not ids:
        return {}
    rows = await session.execute(_REFS, {"ids": list(ids)})
    return {row.id: ObjectRef(row.id, row.name, row.kind) for row in rows}


# Built once: it is asked for every page of cases.
_REFS = select(SupervisedObject.id, SupervisedObject.name, SupervisedObject.kind).where(
    SupervisedObject.id == any_(access.given("ids"))
)


async def gaps(session: AsyncSession, actor: Actor) -> dict[str, int]:
    """How many confirmed objects of mine lack what, and how many wait for a word on them."""
    is_in, here = SupervisedObject.confirmed_at.is_not(None), SupervisedObject
    spots: dict[str, ColumnElement[bool]] = {
        name: and_(is_in, clause) for name, clause in blind_spots().items()
    }
    spots["change"] = proposing.waits()
    spots["confirmation"] = and_(here.confirmed_at.is_(None), here.returned_at.is_(None))
    query = (
        select(*(func.count().filter(clause).label(name) for name, clause in spots.items()))
        .select_from(SupervisedObject)
        .join(Grid, Grid.id == SupervisedObject.grid_id)
        .join(Runner, Runner.id == Grid.organization_id)
        .where(SupervisedObject.closed_on.is_(None), reach.is_within(actor))
    )
    row = (await session.execute(query)).one()
    return {name: getattr(row, name) for name in spots}


def selected(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Objects with their grid, its runner and township, and what the actor may do with them."""
    may_edit = reach.may_edit(actor)
    if Permission.EDIT_LEDGER not in actor.permissions:
        may_edit = literal(value=False)
    return (
        select(
            SupervisedObject,
            Grid,
            Runner,
            _Township,
            reach.is_within(actor).label("is_within"),
            may_edit.label("is_editable"),
        )
        .join(Grid, Grid.id == SupervisedObject.grid_id)
        .join(Runner, Runner.id == Grid.organization_id)
        .outerjoin(_Township, _Township.id == Runner.within_id)
    )


def found(row: Row[*tuple[Any, ...]], squared: float | None) -> FoundObject:
    return FoundObject(
        object=row.SupervisedObject,
        grid=row.Grid,
        runner=row.runner,
        township=row.township,
        is_within=row.is_within,
        is_editable=row.is_editable,
        distance_m=None if squared is None or squared >= UNKNOWN else round(metres(squared), 1),
    )
