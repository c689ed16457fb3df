"""The second factor: enrolled once, asked for every time, each code good for one sign-in."""

import base64
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, security
from app.config import SECOND_FACTOR_ROLES, Settings
from app.errors import (
    Invalid,
    MustChangePassword,
    NotFound,
    NotPermitted,
    NotSignedIn,
    TemporarilyLocked,
    WrongCode,
)
from app.models.person import Person, Role
from app.models.second_factor import RecoveryCode, SecondFactor
from app.services import accounts
from app.services.access import Actor
from app.services.accounts.second_factors import RECOVERY_CODES
from app.services.permissions import P
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import County

NOON = "2026-11-23 12:00"
Enrolled = Callable[[Person], Awaitable["Phone"]]


class Phone:
    """An authenticator app."""

    def __init__(self, key: str, recovery: list[str]) -> None:
        self.totp, self.recovery = pyotp.TOTP(key.replace(" ", "")), recovery

    def code(self, seconds: int = 0) -> str:
        return self.totp.at(clock.now() + timedelta(seconds=seconds))


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"second_factor_roles": list(SECOND_FACTOR_ROLES)})


@pytest.fixture
async def county(session: AsyncSession, freeze: Freeze) -> County:
    freeze(NOON)
    return await factories.county(session)


async def enrolled(session: AsyncSession, settings: Settings, person: Person) -> Phone:
    """Set up a minute ago, so that the next code is a new one."""
    actor = await actor_of(session, settings, person)
    setup = await accounts.begin_second_factor(session, settings, actor)
    phone = Phone(setup.key, [])
    *_, phone.recovery = await accounts.confirm_second_factor(
        session, settings, actor, phone.code()
    )
    return phone


def later(freeze: Freeze, seconds: int = 60) -> datetime:
    return freeze(clock.now() + timedelta(seconds=seconds))


def test_the_default_names_roles_and_leaves_out_who_works_outside() -> None:
    asked = {Role(name) for name in SECOND_FACTOR_ROLES}
    outside = {Role.GRIDWORKER, Role.GRID_CHIEF, Role.SAFETY_OFFICER, Role.VILLAGE_CLERK}
    assert asked == set(Role) - outside


def test_the_demo_asks_nobody_unless_it_is_told_to() -> None:
    assert Settings(_env_file=None, mode="demo").second_factor_roles == []
    told = Settings(_env_file=None, mode="demo", second_factor_roles=["leader"])
    assert told.second_factor_roles == ["leader"]
    assert len(Settings(_env_file=None).second_factor_roles) == len(SECOND_FACTOR_ROLES)


@pytest.mark.parametrize(
    ("who", "state"),
    [
        ("gridworker", "none"),
        ("chief", "none"),
        ("clerk", "none"),
        ("township_officer", "enrol"),
        ("county_officer", "enrol"),
        ("supervisor", "enrol"),
        ("handler", "enrol"),
        ("leader", "enrol"),
        ("administrator", "enrol"),
        ("security", "enrol"),
        ("auditor", "enrol"),
    ],
)
async def test_who_must_have_one(
    session: AsyncSession, settings: Settings, county: County, who: str, state: str
) -> None:
    assert (await actor_of(session, settings, getattr(county, who))).second_factor == state


async def test_from_password_to_code(
    session: AsyncSession, settings: Settings, county: County, freeze: Freeze
) -> None:
    phone = await enrolled(session, settings, county.leader)
    later(freeze)
    actor = await actor_of(session, settings, county.leader)
    assert actor.second_factor == "verify"
    token, present = await accounts.prove_second_factor(session, settings, actor, phone.code())
    assert present.second_factor == "done"
    assert present.sign_in_id != actor.sign_in_id
    assert (await accounts.who_is(session, settings, token)).second_factor == "done"
    assert actor.sign_in_id not in {row.id for row in await accounts.devices(session, present)}


