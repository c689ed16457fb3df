"""Windows of a plan: no gap, no double, over the year's end; days of a hand-made year."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.obligation import Period
from app.services.clocks import WorkCalendar
from app.services.periods import Window, next_day, plan_days, windows

KNOWN = WorkCalendar()
DAY = timedelta(days=1)
DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))
PLANS = st.tuples(st.sampled_from(Period), DAYS, st.integers(1, 4))


def spans(
    period: Period, count: int, first: str, last: str, starts: str = "2026-01-01"
) -> list[str]:
    day = date.fromisoformat
    found = windows(period, day(starts), count, day(first), day(last))
    return [f"{window.start:%m-%d}…{window.end:%m-%d}" for window in found]


@pytest.mark.parametrize(
    ("period", "count", "first", "last", "expected"),
    [
        # every fifteen days rolls on from the plan's start, over the end of months and of the year
        (Period.DAYS_15, 1, "2026-01-01", "2026-02-10",
         ["01-01…01-15", "01-16…01-30", "01-31…02-14"]),
        (Period.DAYS_15, 1, "2026-12-20", "2027-01-10", ["12-12…12-26", "12-27…01-10"]),
        # half a month does not: the second half has 13 to 16 days
        (Period.HALF_MONTH, 1, "2026-02-01", "2026-02-28", ["02-01…02-15", "02-16…02-28"]),
        (Period.HALF_MONTH, 1, "2028-02-20", "2028-02-20", ["02-16…02-29"]),
        (Period.HALF_MONTH, 1, "2026-12-31", "2027-01-01", ["12-16…12-31", "01-01…01-15"]),
        # Monday to Sunday, also where a week begins in the old year
        (Period.WEEK, 1, "2026-12-30", "2027-01-05", ["12-28…01-03", "01-04…01-10"]),
        (Period.MONTH, 1, "2026-02-10", "2026-03-01", ["02-01…02-28", "03-01…03-31"]),
        # twice a month is once in each half of it, not twice on the last day
        (Period.MONTH, 2, "2026-02-01", "2026-03-31",
         ["02-01…02-14", "02-15…02-28", "03-01…03-15", "03-16…03-31"]),
        (Period.QUARTER, 1, "2026-06-30", "2026-07-01", ["04-01…06-30", "07-01…09-30"]),
        (Period.YEAR, 1, "2026-12-31", "2027-01-01", ["01-01…12-31", "01-01…12-31"]),
        (Period.DAY, 2, "2026-11-23", "2026-11-23", ["11-23…11-23", "11-23…11-23"]),
    ],
)  # fmt: skip
def test_windows_of_a_real_year(
    period: Period, count: int, first: str, last: str, expected: list[str]
) -> None:
    assert spans(period, count, first, last) == expected


def test_a_plan_that_begins_within_a_month_has_a_shorter_first_one() -> None:
    assert spans(Period.MONTH, 1, "2026-01-01", "2026-04-30", "2026-03-20") == [
        "03-20…03-31",
        "04-01…04-30",
    ]
    assert spans(Period.MONTH, 1, "2026-01-01", "2026-03-19", "2026-03-20") == []


@given(PLANS, st.integers(0, 800))
def test_every_day_of_a_plan_lies_in_one_window(
    plan: tuple[Period, date, int], length: int
) -> None:
    """No gap and no double, from the start on, whatever the period and however often."""
    period, starts_on, count = plan
    found = list(windows(period, starts_on, count, starts_on, starts_on + length * DAY))
    assert found[0].start == starts_on
    assert found[-1].end >= starts_on + length * DAY
    if period is Period.DAY:
        assert [w.ordinal for w in found[:count]] == list(range(1, count + 1))
        return
    for one, other in pairwise(found):
        assert one.end + DAY == other.start
        assert one.start <= one.end


@given(PLANS, DAYS, DAYS)
def test_where_one_looks_from_does_not_change_the_plan(
    plan: tuple[Period, date, int], one: date, other: date
) -> None:
    """The night that plans may come late or twice: it finds the same windows (S3-5)."""
    period, starts_on, count = plan
    first, last = sorted((one, other))
    whole = list(windows(period, starts_on, count, starts_on, last))
    late = list(windows(period, starts_on, count, first, last))
    assert late == [window for window in whole if window.end >= first]
    assert len({(w.start, w.ordinal) for w in whole}) == len(whole)


def days(start: str, end: str, today: str) -> tuple[list[str], bool]:
    window = Window(date.fromisoformat(start), date.fromisoformat(end), 1)
    found = plan_days(KNOWN, window, date.fromisoformat(today))
    return [f"{day:%m-%d}" for day in found.days], found.is_provisional


# The year by hand: 春节 15-23 February, Saturdays 14 and 28 February work; 国庆 1-7 October.
def test_looks_are_planned_on_working_days_and_make_up_days_count() -> None:
    assert days("2026-02-12", "2026-02-26", "2026-02-01") == (
        ["02-12", "02-13", "02-14", "02-24", "02-25", "02-26"],
        False,
    )
    assert days("2026-10-05", "2026-10-11", "2026-09-30") == (["10-08", "10-09", "10-10"], False)


def test_a_window_that_is_all_holiday_keeps_its_last_day() -> None:
    assert days("2026-02-16", "2026-02-22", "2026-02-01") == (["02-22"], False)


def test_a_running_window_is_planned_from_tomorrow_on() -> None:
    assert days("2026-11-23", "2026-11-27", "2026-11-25")[0] == ["11-26", "11-27"]
    assert days("2026-11-23", "2026-11-27", "2026-11-27")[0] == ["11-27"]


def test_past_the_calendars_end_every_day_counts_provisionally() -> None:
    assert days("2026-12-30", "2027-01-03", "2026-12-01") == (
        ["12-30", "12-31", "01-01", "01-02", "01-03"],
        True,
    )


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2026-11-24", "2026-11-25"),
        ("2026-11-20", "2026-11-23"),  # a Friday
        ("2026-02-13", "2026-02-14"),  # a Saturday that works
        ("2026-09-30", "2026-10-08"),
        ("2026-12-31", "2027-01-01"),  # nobody knows yet: tomorrow
    ],
)
def test_what_is_put_off_goes_to_the_next_working_day(after: str, expected: str) -> None:
    assert next_day(KNOWN, date.fromisoformat(after)) == date.fromisoformat(expected)
