"""Taking one step in the life of a case: safe to repeat, safe against others, all or nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import ChangedMeanwhile, NotFound
from app.models.hazard import Hazard
from app.models.photo import ManifestEntry, PhotoRole
from app.services import access, clocks, events, hazard_flow, photos
from app.services.access import Actor
from app.services.arrivals import require_contract
from app.services.clocks import Taken
from app.services.commands import PhotoPromise
from app.services.events import Fact
from app.services.hazard_flow import EVENT_OF, Action, Needs
from app.services.hazards import standing, steps
from app.services.hazards.arriving import Arrival, Done, skew_of
from app.services.hazards.commands import HazardAction
from app.services.hazards.effects import EFFECTS
from app.services.hazards.sorting import sort_key
from app.services.hazards.standing import Facts
from app.services.hazards.step import Step, said

CLOCK_TOLERANCE = timedelta(minutes=5)


async def act(
    session: AsyncSession,
    actor: Actor,
    hazard_id: UUID,
    action_id: UUID,
    command: HazardAction,
    body: bytes,
    device_time: datetime | None = None,
    if_match: str | None = None,
) -> Done:
    """Take one step. The same action_id with the same bytes is answered as the first time."""
    require_contract(command.contract)
    hazard, is_visible = await _lock(session, actor, hazard_id, command)
    sent = events.sent(action_id, hazard_id, body, command, command.occurred_at)
    known = await events.claim(session, actor, sent)
    if known:
        return Done(known, hazard if is_visible else None)
    if hazard is None or not is_visible:
        raise NotFound
    _require_version(hazard, if_match)
    return await take(session, actor, hazard, command, Arrival(sent, skew_of(device_time)))


async def take(
    session: AsyncSession, actor: Actor, hazard: Hazard, command: HazardAction, arrival: Arrival
) -> Done:
    """The step itself, on a case whose row is locked: check, change, write down."""
    facts = (await standing.load(session, [hazard], steps.KINDS, actor))[hazard.id]
    step = await prepare(session, actor, hazard, command, facts, arrival)
    if command.action is not Action.FAIL_RECHECK:  # its photos belong to the case that it opens
        await photos.attach_manifest(session, hazard, arrival.sent.id, command.photos, actor)
    with session.no_autoflush:
        await change(step)
    session.add_all(step.clocks)
    event = await events.write(session, actor, hazard, fact_of(step))
    await session.flush()
    for on in step.onward:
        await take(session, actor, on.hazard, on.command, on.arrival)
    return Done(event, hazard)


async def prepare(
    session: AsyncSession,
    actor: Actor,
    hazard: Hazard,
    command: HazardAction,
    facts: Facts,
    arrival: Arrival,
) -> Step:
    """The step, checked: there is one, the actor may take it, it brings what it must."""
    row = hazard_flow.find(hazard.state, command.action)
    part = steps.judge(actor, hazard, facts, row)
    row.require(await _brought(session, hazard, command, arrival.skew))
    return Step(
        session, actor, hazard, command, facts, row, part, arrival, clock.now(), said(command)
    )


async def change(step: Step) -> None:
    """Everything that the step changes, the state by the only line that may."""
    row, hazard, command = step.row, step.hazard, step.command
    holder_id = hazard.holder_id
    await EFFECTS[row.action](step)
    row.apply(hazard)
    said_why = command.reason or command.note
    taken = Taken(row.source, row.action, step.now, step.actor.name, said_why, step.rectify)
    step.clocks += await clocks.tick(step.session, hazard, taken)
    hazard.sort_key = sort_key(hazard)
    if row.target is not row.source or hazard.holder_id != holder_id:
        hazard.state_since = step.now
        hazard.claimed_by_id = hazard.claimed_until = hazard.snoozed_until = None


def fact_of(step: Step) -> Fact:
    """What the step leaves in history."""
    sent = step.arrival.sent
    return Fact(
        id=sent.id,
        kind=step.kind or EVENT_OF[step.row.action],
        body_sha256=sent.sha256,
        at=step.now,
        occurred_at=sent.occurred_at,
        from_state=step.row.source,
        seat=step.part.seat,
        data={name: value for name, value in step.data.items() if value is not None},
        left_grid_id=step.left_grid_id,
    )


async def _lock(
    session: AsyncSession, actor: Actor, hazard_id: UUID, command: HazardAction
) -> tuple[Hazard | None, bool]:
    """The case, held until this transaction ends, and whether the actor sees it.

    Merging holds the other case too, always in the same order: two are never merged into each
    other, and nobody waits in a circle.
    """
    ids = {hazard_id, command.duplicate_of} if command.action is Action.MERGE else {hazard_id}
    query = (
        select(Hazard, access.can_see(actor).label("is_visible"))
        .where(Hazard.id.in_(ids - {None}))
        .order_by(Hazard.id)
        .with_for_update(of=Hazard, key_share=True)  # others may still point to the row
        .execution_options(populate_existing=True)
    )
    rows = {hazard.id: (hazard, bool(sees)) for hazard, sees in await session.execute(query)}
    return rows.get(hazard_id, (None, False))


def _require_version(hazard: Hazard, if_match: str | None) -> None:
    """`If-Match: "7"`: the version that the desk looked at."""
    if if_match is None or if_match.strip() == "*":
        return
    if if_match.strip().removeprefix("W/").strip('"') != str(hazard.version):
        raise ChangedMeanwhile(version=hazard.version)


def _after(command: HazardAction) -> list[PhotoPromise]:
    return [photo for photo in command.photos if photo.role is PhotoRole.AFTER]


_BROUGHT: dict[Needs, Callable[[HazardAction], object]] = {
    Needs.NOTE: lambda command: command.note,
    Needs.REASON: lambda command: command.reason,
    Needs.RATING: lambda command: command.rating,
    Needs.AFTER_PHOTO: _after,
    Needs.DEPARTMENT: lambda command: command.department_id,
    Needs.SUGGESTION: lambda command: command.suggested_department_id,
    Needs.DUE: lambda command: command.due_at,
    Needs.DUPLICATE: lambda command: command.duplicate_of,
}


async def _brought(
    session: AsyncSession, hazard: Hazard, command: HazardAction, skew: timedelta
) -> Needs:
    """What came with the step, as flags of the flow."""
    found = Needs.NOTHING
    for need, has in _BROUGHT.items():
        found |= need if has(command) else Needs.NOTHING
    if hazard.done_at and await _is_fresh(session, hazard, _after(command), skew):
        found |= Needs.FRESH_PHOTO
    return found


async def _is_fresh(
    session: AsyncSession, hazard: Hazard, promises: list[PhotoPromise], skew: timedelta
) -> bool:
    """At least one photo taken after `done`, by the corrected clock, and new to this case."""
    assert hazard.done_at is not None
    earliest = hazard.done_at - CLOCK_TOLERANCE
    late = {photo.sha256 for photo in promises if photo.taken_at + skew >= earliest}
    if not late:
        return False
    query = select(ManifestEntry.sha256).where(
        ManifestEntry.hazard_id == hazard.id, ManifestEntry.sha256.in_(late)
    )
    return bool(late - set(await session.scalars(query)))
