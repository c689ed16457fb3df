"""Coverage by grid: the ground that was not seen longest first, for the map and its list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Row, Select, and_, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.grid import Grid
from app.models.obligation import Obligation
from app.models.supervised_object import SupervisedObject
from app.models.visit import Visit
from app.services import access, places
from app.services.access import Actor
from app.services.patrols.coverage.commands import GroundQuery
from app.services.patrols.coverage.narrowing import of_objects, on_ground
from app.services.patrols.coverage.sight import (
    IS_LOOKED_AT,
    UnseenWhy,
    duties,
    longer_than,
    manned,
    sight,
    waiting,
)
from app.services.patrols.coverage.unattended import is_walked
from app.services.permissions import Permission

_WHYS = tuple(UnseenWhy)


@dataclass(frozen=True)
class GroundLine:
    """One grid. `since`: its object that was not seen longest; None = nothing to look at there.

    `long`: objects not seen for longer than asked, `never`: not since they came into the ledger.
    `whys` counts all objects, `long_whys` those not seen for long.
    """

    grid_id: UUID
    grid_name: str
    township_id: UUID | None
    is_manned: bool
    is_over: bool
    objects: int
    long: int
    never: int
    seen_at: datetime | None
    since: datetime | None
    next_due: date | None
    whys: dict[UnseenWhy, int]
    long_whys: dict[UnseenWhy, int]


@dataclass(frozen=True)
class Ground:
    """`duties`: what asks people to look at objects, to narrow by."""

    as_of: datetime
    lines: list[GroundLine]
    duties: list[Obligation]


async def ground(session: AsyncSession, actor: Actor, query: GroundQuery) -> Ground:
    """Every grid that nothing hangs under, or on which something is; one statement for all."""
    access.require(actor, Permission.SEE_PATROLS)
    asking = await duties(session)
    mine = await on_ground(session, actor, query)
    counted = _counted(query, asking, mine).subquery("counted")
    day = access.today()
    on_foot = manned(day)
    lowest = and_(places.is_in_force(day), ~places.has_parts(day))
    is_narrowed = bool(query.kind or query.is_key is not None or query.duty)
    shown = counted.c.objects > 0 if is_narrowed else or_(lowest, counted.c.objects > 0)
    statement = (
        select(
            Grid.id,
            Grid.name,
            (Grid.valid_to < day).label("is_over"),
            or_(on_foot.c.grid_id.is_not(None), ~is_walked()).label("is_manned"),
            _last_visit().label("seen_at"),
            counted,
        )
        .outerjoin(counted, counted.c.grid_id == Grid.id)
        .outerjoin(on_foot, on_foot.c.grid_id == Grid.id)
        .where(*mine, shown)
        .order_by(counted.c.since.nulls_last(), Grid.official_code.nulls_last(), Grid.id)
    )
    rows = (await session.execute(statement)).all()
    known = await places.known_grids(session)
    return Ground(clock.now(), [_line(row, known[row.id].township_id) for row in rows], asking)


def _counted(
    query: GroundQuery, asking: list[Obligation], mine: list[ColumnElement[bool]]
) -> Select[Any]:
    """Objects by grid: a row where there are any. Elsewhere nothing is counted in vain."""
    by = _by_why(query, asking, mine).subquery("by_why").c
    whys = [
        cast(func.sum(counted).filter(by.why == why), BigInteger).label(f"{counted.key}_{why}")
        for counted in (by.objects, by.long)
        for why in _WHYS
    ]
    return select(
        by.grid_id.label("grid_id"),
        cast(func.sum(by.objects), BigInteger).label("objects"),
        cast(func.sum(by.long), BigInteger).label("long"),
        cast(func.sum(by.never), BigInteger).label("never"),
        func.min(by.since).label("since"),
        func.min(by.next_due).label("next_due"),
        *whys,
    ).group_by(by.grid_id)


def _by_why(
    query: GroundQuery, asking: list[Obligation], mine: list[ColumnElement[bool]]
) -> Select[Any]:
    seen = sight(access.today(), asking, waiting(mine))
    here, why = SupervisedObject.grid_id.label("grid_id"), seen.why.label("why")
    is_long = seen.since < longer_than(query.long_days)
    return (
        select(
            here,
            why,
            func.count().label("objects"),
            func.count().filter(is_long).label("long"),
            func.count().filter(seen.seen_at.is_(None)).label("never"),
            func.min(seen.since).label("since"),
            func.min(seen.task.due_on).label("next_due"),
        )
        .select_from(seen.source)
        .where(IS_LOOKED_AT, *mine, *of_objects(query, asking))
        .group_by(here, why)
    )


def _last_visit() -> Any:
    """Anywhere on the grid, by anybody."""
    at = func.least(Visit.occurred_at, Visit.received_at)  # as ix_visits_grid_seen has it
    newest = select(at).where(Visit.grid_id == Grid.id).order_by(at.desc()).limit(1)
    return newest.correlate(Grid).scalar_subquery()


def _line(row: Row[Any], township_id: UUID | None) -> GroundLine:
    return GroundLine(
        grid_id=row.id,
        grid_name=row.name,
        township_id=township_id,
        is_manned=row.is_manned,
        is_over=bool(row.is_over),
        objects=row.objects or 0,
        long=row.long or 0,
        never=row.never or 0,
        seen_at=row.seen_at,
        since=row.since,
        next_due=row.next_due,
        whys=_counts(row[-2 * len(_WHYS) : -len(_WHYS)]),
        long_whys=_counts(row[-len(_WHYS) :]),
    )


def _counts(found: Sequence[int | None]) -> dict[UnseenWhy, int]:
    return {why: count for why, count in zip(_WHYS, found, strict=True) if count}
