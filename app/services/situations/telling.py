"""Who hears of a situation: the desks of its ground, the body that gets it, the reporter."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.checklist import ChecklistItem
from app.models.situation import Situation, SituationStep, SituationStepKind
from app.services import notifications
from app.services.access import Actor
from app.services.audiences import Asked
from app.services.situations import reach

K = SituationStepKind
_SAID = 60  # letters of a line in the inbox


async def reported(session: AsyncSession, actor: Actor, situation: Situation) -> None:
    """The village and the township of its ground, whoever of them has it."""
    desks = (situation.holder_id, situation.village_id, situation.township_id)
    people = await Asked(session).at(desks, reach.ANSWERERS)
    await _tell(session, actor, situation, people, "report", situation.text, situation.id)


async def stepped(
    session: AsyncSession, actor: Actor, situation: Situation, step: SituationStep
) -> None:
    """Whoever has it now; or, of an answer, the reporter, and of the end the township too."""
    asked = Asked(session)
    if step.kind in {K.PASS_ON, K.RAISE}:
        people = await asked.at([step.target_id], reach.ANSWERERS)
    else:
        people = frozenset({situation.reporter_id})
    ground = {situation.village_id, situation.township_id}
    if step.kind is K.SETTLE and step.organization_id not in ground:
        people |= await asked.at([situation.township_id], reach.ANSWERERS)
    await _tell(session, actor, situation, people, step.kind, step.text, step.id)


async def _tell(
    session: AsyncSession,
    actor: Actor,
    situation: Situation,
    people: frozenset[UUID],
    line: str,
    said: str,
    cause: UUID,
) -> None:
    """Everybody but who did it."""
    item = await session.get_one(ChecklistItem, (situation.version_id, situation.code))
    params: dict[str, Any] = {
        "situation_id": str(situation.id),
        "subject": item.question,
        "place": situation.place,
        "said": said[:_SAID],
    }
    told = people - {actor.person_id}
    await notifications.tell(session, told, f"situation.{line}", None, params, f"situation:{cause}")
