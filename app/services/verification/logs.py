"""The chain of every case, and the hash of every audit entry."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.verification.canonical import NOTHING, chained
from app.services.verification.faults import Fault

Progress = Callable[[int], None]
# Longer than any transaction here takes, though db.LIMITS bounds its statements and pauses alone:
# one that took longer still would be named as late by mistake, never passed over.
LATE = timedelta(minutes=15)
_PAGE = 1_000
_EVENTS = """
    select e.id, e.hazard_id, e.position, e.kind, e.actor_id, e.organization_id, e.role, e.at,
        e.occurred_at, e.from_state, e.to_state, e.round, e.data, e.body_sha256,
        e.previous_hash, e.hash, s.seq is not null as is_sealed
    from events e left join sealed_events s on s.seq = e.seq
    order by e.hazard_id, e.position, e.seq
"""
_ENTRIES = """
    select a.id, a.at, a.kind, a.succeeded, a.actor_id, a.address, a.request,
        a.subject_kind, a.subject_id, a.data, a.hash, a.seq, s.seq is not null as is_sealed
    from audit_entries a left join sealed_audit_entries s on s.seq = a.seq
    order by a.seq
"""
_NOT_HASHED = {"previous_hash", "hash", "seq", "is_sealed"}
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


async def verify_logs(session: AsyncSession, progress: Progress) -> list[Fault]:
    """Cases first, each from its report to its end; then what was audited."""
    sealed_at = await session.scalar(text("select max(at) from seals"))
    deadline = sealed_at - LATE if sealed_at else None
    faults: list[Fault] = []
    before = _Before()
    async for row in _rows(session, _EVENTS, progress):
        if row["hazard_id"] != before.hazard_id:
            before = _Before(row["hazard_id"])
        wrong = [name for name, holds in _rules(before, row, deadline).items() if not holds]
        faults += [Fault(what, row["hazard_id"], row["position"]) for what in wrong]
        before = _Before(row["hazard_id"], row["position"], row["hash"], row["to_state"])
    faults += await _ends(session)
    async for row in _rows(session, _ENTRIES, progress):
        if row["hash"] != chained(b"", _members(row)):
            faults.append(Fault("audit_hash", audit_seq=row["seq"]))
        if not _in_time(row, deadline):
            faults.append(Fault("late", audit_seq=row["seq"]))
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


def _rules(before: _Before, row: dict[str, Any], deadline: Any) -> dict[str, bool]:
    return {
        "position": row["position"] == before.position + 1,
        "previous_hash": row["previous_hash"] == before.hash,
        "hash": row["hash"] == chained(row["previous_hash"], _members(row)),
        "from_state": row["from_state"] == before.state,
        "first": (row["kind"] == "hazard.reported") == (row["position"] == 1),
        "late": _in_time(row, deadline),
    }


def _in_time(row: dict[str, Any], deadline: Any) -> bool:
    """A seal takes all there is: what is older than the last one and in none was put in later."""
    return bool(row["is_sealed"] or deadline is None or row["at"] > deadline)


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
