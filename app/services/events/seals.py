"""Seals: batches of events under one hash. The head goes outside, so a rewritten past shows.

    seal = SHA-256( seal before || for each event by seq: seq (8 bytes, big-endian) || hash )

Events whose transaction commits late are simply in a later seal; `sealed_events` says in which.
"""

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import Row, func, insert, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.event import Event, Seal, SealedEvent
from app.services.events.chain import GENESIS, canonical, plain

BATCH = 5_000
LATEST_COMMIT = timedelta(days=1)  # no transaction stays open that long: see db.make_engine
_ONE_AT_A_TIME = 0x5EA1


async def seal(session: AsyncSession) -> Seal | None:
    """Seal what is not sealed yet, at most BATCH events; None when there is nothing."""
    await session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
    last = await session.scalar(select(Seal).order_by(Seal.id.desc()).limit(1))
    events = await _unsealed(session)
    if not events:
        return None
    previous = last.hash if last else GENESIS
    made = Seal(
        from_seq=events[0].seq,
        to_seq=events[-1].seq,
        count=len(events),
        at=clock.now(),
        previous_hash=previous,
        hash=digest(previous, ((event.seq, event.hash) for event in events)),
    )
    session.add(made)
    await session.flush()
    rows = [{"seq": event.seq, "seal_id": made.id} for event in events]
    await session.execute(insert(SealedEvent), rows)
    return made


def digest(previous: bytes, events: Iterable[tuple[int, bytes]]) -> bytes:
    """The hash of a seal over its events in the order of their seq."""
    hashed = hashlib.sha256(previous)
    for seq, event_hash in events:
        hashed.update(seq.to_bytes(8, "big") + event_hash)
    return hashed.digest()


def head(made: Seal) -> bytes:
    """A seal as a small JSON file, to be kept where nobody can edit both it and the history."""
    return canonical(
        {
            "seal": made.id,
            "from_seq": made.from_seq,
            "to_seq": made.to_seq,
            "count": made.count,
            "at": plain(made.at),
            "previous": made.previous_hash.hex(),
            "hash": made.hash.hex(),
        }
    )


async def _unsealed(session: AsyncSession) -> list[Row[int, bytes]]:
    """Looks back only as far as a late commit can lie, so the cost does not grow with history."""
    known = select(func.max(Seal.to_seq)).where(Seal.at < clock.now() - LATEST_COMMIT)
    floor = await session.scalar(known) or 0
    query = (
        select(Event.seq, Event.hash)
        .outerjoin(SealedEvent, SealedEvent.seq == Event.seq)
        .where(Event.seq > literal(floor), SealedEvent.seq.is_(None))
        .order_by(Event.seq)
        .limit(BATCH)
    )
    return list(await session.execute(query))
