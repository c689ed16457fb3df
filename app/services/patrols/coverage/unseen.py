"""Coverage by object: the longest not seen first, with what is to come and why it waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.campaign import Campaign
from app.models.grid import Grid
from app.models.obligation import Obligation
from app.models.patrol import DelayReason, Postponement
from app.models.supervised_object import SupervisedObject
from app.services import access, cursors
from app.services.access import Actor
from app.services.patrols.coverage.commands import UnseenFilters, UnseenQuery
from app.services.patrols.coverage.narrowing import of_objects, on_ground
from app.services.patrols.coverage.sight import (
    IS_LOOKED_AT,
    Sight,
    UnseenWhy,
    days_since,
    duties,
    longer_than,
    sight,
    waiting,
    waiting_at_each,
)
from app.services.permissions import Permission


@dataclass(frozen=True)
class Unseen:
    """`since`: when it was last seen, else when it came into the ledger (`seen_at` None).

    `due_on`, `duty`, `rollovers`: of the task that waits; `reason` None: put off in silence.
    """

    object: SupervisedObject
    grid: Grid
    seen_at: datetime | None
    since: datetime
    days: int
    why: UnseenWhy
    due_on: date | None
    rollovers: int
    reason: DelayReason | None
    duty: str | None


@dataclass(frozen=True)
class UnseenPage:
    as_of: datetime
    items: list[Unseen]
    next: str | None


async def unseen(session: AsyncSession, actor: Actor, query: UnseenQuery) -> UnseenPage:
    """One page; one statement."""
    after = None
    if query.cursor:
        after = cursors.decode(query.cursor, datetime.fromisoformat, UUID)
    rows = found(await selected(session, actor, query, query.limit + 1, after))
    page, onward = rows[: query.limit], None
    if len(rows) > query.limit:
        onward = cursors.encode(page[-1].since.isoformat(), page[-1].object.id)
    return UnseenPage(clock.now(), page, onward)


async def selected(
    session: AsyncSession,
    actor: Actor,
    filters: UnseenFilters,
    most: int,
    after: Sequence[Any] | None = None,
) -> Sequence[Row[Any]]:
    """So many that are meant, in their order; what stands beside them is read for these alone."""
    access.require(actor, Permission.SEE_PATROLS)
    asking = await duties(session)
    ground = await on_ground(session, actor, filters, SupervisedObject.grid_id)
    chosen = _chosen(filters, asking, ground, after)
    page = chosen.limit(most).subquery("page")
    day = access.today()
    seen = sight(day, asking, waiting_at_each())
    statement = (
        select(
            SupervisedObject,
            Grid,
            seen.seen_at.label("seen_at"),
            seen.since.label("since"),
            days_since(seen.since, day).label("days"),
            seen.why.label("why"),
            seen.task.due_on,
            seen.task.rollovers,
            _reason(seen).label("reason"),
            _duty(seen).label("duty"),
        )
        .select_from(seen.source.join(page, page.c.id == SupervisedObject.id))
        .order_by(seen.since, SupervisedObject.id)
    )
    return (await session.execute(statement)).all()


def _chosen(
    filters: UnseenFilters,
    asking: list[Obligation],
    ground: list[ColumnElement[bool]],
    after: Sequence[Any] | None,
) -> Select[Any]:
    """Ids of the objects that are meant. Tasks are only gone over if it is asked why."""
    seen = sight(access.today(), asking, waiting(ground))
    keys = (seen.since, SupervisedObject.id)
    clauses: list[tuple[Any, ColumnElement[bool]]] = [
        (filters.why, seen.why == filters.why),
        (filters.over_days, seen.since < longer_than(filters.over_days or 0)),
        (after, tuple_(*keys) > tuple_(*(after or keys))),
    ]
    return (
        select(SupervisedObject.id)
        .select_from(seen.source)
        .where(IS_LOOKED_AT, *ground, *of_objects(filters, asking))
        .where(*(clause for given, clause in clauses if given))
        .order_by(*keys)
    )


def found(rows: Sequence[Row[Any]]) -> list[Unseen]:
    return [
        Unseen(
            object=row.SupervisedObject,
            grid=row.Grid,
            seen_at=row.seen_at,
            since=row.since,
            days=row.days,
            why=UnseenWhy(row.why),
            due_on=row.due_on,
            rollovers=row.rollovers or 0,
            reason=row.reason,
            duty=row.duty,
        )
        for row in rows
    ]


def _reason(seen: Sight) -> Any:
    """The last that somebody has said."""
    said = (
        select(Postponement.reason)
        .where(Postponement.task_id == seen.task.id, Postponement.reason.is_not(None))
        .order_by(Postponement.from_on.desc(), Postponement.received_at.desc())
        .limit(1)
    )
    return said.scalar_subquery()


def _duty(seen: Sight) -> Any:
    asked = select(Obligation.name).where(Obligation.key == seen.task.obligation_key)
    ordered = select(Campaign.name).where(Campaign.id == seen.task.campaign_id)
    return func.coalesce(asked.scalar_subquery(), ordered.scalar_subquery())
