"""Who is behind a cookie, with the rights of this very moment: one statement a request."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Date, LargeBinary, Row, Select, bindparam, event, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from app import clock, security
from app.config import Settings
from app.errors import NotSignedIn
from app.models.grid import Grid
from app.models.organization import Organization
from app.models.person import Person, Post, Role, SignIn
from app.models.second_factor import SecondFactor
from app.prepared import Prepared
from app.services import access, reference
from app.services.access import Actor, Seat
from app.services.accounts import passwords, reach
from app.services.permissions import Permission

SEEN_AT_LEAST_EVERY, _SEEN_TIMES = timedelta(minutes=10), 24
# Who works outside and sends when there is a signal; everybody else sits at a desk.
_ON_PHONES = frozenset({Role.GRIDWORKER, Role.GRID_CHIEF, Role.SAFETY_OFFICER, Role.VILLAGE_CLERK})


@dataclass(frozen=True)
class Lifetime:
    """How long a session lasts unused, and at most."""

    idle: timedelta
    longest: timedelta

    @property
    def seen_every(self) -> timedelta:
        """How exactly the last use is noted: who looks every minute need not write as often."""
        return min(SEEN_AT_LEAST_EVERY, self.idle / _SEEN_TIMES)


def lifetime(settings: Settings, roles: Collection[Role]) -> Lifetime:
    """The shorter kind as soon as one post is a desk's; read anew with every request."""
    if _ON_PHONES.issuperset(roles):
        hours = settings.session_idle_hours, settings.session_max_hours
        return Lifetime(timedelta(hours=hours[0]), timedelta(hours=hours[1]))
    idle = timedelta(minutes=settings.desk_idle_minutes)
    return Lifetime(idle, timedelta(hours=settings.desk_max_hours))


_ON_THE_GROUND = frozenset({Role.GRIDWORKER, Role.GRID_CHIEF, Role.SAFETY_OFFICER})


async def who_is(session: AsyncSession, settings: Settings, token: str) -> Actor:
    """The person behind a cookie with the posts in force today; NotSignedIn in all other cases."""
    if not token:
        raise NotSignedIn
    digest = security.token_digest(token)
    rows = await _SIGNED_IN.rows(session, {"digest": digest, "today": access.today()})
    limit = lifetime(settings, {row.role for row in rows if row.role})
    if not rows or _is_over(rows[0].created_at, rows[0].last_seen_at, limit):
        raise NotSignedIn
    reference.pin(session, rows[0].reference)
    if clock.now() - rows[0].last_seen_at >= limit.seen_every:
        _note_seen(session.sync_session, rows[0].sign_in_id, limit.seen_every)
    actor = _actor(rows, rows[0].sign_in_id)
    is_old = passwords.is_too_old(rows[0].password_changed_at, settings)
    return replace(
        actor,
        second_factor=_second_factor(rows, settings),
        must_change_password=actor.must_change_password or is_old,
    )


def _second_factor(rows: Sequence[Row[Any]], settings: Settings) -> str:
    """Who has set one is asked for it; who must have one sets it first."""
    first = rows[0]
    if first.confirmed_at:
        return "done" if first.second_factor_at else "verify"
    is_needed = any(row.role in settings.second_factor_roles for row in rows if row.role)
    return "enrol" if is_needed else "none"


async def acting(session: AsyncSession, person_id: UUID) -> Actor:
    """Somebody whose work goes on without a session, with the posts in force today."""
    query = _posts().where(Person.id == person_id, Person.disabled_at.is_(None))
    rows = (await session.execute(query, {"today": access.today()})).all()
    if not rows:
        raise NotSignedIn
    return _actor(rows, None)


async def author(session: AsyncSession, officer: Actor, person_id: UUID) -> Actor | None:
    """Whose exported records an officer brings in, with only the posts of the ground.

    None outside the officer's reach. A desk's or a department's decisions are nobody else's to
    bring: those posts are left out, and with them every step that needs one.
    """
    if Permission.EDIT_PEOPLE not in officer.permissions:
        return None
    query = _posts().where(Person.id == person_id, reach.visible(officer))
    rows = (await session.execute(query, {"today": access.today()})).all()
    if not rows:
        return None
    person = _actor(rows, None)
    ground = tuple(seat for seat in person.seats if seat.role in _ON_THE_GROUND)
    return replace(person, seats=ground, brought_by=officer)


def _signed_in() -> Select[*tuple[Any, ...]]:
    return (
        _posts()
        .add_columns(
            SignIn.id.label("sign_in_id"),
            SignIn.created_at,
            SignIn.last_seen_at,
            SignIn.second_factor_at,
            SecondFactor.confirmed_at,
        )
        .join(SignIn, SignIn.person_id == Person.id)
        .outerjoin(SecondFactor, SecondFactor.person_id == Person.id)
        .where(SignIn.token_digest == bindparam("digest", type_=LargeBinary))
        .where(SignIn.ended_at.is_(None), Person.disabled_at.is_(None))
    )


def _posts() -> Select[*tuple[Any, ...]]:
    """One row a post in force; one row of nulls for a person without any."""
    today = bindparam("today", type_=Date)
    return (
        select(
            Person.id.label("person_id"),
            Person.name,
            Person.mobile,
            Person.must_change_password,
            Person.password_changed_at,
            Post.id.label("post_id"),
            Post.role,
            Post.grid_id,
            Post.starts_on,
            Post.ends_on,
            Organization.id.label("organization_id"),
            Organization.kind.label("organization_kind"),
            Organization.name.label("organization_name"),
            Organization.within_id,
            Grid.name.label("grid_name"),
            reference.version().label("reference"),
        )
        .select_from(Person)
        .outerjoin(Post, (Post.person_id == Person.id) & access.in_force(today))
        .outerjoin(Organization, Organization.id == Post.organization_id)
        .outerjoin(Grid, Grid.id == Post.grid_id)
        .order_by(Post.starts_on, Post.id)
    )


_SIGNED_IN = Prepared(_signed_in())  # it admits every request


def _is_over(created_at: datetime, last_seen_at: datetime, limit: Lifetime) -> bool:
    now = clock.now()
    return now - last_seen_at > limit.idle or now - created_at > limit.longest


def _actor(rows: Sequence[Row[Any]], sign_in_id: UUID | None) -> Actor:
    first = rows[0]
    return Actor(
        person_id=first.person_id,
        name=first.name,
        mobile=first.mobile,
        sign_in_id=sign_in_id,
        must_change_password=first.must_change_password,
        seats=tuple(_seat(row) for row in rows if row.post_id is not None),
    )


def _seat(row: Row[Any]) -> Seat:
    return Seat(
        post_id=row.post_id,
        organization_id=row.organization_id,
        organization_kind=row.organization_kind,
        organization_name=row.organization_name,
        within_id=row.within_id,
        role=row.role,
        grid_id=row.grid_id,
        grid_name=row.grid_name,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )


def _note_seen(session: Session, sign_in_id: UUID, every: timedelta) -> None:
    """Written with the commit and never waited for: a slow upload must not hold the row."""

    @event.listens_for(session, "before_commit", once=True)
    def write(session: Session) -> None:
        now = clock.now()
        given = {"sign_in": sign_in_id, "now": now, "before": now - every}
        session.connection().execute(_SEEN, given)


_FREE = select(SignIn.id).where(
    SignIn.id == bindparam("sign_in"), SignIn.last_seen_at <= bindparam("before")
)
_SEEN = (
    update(SignIn)
    .where(SignIn.id.in_(_FREE.with_for_update(skip_locked=True)))
    .values(last_seen_at=bindparam("now"))
)
