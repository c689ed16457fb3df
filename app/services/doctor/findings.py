"""What a check looks at and what it finds."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.storage import ObjectStore

MOST_ITEMS = 20


class Severity(StrEnum):
    """`unknown`: the check itself could not look; that is never taken for fine."""

    FINE = "fine"
    NOTICE = "notice"
    WARNING = "warning"
    DANGER = "danger"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Ward:
    """What the checks may look at."""

    session: AsyncSession
    storage: ObjectStore
    settings: Settings
    now: datetime


@dataclass(frozen=True)
class Finding:
    """`params` fill the sentences; `items` name what is meant, at most MOST_ITEMS of `count`."""

    severity: Severity
    params: dict[str, Any] = field(default_factory=dict)
    items: Sequence[str] = ()

    @property
    def count(self) -> int:
        return int(self.params.get("n", len(self.items)))


FINE = Finding(Severity.FINE)
Look = Callable[[Ward], Awaitable[Finding]]


def listed(severity: Severity, items: Sequence[str], **params: Any) -> Finding:
    """Fine if there is nothing to list."""
    if not items:
        return Finding(Severity.FINE, params)
    return Finding(severity, {"n": len(items), **params}, sorted(items)[:MOST_ITEMS])


def graded(value: float, warning: float, danger: float, **params: Any) -> Finding:
    """The more the worse."""
    if value >= danger:
        return Finding(Severity.DANGER, params)
    return Finding(Severity.WARNING if value >= warning else Severity.FINE, params)
