"""Which passwords are accepted, and the random first ones."""

import asyncio
import re
import secrets
import unicodedata
from functools import lru_cache
from importlib import resources

from app import security
from app.errors import WeakPassword
from app.models.person import Person

SHORTEST = 10
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_REPEATED = re.compile(r"(.{1,4}?)\1{2,}")


def first_password() -> str:
    """Twelve readable characters in three groups, 59 random bits; changed at the first sign-in."""
    return readable(3)


def readable(groups: int) -> str:
    """Groups of four random characters that nobody mistakes for one another."""
    made = ("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(groups))
    return "-".join(made)


def require_strong(person: Person, password: str, old: str = "") -> None:
    """WeakPassword if short, personal, common, one thing repeated, or the old one (ASVS 6.2)."""
    plain = _normal(password).casefold()
    own = [t.casefold() for t in (person.name, person.mobile, person.user_name) if t and t[1:]]
    if (
        len(plain) < SHORTEST
        or any(text in plain for text in own)
        or _is_common(plain)
        or _REPEATED.fullmatch(plain)
        or password == old
    ):
        raise WeakPassword(fields=["new"])


async def matches(person: Person | None, password: str) -> bool:
    """In a thread: Argon2 takes its 20 ms whether the person is known or not."""
    hashed = person.password_hash if person else None
    return await asyncio.to_thread(security.password_matches, hashed, _normal(password))


async def put(person: Person, password: str, *, must_change: bool) -> None:
    """Set the password; the caller ends the sessions."""
    person.password_hash = await asyncio.to_thread(security.hash_password, _normal(password))
    person.must_change_password = must_change


async def refresh_hash(person: Person, password: str) -> None:
    """Rehash with today's parameters, now that the password is at hand."""
    if person.password_hash and security.needs_rehash(person.password_hash):
        await put(person, password, must_change=person.must_change_password)


def _normal(password: str) -> str:
    """Full-width letters of a Chinese keyboard are the same password (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def _is_common(plain: str) -> bool:
    """Also `password2026!`: a common word stays common with digits around it."""
    core = _AROUND.sub("", plain)
    return plain in _common() or core in _common()


@lru_cache(1)
def _common() -> frozenset[str]:
    text = resources.files("app.presets").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.split() if line)
