"""The two clocks of the national rule, counted when somebody looks (articles 9 and 11)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.models.accident import Accident, AccidentStatus

TO_COUNTY = timedelta(hours=1)
UPWARDS = timedelta(hours=2)
Hop = Literal["to_county", "upwards"]
Status = Literal["waiting", "running", "late", "met", "missed", "stopped"]


@dataclass(frozen=True)
class Clock:
    """Calendar time, day and night. `ended_at`: when it was done.

    waiting: not begun; late: over and not done; missed: done too late; stopped: a false alarm.
    The final report stops nothing: an hour that was missed stays missed.
    """

    hop: Hop
    started_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    status: Status


def both(accident: Accident, now: datetime) -> list[Clock]:
    """To the county within the hour, from there upwards within two."""
    received, up = accident.county_received_at, accident.reported_up_at
    return [
        _clock("to_county", accident.clock_from, TO_COUNTY, received, accident, now),
        _clock("upwards", received, UPWARDS, up, accident, now),
    ]


def _clock(
    hop: Hop,
    started_at: datetime | None,
    span: timedelta,
    ended_at: datetime | None,
    accident: Accident,
    now: datetime,
) -> Clock:
    if started_at is None:
        return Clock(hop, None, None, ended_at, _unbegun(ended_at, accident))
    due_at = started_at + span
    if ended_at is not None:
        return Clock(hop, started_at, due_at, ended_at, "met" if ended_at <= due_at else "missed")
    if accident.status is AccidentStatus.FALSE_ALARM:
        return Clock(hop, started_at, due_at, None, "stopped")
    return Clock(hop, started_at, due_at, None, "running" if now <= due_at else "late")


def _unbegun(ended_at: datetime | None, accident: Accident) -> Status:
    """The county may have passed it on by telephone before it noted that it had it."""
    if ended_at is not None:
        return "met"
    return "stopped" if accident.status is AccidentStatus.FALSE_ALARM else "waiting"
