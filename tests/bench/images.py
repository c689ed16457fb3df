"""What making the derivatives costs, in a worker that does nothing else."""

import asyncio
import time

import psycopg

from tests.bench.load import Figures, at_once, spread
from tests.bench.people import Photo, Reporter
from tests.bench.processes import cpu_seconds, family, memory_megabytes
from tests.running import RunningApp

PHOTOS = 40
WAITING = "select count(*) from procrastinate_jobs where queue_name = 'pictures'"
DONE_WITHIN_S = 300


async def run(app: RunningApp, rounds: int) -> Figures:
    """CPU of the worker and of the processes in which it decodes, per photo, until none waits."""
    reporter = Reporter(app, Photo(3))
    url = app.database_url.replace("+psycopg", "")
    costs, most = [], 0.0
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("delete from procrastinate_jobs where queue_name = 'pictures'")
        with app.working("--queue", "pictures", "--concurrency", "1") as worker:
            await at_once(reporter.send, 10)
            await _done(connection)
            for _ in range(rounds):
                before = cpu_seconds([worker.pid])
                await at_once(reporter.send, PHOTOS)
                most = max(most, await _done(connection, worker.pid))
                costs.append((cpu_seconds([worker.pid]) - before) / PHOTOS * 1000)
    return {"n": PHOTOS * rounds, "cpu_ms": spread(costs), "peak_memory_mb": round(most)}


async def _done(
    connection: psycopg.Connection[tuple[object, ...]], worker: int | None = None
) -> float:
    """Wait until no photo waits; the most memory of the worker and its helpers meanwhile."""
    most, deadline = 0.0, time.monotonic() + DONE_WITHIN_S
    while time.monotonic() < deadline:
        if connection.execute(WAITING).fetchone() == (0,):
            return most
        if worker:
            most = max(most, sum(memory_megabytes(pid) for pid in family([worker])))
        await asyncio.sleep(0.05)
    raise TimeoutError("the pictures are not made")
