"""How reports and steps come in, and what comes back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app import clock
from app.models.event import Event
from app.models.hazard import Hazard
from app.services.events import Sent

if TYPE_CHECKING:  # it looks at steps, which look at arrivals
    from app.services.hazards.surroundings import Around


@dataclass(frozen=True)
class Done:
    """What an answer is made of. `hazard` None: a repeat by somebody who has lost sight of it.

    `around`: what is shown beside the case, if that is known already.
    """

    event: Event
    hazard: Hazard | None
    around: "Around | None" = None


@dataclass(frozen=True)
class Arrival:
    """How a step came in: once and for ever under its id; `skew` is server minus device clock."""

    sent: Sent
    skew: timedelta


def skew_of(device_time: datetime | None) -> timedelta:
    """Server minus device clock; no header, no skew."""
    return clock.now() - device_time if device_time else timedelta()
