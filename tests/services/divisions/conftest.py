"""A county on a Monday morning, whose administrator divides it."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.services.access import Actor
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import County
from tests.services.divisions.ground import Ground


@pytest.fixture
async def county(session: AsyncSession, freeze: Freeze) -> County:
    freeze("2026-11-23 08:00")
    return await factories.county(session)


@pytest.fixture
async def land(session: AsyncSession, county: County) -> Ground:
    return await Ground(county).settle(session)


@pytest.fixture
async def admin(session: AsyncSession, settings: Settings, county: County) -> Actor:
    return await actor_of(session, settings, county.administrator)
