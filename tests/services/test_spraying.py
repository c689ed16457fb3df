"""One password tried on everybody, from many addresses: slower and slower, and nobody is locked."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import TemporarilyLocked, WrongSignIn
from app.models.person import SignInGuard
from app.services import accounts
from app.services.accounts import SignInAttempt, guards
from tests.conftest import Freeze
from tests.services.test_sign_in import ELSEWHERE, HOME, RIGHT, WRONG, attempt, known

MOST = guards._COUNTY_MOST


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long somebody would have waited."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return waited


async def spray(session: AsyncSession, settings: Settings, times: int) -> None:
    """Each guess at another name, from another address."""
    for n in range(times):
        wrong = SignInAttempt(login=f"1300000{n:04d}", password=WRONG)
        with pytest.raises(WrongSignIn):
            await accounts.sign_in(session, settings, wrong, f"198.51.{n // 250}.{n % 250}")


async def test_who_is_not_known_there_waits_and_comes_in(
    session: AsyncSession, settings: Settings, freeze: Freeze, pauses: list[float]
) -> None:
    noon = freeze("2026-11-23 12:00")
    person = await known(session)
    await accounts.sign_in(session, settings, attempt(person), HOME)
    await spray(session, settings, MOST)
    assert pauses == []
    await spray(session, settings, 20)
    assert len(pauses) == 19
    assert pauses == sorted(pauses)
    assert 0 < pauses[0] < pauses[-1] <= 5
    pauses.clear()
    await accounts.sign_in(session, settings, attempt(person), HOME)
    assert pauses == []
    await accounts.sign_in(session, settings, attempt(person), ELSEWHERE)
    assert len(pauses) == 1
    freeze(noon + timedelta(minutes=2))
    await accounts.sign_in(session, settings, attempt(await known(session)), ELSEWHERE)
    assert len(pauses) == 1


async def test_the_pause_has_an_end(
    session: AsyncSession, settings: Settings, freeze: Freeze, pauses: list[float]
) -> None:
    freeze("2026-11-23 12:00")
    session.add(SignInGuard(key="county", failures=guards._COUNTY_FULL))
    await session.flush()
    await spray(session, settings, 1)
    county = await session.get_one(SignInGuard, "county", populate_existing=True)
    assert county.failures <= guards._COUNTY_FULL
    assert county.locked_until is None
    assert pauses == [5.0]


async def test_every_day_mistakes_slow_nobody(
    session: AsyncSession, settings: Settings, freeze: Freeze, pauses: list[float]
) -> None:
    """One wrong password every three seconds for five minutes, when a county begins its day."""
    now = freeze("2026-11-23 08:00")
    for n in range(100):
        now = freeze(now + timedelta(seconds=3))
        wrong = SignInAttempt(login=f"1310000{n:04d}", password=WRONG)
        with pytest.raises(WrongSignIn):
            await accounts.sign_in(session, settings, wrong, f"198.51.100.{n}")
    county = await session.get_one(SignInGuard, "county", populate_existing=True)
    assert pauses == []
    assert 38 <= county.failures <= 42  # what came, less one forgiven every five seconds


async def test_one_line_of_ipv6_is_one_address(session: AsyncSession, settings: Settings) -> None:
    """Whoever has one address of a /64 has 2^64."""
    person = await known(session)
    for n in range(settings.sign_in_max_failures * 10):
        wrong = SignInAttempt(login=f"1300000{n:04d}", password=WRONG)
        with pytest.raises(WrongSignIn):
            await accounts.sign_in(session, settings, wrong, f"2001:db8:1:2:{n:x}::9")
    right = SignInAttempt(login=person.mobile or "", password=RIGHT)
    with pytest.raises(TemporarilyLocked):
        await accounts.sign_in(session, settings, right, "2001:db8:1:2:ffff::1")
    await accounts.sign_in(session, settings, right, "2001:db8:1:3::1")
