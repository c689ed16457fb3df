"""Lists of cases: keyset pages, counts that stop at 1,000, positions on the map."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    any_,
    func,
    literal,
    select,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.hazard import Hazard
from app.services import cursors
from app.services.access import Actor
from app.services.hazards.commands import HazardFilters, HazardQuery, Order
from app.services.hazards.filtering import apart, is_narrow, pins
from app.services.hazards.sorting import MAX_KEY

Parts = Sequence[ColumnElement[bool]]
Ordering = tuple[ColumnElement[Any], ColumnElement[Any]]
MOST_COUNTED = 1_000
MOST_POINTS = 500
_POINT: tuple[Any, ...] = (
    Hazard.id,
    Hazard.number,
    Hazard.received_at,
    Hazard.lat,
    Hazard.lon,
    Hazard.state,
    Hazard.level,
    Hazard.category_code,
)


@dataclass(frozen=True)
class Count:
    count: int
    is_capped: bool


@dataclass(frozen=True)
class Found:
    """One page. `next` goes back as `cursor`; None at the end."""

    hazards: list[Hazard]
    next: str | None
    count: Count


async def find(session: AsyncSession, actor: Actor, query: HazardQuery) -> Found:
    """A page in the wanted order; it begins after the cursor's row, whatever was added since."""
    parts = apart(actor, query, await pins(session, query))
    columns = (Hazard, _counted(parts).scalar_subquery())
    after = [and_(part, *_after(query)) for part in parts]
    found = await session.execute(_first(columns, after, _order(query), query.limit + 1))
    rows = found.all()
    page = [row[0] for row in rows[: query.limit]]
    more = _cursor(query, page[-1]) if len(rows) > len(page) else None
    if rows:
        return Found(page, more, _capped(rows[0][1]))
    known = Count(0, is_capped=False) if query.cursor is None else None
    return Found(page, more, known or await count(session, actor, query))


async def count(session: AsyncSession, actor: Actor, filters: HazardFilters) -> Count:
    """Never counts further than 1,000: nobody reads on, and the database would have to."""
    parts = apart(actor, filters, await pins(session, filters))
    return _capped(await session.scalar(_counted(parts)) or 0)


def _counted(parts: Parts) -> Select[int]:
    ids = [select(Hazard.id).where(part).limit(MOST_COUNTED + 1) for part in parts]
    some = union(*ids).subquery() if len(ids) > 1 else ids[0].subquery()
    return select(func.count()).select_from(some)


def _first(columns: Iterable[Any], parts: Parts, order: Ordering, most: int) -> Select[Any]:
    """The first of all parts are among the first of each.

    Their ids first, which an index gives with whatever the filters ask; the cases themselves are
    read of these alone.
    """
    ids = [select(Hazard.id).where(part).order_by(*order).limit(most) for part in parts]
    first = union_all(*ids) if len(ids) > 1 else ids[0]
    chosen = Hazard.id == any_(func.array(first.scalar_subquery()))
    return select(*columns).where(chosen).order_by(*order).limit(most)


def _capped(found: int) -> Count:
    return Count(min(found, MOST_COUNTED), found > MOST_COUNTED)


async def positions(
    session: AsyncSession, actor: Actor, filters: HazardFilters
) -> list[Row[*tuple[Any, ...]]]:
    """At most 500, most urgent first; cases without a position are not on the map."""
    placed = (Hazard.lat.is_not(None), Hazard.lon.is_not(None))
    parts = [and_(part, *placed) for part in apart(actor, filters, await pins(session, filters))]
    order = (_urgency(filters), Hazard.id.expression)
    return list(await session.execute(_first(_POINT, parts, order, MOST_POINTS)))


def _order(query: HazardFilters) -> Ordering:
    if query.order is Order.URGENCY:
        return _urgency(query), Hazard.id.expression
    return Hazard.received_at.desc(), Hazard.id.desc()


def _urgency(query: HazardFilters) -> ColumnElement[int]:
    """A few weeks are found by their dates and then sorted: along the order's own index, one would
    come through all other years first.
    """
    return Hazard.sort_key + 0 if is_narrow(query) else Hazard.sort_key.expression


def _after(query: HazardQuery) -> Iterator[ColumnElement[bool]]:
    if query.cursor is None:
        return
    if query.order is Order.URGENCY:
        key, id_ = cursors.decode(query.cursor, _read_key, UUID)
        yield tuple_(_urgency(query), Hazard.id) > tuple_(key, id_)
    else:
        moment, id_ = cursors.decode(query.cursor, datetime.fromisoformat, UUID)
        last = tuple_(literal(moment, Hazard.received_at.type), id_)
        yield tuple_(Hazard.received_at, Hazard.id) < last


def _read_key(text: str) -> int:
    key = int(text)
    if abs(key) > MAX_KEY:
        raise ValueError(text)
    return key


def _cursor(query: HazardQuery, last: Hazard) -> str:
    if query.order is Order.URGENCY:
        return cursors.encode(last.sort_key, last.id)
    return cursors.encode(last.received_at.astimezone(UTC).isoformat(), last.id)