async def test_the_setup_can_be_scanned_or_typed(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    actor = await actor_of(session, settings, county.leader)
    setup = await accounts.begin_second_factor(session, settings, actor)
    told = urlsplit(setup.address)
    assert (told.scheme, told.netloc) == ("otpauth", "totp")
    assert parse_qs(told.query)["secret"] == [setup.key.replace(" ", "")]
    assert setup.picture.startswith("data:image/svg+xml")
    assert len(setup.key.replace(" ", "")) >= 32  # 160 bits


@pytest.mark.parametrize(
    ("seconds", "is_taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
async def test_a_clock_may_be_half_a_minute_off(
    session: AsyncSession,
    settings: Settings,
    county: County,
    freeze: Freeze,
    seconds: int,
    is_taken: bool,
) -> None:
    phone = await enrolled(session, settings, county.leader)
    later(freeze, 300)
    actor = await actor_of(session, settings, county.leader)
    code = phone.code(seconds)
    if is_taken:
        await accounts.prove_second_factor(session, settings, actor, code)
        return
    with pytest.raises(WrongCode):
        await accounts.prove_second_factor(session, settings, actor, code)


async def test_no_code_is_taken_twice_nor_one_before_it(
    session: AsyncSession, settings: Settings, county: County, freeze: Freeze
) -> None:
    phone = await enrolled(session, settings, county.leader)
    later(freeze, 300)
    code, before = phone.code(), phone.code(-30)
    first = await actor_of(session, settings, county.leader)
    await accounts.prove_second_factor(session, settings, first, code)
    for again in (code, before):
        actor = await actor_of(session, settings, county.leader)
        with pytest.raises(WrongCode):
            await accounts.prove_second_factor(session, settings, actor, again)


async def test_the_code_of_the_setup_opens_no_sign_in(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    phone = await enrolled(session, settings, county.leader)
    actor = await actor_of(session, settings, county.leader)
    with pytest.raises(WrongCode):
        await accounts.prove_second_factor(session, settings, actor, phone.code())


async def test_guesses_are_counted_and_the_lock_ends(
    session: AsyncSession, settings: Settings, county: County, freeze: Freeze
) -> None:
    phone = await enrolled(session, settings, county.leader)
    later(freeze)
    actor = await actor_of(session, settings, county.leader)
    tried = 0
    for _ in range(200):  # one guess every second
        later(freeze, 1)
        wrong = f"{(int(phone.code()) + 500_000) % 1_000_000:06d}"
        try:
            await accounts.prove_second_factor(session, settings, actor, wrong)
        except WrongCode:
            tried += 1
        except TemporarilyLocked:
            continue
    assert tried == settings.sign_in_max_failures
    with pytest.raises(TemporarilyLocked):
        await accounts.prove_second_factor(session, settings, actor, phone.code())
    later(freeze, settings.sign_in_lock_minutes * 60)
    await accounts.prove_second_factor(session, settings, actor, phone.code())


async def test_a_recovery_code_opens_once_however_it_is_typed(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    phone = await enrolled(session, settings, county.leader)
    assert len(set(phone.recovery)) == RECOVERY_CODES
    typed = (phone.recovery[0].upper(), phone.recovery[1].replace("-", " "))
    for code in typed:
        actor = await actor_of(session, settings, county.leader)
        await accounts.prove_second_factor(session, settings, actor, code)
    actor = await actor_of(session, settings, county.leader)
    with pytest.raises(WrongCode):
        await accounts.prove_second_factor(session, settings, actor, phone.recovery[0])


async def test_a_recovery_code_is_its_owners_only(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    phone = await enrolled(session, settings, county.leader)
    await enrolled(session, settings, county.handler)
    other = await actor_of(session, settings, county.handler)
    with pytest.raises(WrongCode):
        await accounts.prove_second_factor(session, settings, other, phone.recovery[0])


async def test_the_database_alone_opens_nothing(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    """The secret is encrypted and bound to its owner, the recovery codes are keyed digests."""
    phone = await enrolled(session, settings, county.leader)
    factor = await session.get_one(SecondFactor, county.leader.id)
    plain, key = phone.totp.secret.encode(), settings.secret.get_secret_value()
    assert plain not in factor.secret
    assert security.unseal(key, factor.secret, str(county.leader.id)) == plain
    for secret, owner in ((key, str(county.handler.id)), ("other", str(county.leader.id))):
        with pytest.raises(InvalidTag):
            security.unseal(secret, factor.secret, owner)
    digests = list(await session.scalars(select(RecoveryCode.digest)))
    code = phone.recovery[0].replace("-", "")
    assert security.code_digest(key, "recovery", code) in digests
    assert security.code_digest("other", "recovery", code) not in digests


async def test_one_in_use_is_not_replaced_by_whoever_has_the_password(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    await enrolled(session, settings, county.leader)
    actor = await actor_of(session, settings, county.leader)
    with pytest.raises(Invalid):
        await accounts.begin_second_factor(session, settings, actor)
    with pytest.raises(Invalid):
        await accounts.confirm_second_factor(session, settings, actor, "123456")


async def test_a_first_password_is_changed_before_a_factor_is_set(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    """Else whoever handed it over could set the factor."""
    county.leader.must_change_password = True
    actor = await actor_of(session, settings, county.leader)
    with pytest.raises(MustChangePassword):
        await accounts.begin_second_factor(session, settings, actor)


async def test_a_gridworker_may_set_one_and_is_then_asked(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    await enrolled(session, settings, county.gridworker)
    actor = await actor_of(session, settings, county.gridworker)
    assert actor.second_factor == "verify"


async def test_the_security_administrator_resets_it_and_nobody_else(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    await enrolled(session, settings, county.leader)
    token = await accounts.start_session(session, county.leader.id, "旧电脑", None, clock.now())

    async def as_(person: Person) -> Actor:
        return await actor_of(session, settings, person)

    for person in (county.administrator, county.auditor, county.leader, county.township_officer):
        with pytest.raises(NotPermitted):
            await accounts.reset_second_factor(session, await as_(person), county.leader.id)
    security_administrator = await as_(county.security)
    assert P.RESET_SECOND_FACTOR in security_administrator.permissions
    await accounts.reset_second_factor(session, security_administrator, county.leader.id)
    with pytest.raises(NotSignedIn):
        await accounts.who_is(session, settings, token)
    assert (await as_(county.leader)).second_factor == "enrol"
    with pytest.raises(NotPermitted):
        await accounts.reset_second_factor(session, security_administrator, county.security.id)


async def test_the_console_helps_the_last_security_administrator(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    await enrolled(session, settings, county.security)
    await accounts.forget_second_factor_of(session, county.security.mobile or "")
    assert (await actor_of(session, settings, county.security)).second_factor == "enrol"
    with pytest.raises(NotFound):
        await accounts.forget_second_factor_of(session, "nobody")


@pytest.mark.parametrize("typed", ["１２３４５６", "\u0086yg\u00b9", "😀", "", "0" * 40])
async def test_what_is_no_code_is_wrong_and_nothing_else(
    session: AsyncSession, settings: Settings, county: County, typed: str
) -> None:
    actor = await actor_of(session, settings, county.handler)
    await accounts.begin_second_factor(session, settings, actor)
    with pytest.raises(WrongCode):
        await accounts.confirm_second_factor(session, settings, actor, typed)


async def test_what_is_sent_or_written_down_cannot_be_guessed(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    """39 bits of a recovery code, 160 of the seed, none of them twice (ASVS V6.5)."""
    phones = [await enrolled(session, settings, who) for who in (county.leader, county.handler)]
    codes = [code for phone in phones for code in phone.recovery]
    assert len(set(codes)) == 2 * RECOVERY_CODES
    assert all(re.fullmatch(r"[a-hj-km-np-z2-9]{4}-[a-hj-km-np-z2-9]{4}", code) for code in codes)
    seeds = {base64.b32decode(phone.totp.secret) for phone in phones}
    assert [len(seed) for seed in seeds] == [20, 20]


async def test_a_changed_byte_of_what_is_sealed_opens_nothing(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    await enrolled(session, settings, county.leader)
    factor = await session.get_one(SecondFactor, county.leader.id)
    key, owner = settings.secret.get_secret_value(), str(county.leader.id)
    for at in (0, len(factor.secret) // 2, len(factor.secret) - 1):
        bent = bytearray(factor.secret)
        bent[at] ^= 1
        with pytest.raises(InvalidTag):
            security.unseal(key, bytes(bent), owner)
