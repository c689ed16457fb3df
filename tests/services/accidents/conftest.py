"""The scene is set for each test anew."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from tests import factories
from tests.conftest import Freeze, SignInAs
from tests.services.accidents.scene import NOON, Scene


@pytest.fixture
async def scene(session: AsyncSession, sign_in_as: SignInAs, freeze: Freeze) -> Scene:
    freeze(NOON)
    return Scene(await factories.county(session), sign_in_as, freeze)
