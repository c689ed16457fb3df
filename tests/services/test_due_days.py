"""What holidays do to a due day, over the State Council's calendar of 2026 (decision 74)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services import due_days
from app.services.clocks import WorkCalendar, library_known_until
from app.services.due_days import DueDay

KNOWN = WorkCalendar()
day = date.fromisoformat
DAYS = st.dates(date(2026, 1, 1), library_known_until() + timedelta(days=20))


@pytest.mark.parametrize(
    ("start", "end", "due"),
    [
        ("2026-04-01", "2026-06-30", "2026-06-30"),  # an ordinary Tuesday
        ("2026-01-01", "2026-01-31", "2026-01-30"),  # the month ends on a Saturday
        ("2026-02-01", "2026-02-28", "2026-02-28"),  # on a Saturday that is worked for 春节
        ("2026-02-16", "2026-02-22", "2026-02-22"),  # a week that is all 春节 keeps its last day
        ("2026-02-09", "2026-02-15", "2026-02-14"),  # the week before: its Saturday is worked
        ("2026-09-14", "2026-09-20", "2026-09-20"),  # a Sunday that is worked for 国庆
        ("2026-10-05", "2026-10-11", "2026-10-10"),  # 国庆 until the 7th, its Saturday is worked
        ("2026-10-04", "2026-10-04", "2026-10-04"),  # what is due each day is due on holidays too
    ],
)
def test_a_period_asks_for_its_duty_by_its_last_working_day(start: str, end: str, due: str) -> None:
    assert due_days.last_of(KNOWN, day(start), day(end)) == DueDay(day(due))


def test_where_no_calendar_reaches_a_period_ends_on_its_last_day_provisionally() -> None:
    end = library_known_until() + timedelta(days=31)
    assert due_days.last_of(KNOWN, end - timedelta(days=30), end) == DueDay(end, True)


def test_the_county_s_own_days_count() -> None:
    """A festival of the county moves a due day; a worked Sunday takes it."""
    own = WorkCalendar(own_days={day("2026-06-30"): False, day("2026-05-31"): True})
    assert due_days.last_of(own, day("2026-04-01"), day("2026-06-30")).on == day("2026-06-29")
    assert due_days.last_of(own, day("2026-05-01"), day("2026-05-31")).on == day("2026-05-31")


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("2026-11-24", "2026-11-24"),
        ("2026-11-28", "2026-11-30"),  # Saturday
        ("2026-02-28", "2026-02-28"),  # a worked Saturday
        ("2026-02-15", "2026-02-24"),  # over all of 春节
        ("2026-10-01", "2026-10-08"),
        ("2026-09-26", "2026-09-28"),  # 中秋
        ("2027-01-02", "2027-01-02"),  # nobody knows yet
    ],
)
def test_a_day_that_somebody_set_runs_on_over_a_holiday(said: str, until: str) -> None:
    """Civil Code 203."""
    assert due_days.runs_until(KNOWN, day(said)) == day(until)
    assert due_days.newest_over(KNOWN, day(until)) < day(said)
    assert due_days.newest_over(KNOWN, day(until) + timedelta(days=1)) >= day(said)


@given(DAYS, DAYS)
def test_what_is_over_by_the_list_is_over_by_the_day(said: date, today: date) -> None:
    is_over = due_days.runs_until(KNOWN, said) < today
    assert (said <= due_days.newest_over(KNOWN, today)) is is_over


def test_reminders_count_working_days() -> None:
    """Five before the Saturday that ends February: over 春节 to the Saturday before it."""
    assert due_days.before(KNOWN, day("2026-02-28"), 5) == day("2026-02-14")
    assert due_days.before(KNOWN, day("2026-11-30"), 5) == day("2026-11-23")
    assert due_days.after(KNOWN, day("2026-02-13"), 2) == day("2026-02-24")
    assert due_days.after(KNOWN, day("2026-11-28"), 5) == day("2026-12-04")


def test_only_a_day_that_is_known_to_be_free_is_free() -> None:
    free = [one for one in ("2026-02-14", "2026-02-15", "2026-11-28", "2027-01-01") if
            due_days.rests(KNOWN, day(one))]  # fmt: skip
    assert free == ["2026-02-15", "2026-11-28"]
