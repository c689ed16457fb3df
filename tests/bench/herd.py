"""A thousand phones at once, each with a report and a photo that it has kept for hours."""

import json
import statistics
import time
from typing import Any
from uuid import UUID, uuid4

import psycopg

from tests.bench.line import Line
from tests.bench.load import CONCURRENCY, Figures, at_once
from tests.bench.people import PEOPLE, Photo, crew
from tests.bench.processes import postmaster
from tests.bench.storm import PHONES, Storm
from tests.running import RunningApp

STEADY = 300
WARM_UP = 60
Sent = list[tuple[UUID, UUID]]


async def run(app: RunningApp) -> Figures:
    """How fast it drains against eight at a time, what is lost, doubled or refused badly.

    The steady rate is taken before and after, through the same kind of connections.
    """
    photo, database = Photo(2), postmaster(app.database_folder)
    pids = [*app.pids, *([database] if database else [])]
    workers = crew(app, PEOPLE)
    await _steady(app, photo, workers, WARM_UP)
    rates = [await _steady(app, photo, workers, STEADY)]
    storm, sent = Storm(), Sent()

    async def phone(_: int, line: Line) -> None:
        sent.append(await _send(line, photo, storm))

    await storm.rage(app, pids, crew(app, PHONES), phone)
    rates.append(await _steady(app, photo, workers, STEADY))
    steady, drained = statistics.mean(rates), PHONES / max(storm.took)
    return {
        **_kept(app, sent),
        **storm.figures(),
        "steady_per_second": round(steady, 1),
        "steady_at_a_time": CONCURRENCY,
        "drained_per_second": round(drained, 1),
        "drain_over_steady": round(drained / steady, 2),
    }


async def _steady(app: RunningApp, photo: Photo, workers: list[str], count: int) -> float:
    """Reports with a photo each a second, eight at a time."""
    calm, lines = Storm(), [Line(app.url, token) for token in workers[:CONCURRENCY]]

    async def one(number: int) -> None:
        line = free.pop()
        await _send(line, photo, calm)
        free.append(line)

    free, begun = list(lines), time.perf_counter()
    await at_once(one, count)
    return count / (time.perf_counter() - begun)


async def _send(line: Line, photo: Photo, storm: Storm) -> tuple[UUID, UUID]:
    """Words first, the photo after, as the outbox does."""
    hazard_id, photo_id = uuid4(), uuid4()
    report = json.dumps(photo.report(str(photo_id))).encode()
    as_json = {"Content-Type": "application/json"}
    await storm.until_taken(lambda: line.put(f"/api/hazards/{hazard_id}", as_json, report))
    await storm.until_taken(lambda: line.put(f"/api/photos/{photo_id}", photo.headers, photo.body))
    return hazard_id, photo_id


def _kept(app: RunningApp, sent: Sent) -> dict[str, Any]:
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
