"""Working time of a county: 调休 from the State Council's list, the county's own days above it.

The county's wall clock (Asia/Shanghai) has had no summer time since 1991, so days have 24 hours.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import chinese_calendar
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.rules import CalendarDay, WorkingHours
from app.services import reference

Spans = tuple[tuple[time, time], ...]
DEFAULT_SPANS: Spans = ((time(8, 30), time(12, 0)), (time(14, 0), time(17, 30)))
ONE_DAY = timedelta(days=1)
ZERO = timedelta()
_DAYS_KEPT = 64


class CalendarEnds(Exception):  # noqa: N818 - not an accident: nobody knows next year's holidays
    """A day was asked about that no calendar knows yet."""


@lru_cache(1)
def library_known_until() -> date:
    """The last day of the last year whose holidays the library carries."""
    return date(max(chinese_calendar.holidays).year, 12, 31)


@lru_cache(4096)
def _is_published_workday(day: date) -> bool:
    """Kept, because the library looks through all its years for every day it is asked about."""
    return bool(chinese_calendar.is_workday(day))


@dataclass(frozen=True)
class WorkCalendar:
    """`spans`: opening hours of a working day, in order. `own_days`: the county's exceptions."""

    spans: Spans = DEFAULT_SPANS
    own_days: Mapping[date, bool] | None = None
    kept: "dict[date, _Stretches]" = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def known_until(self) -> date:
        """The library's end, or later where the county has entered day after day."""
        end, own = library_known_until(), self.own_days or {}
        while end + ONE_DAY in own:
            end += ONE_DAY
        return end

    def is_workday(self, day: date) -> bool:
        """Raises CalendarEnds for a day that nobody has decided about."""
        own = (self.own_days or {}).get(day)
        if own is not None:
            return own
        if day > library_known_until():
            raise CalendarEnds
        return _is_published_workday(day)

    def after_days(self, start: datetime, days: int) -> datetime:
        """Close of business on the n-th working day after the day of `start`.

        The first day does not count and the term ends when business ends (Civil Code 201, 203).
        """
        day = clock.local(start).date()
        for _ in range(days):
            day = self.next_workday(day)
        return _at(day, self.spans[-1][1])

    def after(self, start: datetime, working: timedelta) -> datetime:
        """The moment at which so much working time has passed since `start`, to the microsecond."""
        known = self._stretches_from(start)
        first, begun = known.at(start)
        return known.moment(begun + working, first)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`; nothing if `end` is before."""
        known = self._stretches_from(start)
        first, begun = known.at(start)
        return max(ZERO, known.until(end, first) - begun)

    def next_workday(self, day: date) -> date:
        """The first one after `day`. Raises CalendarEnds."""
        day += ONE_DAY
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def _stretches_from(self, start: datetime) -> "_Stretches":
        day = clock.local(start).date()
        if day not in self.kept:
            if len(self.kept) >= _DAYS_KEPT:
                self.kept.clear()
            self.kept[day] = _Stretches(self, day)
        return self.kept[day]


class _Stretches:
    """Working time from a day on, one stretch after the other, and how much there was by then.

    Looked up as far as somebody has asked, because a term of weeks is a hundred of them and every
    report has terms; so a day that no calendar knows is not asked about before it is needed.
    """

    def __init__(self, calendar: WorkCalendar, day: date) -> None:
        self._calendar, self._next = calendar, day
        self.opens: list[datetime] = []
        self.closes: list[datetime] = []
        self.passed: list[timedelta] = [ZERO]  # before each stretch; the last one: after them all

    def at(self, start: datetime) -> tuple[int, timedelta]:
        """The first stretch that is not over at `start`, and the working time before `start`."""
        first = 0
        while self._closes(first) <= start:
            first += 1
        return first, self.passed[first] + max(ZERO, start - self.opens[first])

    def moment(self, passed: timedelta, first: int) -> datetime:
        """When so much has passed."""
        while self.passed[-1] < passed:
            self._look_further()
        place = max(first + 1, bisect_left(self.passed, passed)) - 1
        return self.opens[place] + (passed - self.passed[place])

    def until(self, end: datetime, first: int) -> timedelta:
        """How much has passed by then."""
        self._closes(first)
        while self.closes[-1] < end:
            self._look_further()
        place = bisect_left(self.closes, end, first)
        return self.passed[place] + max(ZERO, end - self.opens[place])

    def _closes(self, place: int) -> datetime:
        while len(self.closes) <= place:
            self._look_further()
        return self.closes[place]

    def _look_further(self) -> None:
        """One day. Raises CalendarEnds."""
        day = self._next
        if self._calendar.is_workday(day):
            for opens, closes in _opening(self._calendar.spans, day):
                self.opens.append(opens)
                self.closes.append(closes)
                self.passed.append(self.passed[-1] + (closes - opens))
        self._next = day + ONE_DAY


@lru_cache(4096)
def _opening(spans: Spans, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """Kept, because terms of weeks ask about the same days with every step."""
    return tuple((_at(day, opens), _at(day, closes)) for opens, closes in spans)


def _at(day: date, wall: time) -> datetime:
    return datetime.combine(day, wall, clock.COUNTY_ZONE)


async def load(session: AsyncSession) -> WorkCalendar:
    """The calendar as the county has it now; it is asked with every step."""
    return await reference.kept(session, _read)


async def _read(session: AsyncSession) -> WorkCalendar:
    hours = select(func.json_agg(func.json_build_array(WorkingHours.opens, WorkingHours.closes)))
    days = select(func.json_object_agg(CalendarDay.on, CalendarDay.is_workday))
    found = await session.execute(select(hours.scalar_subquery(), days.scalar_subquery()))
    pairs, own = found.one()
    spans = sorted((time.fromisoformat(a), time.fromisoformat(b)) for a, b in pairs or [])
    own_days = {date.fromisoformat(on): is_workday for on, is_workday in (own or {}).items()}
    return WorkCalendar(tuple(spans) or DEFAULT_SPANS, own_days)


async def calendar_known_until(session: AsyncSession) -> date:
    """The last day up to which working days can be counted without guessing."""
    return (await load(session)).known_until
