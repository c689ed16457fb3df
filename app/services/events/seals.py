"""Seals: batches of events and audit entries under one hash, chained. The head goes outside.

    seal = SHA-256( seal before || for each event by seq: seq (8 bytes, big-endian) || hash
                    || if there are audit entries: "audit" || for each by seq: seq || hash )

Rows whose transaction commits late are simply in a later seal; `sealed_events` and
`sealed_audit_entries` say in which.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, func, insert, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app import clock
from app.models.audit import AuditEntry, SealedAuditEntry
from app.models.event import Event, Seal, SealedEvent
from app.services.events.chain import GENESIS

BATCH = 5_000
LATE = timedelta(minutes=15)  # longer than any transaction takes
LATEST_COMMIT = timedelta(days=1)  # no transaction stays open that long: see db.make_engine
_ONE_AT_A_TIME = 0x5EA1
_AUDIT = b"audit"
Numbered = Sequence[Row[int, bytes]]
ToSeq = InstrumentedAttribute[int]


async def seal(session: AsyncSession) -> Seal | None:
    """Seal what is not sealed yet, at most BATCH of each kind; None when there is nothing."""
    await session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
    last = await session.scalar(select(Seal).order_by(Seal.id.desc()).limit(1))
    events = await _unsealed(session, Event, SealedEvent, Seal.to_seq)
    entries = await _unsealed(session, AuditEntry, SealedAuditEntry, Seal.audit_to_seq)
    if not events and not entries:
        return None
    made = _over(last.hash if last else GENESIS, events, entries)
    session.add(made)
    await session.flush()
    await _note(session, SealedEvent, made, events)
    await _note(session, SealedAuditEntry, made, entries)
    return made


@dataclass(frozen=True)
class DatedBack:
    """Rows of `seal`, by `seq`, whose time is before that of a seal that would have had them."""

    seal: Seal
    before: Seal
    events: list[int]
    entries: list[int]


async def dated_back(session: AsyncSession, made: Seal) -> DatedBack | None:
    """A clock was behind, or somebody has written them in later: from the rows it is the same.

    A seal that was full left rows over, which are none; the one before those counts.
    """
    before = await session.scalar(
        select(Seal)
        .where(Seal.id < made.id, Seal.count < BATCH, Seal.audit_count < BATCH)
        .order_by(Seal.id.desc())
        .limit(1)
    )
    if before is None:
        return None
    events = await _older(session, (Event, SealedEvent, Seal.to_seq), made, before)
    entries = await _older(session, (AuditEntry, SealedAuditEntry, Seal.audit_to_seq), made, before)
    return DatedBack(made, before, events, entries) if events or entries else None


async def _older(
    session: AsyncSession, of: tuple[Any, Any, ToSeq], made: Seal, before: Seal
) -> list[int]:
    log, sealed, to_seq = of
    query = (
        select(log.seq)
        .join(sealed, sealed.seq == log.seq)
        .where(
            log.seq > literal(await _floor(session, to_seq)),
            sealed.seal_id == made.id,
            log.at <= before.at - LATE,
        )
        .order_by(log.seq)
    )
    return list(await session.scalars(query))


def digest(
    previous: bytes, events: Iterable[tuple[int, bytes]], entries: Iterable[tuple[int, bytes]] = ()
) -> bytes:
    """The hash of a seal over what it covers, each kind in the order of its seq."""
    hashed = hashlib.sha256(previous)
    for seq, hash_ in events:
        hashed.update(seq.to_bytes(8, "big") + hash_)
    for number, (seq, hash_) in enumerate(entries):
        hashed.update((b"" if number else _AUDIT) + seq.to_bytes(8, "big") + hash_)
    return hashed.digest()


def _over(previous: bytes, events: Numbered, entries: Numbered) -> Seal:
    return Seal(
        from_seq=events[0].seq if events else 0,
        to_seq=events[-1].seq if events else 0,
        count=len(events),
        audit_count=len(entries),
        audit_to_seq=entries[-1].seq if entries else 0,
        at=clock.now(),
        previous_hash=previous,
        hash=digest(previous, map(_pair, events), map(_pair, entries)),
    )


def _pair(row: Row[int, bytes]) -> tuple[int, bytes]:
    return row.seq, row.hash


async def _note(session: AsyncSession, sealed: Any, made: Seal, rows: Numbered) -> None:
    if rows:
        lines = [{"seq": row.seq, "seal_id": made.id} for row in rows]
        await session.execute(insert(sealed), lines)


async def _unsealed(session: AsyncSession, log: Any, sealed: Any, to_seq: ToSeq) -> Numbered:
    query = (
        select(log.seq, log.hash)
        .outerjoin(sealed, sealed.seq == log.seq)
        .where(log.seq > literal(await _floor(session, to_seq)), sealed.seq.is_(None))
        .order_by(log.seq)
        .limit(BATCH)
    )
    return list(await session.execute(query))


async def _floor(session: AsyncSession, to_seq: ToSeq) -> int:
    """Looks back only as far as a late commit can lie, so the cost does not grow with history."""
    known = select(func.max(to_seq)).where(Seal.at < clock.now() - LATEST_COMMIT)
    return await session.scalar(known) or 0
