"""Who hears of a step: the body that has it, or whoever asked."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.appeal import Appeal, AppealStep, AppealStepKind
from app.models.person import Role
from app.services import notifications
from app.services.access import Actor
from app.services.appeals import reach
from app.services.audiences import Asked

_OFFICERS = frozenset({Role.SAFETY_OFFICER})


async def stepped(session: AsyncSession, actor: Actor, appeal: Appeal, step: AppealStep) -> None:
    """Everybody on the other side, but not who did it."""
    people: frozenset[UUID]
    if step.kind is AppealStepKind.ANSWER:
        people = frozenset({appeal.asker_id})
        people |= await Asked(session).at([appeal.enterprise_id], _OFFICERS)
    else:
        people = await Asked(session).at([appeal.holder_id], reach.ANSWERERS)
    params = {
        "appeal_id": str(appeal.id),
        "subject": appeal.subject,
        "place": appeal.place,
        "said": step.text[:60],
    }
    told, line = people - {actor.person_id}, f"appeal.{step.kind}"
    await notifications.tell(session, told, line, None, params, f"appeal:{step.id}")
