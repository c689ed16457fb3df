"""Does everything move: cases, photos, phones, jobs, seals?"""

from datetime import timedelta

from sqlalchemy import exists, func, select

from app import __version__
from app.models.grid import Grid
from app.models.hazard import IS_OPEN, Hazard, State
from app.models.person import GRID_ROLES, Person, Post, SignIn
from app.services import access, vitals
from app.services.doctor.findings import Finding, Severity, Ward, graded, listed

PHOTOS_LATE = timedelta(days=3)
PHONES_LATE = timedelta(days=3)
SEEN_WITHIN = timedelta(days=30)
MINUTES = 60


async def very_late(ward: Ward) -> Finding:
    """Open cases whose clock has run three times its term."""
    number = await ward.session.scalar(
        select(func.count()).where(IS_OPEN, Hazard.clock_very_late_at < ward.now)
    )
    return _counted(Severity.WARNING, number)


async def nobody_to_verify(ward: Ward) -> Finding:
    """Finished, but the finder is gone and the grid has nobody either: it would wait for ever."""
    day = access.today()
    on_duty = select(Post.id).join(Person, Person.id == Post.person_id)
    on_duty = on_duty.where(Person.disabled_at.is_(None), access.in_force(day))
    finder = exists(on_duty.where(Post.person_id == Hazard.reporter_id))
    deputy = exists(on_duty.where(Post.grid_id == Hazard.grid_id, Post.role.in_(GRID_ROLES)))
    places = await ward.session.scalars(
        select(func.coalesce(Grid.name, Hazard.place))
        .select_from(Hazard)
        .outerjoin(Grid, Grid.id == Hazard.grid_id)
        .where(Hazard.state == State.DONE, ~finder, ~deputy)
    )
    return listed(Severity.DANGER, list(places))


async def photos_missing(ward: Ward) -> Finding:
    """Promised days ago and not here: they lie on phones, or on one that was lost."""
    number = await ward.session.scalar(
        select(func.count()).where(
            Hazard.photos_received < Hazard.photos_expected,
            Hazard.received_at < ward.now - PHOTOS_LATE,
        )
    )
    return _counted(Severity.NOTICE, number, days=PHOTOS_LATE.days)


async def unreadable_photos(ward: Ward) -> Finding:
    return _counted(Severity.NOTICE, await vitals.photos_unreadable(ward.session))


async def strangers(ward: Ward) -> Finding:
    """Same id, other content: kept aside until a person has looked."""
    return _counted(Severity.WARNING, await vitals.strangers(ward.session))


async def phones(ward: Ward) -> Finding:
    """Phones that hold what nobody else has. Names for a call, in no order of people's merit."""
    rows = await ward.session.execute(
        select(Person.name, SignIn.unsent_count)
        .join(SignIn, SignIn.person_id == Person.id)
        .where(
            SignIn.ended_at.is_(None),
            SignIn.unsent_count > 0,
            SignIn.oldest_unsent_at < ward.now - PHONES_LATE,
        )
    )
    names = [f"{name}（{number} 条）" for name, number in rows]
    return listed(Severity.WARNING, names, days=PHONES_LATE.days)


async def versions(ward: Ward) -> Finding:
    """Phones that were seen lately with a program other than this server's."""
    rows = await ward.session.execute(
        select(SignIn.app_version, func.count())
        .where(
            SignIn.ended_at.is_(None),
            SignIn.last_seen_at > ward.now - SEEN_WITHIN,
            SignIn.app_version.is_not(None),
            SignIn.app_version != __version__,
        )
        .group_by(SignIn.app_version)
    )
    found = [f"{version}：{number}" for version, number in rows]
    return listed(Severity.NOTICE, found, version=__version__)


async def backlog(ward: Ward) -> Finding:
    """How long the oldest job that could run has waited."""
    waiting = await vitals.queue(ward.session)
    minutes = int(waiting.oldest_seconds // MINUTES)
    return graded(minutes, 10, MINUTES, n=waiting.waiting, minutes=minutes)


async def stubborn(ward: Ward) -> Finding:
    """Jobs that have failed again and again, by name."""
    names = await vitals.stubborn_jobs(ward.session)
    found = [f"{name} × {number}" for name, number in names.items()]
    return listed(Severity.DANGER, found)


async def workers(ward: Ward) -> Finding:
    """Without one nobody is told anything and no clock rings."""
    if await vitals.live_workers(ward.session):
        return Finding(Severity.FINE)
    return Finding(Severity.DANGER)


async def sealing(ward: Ward) -> Finding:
    """Seals are made every ten minutes: an older unsealed event means that nobody seals."""
    minutes = int(await vitals.unsealed_seconds(ward.session) // MINUTES)
    return graded(minutes, 30, 4 * MINUTES, minutes=minutes)


async def dated_back(ward: Ward) -> Finding:
    """Of the last weeks: what stood in history later than it says (decision 79)."""
    return _counted(Severity.DANGER, await vitals.dated_back(ward.session))


async def heads(ward: Ward) -> Finding:
    """Sealed, but the second place does not take the heads: nothing outside proves the seals."""
    minutes = int(await vitals.heads_waiting_seconds(ward.session) // MINUTES)
    return graded(minutes, 30, 4 * MINUTES, minutes=minutes)


def _counted(severity: Severity, number: int | None, **params: int) -> Finding:
    found = number or 0
    return Finding(severity if found else Severity.FINE, {"n": found, **params})
