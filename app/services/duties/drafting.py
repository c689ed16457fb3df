"""What the form proposes before somebody writes: open cases, late bodies, figures of the period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import NotFound
from app.models.grid import Grid
from app.models.hazard import OPEN_STATES, Clock, Hazard
from app.models.obligation import Duty, Scope
from app.models.organization import Organization
from app.services import access, clocks, due_days, places
from app.services.access import Actor
from app.services.duties import figures, items, occurrences, reach
from app.services.duties.commands import AskDuty
from app.services.duties.occurrences import Occurrence
from app.services.hazards.sorting import is_open_by_key

MOST_CASES = 20
DAYS_TO_ANSWER = 5  # working days that a supervision proposes


@dataclass(frozen=True)
class LateBody:
    """A township or department that is behind now: how many cases, since when the oldest."""

    body: Organization
    cases: int
    since: datetime


@dataclass(frozen=True)
class Draft:
    """`bodies`: to whom something may be given to do. `answer_by`: of those that are late."""

    at: Occurrence
    agenda: Sequence[Hazard]
    late: Sequence[LateBody]
    figures: dict[str, Any] | None
    bodies: Sequence[Organization]
    answer_by: date | None


async def draft(session: AsyncSession, actor: Actor, asked: AskDuty) -> Draft:
    """NotFound for what the actor does not have to record."""
    at = await occurrences.one(session, actor, asked)
    if at is None or not at.may_record:
        raise NotFound(fields=["obligation_key"])
    is_supervision = at.duty.duty is Duty.SUPERVISION
    return Draft(
        at=at,
        agenda=await _agenda(session, actor, at) if at.duty.duty is Duty.MEETING else [],
        late=await late_bodies(session) if is_supervision else [],
        figures=await figures.of(session, actor, at) if figures.has(at.duty) else None,
        bodies=await items.bodies(session, at.of.id),
        answer_by=await _answer_by(session) if is_supervision else None,
    )


async def _agenda(session: AsyncSession, actor: Actor, at: Occurrence) -> Sequence[Hazard]:
    """Open cases of that ground: major ones first, then what is past its day (S0-28)."""
    query = select(Hazard).where(is_open_by_key(), Hazard.state.in_(OPEN_STATES))
    query = query.where(_ground(at), access.can_see(actor))
    ordered = query.order_by(Hazard.sort_key, Hazard.id).limit(MOST_CASES)
    return (await session.scalars(ordered)).all()


def _ground(at: Occurrence) -> ColumnElement[bool]:
    if at.of.is_line:
        parts = select(Grid.id).where(or_(Grid.id == at.of.id, Grid.parent_id == at.of.id))
        return Hazard.grid_id.in_(parts)
    if at.duty.scope is Scope.COUNTY:
        return true()
    return or_(Hazard.township_id == at.of.id, Hazard.department_id == at.of.id)


async def late_bodies(session: AsyncSession) -> list[LateBody]:
    """Whose clocks have run out and still run, those with most cases first (S3-28)."""
    count = func.count(Clock.hazard_id.distinct())
    query = (
        select(Clock.owner_id, count, func.min(Clock.due_at))
        .join(Organization, Organization.id == Clock.owner_id)
        .where(
            Clock.ended_at.is_(None),
            Clock.due_at < clock.now(),
            Organization.kind.in_(reach.WORKING_KINDS),
            Organization.is_active,
        )
        .group_by(Clock.owner_id)
        .order_by(count.desc(), func.min(Clock.due_at))
    )
    rows = [(id_, cases, since) for id_, cases, since in await session.execute(query) if id_]
    bodies = await places.by_id(session, [id_ for id_, *_ in rows])
    return [LateBody(bodies[id_], cases, since) for id_, cases, since in rows]


async def _answer_by(session: AsyncSession) -> date:
    known = await clocks.load(session)
    return due_days.after(known, access.today(), DAYS_TO_ANSWER)
