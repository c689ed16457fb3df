"""What every change of a rule has in common: who may, and that phones are told."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.services import access, sync
from app.services.access import Actor, Permission


def require_editor(actor: Actor) -> None:
    access.require(actor, Permission.EDIT_RULES)


async def changed(session: AsyncSession) -> None:
    """Phones keep the rules offline: the changes feed tells them to fetch them again."""
    await session.flush()
    await sync.record_change(session, "rules")
