"""Working time against the State Council's real calendar of 2026, to the minute."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.rules import CalendarDay, DeadlineRule, Hop, Level, Unit, WorkingHours
from app.services import clocks
from app.services.clocks import Due, Subject, WorkCalendar, add_time, marks
from tests import factories

KNOWN = WorkCalendar(((time(8, 30), time(12, 0)), (time(14, 0), time(17, 30))))
H, D = Unit.WORKING_HOURS, Unit.WORKING_DAYS
SIGNED = Subject(Level.GENERAL, "fire")


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.COUNTY_ZONE)


VECTORS = [
    # an ordinary day, over noon, over night, over a weekend
    ("2026-11-23 09:00", 2, H, "2026-11-23 11:00"),
    ("2026-11-23 11:00", 2, H, "2026-11-23 15:00"),
    ("2026-11-23 10:04", 4, H, "2026-11-23 16:04"),
    ("2026-11-23 16:01", 4, H, "2026-11-24 11:01"),
    ("2026-11-20 16:00", 4, H, "2026-11-23 11:00"),
    # reported at night, at noon, on Sunday: counted from the next opening
    ("2026-11-23 03:12", 1, H, "2026-11-23 09:30"),
    ("2026-11-23 13:00", 1, H, "2026-11-23 15:00"),
    ("2026-11-22 10:04", 4, H, "2026-11-23 14:30"),
    # ends exactly when business ends, not at the next opening
    ("2026-11-23 14:00", 7, H, "2026-11-24 12:00"),
    ("2026-11-23 08:30", 7, H, "2026-11-23 17:30"),
    # 春节: Saturday 14 February works, 15 to 23 February do not, Saturday 28 works
    ("2026-02-13 16:00", 4, H, "2026-02-14 11:00"),
    ("2026-02-14 16:30", 4, H, "2026-02-24 11:30"),
    ("2026-02-14 09:00", 1, D, "2026-02-24 17:30"),
    ("2026-02-27 09:00", 1, D, "2026-02-28 17:30"),
    # 国庆: Sunday 20 September works, 1 to 7 October do not, Saturday 10 October works
    ("2026-09-19 09:00", 1, D, "2026-09-20 17:30"),
    ("2026-09-30 17:00", 1, H, "2026-10-08 09:00"),
    ("2026-09-30 17:00", 1, D, "2026-10-08 17:30"),
    ("2026-09-30 17:00", 3, D, "2026-10-10 17:30"),
    # 元旦: 2 and 3 January 2026 do not work, Sunday the 4th does
    ("2025-12-31 17:00", 1, H, "2026-01-04 09:00"),
    # the example of the workflow: found on Sunday 22 November, ten working days
    ("2026-11-22 10:04", 10, D, "2026-12-04 17:30"),
    ("2026-11-20 23:59", 3, D, "2026-11-25 17:30"),
    # by the calendar: the same minute
    ("2026-11-23 10:04", 7, Unit.CALENDAR_DAYS, "2026-11-30 10:04"),
    ("2026-02-14 23:30", 36, Unit.CALENDAR_HOURS, "2026-02-16 11:30"),
]


@pytest.mark.parametrize(("start", "amount", "unit", "due"), VECTORS)
def test_time_is_added_as_the_county_works(start: str, amount: int, unit: Unit, due: str) -> None:
    found = add_time(KNOWN, wall(start), amount, unit)
    assert found.at == wall(due)
    assert not found.is_provisional


def test_the_zone_of_the_server_does_not_matter() -> None:
    start = wall("2026-02-13 16:00")
    assert add_time(KNOWN, start.astimezone(UTC), 4, H).at == wall("2026-02-14 11:00")


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        ("2026-12-20 09:00", 10, D, "2026-12-30 09:00"),
        ("2026-12-31 16:30", 4, H, "2026-12-31 20:30"),
        ("2027-03-01 10:00", 1, D, "2027-03-02 10:00"),
    ],
)
def test_past_the_end_of_the_calendar_a_date_is_provisional(
    start: str, amount: int, unit: Unit, due: str
) -> None:
    found = add_time(KNOWN, wall(start), amount, unit)
    assert (found.at, found.is_provisional) == (wall(due), True)


def test_the_last_known_day_is_still_counted() -> None:
    found = add_time(KNOWN, wall("2026-12-30 09:00"), 1, D)
    assert (found.at, found.is_provisional) == (wall("2026-12-31 17:30"), False)


def test_the_countys_own_days_go_before_the_library() -> None:
    own = WorkCalendar(KNOWN.spans, {date(2026, 11, 24): False, date(2026, 11, 28): True})
    assert add_time(own, wall("2026-11-23 09:00"), 1, D).at == wall("2026-11-25 17:30")
    assert add_time(own, wall("2026-11-27 09:00"), 1, D).at == wall("2026-11-28 17:30")


def test_days_entered_one_after_the_other_prolong_the_calendar() -> None:
    days = {date(2027, 1, 1) + timedelta(days=n): n > 2 for n in range(7)}
    own = WorkCalendar(KNOWN.spans, days)
    assert KNOWN.known_until == date(2026, 12, 31)
    assert own.known_until == date(2027, 1, 7)
    found = add_time(own, wall("2026-12-31 09:00"), 1, D)
    assert (found.at, found.is_provisional) == (wall("2027-01-04 17:30"), False)


def test_a_day_entered_far_ahead_does_not_prolong_the_calendar() -> None:
    own = WorkCalendar(KNOWN.spans, {date(2027, 10, 1): False})
    assert own.known_until == date(2026, 12, 31)


def test_eighty_percent_and_three_times_are_working_time_too() -> None:
    start = wall("2026-11-20 16:00")  # a Friday; nobody is told on Sunday that it comes near
    found = marks(KNOWN, start, add_time(KNOWN, start, 4, H))
    assert found.approaching_at == wall("2026-11-23 10:12")
    assert found.very_late_at == wall("2026-11-24 12:00")


def test_a_date_set_by_a_person_comes_near_by_the_calendar() -> None:
    start = wall("2026-11-20 00:00")
    found = marks(KNOWN, start, Due(wall("2026-11-30 00:00")))
    assert found.approaching_at == wall("2026-11-28 00:00")
    assert found.very_late_at == wall("2026-12-20 00:00")


def test_three_times_may_lie_past_the_calendar() -> None:
    start = wall("2026-11-22 10:04")
    due = add_time(KNOWN, start, 10, D)
    found = marks(KNOWN, start, due)
    assert found.approaching_at == wall("2026-12-02 17:30")
    assert found.very_late_at == start + 3 * (due.at - start)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2026, 6, 1)),  # noqa: DTZ001
    st.timedeltas(timedelta(0), timedelta(hours=200)),
)
def test_adding_and_measuring_working_time_agree(start: datetime, working: timedelta) -> None:
    begin = start.replace(tzinfo=clock.COUNTY_ZONE)
    end = KNOWN.after(begin, working)
    assert KNOWN.between(begin, end) == working
    assert end >= begin + working


def test_nothing_passes_before_the_start() -> None:
    later = wall("2026-11-24 10:00")
    assert KNOWN.between(later, wall("2026-11-23 10:00")) == timedelta()


async def test_without_hours_of_its_own_a_county_works_half_past_eight_to_half_past_five(
    session: AsyncSession,
) -> None:
    known = await clocks.load(session)
    assert known.spans == KNOWN.spans
    assert await clocks.calendar_known_until(session) == date(2026, 12, 31)


async def test_the_countys_hours_and_days_are_read_from_its_tables(session: AsyncSession) -> None:
    session.add(WorkingHours(opens=time(9), closes=time(10)))
    session.add(CalendarDay(on=date(2026, 11, 24), is_workday=False, reason="停电"))
    await session.flush()
    known = await clocks.load(session)
    found = add_time(known, wall("2026-11-23 09:30"), 1, H)
    assert found.at == wall("2026-11-25 09:30")


async def test_the_most_specific_rule_wins(session: AsyncSession) -> None:
    await factories.category(session, "fire")
    await factories.category(session, "other")
    rows = {
        name: DeadlineRule(hop=Hop.SIGN_FOR, level=level, category_code=code, amount=1, unit=D)
        for name, level, code in [
            ("any", None, None),
            ("serious", Level.SERIOUS, None),
            ("fire", None, "fire"),
            ("serious fire", Level.SERIOUS, "fire"),
        ]
    }
    session.add_all([*rows.values(), DeadlineRule(hop=Hop.TRIAGE, amount=9, unit=D)])
    await session.flush()
    for level, code, expected in [
        (Level.GENERAL, "other", "any"),
        (Level.SERIOUS, "other", "serious"),
        (Level.GENERAL, "fire", "fire"),
        (Level.SERIOUS, "fire", "serious fire"),
    ]:
        found = await clocks.rule_for(session, Hop.SIGN_FOR, Subject(level, code))
        assert found, (level, code)
        assert found.id == rows[expected].id, (level, code)


async def test_of_two_equal_rules_the_newer_counts(session: AsyncSession) -> None:
    rows = [DeadlineRule(hop=Hop.VERIFY, amount=n, unit=D) for n in (1, 2)]
    session.add_all(rows)
    await session.flush()
    found = await clocks.rule_for(session, Hop.VERIFY, SIGNED)
    assert found
    assert found.id == rows[1].id


async def test_a_major_hazard_is_rectified_by_plan_unless_a_rule_names_the_level(
    session: AsyncSession,
) -> None:
    session.add(DeadlineRule(hop=Hop.RECTIFY, amount=10, unit=D))
    await session.flush()
    major = Subject(Level.MAJOR, "fire")
    assert await clocks.rule_for(session, Hop.RECTIFY, SIGNED) is not None
    assert await clocks.rule_for(session, Hop.RECTIFY, major) is None
    named = DeadlineRule(hop=Hop.RECTIFY, level=Level.MAJOR, amount=90, unit=Unit.CALENDAR_DAYS)
    session.add(named)
    await session.flush()
    found = await clocks.rule_for(session, Hop.RECTIFY, major)
    assert found
    assert found.id == named.id


async def test_without_a_rule_there_is_no_date(session: AsyncSession) -> None:
    start = wall("2026-11-23 09:00")
    assert await clocks.due_by_rule(session, KNOWN, Hop.TRIAGE, SIGNED, start) is None
