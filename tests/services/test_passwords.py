"""Which passwords are taken, and what the first ones look like."""

import re
from datetime import timedelta

import pytest
from argon2 import Type, extract_parameters
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, security
from app.config import Settings
from app.errors import PlainPassword, WeakPassword, WrongSignIn
from app.models.person import Person, SignIn
from app.services import accounts
from app.services.accounts import SignInAttempt, passwords
from tests import factories
from tests.conftest import Freeze

WEAK = [
    "short",
    "ninechars",  # nine
    "",
    "          ",
    "1234567890",
    "0987654321",
    "11111111111",
    "abababababab",
    "abcabcabcabc",
    "密码密码密码密码密码",
    "password2026",
    "Password2026!",
    "2026PASSWORD",
    "p@ssw0rd123",
    "qwertyuiop",
    "QWERTYUIOP",
    "1qaz2wsx3edc",
    "woaini1314520",
    "5201314woaini",
    "taierzhuang2026",
    "anquanshengchan1",
    "wanggeyuan888",
    "admin1234567",
    "13812345678",
    "abc13812345678",
    "wangxiuying99",
    "zhang.wei.2026",
    "zhang.wei-and-more",
    "我是张大伟我来了呀",  # holds the name
    "张大伟1234567890",
    "ｐａｓｓｗｏｒｄ２０２６",  # full width
]
STRONG = [
    "kx7-qmn4-wv2p",
    "correct battery hill 9",
    "运河边上第三棵柳树下",
    "Vx9#mQ2!pLw4",
    "tractor green ladder",
    "xj48fkw92m",
    "一二三四五六七八九十百",
    "a" * 5 + "kw9-zzt-4421",
    "🦆🦆 duck pond at noon",
    "z" * 3 + "y" * 3 + "x" * 4,
]


@pytest.fixture
def someone() -> Person:
    return Person(
        name="张大伟", mobile="13812345678", user_name="zhang.wei", created_at=clock.now()
    )


@pytest.mark.parametrize("password", WEAK)
def test_a_password_easy_to_guess_is_refused(someone: Person, password: str) -> None:
    with pytest.raises(WeakPassword):
        passwords.require_strong(someone, password)


@pytest.mark.parametrize("password", STRONG)
def test_a_good_password_is_taken(someone: Person, password: str) -> None:
    passwords.require_strong(someone, password)


def test_the_old_password_is_no_new_one(someone: Person) -> None:
    with pytest.raises(WeakPassword):
        passwords.require_strong(someone, "kx7-qmn4-wv2p", "kx7-qmn4-wv2p")


def test_the_list_of_common_passwords_is_worth_its_name() -> None:
    common = passwords._common()
    assert len(common) >= 300
    assert sum(len(word) >= passwords.SHORTEST for word in common) >= 250
    assert all(word == word.casefold().strip() for word in common)


