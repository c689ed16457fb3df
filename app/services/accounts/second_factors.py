"""The second proof beside the password: enrolled at the first sign-in, asked for at every other.

A code is six digits of RFC 6238, taken once and within one step of the clock. Ten recovery codes
stand in for a lost phone; the security administrator can take the whole thing back.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pyotp
from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, security
from app.config import Settings
from app.errors import Invalid, MustChangePassword, NotFound, NotPermitted, WrongCode
from app.models.person import Person, SignIn
from app.models.second_factor import RecoveryCode, SecondFactor
from app.services import audit
from app.services.access import SYSTEM, Actor
from app.services.accounts import guards, keys, passwords, reach, sessions
from app.services.accounts.identity import who_is
from app.services.permissions import Permission

RECOVERY_CODES = 10
_STEP = timedelta(seconds=30)
_DRIFT = 1  # steps before and after: phones' clocks are seldom exact
_DIGITS = 6
_PURPOSE = "recovery"


@dataclass(frozen=True)
class Setup:
    """What an authenticator app needs, to be scanned or typed; shown only until it is confirmed."""

    key: str
    address: str
    picture: str


async def begin(session: AsyncSession, settings: Settings, actor: Actor) -> Setup:
    """A new secret, kept encrypted. One that is in use is not replaced without a reset."""
    import segno  # noqa: PLC0415 - few draw a code

    person = await session.get_one(Person, actor.person_id, with_for_update={"key_share": True})
    if person.must_change_password:  # else whoever gave the first password could set it
        raise MustChangePassword
    factor = await session.get(SecondFactor, person.id)
    if factor and factor.confirmed_at:
        raise _in_use()
    secret = pyotp.random_base32()
    sealed = security.seal(_key(settings), secret.encode(), str(person.id))
    await session.merge(
        SecondFactor(person_id=person.id, secret=sealed, created_at=clock.now(), last_step=0)
    )
    await session.flush()
    login = person.user_name or person.mobile or person.name
    address = pyotp.TOTP(secret).provisioning_uri(
        name=login, issuer_name=f"安格 {settings.county_name}"
    )
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff")
    return Setup(_in_groups(secret), address, picture)


async def confirm(
    session: AsyncSession, settings: Settings, actor: Actor, code: str
) -> tuple[str, Actor, list[str]]:
    """The first code proves that the app has the secret: from now on it is asked for.

    A new token, because the session can do more than before; recovery codes, shown this once.
    """
    factor = await session.get(SecondFactor, actor.person_id, with_for_update={"key_share": True})
    if factor is None or factor.confirmed_at:
        raise _in_use()
    await _take(session, settings, actor, lambda: _is_next_code(settings, factor, code))
    factor.confirmed_at = clock.now()
    made = await _new_recovery_codes(session, settings, actor.person_id)
    await audit.record(session, audit.Kind.SECOND_FACTOR_SET, actor, _subject(actor.person_id))
    token, present = await _renewed(session, settings, actor)
    return token, present, made


async def prove(
    session: AsyncSession, settings: Settings, actor: Actor, code: str
) -> tuple[str, Actor]:
    """A code of the app or a recovery code completes the sign-in, under a new token."""
    factor = await session.get(SecondFactor, actor.person_id, with_for_update={"key_share": True})
    if factor is None or factor.confirmed_at is None:
        raise WrongCode(fields=["code"])  # nothing is set, so no code can be right
    plain = "".join(code.split()).replace("-", "").lower()
    if len(plain) == _DIGITS and plain.isdigit():
        await _take(session, settings, actor, lambda: _is_next_code(settings, factor, plain))
    else:
        recovery = await _recovery_code(session, settings, actor.person_id, plain)
        await _take(session, settings, actor, lambda: recovery is not None)
        if recovery:
            recovery.used_at = clock.now()
    await audit.record(session, audit.Kind.SECOND_FACTOR_PASSED, actor, _subject(actor.person_id))
    return await _renewed(session, settings, actor)


async def reset(session: AsyncSession, actor: Actor, person_id: UUID) -> Person:
    """The phone is gone: all sessions end and the next sign-in enrols anew. Not for oneself."""
    person = await reach.editable(session, actor, person_id, Permission.RESET_SECOND_FACTOR)
    if person.id == actor.person_id:
        raise NotPermitted(
            why="自己的动态口令要由另一位安全管理员来重置。",
            why_en="Your own second factor is for another security administrator to reset.",
        )
    await keys.require_own_password(session, person)
    await forget(session, person)
    await audit.record(session, audit.Kind.SECOND_FACTOR_RESET, actor, _subject(person.id))
    return person


async def forget(session: AsyncSession, person: Person) -> None:
    """The factor, its recovery codes, all sessions, all waits."""
    for table in (RecoveryCode, SecondFactor):
        await session.execute(delete(table).where(table.person_id == person.id))
    await sessions.end_sessions(session, person.id)
    await guards.forget(session, person)
    await session.flush()


async def forget_of(session: AsyncSession, login: str) -> Person:
    """From the server's own console, where nobody has signed in; NotFound for an unknown name."""
    named = or_(Person.user_name == login, Person.mobile == login)
    person = await session.scalar(select(Person).where(named))
    if person is None:
        raise NotFound
    await forget(session, person)
    await audit.record(session, audit.Kind.SECOND_FACTOR_RESET, SYSTEM, _subject(person.id))
    return person


