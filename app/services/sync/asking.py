"""What is new for one reader: one statement, small if nothing is.

Changes are read in the order (transaction id, number) and only below the oldest transaction that
still runs: a row whose transaction commits late has a place that no reader has passed yet.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Row,
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
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import aliased

from app.models.event import Change, FeedFloor
from app.models.grid import Grid
from app.models.hazard import Hazard
from app.models.notification import Notification
from app.models.organization import Organization, OrganizationKind
from app.services import access
from app.services.access import Actor
from app.services.permissions import Permission
from app.services.sync import hearers
from app.services.sync.places import BEHIND, Place
from app.services.transactions import DATABASE, OLDEST_RUNNING

MOST_LOOKED_AT = 300  # changes that hearers do not know yet; with more, the long way is shorter
WORTH_KNOWING = 50  # of them; whoever has looked at more reads them into memory for the next


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


async def news(session: AsyncSession, actor: Actor, since: str, limit: int) -> News:
    """What changed in the actor's scope since the cursor: one statement, small if nothing did."""
    place = Place.read(since)
    connection = await session.connection()  # past the unit of work: nothing here is an entity
    rows = await _rows(connection, actor, place, limit)
    here, found = rows[0], [row for row in rows if row.seq is not None]
    scope = _scope(actor, here.database)
    end = Place(scope, here.oldest_running, 0)
    is_forgotten = place.spot < (here.floor_xid, here.floor_seq)
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


async def _rows(
    connection: AsyncConnection, actor: Actor, place: Place, limit: int
) -> Sequence[Row[Any]]:
    """Looks only at what may concern the actor, as far as it is known whom changes concern."""
    given = _given(actor, limit)
    known = hearers.of(connection)
    database, part = known.database, known.part(place.spot, _keys(given))
    rows = (await connection.execute(_NEWS, given | vars(part))).all()
    looked_at, is_another = rows[0].looked_at, database not in ("", rows[0].database)
    if looked_at == MOST_LOOKED_AT or is_another:
        whole = given | {"xid": place.xid, "seq": place.seq}
        rows = (await connection.execute(_ALL_NEWS, whole)).all()
    if looked_at > WORTH_KNOWING or is_another:
        await known.read_on(connection)
    return rows


def _keys(given: Mapping[str, Any]) -> set[UUID] | None:
    """What leads to the changes of _concerns; None: to all of them."""
    seen = access.keys_of(given)
    return None if seen is None else seen.union(given["own_villages"], given["own_townships"])


def _given(actor: Actor, limit: int) -> dict[str, Any]:
    return access.sight(actor) | {
        "most": limit + 1,
        "own_villages": list(actor.organizations_of(OrganizationKind.VILLAGE)),
        "own_townships": list(actor.organizations_of(OrganizationKind.TOWNSHIP_SUBCENTRE)),
    }


def _here() -> Select[*tuple[Any, ...]]:
    """Where the feed ends now, and how much is unread."""
    unread = select(func.count()).where(
        Notification.person_id == _ME, Notification.read_at.is_(None)
    )
    return select(
        OLDEST_RUNNING.label("oldest_running"),
        DATABASE.label("database"),
        unread.scalar_subquery().label("unread"),
        select(FeedFloor.xid).scalar_subquery().label("floor_xid"),
        select(FeedFloor.seq).scalar_subquery().label("floor_seq"),
    )


def _statement() -> Select[*tuple[Any, ...]]:
    """What concerns the actor of the changes with these numbers, and of the first behind a place.

    Both as one array: PostgreSQL takes arrays for short, and so makes one plan for all readers.
    Otherwise it makes one for every phone, which costs five times what carrying it out does.
    """
    behind = (
        select(Change.seq)
        .where(tuple_(Change.xid, Change.seq) > BEHIND, Change.xid < OLDEST_RUNNING)
        .order_by(Change.xid, Change.seq)
        .limit(literal_column(str(MOST_LOOKED_AT)))
        .cte("behind")
    )
    given = bindparam("numbers", type_=ARRAY(BigInteger))
    numbers = func.array_cat(given, func.array(select(behind.c.seq).scalar_subquery()))
    some = select(Change).where(Change.seq == any_(numbers)).cte("some").prefix_with("MATERIALIZED")
    looked_at = select(func.count()).select_from(behind).scalar_subquery().label("looked_at")
    here = _here().add_columns(looked_at).subquery()
    feed = _concerning(aliased(Change, some)).subquery()
    return select(here, feed).select_from(here.outerjoin(feed, true()))


def _long_statement() -> Select[*tuple[Any, ...]]:
    """The same of all changes behind a place, as many as there may be."""
    here = _here().subquery()
    behind = and_(tuple_(Change.xid, Change.seq) > BEHIND, Change.xid < OLDEST_RUNNING)
    feed = _concerning(Change).where(behind).subquery()
    return select(here, feed).select_from(here.outerjoin(feed, true()))


def _concerning(change: type[Change]) -> Select[*tuple[Any, ...]]:
    return (
        select(change.xid, change.seq, change.kind, change.hazard_id, _SEEN.label("is_seen"))
        .outerjoin(Hazard, Hazard.id == change.hazard_id)
        .where(_concerns(change))
        .order_by(change.xid, change.seq)
        .limit(bindparam("most"))
    )


def _concerns(change: type[Change]) -> ColumnElement[bool]:
    """Cases that the actor sees or has just lost, objects, the rules, the actor's own notices."""
    lost = select(Grid.id).join(Organization, Organization.id == Grid.organization_id)
    lost = lost.where(
        Grid.id == change.left_grid_id,
        or_(
            Grid.id == any_(access.given("grids")),
            Organization.id == any_(access.given("own_villages")),
            Organization.within_id == any_(access.given("own_townships")),
        ),
    )
    return or_(
        change.kind == "rules",
        change.person_id == _ME,
        _SEEN,
        and_(change.left_grid_id.is_not(None), exists(lost.correlate(change))),
    )


_ME = bindparam("person", type_=Uuid)
_SEEN = and_(Hazard.id.is_not(None), access.CAN_SEE_AS_GIVEN)
_NEWS, _ALL_NEWS = _statement(), _long_statement()  # built once: they answer every phone that looks


def _scope(actor: Actor, database: str) -> str:
    """Changes when the actor's posts change: then the copy on the phone is no longer right."""
    seats = sorted(
        f"{seat.organization_kind}{seat.organization_id}{seat.role}{seat.grid_id}"
        for seat in actor.seats
    )
    sees_county = Permission.SEE_COUNTY in actor.permissions
    text = "|".join((str(actor.person_id), str(sees_county), database, *seats))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
