"""A person as the services see one who has signed in."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.person import Person
from app.services import accounts
from app.services.access import Actor


async def actor_of(session: AsyncSession, settings: Settings, person: Person) -> Actor:
    token = await accounts.start_session(session, person.id, "test", "127.0.0.1")
    return await accounts.who_is(session, settings, token)
