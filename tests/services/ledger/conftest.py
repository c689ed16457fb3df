"""The office that imports sheets."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from tests import factories
from tests.actors import actor_of
from tests.services.ledger.office import Office


@pytest.fixture
async def office(session: AsyncSession, settings: Settings) -> Office:
    county = await factories.county(session)
    return Office(session, county, await actor_of(session, settings, county.township_officer))
