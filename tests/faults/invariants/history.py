"""I1, I2, I6, I7, I13: what was acknowledged is here, once, with an unbroken history."""

import hashlib
import json
from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from tests.faults.invariants.evidence import TAKEN, Evidence, Finding, Rows
from tests.faults.invariants.flow import ALLOWED, FIRST

_EVENTS = "select * from events order by hazard_id, position"
_CHAINED = ["id", "hazard_id", "position", "kind", "actor_id", "organization_id", "role", "at"]
_CHAINED += ["occurred_at", "from_state", "to_state", "round", "data", "body_sha256"]


# By kind of what was sent; a visit without its answers is none, nor is a report without accident.
_STORED = {
    "hazard": "select id from events join hazards using (id)",
    "action": "select id from events",
    "photo": "select id from photos",
    "visit": "select distinct visit_id as id from visit_answers",
    "delay": "select reason_id as id from postponements",
    "collection": "select id from collections",
    "errand": "select id from errands",
    "accident_report": "select id from accident_reports",
    "accident": "select id from accident_reports join accidents using (id)",
}


async def acked_is_stored(evidence: Evidence) -> Finding:
    """I1"""
    found = Finding()
    stored = {
        kind: {str(row["id"]) for row in await evidence.rows(query)}
        for kind, query in _STORED.items()
    }
    for ack in evidence.acks:
        here = ack.id in stored[ack.kind]
        found.look(here, f"{ack.kind} {ack.id} was acknowledged and is not stored")
    return found


async def stored_once(evidence: Evidence) -> Finding:
    """I2; the harness gives every report and step content of its own"""
    found = Finding()
    twins = (
        "select count(*) over () as total, min(id::text) as id, count(*) as times from {} group by"
        " {}"
    )
    queries = (
        twins.format("events", "id"),
        twins.format("hazards", "reporter_id, note, occurred_at"),
        twins.format("(select * from events where body_sha256 <> '') e", "kind, body_sha256"),
        twins.format("photos", "id"),
        twins.format("visits", "person_id, sha256"),
        twins.format("collections", "person_id, sha256"),
        twins.format("accident_reports", "person_id, sha256"),
        twins.format("errands", "person_id, sha256"),
        twins.format("(select * from postponements where sha256 <> '') p", "person_id, sha256"),
    )
    for query in queries:
        for row in await evidence.rows(query):
            found.look(row["times"] == 1, f"{row['id']} is stored {row['times']} times")
    for sentence in evidence.acks.differing:
        found.look(False, sentence)
    return found


async def history_is_whole(evidence: Evidence) -> Finding:
    """I6"""
    found = Finding()
    hazards = {row["id"]: row for row in await evidence.rows("select * from hazards")}
    chains = _chains(await evidence.rows(_EVENTS))
    for id_ in hazards:
        found.look(id_ in chains, f"case {id_} has no history")
    for id_, chain in chains.items():
        wrong = _broken_steps(chain)
        found.look(not wrong, f"case {id_}: {'; '.join(wrong)}")
        end = hazards.get(id_)
        known = end and (end["state"], end["version"], end["round"])
        last = chain[-1]
        told = (last["to_state"], last["position"], last["round"])
        found.look(known == told, f"case {id_} is {known}, its history ends at {told}")
    for row in await evidence.rows(_WITHOUT_POST):
        found.look(False, f"event {row['id']} by somebody who had no such post")
    return found


_WITHOUT_POST = """
select e.id from events e where e.organization_id is not null and not exists (
  select 1 from posts p where p.person_id = e.actor_id and p.organization_id = e.organization_id
  and p.role = e.role and p.starts_on <= (e.at at time zone 'Asia/Shanghai')::date
  and (p.ends_on is null or p.ends_on >= (e.at at time zone 'Asia/Shanghai')::date))
"""


def _chains(events: Rows) -> dict[UUID, Rows]:
    chains: dict[UUID, Rows] = defaultdict(list)
    for event in events:
        chains[event["hazard_id"]].append(event)
    return chains


def _broken_steps(chain: Rows) -> list[str]:
    wrong = [] if chain[0]["kind"] == FIRST else [f"begins with {chain[0]['kind']}"]
    for event in chain:
        step = (event["from_state"], event["kind"], event["to_state"])
        if step not in ALLOWED:
            wrong.append(f"{step} is no step")
    for before, after in pairwise(chain):
        if after["position"] != before["position"] + 1 or after["seq"] <= before["seq"]:
            wrong.append(f"position {after['position']} follows {before['position']}")
        if after["from_state"] != before["to_state"]:
            wrong.append(f"{after['kind']} begins where {before['kind']} did not end")
        if after["at"] < before["at"]:
            wrong.append(f"{after['kind']} happened before {before['kind']}")
    return wrong


async def audit_verifies(evidence: Evidence) -> Finding:
    """I7, recomputed here with nothing of the program's"""
    found = Finding()
    seals = await evidence.rows("select * from seals order by id")  # first: jobs go on sealing
    events = await evidence.rows(_EVENTS)
    previous: dict[UUID, bytes] = {}
    for event in events:
        before = previous.get(event["hazard_id"], bytes(32))
        expected = hashlib.sha256(before + _canonical(event)).digest()
        whole = event["previous_hash"] == before and event["hash"] == expected
        found.look(whole, f"event {event['id']}: the chain does not hold")
        previous[event["hazard_id"]] = event["hash"]
    known = {str(event["id"]) for event in events}
    for id_ in evidence.acks.refused:
        found.look(id_ not in known, f"{id_} was refused and stands in history")
    hashes = {event["seq"]: event["hash"] for event in events}
    return await _check_seals(evidence, found, seals, hashes)


async def _check_seals(
    evidence: Evidence, found: Finding, seals: Rows, hashes: dict[int, bytes]
) -> Finding:
    """Each covers events and, behind a word that parts the two, entries of the audit."""
    entries = await evidence.rows("select seq, hash from audit_entries")
    events = await _covered(evidence, "sealed_events", hashes)
    audit = await _covered(
        evidence, "sealed_audit_entries", {row["seq"]: row["hash"] for row in entries}
    )
    before = bytes(32)
    for seal in seals:
        parted = b"audit" + audit[seal["id"]] if audit[seal["id"]] else b""
        digest = hashlib.sha256(before + events[seal["id"]] + parted).digest()
        whole = seal["hash"] == digest and seal["previous_hash"] == before
        found.look(whole, f"seal {seal['id']} does not hold")
        before = seal["hash"]
    return found


async def _covered(evidence: Evidence, table: str, hashes: dict[int, bytes]) -> dict[int, bytes]:
    """By seal: the numbers and hashes of what it covers, in their order."""
    covered: dict[int, bytes] = defaultdict(bytes)
    for row in await evidence.rows(f"select seal_id, seq from {table} order by seq"):  # noqa: S608
        covered[row["seal_id"]] += row["seq"].to_bytes(8, "big") + hashes.get(row["seq"], b"")
    return covered


def _canonical(event: dict[str, Any]) -> bytes:
    """RFC 8785 of what the chain vouches for."""
    members = {name: _plain(event[name]) for name in _CHAINED}
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return str(value) if isinstance(value, UUID) else value


async def success_is_committed(evidence: Evidence) -> Finding:
    """I13: seen from another connection, with the very bytes that were sent"""
    found = Finding()
    stored = {(str(row["id"]), row["sha256"]) for row in await evidence.rows(TAKEN)}
    for ack in evidence.acks:
        holds = (ack.id, ack.sha256) in stored
        found.look(holds, f"{ack.kind} {ack.id} was answered {ack.status} and is not committed")
    return found
