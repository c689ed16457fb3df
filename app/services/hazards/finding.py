"""Lists of cases: keyset pages, counts that stop at 1,000, positions on the map."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Integer,
    Row,
    Select,
    and_,
    any_,
    func,
    literal,
    literal_column,
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
    some = _some(parts, *([Hazard.sort_key.expression] if _is_by_urgency(query) else [])).cte()
    counted = select(func.count()).select_from(some).scalar_subquery()
    chosen = _page(query, parts, some, counted)
    order = _order(query, Hazard)
    rows = (await session.execute(_cases((Hazard, counted), chosen, order, query.limit + 1))).all()
    page = [row[0] for row in rows[: query.limit]]
    more = _cursor(query, page[-1]) if len(rows) > len(page) else None
    if rows:
        return Found(page, more, _capped(rows[0][1]))
    known = Count(0, is_capped=False) if query.cursor is None else None
    return Found(page, more, known or await count(session, actor, query))


def _page(
    query: HazardQuery, parts: Parts, some: CTE, counted: ColumnElement[int]
) -> list[Select[Any]]:
    """The first ids of each part, and one more than the page holds.

    Where counting has come to its end, all there is stands in what it has found, and that is
    sorted. Otherwise an order's index is walked along: for few cases it might be walked to its end,
    through a whole county, because a database takes the order for independent of what is asked.
    """
    most, is_keyed = query.limit + 1, _is_by_urgency(query)
    known = select(some.c.id).where(counted <= MOST_COUNTED)
    of, found = (some.c, known) if is_keyed else (Hazard, select(Hazard.id).where(_among(known)))
    walked = [
        select(Hazard.id).where(part, counted > MOST_COUNTED, *_after(query, Hazard))
        for part in parts
    ]
    return [
        found.where(*_after(query, of)).order_by(*_order(query, of)).limit(_written(most)),
        *(one.order_by(*_order(query, Hazard)).limit(_written(most)) for one in walked),
    ]


async def count(session: AsyncSession, actor: Actor, filters: HazardFilters) -> Count:
    """Never counts further than 1,000: nobody reads on, and the database would have to."""
    parts = apart(actor, filters, await pins(session, filters))
    counted = select(func.count()).select_from(_some(parts).subquery())
    return _capped(await session.scalar(counted) or 0)


def _some(parts: Parts, *more: ColumnElement[Any]) -> Select[Any] | CompoundSelect[Any]:
    """Ids that are found, all if they are no more than MOST_COUNTED; with columns beside them."""
    found = [
        select(Hazard.id, *more).where(part).limit(_written(MOST_COUNTED + 1)) for part in parts
    ]
    return union(*found) if len(found) > 1 else found[0]


def _cases(
    columns: Iterable[Any], chosen: Sequence[Select[Any]], order: Ordering, most: int
) -> Select[Any]:
    """The first of all that was chosen.

    Its ids come first, which an index gives with whatever the filters ask; the cases themselves are
    read of these alone.
    """
    ids = union_all(*chosen) if len(chosen) > 1 else chosen[0]
    return select(*columns).where(_among(ids)).order_by(*order).limit(_written(most))


def _written(most: int) -> ColumnElement[int]:
    """In the statement itself: of a limit that comes with each question, a database that plans once
    for all of them takes a tenth of everything.
    """
    return literal_column(str(most), Integer())


def _among(ids: Select[Any] | CompoundSelect[Any]) -> ColumnElement[bool]:
    """Each looked up by itself, however many there may be."""
    return Hazard.id == any_(func.array(ids.scalar_subquery()))


def _capped(found: int) -> Count:
    return Count(min(found, MOST_COUNTED), found > MOST_COUNTED)


async def positions(
    session: AsyncSession, actor: Actor, filters: HazardFilters
) -> list[Row[*tuple[Any, ...]]]:
    """At most 500, most urgent first; cases without a position are not on the map."""
    placed = (Hazard.lat.is_not(None), Hazard.lon.is_not(None))
    parts = [and_(part, *placed) for part in apart(actor, filters, await pins(session, filters))]
    order = (_urgency(filters), Hazard.id.expression)
    first = [
        select(Hazard.id).where(one).order_by(*order).limit(_written(MOST_POINTS)) for one in parts
    ]
    return list(await session.execute(_cases(_POINT, first, order, MOST_POINTS)))


def _is_by_urgency(query: HazardFilters) -> bool:
    """Whose key stands in most indexes: nothing else of a case needs to be read to sort it."""
    return query.order is Order.URGENCY


def _order(query: HazardQuery, of: Any) -> Ordering:
    """`of`: the cases, or what of them has been found."""
    key = _key(query, of)
    return (key, of.id) if _is_by_urgency(query) else (key.desc(), of.id.desc())


def _key(query: HazardQuery, of: Any) -> ColumnElement[Any]:
    if not _is_by_urgency(query):
        return of.received_at  # type: ignore[no-any-return]
    return _urgency(query) if of is Hazard else of.sort_key


def _urgency(query: HazardFilters) -> ColumnElement[int]:
    """A few weeks are found by their dates and then sorted: along the order's own index, one would
    come through all other years first.
    """
    return Hazard.sort_key + 0 if is_narrow(query) else Hazard.sort_key.expression


def _after(query: HazardQuery, of: Any) -> Iterator[ColumnElement[bool]]:
    if query.cursor is None:
        return
    here = tuple_(_key(query, of), of.id)
    if _is_by_urgency(query):
        yield here > tuple_(*cursors.decode(query.cursor, _read_key, UUID))
    else:
        moment, id_ = cursors.decode(query.cursor, datetime.fromisoformat, UUID)
        yield here < tuple_(literal(moment, Hazard.received_at.type), id_)


def _read_key(text: str) -> int:
    key = int(text)
    if abs(key) > MAX_KEY:
        raise ValueError(text)
    return key


def _cursor(query: HazardQuery, last: Hazard) -> str:
    if _is_by_urgency(query):
        return cursors.encode(last.sort_key, last.id)
    return cursors.encode(last.received_at.astimezone(UTC).isoformat(), last.id)
