"""What it costs to accept a report with a 300 KB photo, all in, beside bare pieces of the work."""

import asyncio
import statistics
import time

import psycopg

from tests.bench import calibrators
from tests.bench.load import (
    Figures,
    Load,
    at_once,
    interleaved,
    nothing,
    one_round,
    ratio,
    spread,
    spreads,
)
from tests.bench.people import Photo, Reporter
from tests.bench.processes import cpu_seconds, memory_megabytes, postmaster
from tests.running import RunningApp

REPORTS = 100
WARM_UP = 60  # until every connection has prepared its statements
WAITING = """select count(*) from procrastinate_jobs
where queue_name = 'default' and status in ('todo', 'doing')"""
DRAINED_WITHIN_S = 120


async def run(app: RunningApp, rounds: int) -> Figures:
    """Api + PostgreSQL + the worker of all jobs but pictures, until nothing waits any more."""
    picture = Photo(1)
    reporter = Reporter(app, picture)
    idle = memory_megabytes(app.pids[0])
    database = [pid for pid in (postmaster(app.database_folder),) if pid]
    with app.working("--queue", "default"):
        await at_once(reporter.send, WARM_UP)
        ours = Load(reporter.send, REPORTS, lambda: [*app.pids, *database], lambda: drained(app))
        async with calibrators.loads(app, picture.body) as bare:
            found = await interleaved({"ours": ours, **bare}, rounds)
        shares, wal = await _one_more(app, ours)
    floors = [
        upload["cpu_ms"] + commit["cpu_ms"]
        for upload, commit in zip(found["bare_upload"], found["bare_commit"], strict=True)
    ]
    return {
        "n": REPORTS * rounds,
        "photo_bytes": len(picture.body),
        **{name: spreads(rows) for name, rows in found.items()},
        "cpu_ms_of": shares,
        "floor_cpu_ms": spread(floors),
        "cost_over_floor": ratio(found["ours"], floors),
        "share_of_floor": round(
            statistics.median(
                floor / one["cpu_ms"] for one, floor in zip(found["ours"], floors, strict=True)
            ),
            3,
        ),
        "reports_per_second_and_core": round(
            1000 / statistics.median(one["cpu_ms"] for one in found["ours"])
        ),
        "wal_over_photo": round(wal / len(picture.body), 4),
        "copy_rows_per_second": round(calibrators.copied_rows_per_second(app)),
        "memory_idle_mb": round(idle),
        "memory_after_mb": round(memory_megabytes(app.pids[0])),
    }


async def _one_more(app: RunningApp, ours: Load) -> tuple[dict[str, float], float]:
    """CPU milliseconds by process and bytes of WAL, of one report; a round of their own."""
    pids = dict(zip(("api", "worker"), app.pids, strict=True))
    pids |= {"postgresql": postmaster(app.database_folder) or 0}
    before, wal = {name: cpu_seconds([pid]) for name, pid in pids.items()}, _wal(app)
    await one_round(ours)
    shares = {name: (cpu_seconds([pid]) - before[name]) / REPORTS for name, pid in pids.items()}
    return {name: round(s * 1000, 2) for name, s in shares.items()}, (_wal(app) - wal) / REPORTS


async def drained(app: RunningApp) -> None:
    """Until the worker has done everything that the round has caused."""
    url = app.database_url.replace("+psycopg", "")
    deadline = time.monotonic() + DRAINED_WITHIN_S
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        while time.monotonic() < deadline:
            row = await (await connection.execute(WAITING)).fetchone()
            if row == (0,):
                await nothing()
                return
            await asyncio.sleep(0.25)
    raise TimeoutError("the worker does not drain its queue")


def _wal(app: RunningApp) -> int:
    """Bytes of write-ahead log since ever."""
    url = app.database_url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("select pg_current_wal_insert_lsn() - '0/0'::pg_lsn").fetchone()
    assert row
    return int(row[0])
