"""A new case: checked, placed, written down, and passed on at once if that is wanted (S3-6)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Incomplete, Refusal
from app.models.event import Event
from app.models.hazard import Hazard
from app.models.photo import PhotoRole
from app.models.supervised_object import SupervisedObject
from app.services import access, events, rules
from app.services.access import Actor
from app.services.arrivals import require_contract
from app.services.events import Sent
from app.services.hazards import opening, standing
from app.services.hazards.acting import change, fact_of, prepare
from app.services.hazards.arriving import Arrival, Done, skew_of
from app.services.hazards.commands import ReportHazard
from app.services.hazards.standing import Facts
from app.services.hazards.step import invalid
from app.services.permissions import Permission

PLACED_SINCE = 2  # contract


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
    try:
        drawn = await _drawn(session, actor, command, sent, device_time)
    except Refusal:  # a repeat is answered as the first time, whatever has changed since
        known = await _known(session, actor, sent)
        if known is None:
            raise
        return known
    done = await opening.write(session, actor, drawn)  # what is refused here is no repeat
    if done is None:
        done = await _known(session, actor, sent)
        assert done is not None
    return done


async def _drawn(
    session: AsyncSession,
    actor: Actor,
    command: ReportHazard,
    sent: Sent,
    device_time: datetime | None,
) -> opening.Draft:
    """The case with its first events as they will be written; nothing is written yet."""
    access.require(actor, Permission.REPORT_HAZARD)
    _require_complete(command)
    await _require_existing(session, actor, command)
    arrival = Arrival(sent, skew_of(device_time))
    is_told = device_time is not None
    drawn = await opening.draft(session, actor, command, arrival, is_told=is_told)
    if command.escalate:
        await _pass_on(session, actor, drawn, arrival)
    return drawn


async def _pass_on(
    session: AsyncSession, actor: Actor, drawn: opening.Draft, arrival: Arrival
) -> None:
    """The second step of the same request, on the case as it is drawn."""
    onward = opening.passing_on(drawn.hazard, arrival)
    facts = Facts(bodies=await standing.bodies_of(session, [drawn.hazard]))
    step = await prepare(session, actor, drawn.hazard, onward.command, facts, onward.arrival)
    await change(step)
    first = drawn.history[-1]
    end = events.End(first.hash, first.at)
    drawn.history.append(Event(**events.append(actor, drawn.hazard, fact_of(step), end)))
    drawn.clocks += step.clocks


async def _known(session: AsyncSession, actor: Actor, sent: Sent) -> Done | None:
    """The first answer to a repeat; the case itself only for those who still see it."""
    event = await events.claim(session, actor, sent)
    if event is None:
        return None
    query = select(Hazard).where(Hazard.id == sent.hazard_id, access.can_see(actor))
    return Done(event, await session.scalar(query))


def _require_complete(command: ReportHazard) -> None:
    """A photo of the hazard or the reason why there is none; a place that can be found again.

    Of a build that did not ask for a place yet, a report without one counts: the phone has the only
    copy, and nobody goes back in time to answer. Its desk asks the finder.
    """
    has_photo = any(photo.role is PhotoRole.BEFORE for photo in command.photos)
    is_asked = command.contract >= PLACED_SINCE
    is_placed = not is_asked or command.place or command.enterprise_id or _is_exact(command)
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
    if command.category_code not in await rules.active_categories(session):
        raise invalid("category_code", "没有这个类别，请更新后重选", "There is no such category")
    if command.enterprise_id and not await session.get(SupervisedObject, command.enterprise_id):
        raise invalid("enterprise_id", "没有这个场所，请重选", "There is no such place")
    if command.recurs_of:
        query = select(Hazard.id).where(Hazard.id == command.recurs_of, access.can_see(actor))
        if await session.scalar(query) is None:
            raise invalid("recurs_of", "没有找到原来那件", "The earlier case was not found")
