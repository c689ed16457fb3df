"""Which passwords are taken, and what the first ones look like."""

import re

import pytest

from app import clock
from app.errors import WeakPassword
from app.models.person import Person
from app.services import accounts
from app.services.accounts import passwords

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
