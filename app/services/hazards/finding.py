"""Lists of cases: keyset pages, counts that stop at 1,000, positions on the map."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.hazard import Hazard
from app.services import cursors
from app.services.access import Actor
from app.services.hazards.commands import HazardFilters, HazardQuery, Order
from app.services.hazards.filtering import is_narrow, visible
from app.services.hazards.sorting import MAX_KEY

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
    statement = _ordered(_after(visible(actor, query), query), query)
    counted = _counted(actor, query).scalar_subquery()
    found = await session.execute(statement.add_columns(counted).limit(query.limit + 1))
    rows = found.all()
    page = [row[0] for row in rows[: query.limit]]
    more = _cursor(query, page[-1]) if len(rows) > len(page) else None
    number = _capped(rows[0][1]) if rows else await count(session, actor, query)
    return Found(page, more, number)


async def count(session: AsyncSession, actor: Actor, filters: HazardFilters) -> Count:
    """Never counts further than 1,000: nobody reads on, and the database would have to."""
    return _capped(await session.scalar(_counted(actor, filters)) or 0)


def _counted(actor: Actor, filters: HazardFilters) -> Select[int]:
    some = visible(actor, filters).with_only_columns(Hazard.id).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(some)


def _capped(found: int) -> Count:
    return Count(min(found, MOST_COUNTED), found > MOST_COUNTED)


async def positions(
    session: AsyncSession, actor: Actor, filters: HazardFilters
) -> list[Row[*tuple[Any, ...]]]:
    """At most 500, most urgent first; cases without a position are not on the map."""
    placed = visible(actor, filters).where(Hazard.lat.is_not(None), Hazard.lon.is_not(None))
    query = placed.with_only_columns(*_POINT).order_by(Hazard.sort_key, Hazard.id)
    return list(await session.execute(query.limit(MOST_POINTS)))


def _ordered(statement: Select[Hazard], query: HazardFilters) -> Select[Hazard]:
    if query.order is Order.URGENCY:
        return statement.order_by(_urgency(query), Hazard.id)
    return statement.order_by(Hazard.received_at.desc(), Hazard.id.desc())


def _urgency(query: HazardFilters) -> ColumnElement[int]:
    """A few weeks are found by their dates and then sorted: along the order's own index, one would
    come through all other years first.
    """
    return Hazard.sort_key + 0 if is_narrow(query) else Hazard.sort_key.expression


def _after(statement: Select[Hazard], query: HazardQuery) -> Select[Hazard]:
    if query.cursor is None:
        return statement
    if query.order is Order.URGENCY:
        key, id_ = cursors.decode(query.cursor, _read_key, UUID)
        return statement.where(tuple_(_urgency(query), Hazard.id) > tuple_(key, id_))
    moment, id_ = cursors.decode(query.cursor, datetime.fromisoformat, UUID)
    last = tuple_(literal(moment, Hazard.received_at.type), id_)
    return statement.where(tuple_(Hazard.received_at, Hazard.id) < last)


def _read_key(text: str) -> int:
    key = int(text)
    if abs(key) > MAX_KEY:
        raise ValueError(text)
    return key


def _cursor(query: HazardQuery, last: Hazard) -> str:
    if query.order is Order.URGENCY:
        return cursors.encode(last.sort_key, last.id)
    return cursors.encode(last.received_at.astimezone(UTC).isoformat(), last.id)
