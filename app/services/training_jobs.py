"""What is said in time about qualifications that end."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.person import Role
from app.services import access, notifications, qualifications
from app.services.audiences import Asked
from app.services.notifications import Message
from app.services.trainings.standing import ending_soon

_DESKS = frozenset({Role.TOWNSHIP_OFFICER, Role.HANDLER})


async def warn_of_endings(session: AsyncSession) -> None:
    """Thirty days before: the person, and the township in one line for all of one day. Once."""
    day = access.today()
    roles = await qualifications.asked(session, day)
    if not roles:
        return
    messages: list[Message] = []
    together: dict[tuple[UUID, date], set[UUID]] = defaultdict(set)
    for person_id, until, desks in await ending_soon(session, day, roles):
        params = {"day": until.isoformat()}
        key = f"qualification:{until}"
        messages.append(Message([person_id], "qualification.ends", None, params, key))
        for desk in desks:
            together[desk, until].add(person_id)
    asked = Asked(session)
    for (desk, until), people in together.items():
        told = {"day": until.isoformat(), "n": len(people)}
        key = f"qualifications:{desk}:{until}"
        who = await asked.at([desk], _DESKS)
        messages.append(Message(who, "qualifications.end", None, told, key))
    await notifications.deliver(session, messages)
