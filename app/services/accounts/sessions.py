"""Signing in and out. The session is a row; the cookie holds a token the row cannot tell."""

import asyncio
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, db, security
from app.config import Settings
from app.errors import NotFound, SecondFactorNeeded, WrongSignIn
from app.models.person import Person, SignIn
from app.services import audit
from app.services.access import Actor
from app.services.accounts import guards, known_devices, passwords
from app.services.accounts.commands import ChangePassword, SignInAttempt
from app.services.accounts.identity import who_is
from app.services.audit import Kind, Subject

_ADDRESS_KNOWN_FOR = timedelta(days=30)


@dataclass(frozen=True)
class _Claim:
    """Whose name was typed. `device`: known for that person, by the sign-in that its cookie names;
    `has_been_here`: signed in at this address lately.
    """

    login: str
    address: str
    person: Person | None = None
    has_been_here: bool = False
    device: UUID | None = None

    @property
    def is_known(self) -> bool:
        return self.device is not None or self.has_been_here

    @property
    def key(self) -> str:
        place = self.address if self.has_been_here else None
        return guards.account_key(self.login, self.person, place, self.device)


async def sign_in(
    session: AsyncSession,
    settings: Settings,
    attempt: SignInAttempt,
    address: str,
    device_cookie: str = "",
) -> tuple[str, Actor]:
    """A new token and the actor. WrongSignIn says the same for unknown, disabled and mistyped."""
    login = unicodedata.normalize("NFKC", attempt.login).strip().lower()
    named = known_devices.named_in(settings, device_cookie)
    claim = await _claimed(session, login, address, named)
    if not claim.is_known and (pause := await guards.pause_of(session)):
        await db.give_back(session)
        await asyncio.sleep(pause)
        claim = await _claimed(session, login, address, named)
    person = claim.person
    guard = await guards.stand_before(
        session, settings, claim.key, None if claim.device else address
    )
    is_right = await passwords.matches(person, attempt.password)
    if not is_right or not person or person.disabled_at or passwords.has_run_out(person, settings):
        if not claim.is_known:
            await guards.count_for_the_county(session)
        kind = Kind.SIGN_IN_LOCKED if guard.fail() else Kind.SIGN_IN_FAILED
        about = Subject("person", person.id) if person else Subject("login", claim.key)
        await audit.record(session, kind, None, about, succeeded=False)
        raise WrongSignIn
    await guard.succeed(session)
    await passwords.refresh_hash(person, attempt.password)
    token = await start_session(session, person.id, attempt.device, address)
    await audit.record(session, Kind.SIGNED_IN, person.id, Subject("person", person.id))
    return token, await who_is(session, settings, token)


async def start_session(
    session: AsyncSession,
    person_id: UUID,
    device: str,
    address: str | None,
    second_factor_at: datetime | None = None,
) -> str:
    """A session without a password: after one was proved, for the demo county, for tests."""
    token, now = security.new_token(), clock.now()
    session.add(
        SignIn(
            token_digest=security.token_digest(token),
            person_id=person_id,
            device=device,
            address=address,
            created_at=now,
            last_seen_at=now,
            second_factor_at=second_factor_at,
        )
    )
    await session.flush()
    return token


async def sign_out(session: AsyncSession, token: str) -> None:
    """End this device's session; repeating it is no error."""
    who = await session.scalar(
        update(SignIn)
        .where(SignIn.token_digest == security.token_digest(token), SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
        .returning(SignIn.person_id)
    )
    if who:
        await audit.record(session, Kind.SIGNED_OUT, who, Subject("person", who))


async def change_password(
    session: AsyncSession, settings: Settings, actor: Actor, change: ChangePassword
) -> tuple[str, Actor]:
    """Prove the old one, take the new one; every other device is signed out."""
    if actor.second_factor == "verify":
        raise SecondFactorNeeded(how="verify")
    person = await session.get_one(Person, actor.person_id, with_for_update={"key_share": True})
    here = await session.get_one(SignIn, actor.sign_in_id)
    key = guards.account_key("", person, None, here.id)
    guard = await guards.stand_before(session, settings, key)
    if not await passwords.matches(person, change.old):
        guard.fail()
        await audit.record(session, Kind.PASSWORD_CHANGED, actor, _me(actor), succeeded=False)
        raise WrongSignIn(fields=["old"])
    await guard.succeed(session)
    passwords.require_strong(person, change.new, change.old, settings.password_rules)
    await passwords.put(person, change.new, must_change=False)
    await end_sessions(session, person.id)
    await audit.record(session, Kind.PASSWORD_CHANGED, actor, _me(actor))
    token = await start_session(
        session, person.id, here.device, here.address, here.second_factor_at
    )
    return token, await who_is(session, settings, token)


async def end_sessions(session: AsyncSession, person_id: UUID) -> None:
    """All devices of a person are out with their next request, and known no more."""
    await session.execute(
        update(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    await known_devices.forget_all(session, person_id)


async def devices(session: AsyncSession, actor: Actor) -> list[SignIn]:
    """Where the actor is signed in, last used first."""
    rows = await session.scalars(
        select(SignIn)
        .where(SignIn.person_id == actor.person_id, SignIn.ended_at.is_(None))
        .order_by(SignIn.last_seen_at.desc(), SignIn.id)
    )
    return list(rows)


async def end_device(session: AsyncSession, actor: Actor, device_id: UUID) -> None:
    """NotFound also for somebody else's device."""
    device = await session.get(SignIn, device_id)
    if device is None or device.person_id != actor.person_id:
        raise NotFound
    device.ended_at, device.is_forgotten = device.ended_at or clock.now(), True
    await session.flush()
    await audit.record(session, Kind.DEVICE_ENDED, actor, Subject("device", device.id))


def _me(actor: Actor) -> Subject:
    return Subject("person", actor.person_id)


async def _claimed(session: AsyncSession, login: str, address: str, named: list[UUID]) -> _Claim:
    """One statement, whether or not anybody is known by that name, here or on this device."""
    been_here = exists(
        select(SignIn.id)
        .where(
            SignIn.person_id == Person.id,
            SignIn.address == address,
            SignIn.created_at > clock.now() - _ADDRESS_KNOWN_FOR,
        )
        .correlate(Person)
    )
    query = select(Person, been_here, known_devices.known_one(named))
    query = query.where(or_(Person.mobile == login, Person.user_name == login))
    found = await session.execute(query.execution_options(populate_existing=True))
    row = found.first()
    return _Claim(login, address, *row) if row else _Claim(login, address)
