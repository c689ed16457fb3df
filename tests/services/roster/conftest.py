"""The township's officer, who imports the people of the own ground."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from tests import factories
from tests.actors import actor_of
from tests.services.roster.office import Office


@pytest.fixture
async def office(session: AsyncSession, settings: Settings) -> Office:
    county = await factories.county(session)
    actor = await actor_of(session, settings, county.township_officer)
    return Office(session, settings, county, actor)
