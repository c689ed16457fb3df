"""Working time seen from today backwards: "40 working hours ago" as a moment."""

from datetime import date, datetime, timedelta

from app import clock
from app.services.clocks import CalendarEnds, WorkCalendar

_HOUR = timedelta(hours=1)
_FRIDAY = 5
_REACH = timedelta(days=130)


class WorkTime:
    """The working spans of the months before `anchor`, newest first."""

    def __init__(self, calendar: WorkCalendar, anchor: datetime) -> None:
        self.anchor = anchor
        self.spans: list[tuple[datetime, datetime]] = []
        day = clock.local(anchor).date()
        oldest = clock.local(anchor - _REACH).date()
        while day >= oldest:
            if _is_workday(calendar, day):
                self.spans += self._of_day(calendar, datetime.combine(day, datetime.min.time()))
            day -= timedelta(days=1)

    def _of_day(
        self, calendar: WorkCalendar, midnight: datetime
    ) -> list[tuple[datetime, datetime]]:
        found = []
        for opens, closes in reversed(calendar.spans):
            start, end = (
                datetime.combine(midnight.date(), wall, clock.COUNTY_ZONE)
                for wall in (opens, closes)
            )
            if start < self.anchor:
                found.append((start, min(end, self.anchor)))
        return found

    def ago(self, hours: float) -> datetime:
        """The moment since which so many working hours have passed."""
        left = hours * _HOUR
        for start, end in self.spans:
            if left < end - start:
                return end - left
            left -= end - start
        return self.spans[-1][0]

    def until_now(self, moment: datetime) -> float:
        """Working hours from a moment to now."""
        passed = (end - max(start, moment) for start, end in self.spans if end > moment)
        return sum(passed, timedelta()) / _HOUR


def _is_workday(calendar: WorkCalendar, day: date) -> bool:
    """Where no calendar reaches, a story may do with Monday to Friday."""
    try:
        return calendar.is_workday(day)
    except CalendarEnds:
        return day.isoweekday() <= _FRIDAY
