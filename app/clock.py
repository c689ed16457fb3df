"""The only place that asks what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

COUNTY_ZONE = ZoneInfo("Asia/Shanghai")
_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """Server time, aware, UTC. Tests replace this function; nothing else calls datetime.now."""
    return _told.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within this context, and in no other task, it is `moment`. Only the demo county uses it."""
    token = _told.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)


def midnight(day: date) -> datetime:
    """Its first moment, by the wall clock of the county."""
    return datetime.combine(day, time(), COUNTY_ZONE)


def local(moment: datetime) -> datetime:
    """The same moment as the wall clock of the county shows it."""
    return moment.astimezone(COUNTY_ZONE)
