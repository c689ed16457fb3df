"""From a rule to a moment: which deadline applies, when it is due, when it comes near."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.rules import DeadlineRule, Hop, Level, Unit
from app.services import reference
from app.services.clocks.calendar import CalendarEnds, WorkCalendar

APPROACHING = 0.8  # of the time
VERY_LATE = 3  # times the time
WORKING = frozenset({Unit.WORKING_HOURS, Unit.WORKING_DAYS})
# By plan: only a rule that names the level gives a date, a general one does not (workflow).
BY_PLAN = frozenset({(Hop.RECTIFY, Level.MAJOR)})
_LENGTH = {
    Unit.WORKING_HOURS: timedelta(hours=1),
    Unit.WORKING_DAYS: timedelta(days=1),
    Unit.CALENDAR_HOURS: timedelta(hours=1),
    Unit.CALENDAR_DAYS: timedelta(days=1),
}


@dataclass(frozen=True)
class Subject:
    """What of a case decides about its deadlines."""

    level: Level
    category_code: str


@dataclass(frozen=True)
class Due:
    """A term. `is_provisional`: the holiday calendar does not reach so far, calendar days count."""

    at: datetime
    is_provisional: bool = False
    rule_id: int | None = None
    is_working: bool = False


@dataclass(frozen=True)
class Marks:
    """Moments at which a running clock changes its status, fixed when it starts."""

    approaching_at: datetime
    very_late_at: datetime


def add_time(known: WorkCalendar, start: datetime, amount: int, unit: Unit) -> Due:
    """`amount` units after `start`. Never refused: past the calendar's end it is provisional."""
    if unit not in WORKING:
        return Due(start + amount * _LENGTH[unit])
    try:
        return Due(_working(known, start, amount, unit), is_working=True)
    except CalendarEnds:
        return Due(start + amount * _LENGTH[unit], is_provisional=True)


def _working(known: WorkCalendar, start: datetime, amount: int, unit: Unit) -> datetime:
    if unit is Unit.WORKING_DAYS:
        return known.after_days(start, amount)
    return known.after(start, timedelta(hours=amount))


def marks(known: WorkCalendar, start: datetime, due: Due) -> Marks:
    """80 % and three times of a term, in working time where the term is in working time."""
    length = due.at - start
    plain = Marks(start + APPROACHING * length, start + VERY_LATE * length)
    if not due.is_working:
        return plain
    working = known.between(start, due.at)
    approaching_at = known.after(start, APPROACHING * working)
    try:
        return Marks(approaching_at, known.after(start, VERY_LATE * working))
    except CalendarEnds:
        return Marks(approaching_at, plain.very_late_at)


@dataclass(frozen=True)
class Rule:
    """A row of the county's deadlines."""

    id: int
    hop: Hop
    level: Level | None
    category_code: str | None
    amount: int
    unit: Unit

    def holds(self, hop: Hop, subject: Subject) -> bool:
        """A rule without a level or category holds for all, unless the hop goes by plan."""
        levels = {subject.level} if (hop, subject.level) in BY_PLAN else {subject.level, None}
        return (
            self.hop is hop
            and self.level in levels
            and self.category_code in {subject.category_code, None}
        )


async def rule_for(session: AsyncSession, hop: Hop, subject: Subject) -> Rule | None:
    """The most specific row; a category says more than a level, a newer row more than an older."""
    rows = [row for row in await reference.kept(session, _read) if row.holds(hop, subject)]
    return max(
        rows, key=lambda row: (bool(row.category_code), bool(row.level), row.id), default=None
    )


async def _read(session: AsyncSession) -> list[Rule]:
    columns = (DeadlineRule.id, DeadlineRule.hop, DeadlineRule.level, DeadlineRule.category_code)
    query = select(*columns, DeadlineRule.amount, DeadlineRule.unit)
    return [Rule(*row) for row in await session.execute(query)]


async def due_by_rule(
    session: AsyncSession, known: WorkCalendar, hop: Hop, subject: Subject, start: datetime
) -> Due | None:
    """When the county's rules want it, or None where they leave it to a plan."""
    rule = await rule_for(session, hop, subject)
    if rule is None:
        return None
    due = add_time(known, start, rule.amount, rule.unit)
    return Due(due.at, due.is_provisional, rule.id, due.is_working)
