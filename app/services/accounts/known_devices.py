"""Devices that are known for an account: whose tries are counted apart, and nobody else's beside.

The cookie names the sign-ins that this browser has come through, up to the people who share a desk,
each under the deployment's own signature (OWASP: device cookies). It opens nothing: a password is
still asked for. Whoever signs out stays known; a new password, and a device that is taken off the
list, end it.
"""

import hmac
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ScalarSelect, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, security
from app.config import Settings
from app.models.person import Person, SignIn
from app.services.access import Actor

KNOWN_FOR = timedelta(days=180)
MOST = 5  # people on one browser, the latest first
_PURPOSE = "device"
_BETWEEN, _SIGNED = "~", "."


def named_in(settings: Settings, cookie: str) -> list[UUID]:
    """The sign-ins that we have signed; of anything else nothing."""
    return [
        id_
        for part in cookie.split(_BETWEEN)[:MOST]
        if (id_ := _opened(settings, part)) is not None
    ]


async def remember(session: AsyncSession, settings: Settings, cookie: str, actor: Actor) -> str:
    """The cookie from now on; what it said until now where the second proof is still to come."""
    if actor.second_factor == "verify" or actor.sign_in_id is None:
        return cookie
    named = named_in(settings, cookie)
    others = set(
        await session.scalars(
            select(SignIn.id).where(SignIn.id.in_(named), SignIn.person_id != actor.person_id)
        )
    )
    kept = [actor.sign_in_id, *(id_ for id_ in named if id_ in others)]
    return _BETWEEN.join(_signed(settings, id_) for id_ in kept[:MOST])


def known_one(named: Collection[UUID]) -> ScalarSelect[UUID]:
    """Of those sign-ins the one of the person asked about, if it is still good."""
    return (
        select(SignIn.id)
        .where(
            SignIn.person_id == Person.id,
            SignIn.id.in_(named),
            ~SignIn.is_forgotten,
            SignIn.created_at > clock.now() - KNOWN_FOR,
        )
        .order_by(SignIn.created_at.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )


async def forget_all(session: AsyncSession, person_id: UUID) -> None:
    await session.execute(
        update(SignIn)
        .where(SignIn.person_id == person_id, ~SignIn.is_forgotten)
        .values(is_forgotten=True)
    )


def _signed(settings: Settings, sign_in_id: UUID) -> str:
    return f"{sign_in_id.hex}{_SIGNED}{_signature(settings, sign_in_id)}"


def _opened(settings: Settings, part: str) -> UUID | None:
    said, _, signature = part.partition(_SIGNED)
    try:
        id_ = UUID(said)
    except ValueError:
        return None
    is_ours = hmac.compare_digest(_signature(settings, id_).encode(), signature.encode())
    return id_ if is_ours else None


def _signature(settings: Settings, sign_in_id: UUID) -> str:
    key = settings.secret.get_secret_value()
    return security.code_digest(key, _PURPOSE, sign_in_id.hex).hex()
