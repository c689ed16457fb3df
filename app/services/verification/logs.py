"""The chain of every case, and the hash of every audit entry."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.verification.canonical import NOTHING, chained
from app.services.verification.faults import Fault

Progress = Callable[[int], None]
# A seal takes no more of each kind: what is left over comes in the next, however old it is.
FULL = 5_000
DATED_BACK = "history.dated_back"
# Longer than any transaction here takes, though db.LIMITS bounds its statements and pauses alone:
# one that took longer still would be named as late by mistake, never passed over.
LATE = timedelta(minutes=15)
_PAGE = 1_000
_EVENTS = """
    select e.id, e.hazard_id, e.position, e.kind, e.actor_id, e.organization_id, e.role, e.at,
        e.occurred_at, e.from_state, e.to_state, e.round, e.data, e.body_sha256,
        e.previous_hash, e.hash, e.seq, s.seal_id
    from events e left join sealed_events s on s.seq = e.seq
    order by e.hazard_id, e.position, e.seq
"""
_ENTRIES = """
    select a.id, a.at, a.kind, a.succeeded, a.actor_id, a.address, a.request,
        a.subject_kind, a.subject_id, a.data, a.hash, a.seq, s.seal_id
    from audit_entries a left join sealed_audit_entries s on s.seq = a.seq
    order by a.seq
"""
_SEALS = "select id, at, greatest(count, audit_count) from seals order by id"
_NOTED = "select data from audit_entries where kind = :kind"
_WHERE = "select hazard_id, position from events where seq = any(:seqs) order by seq"
_NOT_HASHED = {"previous_hash", "hash", "seq", "seal_id"}
_ENDS = """
    select h.id, h.version, h.state, e.position, e.to_state
    from hazards h left join lateral (
        select position, to_state from events where hazard_id = h.id
        order by position desc, seq desc limit 1
    ) e on true
    where e.position is distinct from h.version or e.to_state is distinct from h.state
    union all
    select distinct e.hazard_id, null::bigint, null, e.position, null
    from events e left join hazards h on h.id = e.hazard_id
    where h.id is null and e.position = 1
"""


@dataclass
class _Before:
    """The event before, in the same case."""

    hazard_id: Any = None
    position: int = 0
    hash: bytes = NOTHING
    state: str | None = None


@dataclass(frozen=True)
class Times:
    """`sealed`: before each seal, and at last (None), when one was made that took all there was.

    `events`, `entries`: whose lateness the system itself has noted, by `seq`.
    """

    sealed: dict[int | None, datetime | None]
    events: frozenset[int]
    entries: frozenset[int]

    @classmethod
    async def of(cls, session: AsyncSession) -> Self:
        sealed: dict[int | None, datetime | None] = {}
        newest = None
        for id_, at, most in await session.execute(text(_SEALS)):
            sealed[id_] = newest
            newest = at if most < FULL else newest
        sealed[None] = newest
        notes = (await session.scalars(text(_NOTED), {"kind": DATED_BACK})).all()
        told = (
            frozenset(seq for note in notes for seq in note.get(name, ()))
            for name in ("events", "entries")
        )
        return cls(sealed, *told)

    def rules(self, row: dict[str, Any], told: frozenset[int]) -> dict[str, bool]:
        """A seal takes all there is: what is older than one and not in it was put in later.

        Or a clock was wrong. While it is in no seal nobody can have noted it; in one it has been.
        """
        seal_id, before = row["seal_id"], self.sealed.get(row["seal_id"])
        is_in_time = before is None or row["at"] > before - LATE
        return {
            "late": seal_id is not None or is_in_time,
            "dated_back": seal_id is None or is_in_time or row["seq"] in told,
        }


async def remarks_of_logs(session: AsyncSession) -> list[Fault]:
    """What came later than it says, as the system has noted: no fault, but told each time."""
    told = await Times.of(session)
    rows = await session.execute(text(_WHERE), {"seqs": sorted(told.events)})
    found = [Fault("noted", hazard_id, position) for hazard_id, position in rows]
    return found + [Fault("noted", audit_seq=seq) for seq in sorted(told.entries)]


async def verify_logs(session: AsyncSession, progress: Progress) -> list[Fault]:
    """Cases first, each from its report to its end; then what was audited."""
    faults: list[Fault] = []
    before, times = _Before(), await Times.of(session)
    async for row in _rows(session, _EVENTS, progress):
        if row["hazard_id"] != before.hazard_id:
            before = _Before(row["hazard_id"])
        wrong = [name for name, holds in _rules(before, row, times).items() if not holds]
        faults += [Fault(what, row["hazard_id"], row["position"]) for what in wrong]
        before = _Before(row["hazard_id"], row["position"], row["hash"], row["to_state"])
    faults += await _ends(session)
    async for row in _rows(session, _ENTRIES, progress):
        rules = {
            "audit_hash": row["hash"] == chained(b"", _members(row)),
            **times.rules(row, times.entries),
        }
        faults += [Fault(what, audit_seq=row["seq"]) for what, holds in rules.items() if not holds]
    return faults


async def _rows(
    session: AsyncSession, statement: str, progress: Progress
) -> AsyncIterator[dict[str, Any]]:
    result = await session.stream(text(statement), execution_options={"yield_per": _PAGE})
    async for page in result.mappings().partitions():
        for row in page:
            yield {
                key: bytes(value) if isinstance(value, memoryview) else value
                for key, value in row.items()
            }
        progress(len(page))


def _members(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in _NOT_HASHED}


def _rules(before: _Before, row: dict[str, Any], times: Times) -> dict[str, bool]:
    return {
        "position": row["position"] == before.position + 1,
        "previous_hash": row["previous_hash"] == before.hash,
        "hash": row["hash"] == chained(row["previous_hash"], _members(row)),
        "from_state": row["from_state"] == before.state,
        "first": (row["kind"] == "hazard.reported") == (row["position"] == 1),
        **times.rules(row, times.events),
    }


async def _ends(session: AsyncSession) -> list[Fault]:
    """A case counts its events and shows the state of its last one: a cut tail is seen."""
    faults = []
    for id_, version, state, position, to_state in await session.execute(text(_ENDS)):
        if version is None:
            faults.append(Fault("orphan", id_, position))
        elif position != version:
            faults.append(Fault("version", id_, position or 0))
        if version is not None and state != to_state:
            faults.append(Fault("state", id_, position or 0))
    return faults
