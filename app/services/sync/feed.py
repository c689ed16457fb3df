"""The changes feed: what a person must look at again, nothing skipped, nothing foreign.

Changes are read in the order (transaction id, number) and only below the oldest transaction that
still runs: a row whose transaction commits late has a place that no reader has passed yet.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Uuid,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.event import Change, FeedFloor
from app.models.grid import Grid
from app.models.hazard import OPEN_STATES, Hazard
from app.models.notification import Notification
from app.models.organization import Organization, OrganizationKind
from app.services import access
from app.services.access import Actor, Permission
from app.services.sync.places import LAST, Place

CLOSED_FOR = timedelta(days=30)
MOST_CASES = 1000  # in a fresh copy, newest first; only county desks have more
_OLDEST_RUNNING: ColumnElement[int] = literal_column(
    "pg_snapshot_xmin(pg_current_snapshot())::text::bigint", BigInteger
)
# A failed-over database has another timeline, a restored one another server or at least another
# table: transactions count anew there, and what came after the backup is no more. Cursors are void.
_DATABASE: ColumnElement[str] = literal_column(
    "(select system_identifier from pg_control_system())::text"
    " || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)"
    " || 'changes'::regclass::oid::text"
)


@dataclass(frozen=True)
class Mark:
    """A change in the order of its database. All before it were committed when it was told."""

    database: str
    xid: int
    seq: int

    def is_in(self, other: "Mark | None") -> bool:
        """Whoever has read up to the other one has read this change too."""
        if other is None or self.database != other.database:
            return False
        return (self.xid, self.seq) <= (other.xid, other.seq)


@dataclass(frozen=True)
class News:
    """What one statement tells. `is_reset`: the cursor was of no use, this one begins now.

    `marks`: of the cases that the reader sees, the newest change up to here.
    """

    place: Place
    has_more: bool
    is_reset: bool
    hazard_ids: Sequence[UUID]
    are_rules_changed: bool
    are_objects_changed: bool
    unread: int
    marks: Mapping[UUID, Mark] = field(default_factory=dict)


@dataclass(frozen=True)
class Changes:
    """One page for a phone: the cases told, in order, and those it must forget.

    `hazards`: what had to be read of `ids`. `marks`: see News; a fresh copy has none.
    """

    cursor: str
    has_more: bool
    is_reset: bool
    ids: Sequence[UUID]
    hazards: Sequence[Hazard]
    gone: Sequence[UUID]
    are_rules_changed: bool
    are_objects_changed: bool
    unread: int
    marks: Mapping[UUID, Mark] = field(default_factory=dict)


def nothing_kept(_: UUID, __: Mark) -> bool:
    return False


async def changes(
    session: AsyncSession,
    actor: Actor,
    since: str,
    limit: int,
    has: Callable[[UUID, Mark], bool] = nothing_kept,
) -> Changes:
    """One page. Without a valid cursor the whole scope comes first, then what changed meanwhile.

    `has`: the caller knows this case up to this mark, so that it need not be read.
    """
    place = Place.read(since)
    fresh = await news(session, actor, since, limit)
    if fresh.is_reset:
        place = replace(fresh.place, below=LAST, left=MOST_CASES)
    if place.below:
        return await _copy(session, actor, place, limit, fresh.unread)
    known = {id_ for id_, mark in fresh.marks.items() if has(id_, mark)}
    hazards = await _visible(session, actor, [id_ for id_ in fresh.marks if id_ not in known])
    seen = known | {hazard.id for hazard in hazards}
    return Changes(
        cursor=str(fresh.place),
        has_more=fresh.has_more,
        is_reset=False,
        ids=[id_ for id_ in fresh.hazard_ids if id_ in seen],
        hazards=hazards,
        gone=[id_ for id_ in fresh.hazard_ids if id_ not in seen],
        are_rules_changed=fresh.are_rules_changed,
        are_objects_changed=fresh.are_objects_changed,
        unread=fresh.unread,
        marks=fresh.marks,
    )


async def news(session: AsyncSession, actor: Actor, since: str, limit: int) -> News:
    """What changed in the actor's scope since the cursor: one statement, small if nothing did."""
    place = Place.read(since)
    connection = await session.connection()  # past the unit of work: nothing here is an entity
    rows = (await connection.execute(_NEWS, _given(actor, place, limit))).all()
    here, found = rows[0], [row for row in rows if row.seq is not None]
    scope = _scope(actor, here.database)
    end = Place(scope, here.oldest_running, 0)
    is_forgotten = (place.xid, place.seq) < (here.floor_xid, here.floor_seq)
    if place.scope != scope or place.xid > here.oldest_running or is_forgotten:
        return News(end, False, True, [], True, True, here.unread)
    page, has_more = found[:limit], len(found) > limit
    return News(
        place=Place(scope, page[-1].xid, page[-1].seq) if has_more else end,
        has_more=has_more,
        is_reset=False,
        hazard_ids=list(dict.fromkeys(row.hazard_id for row in page if row.kind == "hazard")),
        are_rules_changed=any(row.kind == "rules" for row in page),
        are_objects_changed=any(row.kind == "objects" for row in page),
        unread=here.unread,
        marks={row.hazard_id: Mark(here.database, row.xid, row.seq) for row in page if row.is_seen},
    )


