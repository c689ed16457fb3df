"""A thousand phones at once, each with a report and a photo that it has kept for hours."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg

from tests.bench.load import CONCURRENCY, Figures, at_once, percentile
from tests.bench.people import Photo, Reporter, client, cookie, tokens
from tests.bench.processes import memory_megabytes
from tests.running import RunningApp

PHONES = 1000
STEADY = 300
AT_LAST_S = 300


@dataclass
class Storm:
    """What came of it."""

    sent: list[tuple[UUID, UUID]] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    peak_mb: float = 0.0


async def run(app: RunningApp) -> Figures:
    """How fast it drains against eight at a time, what is lost, doubled or refused badly."""
    picture = Photo(2)
    steady = Reporter(app, picture)
    await at_once(steady.send, 40)
    begun = time.perf_counter()
    await at_once(steady.send, STEADY)
    rate = STEADY / (time.perf_counter() - begun)
    storm = await _storm(app, picture, tokens(app, PHONES))
    drained = len(storm.sent) / max(storm.took)
    return {
        "phones": PHONES,
        **_kept(app, storm.sent),
        "answers": {str(status): count for status, count in sorted(storm.answers.items())},
        "server_errors": sum(n for status, n in storm.answers.items() if status >= 500),
        "steady_per_second": round(rate, 1),
        "steady_at_a_time": CONCURRENCY,
        "drained_per_second": round(drained, 1),
        "drain_over_steady": round(drained / rate, 2),
        "all_served_s": round(max(storm.took), 1),
        "p50_s": round(percentile(storm.took, 0.5), 1),
        "p99_s": round(percentile(storm.took, 0.99), 1),
        "peak_memory_mb": round(storm.peak_mb),
    }


async def _storm(app: RunningApp, picture: Photo, cookies: list[str]) -> Storm:
    storm, begun = Storm(), time.perf_counter()

    async def phone(http: httpx.AsyncClient, token: str) -> None:
        hazard_id, photo_id = uuid4(), uuid4()
        headers = cookie(token)
        report = picture.report(str(photo_id))
        await _until_taken(http, storm, f"/api/hazards/{hazard_id}", headers=headers, json=report)
        headers |= picture.headers
        path = f"/api/photos/{photo_id}"
        await _until_taken(http, storm, path, headers=headers, content=picture.body)
        storm.sent.append((hazard_id, photo_id))
        storm.took.append(time.perf_counter() - begun)

    async with client(app, PHONES) as http, watched(app, storm), asyncio.timeout(AT_LAST_S):
        await asyncio.gather(*(phone(http, token) for token in cookies))
    return storm


async def _until_taken(http: httpx.AsyncClient, storm: Storm, path: str, **request: Any) -> None:
    """As the outbox does: told to wait, it waits; a broken line is tried again."""
    while True:
        try:
            answer = await http.put(path, **request)
        except httpx.TransportError:
            storm.answers[0] += 1
            await asyncio.sleep(1)
            continue
        storm.answers[answer.status_code] += 1
        if answer.status_code == 200:
            return
        if answer.status_code not in {429, 503}:
            raise AssertionError(f"{answer.status_code} {answer.text}")
        await asyncio.sleep(float(answer.headers["Retry-After"]))


@asynccontextmanager
async def watched(app: RunningApp, storm: Storm) -> AsyncIterator[None]:
    """Notes the most memory that the server has meanwhile."""

    async def watch() -> None:
        while True:
            storm.peak_mb = max(storm.peak_mb, memory_megabytes(app.pids[0]))
            await asyncio.sleep(0.1)

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()


def _kept(app: RunningApp, sent: list[tuple[UUID, UUID]]) -> dict[str, int]:
    """Cases and photos that are not there, or not together; cases that are there twice."""
    cases, photos = ([str(pair[at]) for pair in sent] for at in (0, 1))
    query = """
        select count(*), count(distinct h.id), count(*) filter (where h.photos_received = 1),
            (select count(*) from events e where e.id = any(%(cases)s::uuid[])),
            (select count(*) from photos p where p.id = any(%(photos)s::uuid[]))
        from hazards h where h.id = any(%(cases)s::uuid[])
    """
    with psycopg.connect(app.database_url.replace("+psycopg", "")) as connection:
        row = connection.execute(query, {"cases": cases, "photos": photos}).fetchone()
    assert row
    rows, distinct, together, events, stored = row
    return {
        "lost_cases": PHONES - distinct,
        "lost_photos": PHONES - stored,
        "apart": PHONES - together,
        "doubled": rows - distinct + max(0, events - PHONES),
    }
