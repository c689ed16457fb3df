"""Coverage by grid: the ground that was not seen longest first, for the map and its list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.selectable import LateralFromClause

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
    days_since,
    duties,
    longer_than,
    manned,
    reasons_of_ground,
    sight_by_itself,
    waiting,
)
from app.services.patrols.coverage.unattended import is_walked
from app.services.permissions import Permission
from app.services.places import KnownGrid

_OF_GROUND = (UnseenWhy.NO_GRID, UnseenWhy.NOBODY)
_OF_OBJECTS = tuple(why for why in UnseenWhy if why not in _OF_GROUND)
_Whys = dict[UnseenWhy, int]


@dataclass(slots=True)
class GroundLine:
    """One grid. `days`: of its object that was not seen longest; None = nothing to look at there.

    `long`: objects not seen for longer than asked, `never`: not since they came into the ledger.
    `whys` counts all objects, `long_whys` those not seen for long.
    """

    grid: KnownGrid
    is_manned: bool
    is_over: bool
    objects: int
    long: int
    never: int
    seen_at: datetime | None
    days: int | None
    days_since_visit: int | None
    next_due: date | None
    whys: _Whys
    long_whys: _Whys


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
    theirs = await on_ground(session, actor, query, SupervisedObject.grid_id)
    statement = _lines(
        query,
        _counted(query, asking, theirs).subquery("counted"),
        await on_ground(session, actor, query, Grid.id),
    )
    rows = (await session.execute(statement)).all()
    known = await places.known_grids(session)  # none that was added since this request began
    return Ground(
        clock.now(), [_line(row, known[row[0]]) for row in rows if row[0] in known], asking
    )


def _lines(
    query: GroundQuery, counted: Subquery, mine: Sequence[ColumnElement[bool]]
) -> Select[Any]:
    day = access.today()
    on_foot, visit = manned(day), _last_visit()
    lowest = and_(places.is_in_force(day), ~places.has_parts(day))
    is_narrowed = bool(query.kind or query.is_key is not None or query.duty)
    shown = counted.c.grid_id.is_not(None)
    return (
        select(
            Grid.id,
            case(*reasons_of_ground(day, on_foot)).label("why"),
            or_(on_foot.c.grid_id.is_not(None), ~is_walked()).label("is_manned"),
            visit.c.at,
            days_since(visit.c.at, day).label("days_since_visit"),
            days_since(counted.c.since, day).label("days"),
            counted.c.never,
            counted.c.next_due,
            *(counted.c[_name(is_long, why)] for is_long in (False, True) for why in _OF_OBJECTS),
        )
        .outerjoin(counted, counted.c.grid_id == Grid.id)
        .outerjoin(on_foot, on_foot.c.grid_id == Grid.id)
        .outerjoin(visit, true())
        .where(*mine, shown if is_narrowed else or_(lowest, shown))
        .order_by(counted.c.since.nulls_last(), Grid.official_code.nulls_last(), Grid.id)
    )


def _counted(
    query: GroundQuery, asking: list[Obligation], mine: list[ColumnElement[bool]]
) -> Select[Any]:
    """Objects by grid: a row where there are any."""
    one = _seen(query, asking, mine).subquery("one").c
    counts = [
        func.count().filter(one.why == why, *([one.is_long] if is_long else []))
        .label(_name(is_long, why))
        for is_long in (False, True)
        for why in _OF_OBJECTS
    ]  # fmt: skip
    return select(
        one.grid_id,
        func.count().filter(one.seen_at.is_(None)).label("never"),
        func.min(one.since).label("since"),
        func.min(one.due_on).label("next_due"),
        *counts,
    ).group_by(one.grid_id)


def _seen(
    query: GroundQuery, asking: list[Obligation], mine: list[ColumnElement[bool]]
) -> Select[Any]:
    """Object by object. Behind the `offset` reasons are worked out once, not for every count."""
    seen = sight_by_itself(access.today(), asking, waiting(mine))
    return (
        select(
            SupervisedObject.grid_id,
            seen.seen_at,
            seen.since.label("since"),
            seen.task.due_on,
            seen.why.label("why"),
            (seen.since < longer_than(query.long_days)).label("is_long"),
        )
        .select_from(seen.source)
        .where(IS_LOOKED_AT, *mine, *of_objects(query, asking))
        .offset(0)
    )


def _name(is_long: bool, why: UnseenWhy) -> str:
    return f"long_{why}" if is_long else why


def _last_visit() -> LateralFromClause:
    """Anywhere on the grid, by anybody."""
    at = func.least(Visit.occurred_at, Visit.received_at)  # as ix_visits_grid_seen has it
    newest = select(at.label("at")).where(Visit.grid_id == Grid.id).order_by(at.desc()).limit(1)
    return newest.correlate(Grid).lateral("visit")


def _line(row: Sequence[Any], grid: KnownGrid) -> GroundLine:
    """In the order of `_lines`."""
    _, of_ground, is_manned, seen_at, since_visit, days, never, next_due, *counts = row
    whys = _counts(of_ground, counts[: len(_OF_OBJECTS)])
    long_whys = _counts(of_ground, counts[len(_OF_OBJECTS) :])
    return GroundLine(
        grid=grid,
        is_manned=is_manned,
        is_over=of_ground == UnseenWhy.NO_GRID,
        objects=sum(whys.values()),
        long=sum(long_whys.values()),
        never=never or 0,
        seen_at=seen_at,
        days=days,
        days_since_visit=since_visit,
        next_due=next_due,
        whys=whys,
        long_whys=long_whys,
    )


def _counts(of_ground: str | None, found: Sequence[int | None]) -> _Whys:
    """What holds for the ground holds for all that is on it."""
    whys = {why: count for why, count in zip(_OF_OBJECTS, found, strict=True) if count}
    return {UnseenWhy(of_ground): sum(whys.values())} if of_ground and whys else whys
