"""One case: itself, its history, what lies near it, which steps it offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import NotFound, Refusal
from app.models.event import Event
from app.models.hazard import Hazard, State
from app.services import access, events, hazard_flow
from app.services.access import Actor
from app.services.hazard_flow import Action, Transition
from app.services.hazards import nearness, standing, steps
from app.services.hazards.numbers import number

AROUND = timedelta(days=14)
MOST_NEAR = 20
_GONE = (State.MERGED, State.VOIDED)


@dataclass(frozen=True)
class Near:
    """`distance_m` 0 for the same enterprise without two positions."""

    hazard: Hazard
    distance_m: float


@dataclass(frozen=True)
class Preview:
    """Would this case take the step? The sentence is empty if it would."""

    id: UUID
    number: str
    is_possible: bool
    zh: str
    en: str


async def read(session: AsyncSession, actor: Actor, hazard_id: UUID) -> Hazard:
    """The case; NotFound also for those who must not know of it."""
    query = select(Hazard).where(Hazard.id == hazard_id, access.can_see(actor))
    hazard = await session.scalar(query)
    if hazard is None:
        raise NotFound
    return hazard


async def timeline(session: AsyncSession, actor: Actor, hazard_id: UUID) -> list[Event]:
    """Everything that happened, oldest first."""
    await read(session, actor, hazard_id)
    return await events.of(session, hazard_id)


async def nearby(session: AsyncSession, actor: Actor, hazard_id: UUID) -> list[Near]:
    """Within 50 m, or at the same enterprise, within 14 days: perhaps the same hazard twice."""
    hazard = await read(session, actor, hazard_id)
    when = Hazard.received_at.between(hazard.received_at - AROUND, hazard.received_at + AROUND)
    query = (
        select(Hazard)
        .where(nearness.may_be_near(hazard), when, access.can_see(actor))
        .where(Hazard.id != hazard.id, Hazard.state.not_in(_GONE))
        .order_by(Hazard.received_at.desc(), Hazard.id)
        .limit(10 * MOST_NEAR)
    )
    near = [
        Near(other, nearness.distance_m(hazard, other))
        for other in await session.scalars(query)
        if nearness.is_near(other, hazard)
    ]
    return sorted(near, key=lambda one: one.distance_m)[:MOST_NEAR]


async def allowed_actions(session: AsyncSession, actor: Actor, hazard: Hazard) -> list[Transition]:
    """Every step that the actor may take on this case now."""
    facts = await standing.load(session, [hazard], steps.KINDS, actor)
    return steps.possible(actor, hazard, facts[hazard.id])


async def preview(
    session: AsyncSession, settings: Settings, actor: Actor, action: Action, ids: Sequence[UUID]
) -> list[Preview]:
    """Which of these cases would take the step, in the order asked; foreign ones are left out."""
    query = select(Hazard).where(Hazard.id.in_(ids), access.can_see(actor))
    hazards = {hazard.id: hazard for hazard in await session.scalars(query)}
    facts = await standing.load(session, hazards.values(), steps.KINDS, actor)
    known = [hazards[id_] for id_ in dict.fromkeys(ids) if id_ in hazards]
    return [_preview(settings, actor, action, hazard, facts[hazard.id]) for hazard in known]


def _preview(
    settings: Settings, actor: Actor, action: Action, hazard: Hazard, facts: standing.Facts
) -> Preview:
    name = number(settings, hazard.number, hazard.received_at)
    try:
        steps.judge(actor, hazard, facts, hazard_flow.find(hazard.state, action))
    except Refusal as refusal:
        problem = refusal.problem()
        return Preview(hazard.id, name, False, problem["zh"], problem["en"])
    return Preview(hazard.id, name, True, "", "")
