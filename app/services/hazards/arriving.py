"""How reports and steps come in, and what comes back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app import clock
from app.errors import UnknownContract
from app.models.event import Event
from app.models.hazard import Hazard
from app.services.commands import CONTRACTS
from app.services.events import Sent


@dataclass(frozen=True)
class Done:
    """What an answer is made of. `hazard` None: a repeat by somebody who has lost sight of it."""

    event: Event
    hazard: Hazard | None


@dataclass(frozen=True)
class Arrival:
    """How a step came in: once and for ever under its id; `skew` is server minus device clock.

    `after`: the event that the same request has just written, if it takes two steps.
    """

    sent: Sent
    skew: timedelta
    after: Event | None = None


def require_contract(contract: int) -> None:
    if contract not in CONTRACTS:
        raise UnknownContract(contract=contract)


def skew_of(device_time: datetime | None) -> timedelta:
    """Server minus device clock; no header, no skew."""
    return clock.now() - device_time if device_time else timedelta()
