"""Whom the newest changes may concern, in the memory of each process (decision 36).

A thousand phones come back and each asks which of two thousand changes are its own. The database
would look at two thousand cases for each of them. Here stand the places of the changes under every
key that opens their case (access.keys), so that a phone has only those looked at that may be its
own. It is a hint and decides nothing: whether a change concerns the reader is asked of the database
in the same statement as ever, as of now.

Nothing is missing up to `end`, because nothing below the oldest running transaction is added any
more. Who comes to see a case after it was read here is told by a change of its own, behind `end`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Engine,
    Select,
    Uuid,
    bindparam,
    func,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models.event import Change
from app.models.grid import Grid
from app.models.hazard import Hazard
from app.models.organization import Organization
from app.services import access
from app.services.sync.places import BEHIND, Spot
from app.services.transactions import DATABASE, OLDEST_RUNNING

MOST_KEPT = 20_000  # changes, a few megabytes; who stands further back is answered without
MOST_TOLD = 1_000  # of one reader: with more, most changes are theirs and nothing is spared
READ_AT_ONCE = 2_500
_FIRST: Spot = (0, 0)
EVERYBODY = None  # the key that all hold


@dataclass(frozen=True)
class Part:
    """Of the feed: the changes with these numbers, and all behind a spot."""

    xid: int
    seq: int
    numbers: list[int]


class Hearers:
    """Of one database: which changes after `begin` and up to `end` stand under which key."""

    def __init__(self) -> None:
        self.is_reading = False
        self._forget()

    def _forget(self) -> None:
        """It is another database, or nothing is known yet."""
        self.database = ""
        self.begin = self.end = _FIRST
        self.spots: list[Spot] = []
        self.heard: dict[UUID | None, list[Spot]] = {}

    def part(self, at: Spot, keys: Iterable[UUID] | None) -> Part:
        """What must be looked at for whoever has read up to `at`.

        `keys` None: of somebody whom everything concerns.
        """
        if keys is None or not self.begin <= at < self.end:
            return Part(*at, [])
        lists = (self.heard.get(key, []) for key in {EVERYBODY, *keys})
        numbers = {seq for one in lists for _, seq in one[bisect_right(one, at) :]}
        return Part(*self.end, sorted(numbers)) if len(numbers) <= MOST_TOLD else Part(*at, [])

    async def read_on(self, connection: AsyncConnection) -> None:
        """The next changes that nothing can come before any more. One request at a time does it."""
        if self.is_reading:
            return
        self.is_reading = True
        try:
            if not self.database:
                self.begin = self.end = await _where_to_begin(connection)
            xid, seq = self.end
            given = {"xid": xid, "seq": seq, "most": READ_AT_ONCE}
            rows = (await connection.execute(_READ, given)).all()
        finally:
            self.is_reading = False
        if self.database not in ("", rows[0].database):
            self._forget()
            return
        self.database = rows[0].database
        self._take([row for row in rows if row.seq is not None], rows[0].oldest_running)

    def _take(self, rows: Sequence[Any], oldest_running: int) -> None:
        for row in rows:
            spot = (row.xid, row.seq)
            self.spots.append(spot)
            for key in {EVERYBODY} if row.kind == "rules" else set(row.keys) - {None}:
                self.heard.setdefault(key, []).append(spot)
        is_all = len(rows) < READ_AT_ONCE
        self.end = (oldest_running, 0) if is_all else self.spots[-1]
        if len(self.spots) > 2 * MOST_KEPT:
            self._let_go()

    def _let_go(self) -> None:
        self.begin = self.spots[-MOST_KEPT - 1]
        del self.spots[:-MOST_KEPT]
        later = ((key, one[bisect_right(one, self.begin) :]) for key, one in self.heard.items())
        self.heard = {key: one for key, one in later if one}


_of: WeakKeyDictionary[Engine, Hearers] = WeakKeyDictionary()


def of(connection: AsyncConnection) -> Hearers:
    """Of the database that this connection leads to."""
    engine = connection.sync_engine.engine
    return _of.setdefault(engine, Hearers())


async def _where_to_begin(connection: AsyncConnection) -> Spot:
    row = (await connection.execute(_BEGIN, {"most": MOST_KEPT})).first()
    return (row.xid, row.seq) if row else _FIRST


def _statement() -> Select[*tuple[Any, ...]]:
    """One row at least: where the feed ends now."""
    here = select(OLDEST_RUNNING.label("oldest_running"), DATABASE.label("database")).subquery()
    left = array([Change.person_id, Grid.id, Organization.id, Organization.within_id])
    feed = (
        select(
            Change.xid,
            Change.seq,
            Change.kind,
            func.array_cat(left, access.keys(), type_=ARRAY(Uuid)).label("keys"),
        )
        .outerjoin(Hazard, Hazard.id == Change.hazard_id)
        .outerjoin(Grid, Grid.id == Change.left_grid_id)
        .outerjoin(Organization, Organization.id == Grid.organization_id)
        .where(tuple_(Change.xid, Change.seq) > BEHIND, Change.xid < OLDEST_RUNNING)
        .order_by(Change.xid, Change.seq)
        .limit(bindparam("most"))
        .subquery()
    )
    return select(here, feed).select_from(here.outerjoin(feed, true()))


_READ = _statement()
_BEGIN = (
    select(Change.xid, Change.seq)
    .order_by(Change.xid.desc(), Change.seq.desc())
    .offset(bindparam("most", type_=BigInteger))
    .limit(1)
)
