"""Letting a phone in without a password that anybody else has seen.

The township's officer makes a code on the person's page; the person scans or types it on the phone
and chooses a password there. The code is good once, for a short while, for that person alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, networks, security
from app.config import Settings
from app.errors import Invalid, WrongEnrolment
from app.models.enrolment import Enrolment
from app.models.person import ADMINISTRATORS, Person, Post
from app.services import audit
from app.services.access import Actor
from app.services.accounts import guards, keys, passwords, reach, sessions
from app.services.accounts.commands import Enrol
from app.services.accounts.identity import who_is

_PURPOSE = "enrolment"
_PAGE = "/field/join"  # the code follows as a fragment, which no server and no log gets to see


@dataclass(frozen=True)
class Invitation:
    """Shown once: to be scanned, or read out and typed."""

    code: str
    link: str
    picture: str
    expires_at: datetime


async def invite(
    session: AsyncSession, settings: Settings, actor: Actor, person_id: UUID
) -> Invitation:
    """A new code for this person; one that was made before ends."""
    person = await reach.editable(session, actor, person_id)
    await keys.require_no_code(session, person)
    await _require_post(session, person)
    await end_invitations(session, [person.id])
    expires_at = clock.now() + timedelta(minutes=settings.enrolment_minutes)
    code = note(session, settings, actor, person.id, expires_at)
    await session.flush()
    await audit.record(session, audit.Kind.PHONE_INVITED, actor, _subject(person.id))
    return drawn(settings, code, expires_at)


async def _require_post(session: AsyncSession, person: Person) -> None:
    """As `_open` asks again when the code comes back."""
    held = select(reach.has_post(reach.not_over())).where(Person.id == person.id)
    if not await session.scalar(held.select_from(Person)):
        raise Invalid(
            fields=["person_id"],
            reason_zh="这个人现在没有岗位，先给岗位，再让手机进来。",
            reason_en="This person has no post now; give one first.",
        )


def note(
    session: AsyncSession,
    settings: Settings,
    actor: Actor,
    person_id: UUID,
    expires_at: datetime,
    organization_id: UUID | None = None,
) -> str:
    """A new code, of which the database gets the digest alone."""
    code = passwords.readable(3)
    session.add(
        Enrolment(
            digest=_digest(settings, code),
            person_id=person_id,
            organization_id=organization_id,
            created_by_id=actor.person_id,
            created_at=clock.now(),
            expires_at=expires_at,
        )
    )
    return code


def drawn(settings: Settings, code: str, expires_at: datetime) -> Invitation:
    """Some milliseconds for the picture."""
    import segno  # noqa: PLC0415 - few draw a code

    link = f"{settings.base_url.rstrip('/')}{_PAGE}#{code}"
    picture = segno.make(link, error="m").svg_data_uri(scale=5, border=4, light="#fff")
    return Invitation(code, link, picture, expires_at)


async def take_back(session: AsyncSession, actor: Actor, person_id: UUID) -> None:
    """The code was shown to the wrong person, or is not needed; repeating it is no error."""
    person = await reach.editable(session, actor, person_id)
    await end_invitations(session, [person.id])
    await audit.record(session, audit.Kind.PHONE_INVITATION_ENDED, actor, _subject(person.id))


async def enrol(
    session: AsyncSession, settings: Settings, command: Enrol, address: str
) -> tuple[str, Actor]:
    """The phone's answer: the person's own password, and a session on this device alone.

    A weak password leaves the code as it is. Wrong codes are counted per address, like passwords.
    """
    guard = await guards.stand_before(
        session, settings, f"enrolment:{networks.network_of(address)}", address
    )
    enrolment = await _open(session, settings, command.code)
    if enrolment is None:
        guard.fail()
        raise WrongEnrolment(fields=["code"])
    person = await session.get_one(Person, enrolment.person_id, with_for_update={"key_share": True})
    passwords.require_strong(person, command.password, rules=settings.password_rules)
    await guard.succeed(session)
    await passwords.put(person, command.password, must_change=False)
    enrolment.ended_at = clock.now()
    await sessions.end_sessions(session, person.id)
    await guards.forget(session, person)
    token = await sessions.start_session(session, person.id, command.device, address)
    actor = await who_is(session, settings, token)
    await audit.record(session, audit.Kind.PHONE_ENROLLED, actor, _subject(person.id))
    return token, actor


async def _open(session: AsyncSession, settings: Settings, code: str) -> Enrolment | None:
    """Locked, so that of two phones with the same code one comes in.

    Whoever has no post any more has nothing to come in for, whatever is printed; whoever has become
    an administrator since comes in by the password.
    """
    found: Enrolment | None = await session.scalar(
        select(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.digest == _digest(settings, code),
            Enrolment.ended_at.is_(None),
            Enrolment.expires_at > clock.now(),
            Person.disabled_at.is_(None),
            reach.has_post(reach.not_over()),
            ~reach.has_post(Post.role.in_(ADMINISTRATORS), reach.not_over()),
        )
        .with_for_update(of=Enrolment)
    )
    return found


async def end_invitations(session: AsyncSession, person_ids: Collection[UUID]) -> None:
    await session.execute(
        update(Enrolment)
        .where(Enrolment.person_id.in_(person_ids), Enrolment.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def _digest(settings: Settings, code: str) -> bytes:
    plain = "".join(code.split()).replace("-", "").lower()
    return security.code_digest(settings.secret.get_secret_value(), _PURPOSE, plain)


def _subject(person_id: UUID) -> audit.Subject:
    return audit.Subject("person", person_id)
