"""A new case as it will be written: its row, its first event, the step that passes it on (S3-6)."""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.event import Event
from app.models.hazard import Clock, Hazard, State
from app.models.photo import ManifestEntry
from app.models.rules import Level
from app.services import clocks, events, photos, rows
from app.services.access import Actor, Seat
from app.services.events import Fact, Sent
from app.services.hazard_flow import REPORTED, Action
from app.services.hazards import accepting, placing, surroundings
from app.services.hazards.arriving import Arrival, Done
from app.services.hazards.commands import HazardAction, ReportHazard
from app.services.hazards.sorting import sort_key
from app.services.hazards.step import Onward, located, promised
from app.services.permissions import PERMISSIONS, Permission

ESCALATED_AT_ONCE = "escalate"  # names the id of the second event, derived from the first


@dataclass
class Draft:
    """A case in memory with all that belongs to it; nothing of it is in the database yet."""

    hazard: Hazard
    history: list[Event]
    manifest: list[ManifestEntry]
    clocks: list[Clock] = field(default_factory=list)


async def draft(
    session: AsyncSession, actor: Actor, command: ReportHazard, arrival: Arrival, *, is_told: bool
) -> Draft:
    """`is_told`: the device said what its clock shows."""
    hazard = await _row(session, actor, command, arrival, is_told=is_told)
    fact = _reported(actor, hazard, command, arrival.sent)
    event = Event(**events.append(actor, hazard, fact, events.BEGINNING))
    manifest = [
        ManifestEntry(hazard_id=hazard.id, event_id=hazard.id, **promise.model_dump())
        for promise in command.photos
    ]
    return Draft(hazard, [event], manifest, await clocks.begin(session, hazard))


async def write(session: AsyncSession, actor: Actor, drawn: Draft) -> Done | None:
    """None: the id is taken, somebody has inserted it before us."""
    parts = (drawn.hazard, drawn.history, drawn.manifest, drawn.clocks)
    was_here = await accepting.accept(session, actor, *parts)
    if was_here is None:
        return None
    around = None if was_here else await surroundings.of_new(session, actor, *parts)
    return Done(drawn.history[0], drawn.hazard, around)


async def open_case(
    session: AsyncSession, actor: Actor, command: ReportHazard, arrival: Arrival, *, is_told: bool
) -> Done | None:
    """A case on its own, which a step brings about."""
    drawn = await draft(session, actor, command, arrival, is_told=is_told)
    return await write(session, actor, drawn)


def passing_on(hazard: Hazard, arrival: Arrival) -> Onward:
    """The step that sends a new case on to its first desk; its id follows from the report's."""
    sent = arrival.sent
    command = HazardAction(action=Action.ESCALATE, occurred_at=sent.occurred_at or clock.now())
    second = replace(sent, id=uuid5(hazard.id, ESCALATED_AT_ONCE), content=None)
    return Onward(hazard, command, replace(arrival, sent=second))


async def _row(
    session: AsyncSession, actor: Actor, command: ReportHazard, arrival: Arrival, *, is_told: bool
) -> Hazard:
    at = (command.position, command.grid_id, command.enterprise_id)
    spot = await placing.place(session, actor, *at)
    position = command.position
    now = clock.now()
    hazard = Hazard(
        id=arrival.sent.id,
        state=State.REPORTED,
        level=command.level,
        is_suspected_major=command.is_suspected_major or command.level is Level.MAJOR,
        is_urgent=command.is_urgent,
        category_code=command.category_code,
        note=command.note,
        place=command.place,
        enterprise_id=command.enterprise_id,
        no_photo_reason=command.no_photo_reason,
        reported_as=_seat(actor).role.value,
        lat=position.lat if position else None,
        lon=position.lon if position else None,
        accuracy_m=position.accuracy_m if position else None,
        position_source=position.source if position else None,
        is_outside_county=spot.is_outside_county,
        grid_id=spot.grid_id,
        village_id=spot.village_id,
        township_id=spot.township_id,
        reporter_id=actor.person_id,
        occurred_at=command.occurred_at,
        received_at=now,
        skew_seconds=arrival.skew.total_seconds() if is_told else None,
        recurs_of_id=command.recurs_of,
        state_since=now,
        photos_expected=len(photos.require_distinct(command.photos)),
    )
    hazard.sort_key = sort_key(rows.complete(hazard))
    return hazard


def _seat(actor: Actor) -> Seat:
    """The post in which one reports: the first that may."""
    may = (s for s in actor.seats if Permission.REPORT_HAZARD in PERMISSIONS[s.role])
    return next(may)


def _reported(actor: Actor, hazard: Hazard, command: ReportHazard, sent: Sent) -> Fact:
    return Fact(
        id=sent.id,
        kind=REPORTED,
        body_sha256=sent.sha256,
        at=hazard.received_at,
        occurred_at=sent.occurred_at,
        from_state=None,
        seat=_seat(actor),
        data=_said(command, hazard),
    )


def _said(command: ReportHazard, hazard: Hazard) -> dict[str, Any]:
    """Everything that was said, as it was said, and where the server has placed it."""
    data = {
        "category_code": hazard.category_code,
        "level": hazard.level.value,
        "is_suspected_major": hazard.is_suspected_major,
        "is_urgent": hazard.is_urgent,
        "note": hazard.note,
        "place": hazard.place,
        "enterprise_id": hazard.enterprise_id,
        "no_photo_reason": hazard.no_photo_reason,
        "position": located(command.position),
        "photos": [promised(photo) for photo in command.photos],
        "grid_id": hazard.grid_id,
        "township_id": hazard.township_id,
        "is_outside_county": hazard.is_outside_county,
        "recurs_of": hazard.recurs_of_id,
    }
    return {name: value for name, value in data.items() if value is not None}
