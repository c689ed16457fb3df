"""What a desk does with a situation, step by step; each under an id of its sender, once."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import NotFound, SameIdOtherContent
from app.models.organization import Organization, OrganizationKind
from app.models.situation import Situation, SituationStep, SituationStepKind
from app.services.access import Actor
from app.services.arrivals import digest_of
from app.services.situations import flow, reach, telling
from app.services.situations.commands import StepSituation


async def step(
    session: AsyncSession,
    actor: Actor,
    situation_id: UUID,
    step_id: UUID,
    command: StepSituation,
    body: bytes,
) -> Situation:
    """Note it, pass it on, raise it, settle it; no document sets a day for any of them."""
    situation = await _lock(session, actor, situation_id)
    digest = digest_of(body)
    known = await session.get(SituationStep, step_id)
    if known is not None:
        same = (known.situation_id, known.person_id, known.sha256)
        if same != (situation_id, actor.person_id, digest):
            raise SameIdOtherContent(id=str(step_id))
        return situation
    rule, taker = flow.require(actor, situation, command)
    target = await _target(session, situation, taker, command)
    situation.holder_id = target or taker
    flow.move(situation, rule)
    made = SituationStep(
        id=step_id,
        situation_id=situation_id,
        kind=command.step,
        person_id=actor.person_id,
        organization_id=taker,
        target_id=target,
        text=command.text,
        sha256=digest,
        at=clock.now(),
    )
    session.add(made)
    await session.flush()
    await telling.stepped(session, actor, situation, made)
    return situation


async def _target(
    session: AsyncSession, situation: Situation, taker: UUID, command: StepSituation
) -> UUID | None:
    """Who has it afterwards, where that is another body."""
    if command.step is SituationStepKind.RAISE:
        return await _above(session, situation, taker)
    if command.step is not SituationStepKind.PASS_ON:
        return None
    query = select(Organization.id)
    query = query.where(Organization.id == command.target_id, reach.targets(situation))
    found = await session.scalar(query)
    if found is None:
        raise NotFound(fields=["target_id"])
    return found


async def _above(session: AsyncSession, situation: Situation, taker: UUID) -> UUID:
    """Of a village its township; of a township the county's centre."""
    if taker == situation.village_id and situation.township_id:
        return situation.township_id
    centre = select(Organization.id).where(
        Organization.kind == OrganizationKind.COUNTY_CENTRE, Organization.is_active
    )
    return (await session.scalars(centre.order_by(Organization.id).limit(1))).one()


async def _lock(session: AsyncSession, actor: Actor, situation_id: UUID) -> Situation:
    """One step at a time; NotFound outside the actor's sight."""
    query = select(Situation).where(Situation.id == situation_id, reach.can_see(actor))
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = await session.scalar(query)
    if found is None:
        raise NotFound
    return found
