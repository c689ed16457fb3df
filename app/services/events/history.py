"""Taking in what people send, once and for ever, and writing down what it changed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ARRAY, Text, any_, bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import jobs
from app.errors import ChangedMeanwhile
from app.models.event import Event
from app.models.hazard import Hazard, State
from app.services import access, arrivals, sync
from app.services.access import SYSTEM, Actor, Seat
from app.services.events import chain
from app.services.hazard_flow import EVENT_OF, MOVED, RECHECK_ASKED, Action

_TELLS_NOBODY = {
    EVENT_OF[action]
    for action in (
        Action.FIX_ON_SITE,
        Action.SIGN_FOR,
        Action.RECORD_ENFORCEMENT,
    )
}
# What must follow an event, by job, committed together with it.
SUBSCRIPTIONS: dict[str, tuple[str, ...]] = {
    EVENT_OF[Action.FIX_ON_SITE]: ("second_look",),
    **{
        kind: ("notify",)
        for kind in (*EVENT_OF.values(), RECHECK_ASKED, MOVED)
        if kind not in _TELLS_NOBODY
    },
}


@dataclass(frozen=True)
class Sent:
    """What arrived under an id that its sender made. The id is the key for ever (sync)."""

    id: UUID
    hazard_id: UUID
    sha256: str
    content: BaseModel | None
    occurred_at: datetime | None

    @property
    def kind(self) -> str:
        return "hazard" if self.id == self.hazard_id else "action"


@dataclass(frozen=True)
class Fact:
    """What became true. `from_state` is None for the first event of a case.

    `left_grid_id`: the ground that the case has left, whose phones forget it.
    """

    id: UUID
    kind: str
    body_sha256: str
    at: datetime
    occurred_at: datetime | None
    from_state: State | None
    seat: Seat | None
    data: dict[str, Any] = field(default_factory=dict)
    left_grid_id: UUID | None = None


@dataclass(frozen=True)
class End:
    """Of the chain of a case: the last event's hash and time; None before the first."""

    hash: bytes
    at: datetime | None


BEGINNING = End(chain.GENESIS, None)


def sent(
    id_: UUID, hazard_id: UUID, body: bytes, command: BaseModel, occurred_at: datetime | None
) -> Sent:
    """`body` is hashed exactly as it came over the wire: that hash goes into the receipt."""
    return Sent(id_, hazard_id, arrivals.digest_of(body), command, occurred_at)


async def claim(session: AsyncSession, actor: Actor, arrived: Sent) -> Event | None:
    """None: it is new. An event: this is a repeat, answer as the first time.

    Other content under a known id is kept aside and refused. Callers hold the lock of the case
    (or have just lost the race to insert it), so that of twelve identical requests one is new.
    """
    known = await session.scalar(select(Event).where(Event.id == arrived.id))
    if known is None:
        return None
    if known.hazard_id == arrived.hazard_id and known.body_sha256 == arrived.sha256:
        return known
    raise await arrivals.stranger(
        session, actor, arrived.kind, arrived.id, arrived.sha256, arrived.content
    )


async def write(session: AsyncSession, actor: Actor, hazard: Hazard, fact: Fact) -> Event:
    """Append one event to the case's chain, tell everybody who looks, queue what follows.

    The caller holds the row of the case, so `version` and the chain's end cannot move.
    """
    members = append(actor, hazard, fact, await _end(session, hazard))
    event: Event | None = await session.scalar(
        insert(Event)
        .values(**members)
        .on_conflict_do_nothing(index_elements=[Event.id])
        .returning(Event)
    )
    if event is None:  # the same id reached another case in this very moment
        raise ChangedMeanwhile
    left = fact.left_grid_id
    await sync.record_change(session, "hazard", hazard_id=hazard.id, left_grid_id=left)
    for job, arguments in following(event):
        await jobs.defer(session, job, **arguments)
    return event


def append(actor: Actor, hazard: Hazard, fact: Fact, end: End) -> dict[str, Any]:
    """The next event of the case's chain as a row; the case counts it.

    Nothing happens before what it follows: where the clock of this server is behind that of the
    one before, the time of the event before is taken.
    """
    hazard.version = hazard.version + 1 if fact.from_state else 1
    members = _members(actor, hazard, fact)
    members["at"] = max(fact.at, end.at) if end.at else fact.at
    return {**members, "previous_hash": end.hash, "hash": chain.link(end.hash, members)}


def following(event: Event) -> list[tuple[str, dict[str, Any]]]:
    """The jobs that must follow, to be queued together with the event."""
    return [(job, {"event_id": str(event.id)}) for job in SUBSCRIPTIONS.get(event.kind, ())]


async def _end(session: AsyncSession, hazard: Hazard) -> End:
    query = select(Event.hash, Event.at).where(Event.hazard_id == hazard.id)
    found = await session.execute(query.order_by(Event.position.desc()).limit(1))
    last = found.one_or_none()
    return End(last.hash, last.at) if last else BEGINNING


def _members(actor: Actor, hazard: Hazard, fact: Fact) -> dict[str, Any]:
    return {
        "id": fact.id,
        "hazard_id": hazard.id,
        "position": hazard.version,
        "kind": fact.kind,
        "actor_id": None if actor is SYSTEM else actor.person_id,
        "organization_id": fact.seat.organization_id if fact.seat else None,
        "role": fact.seat.role.value if fact.seat else None,
        "at": fact.at,
        "occurred_at": fact.occurred_at,
        "from_state": fact.from_state.value if fact.from_state else None,
        "to_state": hazard.state.value,
        "round": hazard.round,
        "data": chain.plain(fact.data | _bringer(actor)),
        "body_sha256": fact.body_sha256,
    }


def _bringer(actor: Actor) -> dict[str, Any]:
    """The record is its author's; who carried it in from a file stands beside."""
    if actor.brought_by is None:
        return {}
    return {"brought_by": {"id": actor.brought_by.person_id, "name": actor.brought_by.name}}


async def latest(
    session: AsyncSession, hazard_ids: list[UUID], kinds: frozenset[str]
) -> dict[UUID, dict[str, Event]]:
    """The newest event of each of these kinds, per case, in one statement."""
    found: dict[UUID, dict[str, Event]] = {id_: {} for id_ in hazard_ids}
    if not kinds:
        return found
    for event in await session.scalars(_LATEST, {"ids": hazard_ids, "kinds": sorted(kinds)}):
        found[event.hazard_id][event.kind] = event
    return found


_LATEST = (
    select(Event)
    .where(
        Event.hazard_id == any_(access.given("ids")),
        Event.kind == any_(bindparam("kinds", type_=ARRAY(Text))),
    )
    .ext(distinct_on(Event.hazard_id, Event.kind))
    .order_by(Event.hazard_id, Event.kind, Event.position.desc())
)


async def of(session: AsyncSession, hazard_id: UUID) -> list[Event]:
    """The whole history of a case, oldest first."""
    query = select(Event).where(Event.hazard_id == hazard_id).order_by(Event.position)
    return list(await session.scalars(query))
