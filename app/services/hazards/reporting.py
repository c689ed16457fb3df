"""A new case: checked, placed, written down, and passed on at once if that is wanted (S3-6)."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Incomplete
from app.models.enterprise import Enterprise
from app.models.hazard import Hazard, State
from app.models.photo import PhotoRole
from app.models.rules import Category, Level
from app.services import access, events, photos
from app.services.access import Actor, Permission, Seat
from app.services.events import Fact, Sent
from app.services.hazard_flow import REPORTED, Action
from app.services.hazards import placing, searching, standing
from app.services.hazards.acting import Arrival, Done, require_contract, skew_of, take
from app.services.hazards.commands import HazardAction, ReportHazard
from app.services.hazards.sorting import sort_key
from app.services.hazards.standing import Facts
from app.services.hazards.step import invalid, located, promised

ESCALATED_AT_ONCE = "escalate"  # names the id of the second event, derived from the first


async def report(
    session: AsyncSession,
    actor: Actor,
    hazard_id: UUID,
    command: ReportHazard,
    body: bytes,
    device_time: datetime | None = None,
) -> Done:
    """Take in a report under the phone's id. The same id with the same bytes: the first answer."""
    require_contract(command.contract)
    sent = events.sent(hazard_id, hazard_id, body, command, command.occurred_at)
    known = await _known(session, actor, sent)
    if known:
        return known
    access.require(actor, Permission.REPORT_HAZARD)
    _require_complete(command)
    await _require_existing(session, actor, command)
    arrival = Arrival(sent, skew_of(device_time))
    hazard = await _insert(session, actor, command, arrival, device_time is not None)
    if hazard is None:  # a twin was faster, and is committed by now
        known = await _known(session, actor, sent)
        assert known is not None
        return known
    done = await _write_down(session, actor, hazard, command, sent)
    if command.escalate:
        await _pass_on(session, actor, hazard, command, replace(arrival, after=done.event))
    await session.flush()
    return done


async def _known(session: AsyncSession, actor: Actor, sent: Sent) -> Done | None:
    """The first answer to a repeat; the case itself only for those who still see it."""
    event = await events.claim(session, actor, sent)
    if event is None:
        return None
    query = select(Hazard).where(Hazard.id == sent.hazard_id, access.can_see(actor))
    return Done(event, await session.scalar(query))


def _require_complete(command: ReportHazard) -> None:
    """A photo of the hazard or the reason why there is none; a place that can be found again."""
    has_photo = any(photo.role is PhotoRole.BEFORE for photo in command.photos)
    is_placed = command.place or command.enterprise_id or _is_exact(command)
    rules = (
        (has_photo or command.no_photo_reason, "photos", "照片（或没有照片的原因）", "a photo"),
        (is_placed, "position", "位置或场所", "a position or a place"),
    )
    missing = [rule for rule in rules if not rule[0]]
    if missing:
        raise Incomplete(
            fields=[field for _, field, _, _ in missing],
            missing=[field for _, field, _, _ in missing],
            missing_zh="、".join(zh for _, _, zh, _ in missing),
            missing_en=", ".join(en for _, _, _, en in missing),
        )


def _is_exact(command: ReportHazard) -> bool:
    """A satellite position says how well it knows; one picked on the map is meant as picked."""
    position = command.position
    return position is not None and (position.source != "gps" or position.accuracy_m is not None)


async def _require_existing(session: AsyncSession, actor: Actor, command: ReportHazard) -> None:
    category = await session.get(Category, command.category_code)
    if category is None or not category.is_active:
        raise invalid("category_code", "没有这个类别，请更新后重选", "There is no such category")
    if command.enterprise_id and await session.get(Enterprise, command.enterprise_id) is None:
        raise invalid("enterprise_id", "没有这个场所，请重选", "There is no such enterprise")
    if command.recurs_of:
        query = select(Hazard.id).where(Hazard.id == command.recurs_of, access.can_see(actor))
        if await session.scalar(query) is None:
            raise invalid("recurs_of", "没有找到原来那件", "The earlier case was not found")


async def _insert(
    session: AsyncSession, actor: Actor, command: ReportHazard, arrival: Arrival, is_told: bool
) -> Hazard | None:
    """The row, or None if the id is taken: then somebody has inserted it since we looked."""
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


async def _pass_on(
    session: AsyncSession, actor: Actor, hazard: Hazard, command: ReportHazard, arrival: Arrival
) -> None:
    """The second event of the same request: its id follows from the report's."""
    step = HazardAction(action=Action.ESCALATE, occurred_at=command.occurred_at)
    id_ = uuid5(hazard.id, ESCALATED_AT_ONCE)
    sent = Sent(id_, hazard.id, arrival.sent.sha256, {}, command.occurred_at)
    facts = Facts(bodies=await standing.bodies_of(session, [hazard]))
    await take(session, actor, hazard, step, replace(arrival, sent=sent), facts)
