"""Recomputes every chain and every seal, and says where they do not hold."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.event import Event, Seal, SealedEvent
from app.models.hazard import Hazard, State
from app.services.events import chain, seals
from app.services.hazard_flow import REPORTED


@dataclass(frozen=True)
class Fault:
    """What is wrong where: a case and a position in it, or the number of a seal."""

    what: str
    hazard_id: UUID | None = None
    position: int | None = None
    seal_id: int | None = None


@dataclass
class _End:
    """How far a chain has been followed."""

    position: int = 0
    hash: bytes = chain.GENESIS
    state: str | None = None


async def verify(session: AsyncSession) -> list[Fault]:
    """Every fault found; an empty list means that history is as it was written."""
    return [*await _chains(session), *await _seals(session)]


async def _chains(session: AsyncSession) -> list[Fault]:
    faults: list[Fault] = []
    ends: dict[UUID, _End] = {}
    query = select(Event).order_by(Event.hazard_id, Event.position)
    async for event in await session.stream_scalars(query.execution_options(yield_per=1_000)):
        end = ends.setdefault(event.hazard_id, _End())
        faults += [Fault(what, event.hazard_id, event.position) for what in _check(end, event)]
        ends[event.hazard_id] = _End(event.position, event.hash, event.to_state)
    return faults + await _check_ends(session, ends)


def _check(end: _End, event: Event) -> list[str]:
    """Names of the rules that an event breaks after the one before it."""
    rules = {
        "position": event.position == end.position + 1,
        "previous_hash": event.previous_hash == end.hash,
        "hash": event.hash == chain.link(event.previous_hash, chain.members_of(event)),
        "from_state": event.from_state == end.state,
        "first": (event.kind == REPORTED) == (event.position == 1),
    }
    return [name for name, holds in rules.items() if not holds]


async def _check_ends(session: AsyncSession, ends: dict[UUID, _End]) -> list[Fault]:
    """A case counts its events and shows the state of its last one: a cut tail is seen."""
    faults: list[Fault] = []
    query = select(Hazard.id, Hazard.version, Hazard.state)
    for id_, version, state in await session.execute(query):
        end = ends.get(id_, _End())
        if end.position != version:
            faults.append(Fault("version", id_, end.position))
        if end.state is None or State(end.state) is not state:
            faults.append(Fault("state", id_, end.position))
    return faults


async def _seals(session: AsyncSession) -> list[Fault]:
    faults: list[Fault] = []
    previous = chain.GENESIS
    for made in await session.scalars(select(Seal).order_by(Seal.id)):
        query = (
            select(Event.seq, Event.hash)
            .join(SealedEvent, SealedEvent.seq == Event.seq)
            .where(SealedEvent.seal_id == made.id)
            .order_by(Event.seq)
        )
        rows = [(seq, hash_) for seq, hash_ in await session.execute(query)]
        if made.previous_hash != previous:
            faults.append(Fault("previous_seal", seal_id=made.id))
        if len(rows) != made.count or made.hash != seals.digest(made.previous_hash, rows):
            faults.append(Fault("seal", seal_id=made.id))
        previous = made.hash
    return faults
