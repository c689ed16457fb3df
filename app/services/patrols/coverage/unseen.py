"""Coverage by object: the longest not seen first, with what is to come and why it waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.campaign import Campaign
from app.models.grid import Grid
from app.models.obligation import Obligation
from app.models.patrol import DelayReason, Postponement
from app.models.supervised_object import SupervisedObject
from app.services import access, cursors
from app.services.access import Actor, Permission
from app.services.patrols.coverage.commands import UnseenFilters, UnseenQuery
from app.services.patrols.coverage.narrowing import of_objects, on_ground
from app.services.patrols.coverage.sight import (
    IS_LOOKED_AT,
    Sight,
    UnseenWhy,
    duties,
    longer_than,
    sight,
)


@dataclass(frozen=True)
class Unseen:
    """`since`: when it was last seen, else when it came into the ledger (`seen_at` None).

    `due_on`, `duty`, `rollovers`: of the task that waits; `reason` None: put off in silence.
    """

    object: SupervisedObject
    grid: Grid
    seen_at: datetime | None
    since: datetime
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
    statement, seen = await selected(session, actor, query)
    keys = (seen.since, SupervisedObject.id)
    if query.cursor:
        after = cursors.decode(query.cursor, datetime.fromisoformat, UUID)
        statement = statement.where(tuple_(*keys) > tuple_(*after))
    rows = (await session.execute(statement.limit(query.limit + 1))).all()
    page, onward = found(rows[: query.limit]), None
    if len(rows) > query.limit:
        onward = cursors.encode(page[-1].since.isoformat(), page[-1].object.id)
    return UnseenPage(clock.now(), page, onward)


async def selected(
    session: AsyncSession, actor: Actor, filters: UnseenFilters
) -> tuple[Select[Any], Sight]:
    """All that are meant, in their order."""
    access.require(actor, Permission.SEE_PATROLS)
    asking = await duties(session)
    seen = sight(access.today(), asking)
    conditions = [
        IS_LOOKED_AT,
        *await on_ground(session, actor, filters),
        *of_objects(filters, asking),
    ]
    if filters.why:
        conditions.append(seen.why == filters.why)
    if filters.over_days:
        conditions.append(seen.since < longer_than(filters.over_days))
    statement = (
        select(
            SupervisedObject,
            Grid,
            seen.seen_at.label("seen_at"),
            seen.since.label("since"),
            seen.why.label("why"),
            seen.task.due_on,
            seen.task.rollovers,
            _reason(seen).label("reason"),
            _duty(seen).label("duty"),
        )
        .select_from(seen.source)
        .where(*conditions)
        .order_by(seen.since, SupervisedObject.id)
    )
    return statement, seen


def found(rows: Sequence[Row[Any]]) -> list[Unseen]:
    return [
        Unseen(
            object=row.SupervisedObject,
            grid=row.Grid,
            seen_at=row.seen_at,
            since=row.since,
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
