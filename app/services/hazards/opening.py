"""The row of a new case, its first event, and the step that passes it on at once (S3-6, S3-17)."""

from dataclasses import replace
from typing import Any
from uuid import uuid5

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.hazard import Hazard, State
from app.models.rules import Level
from app.services import access, clocks, events, photos
from app.services.access import Actor, Permission, Seat
from app.services.events import Fact, Sent
from app.services.hazard_flow import REPORTED, Action
from app.services.hazards import placing, searching, standing
from app.services.hazards.arriving import Arrival, Done
from app.services.hazards.commands import HazardAction, ReportHazard
from app.services.hazards.sorting import sort_key
from app.services.hazards.standing import Facts
from app.services.hazards.step import Onward, located, promised

ESCALATED_AT_ONCE = "escalate"  # names the id of the second event, derived from the first


async def open_case(
    session: AsyncSession, actor: Actor, command: ReportHazard, arrival: Arrival, *, is_told: bool
) -> Done | None:
    """None: the id is taken, somebody has inserted it since we looked.

    `is_told`: the device said what its clock shows.
    """
    hazard = await _insert(session, actor, command, arrival, is_told=is_told)
    return await _write_down(session, actor, hazard, command, arrival.sent) if hazard else None


async def _insert(
    session: AsyncSession, actor: Actor, command: ReportHazard, arrival: Arrival, *, is_told: bool
) -> Hazard | None:
    seat = _seat(actor)
    spot = await placing.place(session, actor, command)
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
        reported_as=seat.role.value,
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
        round=1,
    )
    hazard.sort_key = sort_key(hazard)
    values = {name: value for name, value in vars(hazard).items() if not name.startswith("_sa_")}
    statement = insert(Hazard).values(values).on_conflict_do_nothing(index_elements=[Hazard.id])
    return await session.scalar(statement.returning(Hazard))


def _seat(actor: Actor) -> Seat:
    """The post in which one reports: the first that may."""
    may = (s for s in actor.seats if Permission.REPORT_HAZARD in access.PERMISSIONS[s.role])
    return next(may)


async def _write_down(
    session: AsyncSession, actor: Actor, hazard: Hazard, command: ReportHazard, sent: Sent
) -> Done:
    await photos.attach_manifest(session, hazard, sent.id, command.photos, actor)
    await searching.remember(session, hazard)
    await clocks.begin(session, hazard)
    fact = Fact(
        id=sent.id,
        kind=REPORTED,
        body_sha256=sent.sha256,
        at=hazard.received_at,
        occurred_at=sent.occurred_at,
        from_state=None,
        seat=_seat(actor),
        data=_reported(command, hazard),
    )
    return Done(await events.write(session, actor, hazard, fact), hazard)


def _reported(command: ReportHazard, hazard: Hazard) -> dict[str, Any]:
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


async def passing_on(session: AsyncSession, opened: Done, arrival: Arrival) -> Onward:
    """The step that sends a new case on to its first desk; its id follows from the report's."""
    hazard, sent = opened.hazard, arrival.sent
    assert hazard is not None
    command = HazardAction(action=Action.ESCALATE, occurred_at=sent.occurred_at or clock.now())
    second = Sent(uuid5(hazard.id, ESCALATED_AT_ONCE), hazard.id, sent.sha256, {}, sent.occurred_at)
    facts = Facts(bodies=await standing.bodies_of(session, [hazard]))
    return Onward(hazard, command, replace(arrival, sent=second, after=opened.event), facts)
