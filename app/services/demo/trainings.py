"""A handful of trainings: what the county, a township and a department held, and one to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app import clock
from app.models.base import Base
from app.models.person import GRID_ROLES
from app.models.training import Training, TrainingRecord
from app.services import presets
from app.services.access import Actor
from app.services.demo.dice import dice, identity
from app.services.demo.people import Staff
from app.services.trainings.taking_part import months_after


@dataclass(frozen=True)
class _Held:
    """A line of app/presets/demo/trainings.toml."""

    title: str
    sponsor: str
    days_ago: int
    days: int
    mode: str
    topics: str
    is_own: bool
    months: int
    asked: float
    comes: float
    shows: float


_TOWNSHIP = "township"


def held(seed: int, staff: Staff, now: datetime) -> Sequence[Base]:
    """Rows to write; chance of its own, so nothing else in the county changes."""
    walkers = _walkers(staff)
    township_id = staff.actor(staff.cast[_TOWNSHIP].id).seats[0].organization_id
    rows: list[Base] = []
    known = presets.read("demo/trainings")["training"]
    for number, one in enumerate(_Held(**row) for row in known):
        training = _training(seed, number, one, staff, now)
        asked = [who for who in walkers if not one.is_own or who.seats[0].within_id == township_id]
        rows.append(training)
        rows += _records(seed, one, training, asked)
    return rows


def _walkers(staff: Staff) -> list[Actor]:
    keys = [key for key in staff.actors if key[1] in GRID_ROLES]
    return [who for key in keys for who in staff.actors[key]]


def _training(seed: int, number: int, one: _Held, staff: Staff, now: datetime) -> Training:
    keeper = staff.actor(staff.cast[one.sponsor].id)
    first = clock.local(now - timedelta(days=one.days_ago)).date()
    return Training(
        id=identity(seed, f"training/{number}"),
        title=one.title,
        sponsor_id=keeper.seats[0].organization_id,
        starts_on=first,
        ends_on=first + timedelta(days=one.days - 1),
        mode=one.mode,
        topics=one.topics,
        created_by_id=keeper.person_id,
        created_at=now - timedelta(days=max(one.days_ago, 0) + 5),
    )


def _records(seed: int, one: _Held, training: Training, asked: list[Actor]) -> list[TrainingRecord]:
    """Who showed one thing mostly showed all; who was not there showed nothing."""
    chance = dice(seed, f"trainings/{one.title}")
    rows = []
    for who in asked:
        is_asked, comes, *shown = [chance.random() for _ in range(5)]
        if is_asked >= one.asked:
            continue
        attended = comes < one.comes
        can = [attended and each < one.shows for each in shown]
        rows.append(
            TrainingRecord(
                training_id=training.id,
                person_id=who.person_id,
                attended=attended,
                can_inspect=can[0],
                can_record=can[1],
                can_report=can[2],
                certificate_number=None,
                valid_until=months_after(training.ends_on, one.months),
            )
        )
    return rows
