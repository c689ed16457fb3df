"""What is due by which day, done, or late: reckoned from duty and calendar, kept nowhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.duty import DutyRecord
from app.models.grid import Grid
from app.models.obligation import Obligation, Period, Scope
from app.models.organization import Organization
from app.services import access, clocks, due_days
from app.services.access import Actor
from app.services.due_days import DueDay
from app.services.duties import reach
from app.services.duties.commands import AskDuty, DutyQuery
from app.services.periods import ONE_DAY, Window, period_of, windows

# How far back what was not done is still asked for: three or four of each, of days a week.
LOOK_BACK: dict[Period, timedelta] = {
    Period.DAY: timedelta(days=6),
    Period.WEEK: timedelta(days=28),
    Period.DAYS_15: timedelta(days=60),
    Period.HALF_MONTH: timedelta(days=60),
    Period.MONTH: timedelta(days=92),
    Period.QUARTER: timedelta(days=366),
    Period.YEAR: timedelta(days=366),
}


class Standing(StrEnum):
    DUE = "due"
    DONE = "done"
    LATE = "late"
    DONE_LATE = "done_late"


@dataclass(frozen=True)
class Owing:
    """A body, or a line by its grid. `runner_id`: the department of the line."""

    id: UUID
    name: str
    is_line: bool
    is_own: bool
    runner_id: UUID | None = None


@dataclass(frozen=True)
class Occurrence:
    """One duty of one body in one period, asked for by the day `due`. `may_record`: this actor.

    Late is what the whole period has not seen: what is done on its free last days is in time.
    """

    duty: Obligation
    of: Owing
    window: Window
    due: DueDay
    standing: Standing
    may_record: bool
    records: Sequence[DutyRecord] = field(default=())


@dataclass(frozen=True)
class _Asked:
    duty: Obligation
    window: Window
    due: DueDay


_ORDER = {Standing.LATE: 0, Standing.DUE: 1, Standing.DONE_LATE: 2, Standing.DONE: 2}


async def find(session: AsyncSession, actor: Actor, query: DutyQuery) -> list[Occurrence]:
    """What is late first, then what is due next; what was done last, newest first."""
    found = await everything(session, actor)
    if query.whose == "own":
        found = [one for one in found if one.of.is_own]
    if query.show == "open":
        found = [one for one in found if _ORDER[one.standing] < 2]  # noqa: PLR2004 - not done
    return sorted(found, key=_sorted)


def _sorted(one: Occurrence) -> tuple[int, int, str, str]:
    place = _ORDER[one.standing]
    day = one.due.on.toordinal()
    return place, -day if place == _ORDER[Standing.DONE] else day, one.duty.key, one.of.name


async def everything(session: AsyncSession, actor: Actor) -> list[Occurrence]:
    """Of all bodies that the actor sees."""
    duties = await _duties(session)
    by_scope = {scope: await _owing(session, actor, scope) for scope in {d.scope for d in duties}}
    today = access.today()
    known = await clocks.load(session)
    asked = [
        _Asked(duty, window, due_days.last_of(known, window.start, window.end))
        for duty in duties
        for window in _windows(duty, today)
    ]
    kept = await _records(session, actor, asked)
    return [
        _occurrence(actor, one, of, kept, today) for one in asked for of in by_scope[one.duty.scope]
    ]


async def one(session: AsyncSession, actor: Actor, asked: AskDuty) -> Occurrence | None:
    """The one that is asked for, if the actor sees it and it is not too long ago."""
    wanted = (asked.obligation_key, asked.grid_id or asked.organization_id, asked.period_start)
    found = await everything(session, actor)
    return next(
        (one for one in found if (one.duty.key, one.of.id, one.window.start) == wanted), None
    )


async def _duties(session: AsyncSession) -> list[Obligation]:
    query = select(Obligation).where(Obligation.is_active, Obligation.duty.in_(reach.OF_BODIES))
    rows = await session.scalars(query.order_by(Obligation.key))
    return [row for row in rows if reach.is_of_bodies(row)]


def _windows(duty: Obligation, today: date) -> Iterator[Window]:
    """The period that runs, and those before it: all of a period is one window."""
    first = today - LOOK_BACK[duty.period]
    return windows(duty.period, duty.starts_on, 1, first, today)


def beginning(duty: Obligation, day: date) -> date:
    """Of the whole period, also of the one in which the duty itself began: what was held counts."""
    return period_of(duty.period, duty.starts_on, day)[0]


async def _owing(session: AsyncSession, actor: Actor, scope: Scope) -> list[Owing]:
    if scope is Scope.GRID:
        return await _lines(session, actor)
    query = select(Organization.id, Organization.short_name).where(
        reach.owing(scope), reach.sees_body(actor)
    )
    rows = (await session.execute(query.order_by(Organization.code, Organization.name))).all()
    own = select(Organization.id).where(reach.owing(scope), reach.own_bodies(actor))
    mine = set(await session.scalars(own))
    return [Owing(row.id, row.short_name, is_line=False, is_own=row.id in mine) for row in rows]


async def _lines(session: AsyncSession, actor: Actor) -> list[Owing]:
    query = reach.lines().where(reach.sees_line(actor)).order_by(Grid.name, Grid.id)
    rows = (await session.execute(query)).all()
    own = await session.execute(reach.lines().where(reach.own_lines(actor)))
    mine = {row.id for row in own}
    return [
        Owing(row.id, row.name, is_line=True, is_own=row.id in mine, runner_id=row.organization_id)
        for row in rows
    ]


async def _records(
    session: AsyncSession, actor: Actor, asked: Sequence[_Asked]
) -> dict[tuple[str, UUID | None], list[DutyRecord]]:
    """By duty and body, in the order of their days; none of years that nobody asks for."""
    keys = {one.duty.key for one in asked}
    first = min((one.window.start for one in asked), default=access.today())
    query = select(DutyRecord).where(DutyRecord.obligation_key.in_(keys), reach.can_see(actor))
    query = query.where(DutyRecord.period_start >= first)
    kept: dict[tuple[str, UUID | None], list[DutyRecord]] = {}
    for row in await session.scalars(query.order_by(DutyRecord.held_on, DutyRecord.number)):
        kept.setdefault((row.obligation_key, row.grid_id or row.organization_id), []).append(row)
    return kept


def _occurrence(
    actor: Actor,
    asked: _Asked,
    of: Owing,
    kept: dict[tuple[str, UUID | None], list[DutyRecord]],
    today: date,
) -> Occurrence:
    """A record counts for the period in which its own began, whatever the rhythm was then."""
    duty, window = asked.duty, asked.window
    records = [
        row
        for row in kept.get((duty.key, of.id), ())
        if window.start <= row.period_start <= window.end
    ]
    may = reach.may_record(actor) and (of.is_own or reach.is_county(actor))
    standing = _standing(duty, records, window, today)
    return Occurrence(duty, of, window, asked.due, standing, may, records)


def _standing(
    duty: Obligation, records: Sequence[DutyRecord], window: Window, today: date
) -> Standing:
    if len(records) < duty.min_count:
        return Standing.LATE if window.end < today else Standing.DUE
    last = records[duty.min_count - 1].held_on
    return Standing.DONE if last < window.end + ONE_DAY else Standing.DONE_LATE
