"""Does accepting a report cost more in a county with many cases? The same load before and after.

Bare pieces of the work are measured beside both: where they differ, the machine has changed.
"""

import asyncio
import statistics

from tests.bench import calibrators
from tests.bench.accept import REPORTS, WARM_UP, drained
from tests.bench.growing import grow
from tests.bench.load import Figures, Load, at_once, interleaved, spread
from tests.bench.people import Photo, Reporter
from tests.bench.processes import postmaster
from tests.running import RunningApp

SMALL = "10k"


async def run(app: RunningApp, rounds: int, size: str) -> Figures:
    """CPU of API, PostgreSQL and worker for a report with its photo, at both sizes."""
    small = await _at(app, rounds, SMALL)
    large = await _at(app, rounds, size)
    ratio = large["median"] / small["median"]
    floors = large["floor_median"] / small["floor_median"]
    return {
        "n": REPORTS * rounds,
        "small": small,
        "large": large,
        "ratio": round(ratio, 2),
        "ratio_of_bare_pieces": round(floors, 2),
    }


async def _at(app: RunningApp, rounds: int, size: str) -> Figures:
    cases = await asyncio.to_thread(grow, app, size)
    picture = Photo(1)
    reporter = Reporter(app, picture)
    database = [pid for pid in (postmaster(app.database_folder),) if pid]
    with app.working("--queue", "default"):
        await at_once(reporter.send, WARM_UP)
        ours = Load(reporter.send, REPORTS, lambda: [*app.pids, *database], lambda: drained(app))
        async with calibrators.loads(app, picture.body) as bare:
            found = await interleaved({"ours": ours, **bare}, rounds)
    own = [row["cpu_ms"] for row in found["ours"]]
    floors = [
        upload["cpu_ms"] + commit["cpu_ms"]
        for upload, commit in zip(found["bare_upload"], found["bare_commit"], strict=True)
    ]
    return {
        "cases": cases,
        "cpu_ms": spread(own),
        "median": round(statistics.median(own), 2),
        "floor_median": round(statistics.median(floors), 2),
    }