async def start_afresh(session: AsyncSession, login: str) -> str:
    """From there too: both keys are lost. Answers the first password, shown this once."""
    person = await forget_of(session, login)
    password = passwords.first_password()
    await passwords.put(person, password, must_change=True)
    await session.flush()
    await audit.record(session, audit.Kind.PASSWORD_RESET, SYSTEM, _subject(person.id))
    return password


async def _take(
    session: AsyncSession, settings: Settings, actor: Actor, is_right: Callable[[], bool]
) -> None:
    """Count wrong codes like wrong passwords; the account's lock always ends."""
    guard = await guards.stand_before(session, settings, guards.factor_key(actor.person_id))
    if not is_right():
        guard.fail()
        await audit.record(
            session,
            audit.Kind.SECOND_FACTOR_REFUSED,
            actor,
            _subject(actor.person_id),
            succeeded=False,
        )
        raise WrongCode(fields=["code"])
    await guard.succeed(session)


def _is_next_code(settings: Settings, factor: SecondFactor, code: str) -> bool:
    """Each code opens once: a step that was taken, and all before it, are over."""
    secret = security.unseal(_key(settings), factor.secret, str(factor.person_id)).decode()
    now, typed = int(clock.now().timestamp() / _STEP.total_seconds()), code.encode()
    for step in range(now - _DRIFT, now + _DRIFT + 1):
        is_same = hmac.compare_digest(pyotp.TOTP(secret).generate_otp(step).encode(), typed)
        if is_same and step > factor.last_step:
            factor.last_step = step
            return True
    return False


async def _new_recovery_codes(
    session: AsyncSession, settings: Settings, person_id: UUID
) -> list[str]:
    await session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    made = [passwords.readable(2) for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(person_id=person_id, digest=_digest(settings, code.replace("-", "")))
        for code in made
    )
    return made


async def _recovery_code(
    session: AsyncSession, settings: Settings, person_id: UUID, plain: str
) -> RecoveryCode | None:
    code: RecoveryCode | None = await session.scalar(
        select(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.digest == _digest(settings, plain),
            RecoveryCode.used_at.is_(None),
        )
        .with_for_update()
    )
    return code


async def _renewed(session: AsyncSession, settings: Settings, actor: Actor) -> tuple[str, Actor]:
    """The same device under a new token: the one before could do less and is worth nothing now."""
    here = await session.get_one(SignIn, actor.sign_in_id)
    here.ended_at = clock.now()
    token = await sessions.start_session(
        session, actor.person_id, here.device, here.address, second_factor_at=clock.now()
    )
    return token, await who_is(session, settings, token)


def _digest(settings: Settings, plain: str) -> bytes:
    return security.code_digest(_key(settings), _PURPOSE, plain)


def _key(settings: Settings) -> str:
    return settings.secret.get_secret_value()


def _in_groups(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _subject(person_id: UUID) -> audit.Subject:
    return audit.Subject("person", person_id)


def _in_use() -> Invalid:
    return Invalid(
        fields=["code"],
        reason_zh="动态口令已经设好。换手机请找安全管理员重置。",
        reason_en="The second factor is set. For a new phone ask the security administrator.",
    )
