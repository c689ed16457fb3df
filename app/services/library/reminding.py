"""Some days before a document is due again, a line to whoever keeps it (S1-57, S4-26)."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.services import access, notifications
from app.services.audiences import Asked
from app.services.library import owed
from app.services.library.owed import DueAgain
from app.services.notifications import Message
from app.services.permissions import PERMISSIONS, Permission

KEEPERS = frozenset(role for role, may in PERMISSIONS.items() if Permission.KEEP_LIBRARY in may)


async def remind(session: AsyncSession, settings: Settings) -> None:
    """Once for each document and the day that it is due; not of one that was renewed meanwhile."""
    today, asked = access.today(), Asked(session)
    until = today + timedelta(days=settings.library_remind_days)
    await notifications.deliver(
        session,
        [
            Message(await _keepers(asked, one), "library.due", None, _params(one), _cause(one))
            for one in await owed.due_between(session, today, until)
        ],
    )


async def _keepers(asked: Asked, one: DueAgain) -> frozenset[UUID]:
    """Of one body: the custodian, else whose document it is, else the desk that wrote it."""
    document = one.document
    for body in (document.custodian_id, one.body_id, document.written_for_id):
        people = await asked.at([body], KEEPERS)
        if people:
            return people
    return frozenset()


def _params(one: DueAgain) -> dict[str, str]:
    return {
        "library_document_id": str(one.document.id),
        "title": one.document.title,
        "kind": one.kind.name,
        "body": one.owner,
        "day": one.due_on.isoformat(),
    }


def _cause(one: DueAgain) -> str:
    return f"library:{one.document.id}:due:{one.due_on}"
