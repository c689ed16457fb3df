"""What holidays do to the day on which something is due: one place (decision 74).

A period ends within itself: what it asks for is due on its last working day. A day that somebody
has set runs on to the next working day (Civil Code 203). Where no calendar reaches, days count as
they are, provisionally.
"""

from dataclasses import dataclass
from datetime import date

from app.services.clocks import CalendarEnds, WorkCalendar
from app.services.periods import ONE_DAY, next_day


@dataclass(frozen=True)
class DueDay:
    """`is_provisional`: nobody knows the holidays of that time yet."""

    on: date
    is_provisional: bool = False


def last_of(known: WorkCalendar, start: date, end: date) -> DueDay:
    """The last working day from `start` to `end`; `end` itself where all of it is holiday."""
    day = end
    try:
        while not known.is_workday(day):
            if day <= start:
                return DueDay(end)
            day -= ONE_DAY
    except CalendarEnds:
        return DueDay(end, is_provisional=True)
    return DueDay(day)


def runs_until(known: WorkCalendar, day: date) -> date:
    """The day itself, or the working day after the holiday that it falls on."""
    return next_day(known, day - ONE_DAY)


def newest_over(known: WorkCalendar, today: date) -> date:
    """The newest day that has run out before `today`: so are all days before it."""
    day = today - ONE_DAY
    while runs_until(known, day) >= today:
        day -= ONE_DAY
    return day


def before(known: WorkCalendar, day: date, count: int) -> date:
    """So many working days earlier."""
    for _ in range(count):
        day -= ONE_DAY
        while rests(known, day):
            day -= ONE_DAY
    return day


def after(known: WorkCalendar, day: date, count: int) -> date:
    """So many working days later."""
    for _ in range(count):
        day = next_day(known, day)
    return day


def rests(known: WorkCalendar, day: date) -> bool:
    """Known to be free."""
    try:
        return not known.is_workday(day)
    except CalendarEnds:
        return False
