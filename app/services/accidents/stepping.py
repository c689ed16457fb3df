"""Steps of the desks: received, reported upwards, a department told, a false alarm."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Invalid, NotFound
from app.models.accident import Accident, AccidentHop, HopKind
from app.models.organization import Organization, OrganizationKind
from app.services import access
from app.services.access import Actor
from app.services.accidents import facts, flow, reach, telling
from app.services.accidents.commands import StepAccident
from app.services.accidents.taking import lock
from app.services.arrivals import digest_of, stranger
from app.services.permissions import Permission

# The earliest of each is the one that counts, whenever it was noted.
_EARLIEST = {**flow.RECEIPTS, HopKind.REPORTED_UP: "reported_up_at"}


async def step(
    session: AsyncSession,
    actor: Actor,
    accident_id: UUID,
    step_id: UUID,
    command: StepAccident,
    body: bytes,
) -> Accident:
    """Take one step; the same id with the same bytes changes nothing any more."""
    access.require(actor, Permission.HANDLE_ACCIDENTS)
    accident = await lock(session, actor, accident_id)
    digest = digest_of(body)
    if await _is_known(session, actor, accident_id, step_id, digest, command):
        return accident
    rule = flow.STEPS[command.step]
    flow.require(actor, accident, rule)
    flow.require_said(rule, command)
    hop = _hop(actor, accident, step_id, command, digest)
    if _is_received_already(accident, hop):
        return accident
    await _require_department(session, hop)
    session.add(hop)
    flow.move(accident, rule, hop.at)
    if name := _EARLIEST.get(hop.kind):
        setattr(accident, name, min(getattr(accident, name) or hop.done_at, hop.done_at))
    await session.flush()
    await telling.stepped(session, actor, accident, hop)
    return accident


def _is_received_already(accident: Accident, hop: AccidentHop) -> bool:
    """A second hand at the desk is no fault; an earlier time than the one noted puts that right."""
    name = flow.RECEIPTS.get(hop.kind)
    noted = getattr(accident, name) if name else None
    return noted is not None and hop.done_at >= noted


async def _is_known(
    session: AsyncSession,
    actor: Actor,
    accident_id: UUID,
    step_id: UUID,
    digest: str,
    command: StepAccident,
) -> bool:
    known = await session.get(AccidentHop, step_id)
    if known is None:
        return False
    is_same = (known.sha256, known.person_id, known.accident_id) == (
        digest, actor.person_id, accident_id,
    )  # fmt: skip
    if not is_same:
        raise await stranger(session, actor, "accident_step", step_id, digest, command)
    return True


def _hop(
    actor: Actor, accident: Accident, step_id: UUID, command: StepAccident, digest: str
) -> AccidentHop:
    now = clock.now()
    return AccidentHop(
        id=step_id,
        accident_id=accident.id,
        kind=command.step,
        person_id=actor.person_id,
        organization_id=_desk(actor, accident, command.step),
        sha256=digest,
        at=now,
        done_at=_done_at(command.done_at, now),
        target_id=command.organization_id if command.step is HopKind.DEPARTMENT_TOLD else None,
        to_whom=command.to_whom,
        means=command.means,
        reason=command.reason,
    )


def _desk(actor: Actor, accident: Accident, kind: HopKind) -> UUID | None:
    """Who sits at two townships signs for the one where it happened."""
    if flow.STEPS[kind].by is flow.Desk.TOWNSHIP:
        return accident.township_id
    return next(seat.organization_id for seat in actor.seats if seat.role in reach.COUNTY_ROLES)


def _done_at(told: datetime | None, now: datetime) -> datetime:
    """As a person at a desk states it. Invalid if it cannot be: here it can be asked for again."""
    if told is None:
        return now
    if not now - facts.LONG_AGO <= told <= now + facts.A_MOMENT:
        raise Invalid(
            fields=["done_at"],
            reason_zh="时间要在现在以前、30 天以内，请改一下。",
            reason_en="The time must be in the past, within 30 days; please correct it.",
        )
    return min(told, now)


async def _require_department(session: AsyncSession, hop: AccidentHop) -> None:
    if hop.target_id is None:
        return
    query = select(Organization.id).where(
        Organization.id == hop.target_id,
        Organization.kind == OrganizationKind.DEPARTMENT,
        Organization.is_active,
    )
    if await session.scalar(query) is None:
        raise NotFound(fields=["organization_id"])
