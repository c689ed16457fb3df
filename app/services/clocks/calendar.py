"""Working time of a county: 调休 from the State Council's list, the county's own days above it.

The county's wall clock (Asia/Shanghai) has had no summer time since 1991, so days have 24 hours.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
        left = working
        for opens, closes in self._spans_from(start):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        raise CalendarEnds  # pragma: no cover - the spans go on for ever or raise

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`; nothing if `end` is before."""
        passed = ZERO
        for opens, closes in self._spans_from(start):
            if opens >= end:
                return passed
            passed += min(closes, end) - opens
            if closes >= end:  # before asking about a day that no calendar may know
                return passed
        return passed  # pragma: no cover - the spans go on for ever or raise

    def next_workday(self, day: date) -> date:
        """The first one after `day`. Raises CalendarEnds."""
        day += ONE_DAY
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def _spans_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Stretches of working time from `start` on, the first one cut at `start`."""
        day = clock.local(start).date()
        while True:
            if self.is_workday(day):
                for opens, closes in _opening(self.spans, day):
                    if closes > start:
                        yield max(opens, start), closes
            day += ONE_DAY


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
