"""I9 while things break: what neighbours get to see of our ground, and our people of theirs.

The neighbour reports one case of its own under an id that never changes; to send it again makes
nothing new, and brings it back where a restore has lost it.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx

from tests.faults.acks import AckLog
from tests.faults.l4.stack import Stack
from tests.faults.phone import Phone, hazard

LISTS = ("/api/hazards?limit=100", "/api/hazards/map", "/api/sync/changes?limit=200")
HERE, AWAY = ("phone 0", "township"), ("neighbour", "neighbour's township")
THEIRS = "0a9e1b7c-5d2f-4c38-8e61-aa7d3f90b514"
TRIED = 3  # of our cases, opened by each neighbour


@dataclass(frozen=True)
class Reading:
    """`bodies`: reader and what was answered; `foreign`: what this reader must not be shown."""

    bodies: Sequence[tuple[str, str]]
    foreign: Mapping[str, Sequence[str]]


async def read(stack: Stack, acks: AckLog) -> Reading:
    """Lists, map, feed, and the cases of the other side by their addresses."""
    await _theirs_is_here(stack)
    ours = sorted(acks.of("hazard"))
    bodies: list[tuple[str, str]] = []
    for reader, others in (*((one, [THEIRS]) for one in HERE), *((one, ours) for one in AWAY)):
        async with stack.client(reader) as client:
            for path in LISTS:
                answer = await client.get(path)
                assert answer.status_code == httpx.codes.OK, (reader, path, answer.text)
                bodies.append((reader, answer.text))
                assert reader in HERE or path == LISTS[1] or THEIRS in answer.text, (reader, path)
            for id_ in others[:TRIED]:
                answer = await client.get(f"/api/hazards/{id_}")
                bodies.append((reader, f"{id_} opened" if answer.is_success else answer.text))
    here, away = ((one, (THEIRS,)) for one in HERE), ((one, tuple(ours)) for one in AWAY)
    return Reading(bodies, dict([*here, *away]))


async def _theirs_is_here(stack: Stack) -> None:
    log = AckLog()
    async with stack.client("neighbour") as client:
        phone = Phone(client, log, random.Random(1))
        phone.save(hazard(THEIRS, [], occurred_at="2026-11-02T08:00:00+08:00"))
        assert await phone.drain(60)
    assert ("hazard", THEIRS) in log
