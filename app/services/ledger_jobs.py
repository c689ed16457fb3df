"""What follows a decision about what was collected on site."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.services import notifications


async def tell_collector(
    session: AsyncSession, person_id: str, kind: str, params: dict[str, Any], cause: str
) -> None:
    """One line in the inbox; `cause` makes a job that runs twice say it once."""
    people = [UUID(person_id)]
    await notifications.tell(session, people, kind, None, params, f"{cause}:{kind}")
