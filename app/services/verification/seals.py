"""Every seal over the rows that it says it covers."""

from collections.abc import AsyncIterator, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.verification.canonical import NOTHING
from app.services.verification.faults import Fault
from app.services.verification.logs import Progress

SEALS = """
    select id as seal, from_seq, to_seq, count, audit_count, audit_to_seq, at, previous_hash, hash
    from seals order by id
"""
_COVERED = """
    select s.seal_id, s.seq, l.hash
    from {sealed} s left join {log} l on l.seq = s.seq
    order by s.seal_id, s.seq
"""
_PAGE = 2_000
Covered = list[tuple[int, bytes | None]]


async def verify_seals(session: AsyncSession, progress: Progress) -> list[Fault]:
    """In order; each with its events and audit entries as they are now."""
    events = _Reader(session, "sealed_events", "events", progress)
    entries = _Reader(session, "sealed_audit_entries", "audit_entries", progress)
    faults: list[Fault] = []
    before = NOTHING
    for row in (await session.execute(text(SEALS))).mappings().all():
        covered = await events.of(row["seal"]), await entries.of(row["seal"])
        faults += [Fault(what, seal_id=row["seal"]) for what in _check(before, row, *covered)]
        before = bytes(row["hash"])
    strays = [*await events.rest(), *await entries.rest()]
    return faults + [Fault("seal", seal_id=seal_id) for seal_id in strays]


class _Reader:
    """Rows of one mapping table in the order of their seals, read once from front to back."""

    def __init__(self, session: AsyncSession, sealed: str, log: str, progress: Progress) -> None:
        self.rows = _stream(session, _COVERED.format(sealed=sealed, log=log), progress)
        self.next: Any = None
        self.strays: list[int] = []
        self.is_open = False

    async def of(self, seal_id: int) -> Covered:
        """What the seal covers; rows of seals that do not exist are strays."""
        await self._open()
        found: Covered = []
        while self.next is not None and self.next[0] <= seal_id:
            if self.next[0] == seal_id:
                found.append((self.next[1], self.next[2]))
            else:
                self.strays.append(self.next[0])
            self.next = await anext(self.rows, None)
        return found

    async def rest(self) -> Sequence[int]:
        await self._open()
        while self.next is not None:
            self.strays.append(self.next[0])
            self.next = await anext(self.rows, None)
        return sorted(set(self.strays))

    async def _open(self) -> None:
        if not self.is_open:
            self.is_open = True
            self.next = await anext(self.rows, None)


async def _stream(
    session: AsyncSession, statement: str, progress: Progress
) -> AsyncIterator[tuple[int, int, bytes | None]]:
    result = await session.stream(text(statement), execution_options={"yield_per": _PAGE})
    async for page in result.partitions():
        for seal_id, seq, hash_ in page:
            yield seal_id, seq, None if hash_ is None else bytes(hash_)
        progress(len(page))


def _check(before: bytes, row: Any, events: Covered, entries: Covered) -> list[str]:
    if any(hash_ is None for _, hash_ in (*events, *entries)):
        return ["sealed_missing"]
    ends = (events[0][0], events[-1][0]) if events else (0, 0)
    audit_to = entries[-1][0] if entries else 0
    counts = (len(events), len(entries))
    rules = {
        "previous_seal": bytes(row["previous_hash"]) == before,
        "seal": bytes(row["hash"]) == _digest(before, events, entries)
        and counts == (row["count"], row["audit_count"]),
        "seal_range": (*ends, audit_to) == (row["from_seq"], row["to_seq"], row["audit_to_seq"]),
    }
    return [name for name, holds in rules.items() if not holds]


def _digest(before: bytes, events: Covered, entries: Covered) -> bytes:
    parts = [seq.to_bytes(8, "big", signed=True) + (hash_ or b"") for seq, hash_ in events]
    if entries:
        parts.append(b"audit")
        parts += [seq.to_bytes(8, "big", signed=True) + (hash_ or b"") for seq, hash_ in entries]
    return sha256(before + b"".join(parts)).digest()
