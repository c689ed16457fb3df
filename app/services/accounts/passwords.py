"""Which passwords are accepted, and the random first ones."""

import asyncio
import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import resources

from app import clock, security
from app.config import Settings
from app.errors import PlainPassword, WeakPassword
from app.models.person import Person

SHORTEST = 10
_KINDS = 3  # of capitals, small letters, digits and the rest
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


def require_strong(person: Person, password: str, old: str = "", rules: str = "nist") -> None:
    """WeakPassword if short, personal, common, one thing repeated, or the old one (ASVS 6.2).

    PlainPassword under `mlps`, where GB/T 22239-2019 8.1.4.1 a wants several kinds of characters.
    """
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
    if rules == "mlps" and len({_kind(letter) for letter in _normal(password)}) < _KINDS:
        raise PlainPassword(fields=["new"])


def has_run_out(person: Person, settings: Settings) -> bool:
    """A first password that nobody has used in time opens nothing any more (ASVS 6.4.1)."""
    if not person.must_change_password or person.password_changed_at is None:
        return False
    age = clock.now() - person.password_changed_at
    return age > timedelta(hours=settings.first_password_hours)


def is_too_old(changed_at: datetime | None, settings: Settings) -> bool:
    """Only where the county's rules want new passwords in time; unknown counts as fresh."""
    if settings.password_rules == "nist" or changed_at is None:  # noqa: S105 - a rule's name
        return False
    return clock.now() - changed_at > timedelta(days=settings.password_days)


def _kind(letter: str) -> str:
    if letter.isdigit():
        return "digit"
    return "small" if letter.islower() else "capital" if letter.isupper() else "other"


async def matches(person: Person | None, password: str) -> bool:
    """In a thread: Argon2 takes its 20 ms whether the person is known or not."""
    hashed = person.password_hash if person else None
    return await asyncio.to_thread(security.password_matches, hashed, _normal(password))


async def put(person: Person, password: str, *, must_change: bool) -> None:
    """Set the password; the caller ends the sessions."""
    person.password_hash = await _hashed(password)
    person.password_changed_at = clock.now()
    person.must_change_password = must_change


async def refresh_hash(person: Person, password: str) -> None:
    """Rehash with today's parameters, now that the password is at hand."""
    if person.password_hash and security.needs_rehash(person.password_hash):
        person.password_hash = await _hashed(password)


async def _hashed(password: str) -> str:
    return await asyncio.to_thread(security.hash_password, _normal(password))


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
