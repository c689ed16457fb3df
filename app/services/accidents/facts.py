"""What all reports together say. The latest word counts, by when it was said, not when it came."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from app.models.accident import Accident, AccidentReport
from app.services.accidents.commands import TellAccident

FIELDS = (
    "kind", "happened_at", "learned_at", "place", "company", "scene", "course",
    "dead", "injured", "missing", "possible", "loss_wan", "measures", "other",
)  # fmt: skip
_MOMENTS = ("learned_at", "happened_at")  # the first of them is what the hour counts from
_SPOT = ("lat", "lon", "accuracy_m")
A_MOMENT = timedelta(minutes=5)  # by which clocks differ without anybody being wrong
LONG_AGO = timedelta(days=30)  # after which nothing new has to be told (article 13)


def told(command: TellAccident) -> dict[str, Any]:
    """Columns of a report. An empty line says nothing."""
    said = {name: getattr(command, name, None) for name in FIELDS}
    where = getattr(command, "position", None)
    spot = {name: getattr(where, name) if where else None for name in _SPOT}
    return {name: None if value == "" else value for name, value in (said | spot).items()}


def said_at(occurred_at: datetime, skew_seconds: float | None, received_at: datetime) -> datetime:
    """By the server's clock. A phone that fell back to 1970 has spoken when it was heard."""
    at = occurred_at + timedelta(seconds=skew_seconds or 0)
    return at if received_at - LONG_AGO <= at <= received_at else received_at


def fold(accident: Accident, reports: Sequence[AccidentReport]) -> None:
    """Bring the accident up to date; in any order of arrival the same comes out."""
    sound: dict[str, bool] = {}
    for report in sorted(reports, key=lambda each: (each.said_at, each.seq)):
        for name in FIELDS:
            if (value := getattr(report, name)) is not None:
                setattr(accident, name, value)
        if report.lat is not None:
            for name in _SPOT:
                setattr(accident, name, getattr(report, name))
        sound |= _sound(report)
    accident.is_time_doubtful = not all(sound.values())
    _set_clock(accident, sound, min(report.said_at for report in reports))


def _sound(report: AccidentReport) -> dict[str, bool]:
    """Which moments can be: one that lies after the first report may well be told in the next."""
    now = report.received_at
    told = {name: getattr(report, name) for name in _MOMENTS}
    return {
        name: now - LONG_AGO <= at <= now + A_MOMENT for name, at in told.items() if at is not None
    }


def _set_clock(accident: Accident, sound: dict[str, bool], first_said: datetime) -> None:
    """From when the head of the unit knew, else from the accident, else from the first report."""
    moments = (getattr(accident, name) for name in _MOMENTS if sound.get(name))
    accident.clock_from = min(next(moments, first_said), accident.received_at)
