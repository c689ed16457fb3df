"""Clocks of a case: which hop starts, ends, waits with which step; what they show."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.hazard import Clock, ClockOutcome, Hazard, State
from app.models.rules import Hop
from app.services.clocks import calendar
from app.services.clocks.calendar import CalendarEnds, WorkCalendar
from app.services.clocks.deadlines import Due, Subject, due_by_rule, marks
from app.services.hazard_flow import Action


@dataclass(frozen=True)
class Ticks:
    """What one step does to the clocks of its case."""

    met: tuple[Hop, ...] = ()  # what was due has been done, in time or late
    cancelled: tuple[Hop, ...] = ()  # the hop ended without it
    paused: tuple[Hop, ...] = ()
    started: tuple[Hop, ...] = ()  # or goes on, if it was paused
    moved: tuple[Hop, ...] = ()  # a new date; the old clock stays visible


S, A, H = State, Action, Hop
TICKS: dict[tuple[State, Action], Ticks] = {
    (S.REPORTED, A.FIX_ON_SITE): Ticks(cancelled=(H.TRIAGE,)),
    (S.FIXED_ON_SITE, A.ARCHIVE): Ticks(met=(H.WHOLE,)),
    (S.REPORTED, A.ESCALATE): Ticks(started=(H.TRIAGE,)),
    (S.ESCALATED, A.ASSIGN): Ticks(met=(H.TRIAGE,), started=(H.SIGN_FOR, H.RECTIFY)),
    (S.ESCALATED, A.ESCALATE): Ticks(met=(H.TRIAGE,), started=(H.TRIAGE,)),
    (S.ESCALATED, A.SEND_DOWN): Ticks(met=(H.TRIAGE,), started=(H.TRIAGE,)),
    (S.ESCALATED, A.REFER): Ticks(met=(H.TRIAGE,), started=(H.TRIAGE,)),
    (S.ESCALATED, A.ASK): Ticks(paused=(H.TRIAGE,)),
    (S.ESCALATED, A.MERGE): Ticks(met=(H.TRIAGE,), cancelled=(H.WHOLE,)),
    (S.ESCALATED, A.VOID): Ticks(met=(H.TRIAGE,), cancelled=(H.WHOLE,)),
    (S.VOIDED, A.REOPEN): Ticks(started=(H.TRIAGE, H.WHOLE)),
    (S.ASSIGNED, A.SIGN_FOR): Ticks(met=(H.SIGN_FOR,)),
    (S.ASSIGNED, A.HAND_BACK): Ticks(cancelled=(H.SIGN_FOR, H.RECTIFY), started=(H.TRIAGE,)),
    (S.ASSIGNED, A.REASSIGN): Ticks(
        cancelled=(H.SIGN_FOR, H.RECTIFY), started=(H.SIGN_FOR, H.RECTIFY)
    ),
    (S.ASSIGNED, A.GRANT_EXTENSION): Ticks(moved=(H.RECTIFY,)),
    (S.ASSIGNED, A.FINISH): Ticks(met=(H.SIGN_FOR, H.RECTIFY), started=(H.VERIFY,)),
    (S.DONE, A.VERIFY): Ticks(met=(H.VERIFY,)),
    (S.DONE, A.REJECT): Ticks(met=(H.VERIFY,), started=(H.TRIAGE,)),
    (S.VERIFIED, A.ARCHIVE): Ticks(met=(H.WHOLE,)),
}


@dataclass(frozen=True)
class Taken:
    """The step that the clocks follow. `rectify` is the date that the step itself has set."""

    source: State
    action: Action
    now: datetime
    by: str = ""
    why: str = ""
    rectify: Due | None = None


@dataclass
class Open:
    """The clocks of one case that have not ended, and the step that they follow."""

    session: AsyncSession
    hazard: Hazard
    step: Taken
    known: WorkCalendar
    clocks: list[Clock] = field(default_factory=list)
    started: list[Clock] = field(default_factory=list)

    def of(self, hops: tuple[Hop, ...]) -> list[Clock]:
        return [clock for clock in self.clocks if clock.hop in hops and clock.ended_at is None]


async def begin(session: AsyncSession, hazard: Hazard) -> list[Clock]:
    """The clock of the whole starts with the report, and shows nowhere as the one that runs."""
    subject = Subject(hazard.level, hazard.category_code)
    known = await calendar.load(session)
    due = await due_by_rule(session, known, Hop.WHOLE, subject, hazard.received_at)
    return [_made(known, hazard, Hop.WHOLE, hazard.received_at, due)] if due else []


async def tick(session: AsyncSession, hazard: Hazard, step: Taken) -> list[Clock]:
    """Let the clocks of a case follow a step; the case has changed already.

    Answers the clocks that it has started; the caller keeps them.
    """
    ticks = TICKS.get((step.source, step.action))
    if ticks is None:
        return []
    case = Open(session, hazard, step, await calendar.load(session))
    if hazard.version > 1:  # of a case that was just reported only the whole runs, and goes on
        query = select(Clock).where(Clock.hazard_id == hazard.id, Clock.ended_at.is_(None))
        case.clocks = list(await session.scalars(query))
    _end(case.of(ticks.met), case.step.now, ClockOutcome.MET)
    _end(case.of(ticks.cancelled), case.step.now, ClockOutcome.CANCELLED)
    for clock in case.of(ticks.paused):
        _pause(case, clock)
    for hop in ticks.started:
        await _start(case, hop)
    for clock in case.of(ticks.moved):
        _move(case, clock)
    show(hazard, case.of(tuple(Hop)))
    return case.started


async def rehome(session: AsyncSession, hazard: Hazard, step: Taken) -> list[Clock]:
    """The case lies on other ground: who must act has changed, and a new desk gets its own time.

    A clock that waits for an answer only changes hands.
    """
    query = select(Clock).where(Clock.hazard_id == hazard.id, Clock.ended_at.is_(None))
    open_ones = list(await session.scalars(query))
    case = Open(session, hazard, step, await calendar.load(session), open_ones)
    for clock in case.of((Hop.TRIAGE, Hop.WHOLE)):
        owner_id, _ = owner(hazard, clock.hop)
        is_new_desk = clock.hop is Hop.TRIAGE and owner_id != clock.owner_id
        if is_new_desk and clock.outcome is ClockOutcome.RUNNING:
            _end([clock], step.now, ClockOutcome.CANCELLED)
            await _start(case, Hop.TRIAGE)
        else:
            clock.owner_id = owner_id
    show(hazard, case.of(tuple(Hop)))
    return case.started


async def hand_over(session: AsyncSession, hazard: Hazard) -> None:
    """Another desk must decide, as the desk of the same kind: the time that runs is the same."""
    query = select(Clock).where(
        Clock.hazard_id == hazard.id, Clock.ended_at.is_(None), Clock.hop == Hop.TRIAGE
    )
    for clock in await session.scalars(query):
        clock.owner_id, _ = owner(hazard, Hop.TRIAGE)


def _end(clocks: Iterable[Clock], now: datetime, outcome: ClockOutcome) -> None:
    """Late is late: handing a case back after the date does not undo the miss."""
    for clock in clocks:
        is_late = _waiting_since(clock, now) > clock.due_at
        clock.outcome = ClockOutcome.MISSED if is_late else outcome
        clock.ended_at = now


def _waiting_since(clock: Clock, now: datetime) -> datetime:
    """The moment up to which the clock has counted: now, or when its pause began."""
    if clock.outcome is not ClockOutcome.PAUSED:
        return now
    return datetime.fromisoformat(clock.pauses["periods"][-1]["from"])


def _pause(case: Open, clock: Clock) -> None:
    clock.outcome = ClockOutcome.PAUSED
    period = {"from": case.step.now.isoformat(), "by": case.step.by, "why": case.step.why}
    clock.pauses = {"periods": [*clock.pauses.get("periods", []), period]}


async def _start(case: Open, hop: Hop) -> None:
    waiting = [c for c in case.of((hop,)) if c.outcome is ClockOutcome.PAUSED]
    if waiting:
        _go_on(case, waiting[0])
        return
    due = case.step.rectify if hop is Hop.RECTIFY else await _due(case, hop)
    if due is not None:
        _add_to(case, hop, case.step.now, due)


async def _due(case: Open, hop: Hop) -> Due | None:
    subject = Subject(case.hazard.level, case.hazard.category_code)
    return await due_by_rule(case.session, case.known, hop, subject, case.step.now)


def _add_to(case: Open, hop: Hop, started_at: datetime, due: Due) -> None:
    clock = _made(case.known, case.hazard, hop, started_at, due)
    case.started.append(clock)
    case.clocks.append(clock)


def _made(
    known: WorkCalendar,
    hazard: Hazard,
    hop: Hop,
    started_at: datetime,
    due: Due,
) -> Clock:
    found = marks(known, started_at, due)
    owner_id, person_id = owner(hazard, hop)
    return Clock(
        hazard_id=hazard.id,
        hop=hop,
        round=hazard.round,
        owner_id=owner_id,
        person_id=person_id,
        rule_id=due.rule_id,
        started_at=started_at,
        due_at=due.at.astimezone(UTC),
        approaching_at=found.approaching_at.astimezone(UTC),
        very_late_at=found.very_late_at.astimezone(UTC),
        is_provisional=due.is_provisional,
        outcome=ClockOutcome.RUNNING,
        pauses={},
    )


def owner(hazard: Hazard, hop: Hop) -> tuple[UUID | None, UUID | None]:
    """Body and person who must act: verifying is a person's, the whole the township's."""
    bodies = {
        Hop.TRIAGE: hazard.holder_id,
        Hop.SIGN_FOR: hazard.department_id,
        Hop.RECTIFY: hazard.department_id,
        Hop.WHOLE: hazard.township_id,
    }
    return bodies.get(hop), hazard.reporter_id if hop is Hop.VERIFY else None


def _go_on(case: Open, clock: Clock) -> None:
    """After a pause, as much working time is left as there was when it began."""
    *before, last = clock.pauses["periods"]
    paused_at = datetime.fromisoformat(last["from"])
    for name in ("approaching_at", "due_at", "very_late_at"):
        moment = getattr(clock, name)
        try:
            later = case.known.after(case.step.now, case.known.between(paused_at, moment))
        except CalendarEnds:
            later = moment + (case.step.now - paused_at)
        setattr(clock, name, later if moment > paused_at else moment)
    clock.outcome = ClockOutcome.RUNNING
    clock.pauses = {"periods": [*before, {**last, "to": case.step.now.isoformat()}]}


def _move(case: Open, clock: Clock) -> None:
    """A granted extension: the old date stays as a clock that ended, the new one runs on."""
    if case.step.rectify is None:
        return
    _end([clock], case.step.now, ClockOutcome.CANCELLED)
    _add_to(case, clock.hop, clock.started_at, case.step.rectify)


def show(hazard: Hazard, clocks: Iterable[Clock]) -> None:
    """The case itself carries the running hop that is due first: lists need no join.

    The whole is no hop: it runs beside them and tells nobody what to do next.
    """
    running = [
        clock
        for clock in clocks
        if clock.outcome is ClockOutcome.RUNNING and clock.hop is not Hop.WHOLE
    ]
    first = min(running, key=lambda clock: clock.due_at, default=None)
    hazard.clock_hop = first.hop if first else None
    hazard.clock_started_at = first.started_at if first else None
    hazard.clock_due_at = first.due_at if first else None
    hazard.clock_approaching_at = first.approaching_at if first else None
    hazard.clock_very_late_at = first.very_late_at if first else None
    hazard.is_clock_provisional = first.is_provisional if first else False


def status(clock: Clock, now: datetime) -> str:
    """What a clock shows: its outcome once it has ended or waits, else how late it is."""
    if clock.outcome is not ClockOutcome.RUNNING:
        return clock.outcome.value
    return lateness(clock.approaching_at, clock.due_at, clock.very_late_at, now)


def lateness(
    approaching_at: datetime, due_at: datetime, very_late_at: datetime, now: datetime
) -> str:
    """running, approaching (80 %), missed, very_late (3 x)."""
    if now > very_late_at:
        return "very_late"
    if now > due_at:
        return "missed"
    return "approaching" if now >= approaching_at else "running"