def _given(actor: Actor, place: Place, limit: int) -> dict[str, Any]:
    return access.sight(actor) | {
        "xid": place.xid,
        "seq": place.seq,
        "most": limit + 1,
        "own_villages": list(actor.organizations_of(OrganizationKind.VILLAGE)),
        "own_townships": list(actor.organizations_of(OrganizationKind.TOWNSHIP_SUBCENTRE)),
    }


def _statement() -> Select[*tuple[Any, ...]]:
    """One row at least: where the feed ends now, and how much is unread."""
    unread = select(func.count()).where(
        Notification.person_id == _ME, Notification.read_at.is_(None)
    )
    here = select(
        _OLDEST_RUNNING.label("oldest_running"),
        _DATABASE.label("database"),
        unread.scalar_subquery().label("unread"),
        select(FeedFloor.xid).scalar_subquery().label("floor_xid"),
        select(FeedFloor.seq).scalar_subquery().label("floor_seq"),
    ).subquery()
    behind = tuple_(bindparam("xid", type_=BigInteger), bindparam("seq", type_=BigInteger))
    feed = (
        select(Change.xid, Change.seq, Change.kind, Change.hazard_id, _SEEN.label("is_seen"))
        .outerjoin(Hazard, Hazard.id == Change.hazard_id)
        .where(tuple_(Change.xid, Change.seq) > behind, Change.xid < _OLDEST_RUNNING, _concerns())
        .order_by(Change.xid, Change.seq)
        .limit(bindparam("most"))
        .subquery()
    )
    return select(here, feed).select_from(here.outerjoin(feed, true()))


def _concerns() -> ColumnElement[bool]:
    """Cases that the actor sees or has just lost, objects, the rules, the actor's own notices."""
    lost = select(Grid.id).join(Organization, Organization.id == Grid.organization_id)
    lost = lost.where(
        Grid.id == Change.left_grid_id,
        or_(
            Grid.id == any_(access.given("grids")),
            Organization.id == any_(access.given("own_villages")),
            Organization.within_id == any_(access.given("own_townships")),
        ),
    )
    return or_(
        Change.kind == "rules",
        Change.person_id == _ME,
        _SEEN,
        exists(lost.correlate(Change)),
    )


_ME = bindparam("person", type_=Uuid)
_SEEN = and_(Hazard.id.is_not(None), access.CAN_SEE_AS_GIVEN)
_NEWS = _statement()  # built once: it answers every phone that looks


def _scope(actor: Actor, database: str) -> str:
    """Changes when the actor's posts change: then the copy on the phone is no longer right."""
    seats = sorted(
        f"{seat.organization_kind}{seat.organization_id}{seat.role}{seat.grid_id}"
        for seat in actor.seats
    )
    sees_county = Permission.SEE_COUNTY in actor.permissions
    text = "|".join((str(actor.person_id), str(sees_county), database, *seats))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


async def _copy(
    session: AsyncSession, actor: Actor, place: Place, limit: int, unread: int
) -> Changes:
    """A page of the whole scope: open cases and those closed lately, newest first."""
    take = min(limit, place.left)
    found = await session.scalars(
        select(Hazard)
        .where(
            access.can_see(actor),
            or_(Hazard.state.in_(OPEN_STATES), Hazard.closed_at > clock.now() - CLOSED_FOR),
            Hazard.number < place.below,
        )
        .order_by(Hazard.number.desc())
        .limit(take + 1)
    )
    rows = found.all()
    page, left = rows[:take], place.left - take
    has_more = len(rows) > take and left > 0
    after = replace(place, below=page[-1].number if has_more else 0, left=left if has_more else 0)
    return Changes(
        cursor=str(after),
        has_more=has_more,
        is_reset=place.below == LAST,
        ids=[hazard.id for hazard in page],
        hazards=page,
        gone=[],
        are_rules_changed=place.below == LAST,
        are_objects_changed=place.below == LAST,
        unread=unread,
    )


async def _visible(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> Sequence[Hazard]:
    if not ids:
        return []
    rows = await session.scalars(select(Hazard).where(Hazard.id.in_(ids), access.can_see(actor)))
    by_id = {hazard.id: hazard for hazard in rows}
    return [by_id[id_] for id_ in ids if id_ in by_id]
