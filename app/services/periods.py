"""Periods of an obligation, cut into windows in which one look is due each. Pure arithmetic.

Windows follow one another without a gap and without an overlap, from the plan's start on and over
the year's end, whatever was done when (S3-5).
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.models.obligation import Period
from app.services.clocks import CalendarEnds, WorkCalendar

ONE_DAY = timedelta(days=1)
_FIFTEEN, _MIDDLE = 15, 15
Span = tuple[date, date]


@dataclass(frozen=True)
class Window:
    """From `start` to `end`, both counted. `ordinal`: 1, 2, … within its period."""

    start: date
    end: date
    ordinal: int


def windows(
    period: Period, starts_on: date, count: int, first: date, last: date
) -> Iterator[Window]:
    """Every window that has a day between `first` and `last`, in order."""
    day = max(first, starts_on)
    while day <= last:
        start, end = period_of(period, starts_on, day)
        for window in _parts(start, end, count):
            if window.end >= max(first, starts_on) and window.start <= last:
                yield replace(window, start=max(window.start, starts_on))
        day = end + ONE_DAY


def period_of(period: Period, starts_on: date, day: date) -> Span:
    """The period that `day` lies in. Only the fifteen days are counted from the plan's start."""
    return _SPANS[period](day, starts_on)


def _parts(start: date, end: date, count: int) -> Iterator[Window]:
    """`count` windows of as equal length as whole days allow; several on a day if there are few."""
    days = (end - start).days + 1
    for number in range(count):
        low, high = number * days // count, (number + 1) * days // count
        last = max(low, high - 1)
        yield Window(start + low * ONE_DAY, start + last * ONE_DAY, number + 1)


def _fifteen(day: date, starts_on: date) -> Span:
    start = starts_on + (day - starts_on).days // _FIFTEEN * _FIFTEEN * ONE_DAY
    return start, start + (_FIFTEEN - 1) * ONE_DAY


def _half_month(day: date, _: date) -> Span:
    if day.day <= _MIDDLE:
        return day.replace(day=1), day.replace(day=_MIDDLE)
    return day.replace(day=_MIDDLE + 1), _month(day, day)[1]


def _week(day: date, _: date) -> Span:
    start = day - day.weekday() * ONE_DAY
    return start, start + 6 * ONE_DAY


def _month(day: date, _: date) -> Span:
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def _quarter(day: date, _: date) -> Span:
    first = (day.month - 1) // 3 * 3 + 1
    start = date(day.year, first, 1)
    return start, _month(date(day.year, first + 2, 1), start)[1]


def _year(day: date, _: date) -> Span:
    return date(day.year, 1, 1), date(day.year, 12, 31)


_SPANS: dict[Period, Callable[[date, date], Span]] = {
    Period.DAY: lambda day, _: (day, day),
    Period.WEEK: _week,
    Period.DAYS_15: _fifteen,
    Period.HALF_MONTH: _half_month,
    Period.MONTH: _month,
    Period.QUARTER: _quarter,
    Period.YEAR: _year,
}


@dataclass(frozen=True)
class Days:
    """Days on which the looks of a window may be planned."""

    days: list[date]
    is_provisional: bool = False


def plan_days(known: WorkCalendar, window: Window, today: date) -> Days:
    """Working days still to come, the first day of a running window left out if others remain.

    A window that is all holiday keeps its last day: the duty does not fall away with a festival.
    Where no calendar reaches, every day counts, provisionally.
    """
    start = window.start if window.start > today else min(today + ONE_DAY, window.end)
    whole = [start + n * ONE_DAY for n in range((window.end - start).days + 1)]
    try:
        working = [day for day in whole if known.is_workday(day)]
    except CalendarEnds:
        return Days(whole, is_provisional=True)
    return Days(working or [window.end])


def next_day(known: WorkCalendar, after: date) -> date:
    """The working day after `after`; without a calendar, tomorrow."""
    try:
        return known.next_workday(after)
    except CalendarEnds:
        return after + ONE_DAY
