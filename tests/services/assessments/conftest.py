"""Every test here begins with an open year by the form of S3."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from tests import factories
from tests.conftest import Freeze
from tests.services.assessments.scene import Scene


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings, freeze: Freeze) -> Scene:
    freeze("2026-11-23 09:15")
    return await Scene(session, settings, await factories.county(session)).build()
