"""The figures of a period for a summary or a bulletin: of bodies, with what each is a part of.

In the order of the codes, never a rank, never of a person (S3-25, S3-26, S3-29).
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.event import Event
from app.models.hazard import OPEN_STATES, Clock, ClockOutcome, Hazard, State
from app.models.obligation import Duty, Obligation, Scope
from app.models.organization import Organization, OrganizationKind
from app.models.rules import Hop
from app.services import access, patrols
from app.services.access import Actor
from app.services.duties.occurrences import Occurrence
from app.services.patrols import BoardQuery
from app.services.permissions import Permission

_FIGURED = frozenset({Duty.SUMMARY, Duty.BULLETIN, Duty.ANNUAL})
Rows = dict[UUID, dict[str, Any]]


def has(duty: Obligation) -> bool:
    return duty.duty in _FIGURED and duty.scope is Scope.COUNTY


async def of(session: AsyncSession, actor: Actor, at: Occurrence) -> dict[str, Any]:
    """As they are now: what is open and overdue is so today, whatever the period."""
    access.require(actor, Permission.SEE_COUNTY)
    first, last = at.window.start, at.window.end
    return {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "as_of": clock.now().isoformat(),
        "townships": await _townships(session, actor, first, last),
        "departments": await _departments(session, first, last),
    }


async def _townships(
    session: AsyncSession, actor: Actor, first: date, last: date
) -> list[dict[str, Any]]:
    """`planned` and `looked`: patrols that fell due in the period."""
    names = ("reported", "fixed_on_site", "closed", "open", "overdue", "planned", "looked")
    rows = await _bodies(session, Organization.kind == OrganizationKind.TOWNSHIP_SUBCENTRE, names)
    counted = Hazard.state.not_in((State.MERGED, State.VOIDED))
    is_open = Hazard.state.in_(OPEN_STATES) & (Hazard.received_at <= clock.now())
    on_site = select(Event.hazard_id).where(Event.kind == "hazard.fixed_on_site")
    reported = counted & _within(Hazard.received_at, first, last)
    closed = (Hazard.state == State.ARCHIVED) & _within(Hazard.closed_at, first, last)
    query = select(
        Hazard.township_id,
        func.count().filter(reported).label("reported"),
        func.count().filter(reported & Hazard.id.in_(on_site)).label("fixed_on_site"),
        func.count().filter(closed).label("closed"),
        func.count().filter(is_open).label("open"),
        func.count().filter(is_open & (Hazard.clock_due_at < clock.now())).label("overdue"),
    ).where(or_(is_open, reported, closed))
    await _put(session, rows, query.group_by(Hazard.township_id))
    for line in await patrols.board(session, actor, BoardQuery(due_from=first, due_to=last)):
        if line.township_id in rows:
            rows[line.township_id]["planned"] += line.planned
            rows[line.township_id]["looked"] += line.done
    return list(rows.values())


async def _departments(session: AsyncSession, first: date, last: date) -> list[dict[str, Any]]:
    """Of what had to be rectified by a day of the period; `again`: given back after a look."""
    names = ("due", "in_time", "again", "overdue")
    rows = await _bodies(session, Organization.kind == OrganizationKind.DEPARTMENT, names)
    due = _within(Clock.due_at, first, last) & (Clock.outcome != ClockOutcome.CANCELLED)
    again = (Clock.round > 1) & _within(Clock.started_at, first, last)
    late = Clock.ended_at.is_(None) & (Clock.due_at < clock.now())
    query = (
        select(
            Clock.owner_id,
            func.count().filter(due).label("due"),
            func.count().filter(due & (Clock.outcome == ClockOutcome.MET)).label("in_time"),
            func.count(Clock.hazard_id.distinct()).filter(again).label("again"),
            func.count().filter(late).label("overdue"),
        )
        .where(Clock.hop == Hop.RECTIFY, or_(due, again, late))
        .group_by(Clock.owner_id)
    )
    await _put(session, rows, query)
    return [row for row in rows.values() if any(row[name] for name in names)]


async def _bodies(
    session: AsyncSession, which: ColumnElement[bool], names: tuple[str, ...]
) -> Rows:
    """In the order of their codes, all at nought."""
    query = select(Organization.id, Organization.short_name).where(which, Organization.is_active)
    found = await session.execute(query.order_by(Organization.code, Organization.name))
    return {
        row.id: {"id": str(row.id), "name": row.short_name, **dict.fromkeys(names, 0)}
        for row in found
    }


async def _put(session: AsyncSession, rows: Rows, query: Any) -> None:
    for row in (await session.execute(query)).mappings():
        counts = dict(row)
        body = counts.pop("township_id", None) or counts.pop("owner_id", None)
        if body in rows:
            rows[body] |= {name: count for name, count in counts.items() if name in rows[body]}


def _within(column: Any, first: date, last: date) -> ColumnElement[bool]:
    """Between these days of the county's calendar, both counted."""
    end = clock.midnight(last + timedelta(days=1))
    return and_(column >= clock.midnight(first), column < end)
