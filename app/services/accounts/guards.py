"""Wrong passwords are counted in the database: growing waits, then a lock that always ends.

Two counters stand before every attempt: one for the account, one for the address (of IPv6, for its
/64). Attempts on the account from an address at which its owner has signed in before have a counter
of their own, so that a stranger who guesses cannot lock the owner out (ASVS 6.1.1, 6.3.1). From a
device that is known for the account they have theirs, and the address is left out: whoever shares
an office's address with the owner cannot lock out the owner's phone or desk.

A third one is the county's: who tries one password on everybody, from many addresses, stays below
the first two. Where it runs over, whoever is not known at the address is answered more slowly, and
nobody is locked.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, networks
from app.config import Settings
from app.errors import TemporarilyLocked
from app.models.person import Person, SignInGuard

_DELAYS_S = (0, 0, 1, 3, 7)  # after the n-th failure in a row; from `most` on it is a lock
_LONGEST_LOCK = timedelta(hours=1)
_ADDRESS_FACTOR = 10  # a county office shares one address
_COUNTY = "county"
_COUNTY_MOST, _COUNTY_FULL = 120, 600
_COUNTY_FORGIVES = timedelta(seconds=5)  # one wrong password
_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 5.0
_FORGOTTEN_AFTER = timedelta(days=2)


@dataclass(frozen=True)
class Limit:
    """`most` failures are free of a lock; one is forgiven after each span of `forgives`."""

    most: int
    lock: timedelta
    forgives: timedelta
    delays: tuple[int, ...]

    def wait(self, failures: int) -> timedelta:
        """How long the next attempt must wait."""
        if failures < self.most:
            return timedelta(seconds=self.delays[min(failures, len(self.delays) - 1)])
        doublings = min(failures - self.most, 10)
        return min(self.lock * (1 << doublings), max(_LONGEST_LOCK, self.lock))


@dataclass
class Attempt:
    """The counters one attempt stands before, locked until the transaction ends."""

    account: SignInGuard
    address: SignInGuard | None
    limits: dict[str, Limit]

    def fail(self) -> bool:
        """Count a wrong password; is a lock the answer? The caller raises a refusal that keeps."""
        counted = [guard for guard in (self.account, self.address) if guard is not None]
        for guard in counted:
            _count(guard, self.limits[guard.key])
        return any(guard.failures >= self.limits[guard.key].most for guard in counted)

    async def succeed(self, session: AsyncSession) -> None:
        """The account starts afresh; the address does not, or one known password would clear it."""
        await session.execute(delete(SignInGuard).where(SignInGuard.key == self.account.key))


def account_key(
    login: str, person: Person | None, known_address: str | None, device: UUID | None = None
) -> str:
    """One counter a person, whichever name was typed; unknown names are kept as a digest only.

    `device`: the sign-in by which a known device is named; its tries are counted there alone.
    """
    if person is None:
        return f"account:?{hashlib.sha256(login.encode()).hexdigest()[:32]}"
    if device:
        return f"account:{person.id}#{device}"
    return f"account:{person.id}" + (f"@{known_address}" if known_address else "")


def factor_key(person_id: UUID) -> str:
    """Wrong codes of the second factor: whoever sends them has the password already."""
    return f"factor:{person_id}"


async def stand_before(
    session: AsyncSession, settings: Settings, account: str, address: str | None = None
) -> Attempt:
    """Lock the counters, one attempt at a time; TemporarilyLocked if one of them says wait."""
    lock = timedelta(minutes=settings.sign_in_lock_minutes)
    most = settings.sign_in_max_failures
    limits = {account: Limit(most, lock, timedelta(hours=1), _DELAYS_S)}
    line = f"address:{networks.network_of(address)}" if address else ""
    if line:
        limits[line] = Limit(most * _ADDRESS_FACTOR, lock, timedelta(minutes=1), (0,))
    guards = await _hold(session, sorted(limits))
    _refuse_while_locked(guards)
    return Attempt(guards[account], guards.get(line), limits)


async def pause_of(session: AsyncSession) -> float:
    """Seconds by which an attempt from an unknown address is slowed while the county is sprayed."""
    county = await session.get(SignInGuard, _COUNTY, populate_existing=True)
    over = county.failures - _spans(county) - _COUNTY_MOST if county else 0
    return min(_LONGEST_PAUSE_S, over * _PAUSE_S) if over > 0 else 0.0


async def count_for_the_county(session: AsyncSession) -> None:
    """A wrong password from an unknown address. Locked last, so nobody waits in a circle."""
    county = (await _hold(session, [_COUNTY]))[_COUNTY]
    spans = _spans(county)
    left = max(0, county.failures - spans)
    since = county.last_failed_at if left else None  # no part of a span is lost on the way
    county.last_failed_at = since + spans * _COUNTY_FORGIVES if since else clock.now()
    county.failures = min(left + 1, _COUNTY_FULL)


def _spans(county: SignInGuard) -> int:
    since = county.last_failed_at
    return (clock.now() - since) // _COUNTY_FORGIVES if since else 0


async def forget(session: AsyncSession, person: Person) -> None:
    """An administrator has given a new password: the person may try at once."""
    await session.execute(
        delete(SignInGuard).where(
            or_(
                SignInGuard.key.startswith(f"account:{person.id}"),
                SignInGuard.key == factor_key(person.id),
            )
        )
    )


async def forget_old_guards(session: AsyncSession) -> None:
    """Counters that nothing depends on any more; a daily job."""
    old = clock.now() - _FORGOTTEN_AFTER
    rows = select(SignInGuard.key).where(SignInGuard.last_failed_at < old)
    await session.execute(
        delete(SignInGuard).where(SignInGuard.key.in_(rows.with_for_update(skip_locked=True)))
    )


async def _hold(session: AsyncSession, keys: list[str]) -> dict[str, SignInGuard]:
    """Sorted keys: two attempts never wait for each other in a circle."""
    await session.execute(
        insert(SignInGuard)
        .values([{"key": key, "failures": 0} for key in keys])
        .on_conflict_do_nothing()
    )
    rows = await session.scalars(
        select(SignInGuard)
        .where(SignInGuard.key.in_(keys))
        .order_by(SignInGuard.key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {guard.key: guard for guard in rows}


def _refuse_while_locked(guards: dict[str, SignInGuard]) -> None:
    now = clock.now()
    ends = [g.locked_until for g in guards.values() if g.locked_until and g.locked_until > now]
    if ends:
        seconds = math.ceil((max(ends) - now).total_seconds())
        raise TemporarilyLocked(minutes=math.ceil(seconds / 60), seconds=seconds)


def _count(guard: SignInGuard, limit: Limit) -> None:
    now = clock.now()
    forgiven = (now - guard.last_failed_at) // limit.forgives if guard.last_failed_at else 0
    guard.failures = max(0, guard.failures - forgiven) + 1
    guard.last_failed_at = now
    guard.locked_until = now + limit.wait(guard.failures)
