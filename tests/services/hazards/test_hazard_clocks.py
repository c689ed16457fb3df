"""The clocks of a case: every hop has its own, and late is late."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.models.hazard import Clock, ClockOutcome, Hazard, State
from app.models.notification import Notification
from app.models.person import Person
from app.models.rules import DeadlineRule, Hop, Level, Unit
from app.services import clocks, hazard_jobs
from tests.conftest import Freeze
from tests.walking import A, Walk

MONDAY = "2026-11-23 09:00"


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.COUNTY_ZONE)


async def of(walk: Walk, hazard: Hazard) -> list[Clock]:
    query = select(Clock).where(Clock.hazard_id == hazard.id)
    return list(await walk.session.scalars(query.order_by(Clock.started_at, Clock.due_at)))


def shown(rows: list[Clock]) -> list[tuple[Hop, ClockOutcome]]:
    return [(row.hop, row.outcome) for row in rows]


async def test_every_hop_has_its_clock_and_its_owner(walk: Walk, freeze: Freeze) -> None:
    freeze(MONDAY)
    c = walk.county
    hazard = await walk.to(State.VERIFIED)
    rows = await of(walk, hazard)
    assert {(row.hop, row.owner_id, row.person_id, row.outcome) for row in rows} == {
        (Hop.TRIAGE, c.townships[0].id, None, ClockOutcome.MET),
        (Hop.TRIAGE, c.centre.id, None, ClockOutcome.MET),
        (Hop.SIGN_FOR, c.departments[0].id, None, ClockOutcome.MET),
        (Hop.RECTIFY, c.departments[0].id, None, ClockOutcome.MET),
        (Hop.VERIFY, None, c.gridworker.id, ClockOutcome.MET),
    }
    assert all(row.ended_at for row in rows)
    assert hazard.clock_hop is None


async def test_dates_follow_the_rules(walk: Walk, freeze: Freeze) -> None:
    freeze(MONDAY)
    hazard = await walk.to(State.ASSIGNED)
    due = {row.hop: row.due_at for row in await of(walk, hazard) if row.ended_at is None}
    assert due == {Hop.SIGN_FOR: wall("2026-11-24 17:30"), Hop.RECTIFY: wall("2026-11-30 09:00")}
    assert (hazard.clock_hop, hazard.clock_due_at) == (Hop.SIGN_FOR, due[Hop.SIGN_FOR])
    assert hazard.due_at == due[Hop.RECTIFY]
    await walk.act(walk.county.handler, hazard, A.SIGN_FOR)
    assert (hazard.clock_hop, hazard.clock_due_at) == (Hop.RECTIFY, due[Hop.RECTIFY])


async def test_what_is_done_too_late_is_missed(walk: Walk, freeze: Freeze) -> None:
    freeze(MONDAY)
    hazard = await walk.to(State.ASSIGNED)
    freeze("2026-11-25 09:00")
    await walk.act(walk.county.handler, hazard, A.SIGN_FOR)
    assert (Hop.SIGN_FOR, ClockOutcome.MISSED) in shown(await of(walk, hazard))


async def test_handing_back_after_the_date_does_not_undo_the_miss(
    walk: Walk, freeze: Freeze
) -> None:
    freeze(MONDAY)
    hazard = await walk.to(State.ASSIGNED)
    freeze("2026-11-25 09:00")
    await walk.act(walk.county.handler, hazard, A.HAND_BACK)
    found = shown(await of(walk, hazard))
    assert (Hop.SIGN_FOR, ClockOutcome.MISSED) in found
    assert (Hop.RECTIFY, ClockOutcome.CANCELLED) in found
    assert hazard.clock_hop is Hop.TRIAGE


async def test_reassigning_starts_new_clocks(walk: Walk, freeze: Freeze) -> None:
    freeze(MONDAY)
    hazard = await walk.to(State.ASSIGNED)
    freeze("2026-11-24 09:00")
    await walk.act(walk.county.county_officer, hazard, A.REASSIGN)
    running = [row for row in await of(walk, hazard) if row.ended_at is None]
    assert {row.owner_id for row in running} == {walk.county.departments[1].id}
    assert {row.hop: row.due_at for row in running} == {
        Hop.SIGN_FOR: wall("2026-11-25 17:30"),
        Hop.RECTIFY: wall("2026-12-01 09:00"),
    }


async def test_an_extension_leaves_the_old_date_as_a_clock_that_ended(
    walk: Walk, freeze: Freeze
) -> None:
    freeze(MONDAY)
    c = walk.county
    hazard = await walk.to(State.ASSIGNED)
    await walk.act(c.handler, hazard, A.SIGN_FOR)
    await walk.act(c.handler, hazard, A.ASK_EXTENSION)
    later = wall("2026-12-10 17:30")
    await walk.act(c.county_officer, hazard, A.GRANT_EXTENSION, due_at=later)
    rows = [row for row in await of(walk, hazard) if row.hop is Hop.RECTIFY]
    assert [(row.due_at, row.outcome) for row in rows] == [
        (wall("2026-11-30 09:00"), ClockOutcome.CANCELLED),
        (later, ClockOutcome.RUNNING),
    ]
    assert rows[0].started_at == rows[1].started_at
    assert hazard.clock_due_at == later


async def test_a_question_stops_the_desks_clock_and_the_answer_lets_it_go_on(
    walk: Walk, freeze: Freeze
) -> None:
    c = walk.county
    freeze("2026-11-23 09:00")
    hazard = await walk.report()  # four working hours: until 15:00
    freeze("2026-11-23 11:00")
    await walk.act(c.township_officer, hazard, A.ASK, note="几层？")
    (waiting,) = await of(walk, hazard)
    assert (waiting.outcome, clocks.status(waiting, clock.now())) == (ClockOutcome.PAUSED, "paused")
    assert waiting.pauses["periods"][0]["by"] == "赵镇办"
    assert waiting.pauses["periods"][0]["why"] == "几层？"
    assert hazard.clock_hop is None
    freeze("2026-11-25 10:00")
    await walk.act(c.gridworker, hazard, A.ESCALATE, reason="")
    (going,) = await of(walk, hazard)
    assert going.outcome is ClockOutcome.RUNNING
    assert going.due_at == wall("2026-11-25 12:00") == hazard.clock_due_at
    assert "to" in going.pauses["periods"][0]


async def test_a_question_after_the_date_does_not_win_time(walk: Walk, freeze: Freeze) -> None:
    c = walk.county
    freeze("2026-11-23 09:00")
    hazard = await walk.report()
    freeze("2026-11-23 16:00")
    await walk.act(c.township_officer, hazard, A.ASK)
    freeze("2026-11-24 09:00")
    await walk.act(c.gridworker, hazard, A.ESCALATE, reason="")
    (row,) = await of(walk, hazard)
    assert row.due_at == wall("2026-11-23 15:00")
    assert clocks.status(row, clock.now()) == "missed"


async def test_fixing_it_after_a_question_ends_the_waiting_clock(
    walk: Walk, freeze: Freeze
) -> None:
    freeze("2026-11-23 09:00")
    hazard = await walk.report()
    await walk.act(walk.county.township_officer, hazard, A.ASK)
    freeze("2026-11-25 09:00")
    await walk.act(walk.county.gridworker, hazard, A.FIX_ON_SITE)
    assert shown(await of(walk, hazard)) == [(Hop.TRIAGE, ClockOutcome.CANCELLED)]


async def test_a_second_round_has_clocks_of_its_own(walk: Walk, freeze: Freeze) -> None:
    freeze(MONDAY)
    hazard = await walk.to(State.DONE)
    await walk.act(walk.county.gridworker, hazard, A.REJECT)
    rows = await of(walk, hazard)
    assert [row.hop for row in rows if row.round == 2] == [Hop.TRIAGE]
    assert hazard.clock_hop is Hop.TRIAGE


async def test_past_the_calendars_end_a_case_gets_a_provisional_date(
    walk: Walk, freeze: Freeze
) -> None:
    rules = await walk.session.scalars(select(DeadlineRule).where(DeadlineRule.hop == Hop.RECTIFY))
    for rule in rules:
        rule.unit, rule.amount = Unit.WORKING_DAYS, 10
    now = freeze("2026-12-28 09:00")
    hazard = await walk.to(State.ASSIGNED)
    assert (hazard.due_at, hazard.is_due_provisional) == (now + timedelta(days=10), True)
    await walk.act(walk.county.handler, hazard, A.SIGN_FOR)
    assert hazard.is_clock_provisional
    (rectify,) = (row for row in await of(walk, hazard) if row.hop is Hop.RECTIFY)
    assert rectify.is_provisional


async def test_without_a_rule_a_hop_has_no_clock(walk: Walk) -> None:
    for rule in await walk.session.scalars(
        select(DeadlineRule).where(DeadlineRule.hop == Hop.TRIAGE)
    ):
        await walk.session.delete(rule)
    await walk.session.flush()
    hazard = await walk.report()
    assert await of(walk, hazard) == []
    assert hazard.clock_due_at is None


@pytest.mark.parametrize(
    ("minute", "status"),
    [
        ("2026-11-23 09:00", "running"),
        ("2026-11-23 14:11", "running"),
        ("2026-11-23 14:12", "approaching"),
        ("2026-11-23 15:00", "approaching"),
        ("2026-11-23 15:01", "missed"),
        ("2026-11-24 16:00", "missed"),
        ("2026-11-24 16:01", "very_late"),
    ],
)
async def test_what_a_clock_shows_is_computed_when_it_is_read(
    walk: Walk, freeze: Freeze, minute: str, status: str
) -> None:
    freeze("2026-11-23 09:00")
    hazard = await walk.report(level=Level.GENERAL)
    (row,) = await of(walk, hazard)
    now = freeze(minute)
    assert clocks.status(row, now) == status
    assert hazard.clock_approaching_at == row.approaching_at
    assert hazard.clock_very_late_at == row.very_late_at


async def with_whole(walk: Walk, days: int = 20) -> None:
    rule = DeadlineRule(hop=Hop.WHOLE, amount=days, unit=Unit.CALENDAR_DAYS)
    walk.session.add(rule)
    await walk.session.flush()


async def whole(walk: Walk, hazard: Hazard) -> Clock:
    (row,) = (row for row in await of(walk, hazard) if row.hop is Hop.WHOLE and not row.ended_at)
    return row


async def test_the_whole_has_a_clock_from_the_report_to_the_archive(
    walk: Walk, freeze: Freeze
) -> None:
    await with_whole(walk)
    now = freeze(MONDAY)
    hazard = await walk.report()
    row = await whole(walk, hazard)
    assert (row.started_at, row.due_at, row.owner_id) == (
        now,
        now + timedelta(days=20),
        walk.county.townships[0].id,
    )
    assert hazard.clock_hop is Hop.TRIAGE
    c = walk.county
    await walk.act(c.township_officer, hazard, A.ESCALATE)
    await walk.act(c.county_officer, hazard, A.ASSIGN)
    await walk.act(c.handler, hazard, A.FINISH)
    await walk.act(c.gridworker, hazard, A.REJECT)
    await walk.act(c.county_officer, hazard, A.ASSIGN)
    await walk.act(c.handler, hazard, A.FINISH)
    await walk.act(c.gridworker, hazard, A.VERIFY)
    assert (await whole(walk, hazard)).id == row.id
    assert hazard.clock_hop is None
    freeze("2026-12-20 09:00")
    await walk.act(c.gridworker, hazard, A.ARCHIVE)
    assert (row.outcome, row.ended_at) == (ClockOutcome.MISSED, clock.now())


async def test_the_whole_never_shows_as_the_hop_that_runs_now(walk: Walk, freeze: Freeze) -> None:
    """Not even when it is due before the hop, or when no hop runs at all."""
    await with_whole(walk, days=1)
    freeze(MONDAY)
    hazard = await walk.to(State.ASSIGNED)
    await walk.act(walk.county.handler, hazard, A.SIGN_FOR)
    assert hazard.clock_hop is Hop.RECTIFY
    kept = await walk.report(escalate=False)
    assert (kept.clock_hop, (await whole(walk, kept)).hop) == (None, Hop.WHOLE)


async def test_the_whole_ends_where_a_case_is_fixed_void_or_merged(
    walk: Walk, freeze: Freeze
) -> None:
    await with_whole(walk)
    freeze(MONDAY)
    c = walk.county
    fixed = await walk.to(State.FIXED_ON_SITE)
    await walk.act(c.gridworker, fixed, A.ARCHIVE)
    void, merged = await walk.report(), await walk.report()
    await walk.act(c.township_officer, void, A.VOID)
    await walk.act(c.township_officer, merged, A.MERGE, duplicate_of=(await walk.report()).id)
    ends = [
        next(row.outcome for row in await of(walk, hazard) if row.hop is Hop.WHOLE)
        for hazard in (fixed, void, merged)
    ]
    assert ends == [ClockOutcome.MET, ClockOutcome.CANCELLED, ClockOutcome.CANCELLED]
    freeze("2026-11-25 09:00")
    await walk.act(c.gridworker, void, A.REOPEN)
    assert (await whole(walk, void)).started_at == clock.now()


async def test_the_whole_comes_near_and_is_missed_like_every_clock(
    walk: Walk, freeze: Freeze
) -> None:
    await with_whole(walk, days=10)
    freeze(MONDAY)
    hazard = await walk.to(State.VERIFIED)
    told = []
    for minute in ("2026-11-30 09:00", "2026-12-01 09:01", "2026-12-03 09:01", "2026-12-04 09:00"):
        freeze(minute)
        await hazard_jobs.tick_clocks(walk.session, walk.settings)
        await walk.session.flush()
        query = select(Notification.kind, Person.name).join(
            Person, Person.id == Notification.person_id
        )
        lines = query.where(Notification.hazard_id == hazard.id).order_by(Notification.created_at)
        told.append([tuple(row) for row in await walk.session.execute(lines)])
    near, missed = ("clock.approaching", "赵镇办"), ("clock.missed", "赵镇办")
    assert told == [[], [near], [near, missed], [near, missed]]
