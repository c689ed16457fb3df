import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from tests.factories import county
from tests.walking import Walk


@pytest.fixture
async def walk(session: AsyncSession, settings: Settings) -> Walk:
    """A small county and its people, ready to take steps."""
    return Walk(session, settings, await county(session))