def test_first_passwords_are_readable_random_and_strong(someone: Person) -> None:
    made = {accounts.first_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert re.fullmatch(r"([a-hj-km-np-z2-9]{4}-){2}[a-hj-km-np-z2-9]{4}", password)
        passwords.require_strong(someone, password)


async def test_full_width_letters_are_the_same_password(someone: Person) -> None:
    await passwords.put(someone, "ｋｘ７-ｑｍｎ４-wv2p", must_change=False)
    assert await passwords.matches(someone, "kx7-qmn4-wv2p")
    assert not await passwords.matches(someone, "kx7-qmn4-wv2P")


async def test_an_unknown_person_matches_nothing(someone: Person) -> None:
    assert not await passwords.matches(None, "kx7-qmn4-wv2p")
    assert not await passwords.matches(someone, "kx7-qmn4-wv2p")  # has no password yet


# strong for NIST, then: is it enough for the rules of 等保, too?
THREE_KINDS = {
    "kx7-qmn4-wv2p": True,
    "Vx9#mQ2!pLw4": True,
    "correct battery hill 9": True,
    "Canal Willow Third": True,
    "CanalWillow77third": True,
    "运河边第3棵Willow": True,
    "correct-battery-hill": False,
    "tractor green ladder": False,
    "xj48fkw92m": False,
    "XJ48FKW92M": False,
    "运河边上第三棵柳树下": False,
    "运河边上第3棵柳树4号": False,
}


@pytest.mark.parametrize("password", THREE_KINDS)
def test_the_rules_of_the_protection_scheme_want_three_kinds(
    someone: Person, password: str
) -> None:
    passwords.require_strong(someone, password)
    if THREE_KINDS[password]:
        passwords.require_strong(someone, password, rules="mlps")
        return
    with pytest.raises(PlainPassword):
        passwords.require_strong(someone, password, rules="mlps")


@pytest.mark.parametrize("password", WEAK)
def test_three_kinds_do_not_make_a_common_password_good(someone: Person, password: str) -> None:
    with pytest.raises(WeakPassword):
        passwords.require_strong(someone, password, rules="mlps")


def test_argon2_is_as_expensive_as_it_should_be() -> None:
    """OWASP: Argon2id, 19 MiB, two passes, one lane."""
    found = extract_parameters(security.hash_password("kx7-qmn4-wv2p"))
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (
        Type.ID,
        19 * 1024,
        2,
        1,
    )
    assert found.salt_len >= 16
    assert found.hash_len >= 32


@pytest.mark.parametrize(
    ("rules", "days", "must_change"),
    [("nist", 5000, False), ("mlps", 89, False), ("mlps", 90, False), ("mlps", 91, True)],
)
async def test_a_password_grows_old_only_under_the_protection_scheme(
    session: AsyncSession,
    settings: Settings,
    freeze: Freeze,
    rules: str,
    days: int,
    must_change: bool,
) -> None:
    start = freeze("2026-11-23 12:00")
    person = await factories.person(session)
    await passwords.put(person, "kx7-qmn4-wv2p", must_change=False)
    freeze(start + timedelta(days=days))
    token = await accounts.start_session(session, person.id, "红米", None)
    county = settings.model_copy(update={"password_rules": rules})
    assert (await accounts.who_is(session, county, token)).must_change_password is must_change


async def test_a_first_password_runs_out(
    session: AsyncSession, settings: Settings, freeze: Freeze
) -> None:
    """Also the one of the county's very first administrator; it says no more than a wrong one."""
    start = freeze("2026-11-23 12:00")
    password = await accounts.create_administrator(session, "admin.first", "钱管理")
    attempt = SignInAttempt(login="admin.first", password=password)
    freeze(start + timedelta(hours=settings.first_password_hours))
    await accounts.sign_in(session, settings, attempt, "10.0.0.1")
    freeze(start + timedelta(hours=settings.first_password_hours, seconds=1))
    with pytest.raises(WrongSignIn):
        await accounts.sign_in(session, settings, attempt, "10.0.0.1")


async def test_a_fresh_county_has_no_way_in(session: AsyncSession) -> None:
    """Nobody, no password, no session: not even a default one to be forgotten."""
    for table in (Person, SignIn):
        assert await session.scalar(select(func.count()).select_from(table)) == 0


async def test_a_renewed_hash_does_not_make_the_password_younger(
    session: AsyncSession, settings: Settings, freeze: Freeze, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = freeze("2026-11-23 12:00")
    person = await factories.person(session)
    await passwords.put(person, "kx7-qmn4-wv2p", must_change=False)
    freeze(start + timedelta(days=9))
    monkeypatch.setattr(security, "needs_rehash", lambda _: True)
    attempt = SignInAttempt(login=person.mobile or "", password="kx7-qmn4-wv2p")
    await accounts.sign_in(session, settings, attempt, "10.0.0.1")
    assert person.password_changed_at == start


@pytest.mark.parametrize("length", [64, 256])
async def test_a_long_password_is_taken_whole(someone: Person, length: int) -> None:
    long = ("第三棵柳树-" + "kx7 qmn4 wv2p " * 30)[:length]
    passwords.require_strong(someone, long)
    await passwords.put(someone, long, must_change=False)
    assert await passwords.matches(someone, long)
    assert not await passwords.matches(someone, long[:-1])
    form = SignInAttempt(login="13800000000", password=long, device="x")
    assert form.password == long
