"""A ledger of 20,000 rows with 5 % wrong cells: uploaded, checked, taken in and undone again.

Over HTTP with a worker of its own, as an office does it: how long until each step is done, and
whether the page was told of progress meanwhile.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
import psycopg

from tests import sheets
from tests.bench.load import Figures
from tests.bench.people import client, cookie, tokens
from tests.bench.processes import cpu_seconds, postmaster
from tests.running import RunningApp

ROWS = 20_000
ASKED_EVERY = 0.2  # seconds
_MOVING = frozenset({"checking", "applying", "undoing"})
VILLAGES = """
select o.short_name from organizations o join grids g on g.organization_id = o.id
where o.kind = 'village' and o.is_active and (g.valid_to is null or g.valid_to >= current_date)
group by o.short_name having count(*) = 1 order by 1 limit 100
"""


async def run(app: RunningApp) -> Figures:
    """The county knows these villages, each by one name only, and one grid in each."""
    with psycopg.connect(app.database_url.replace("+psycopg", "")) as connection:
        villages = [row[0] for row in connection.execute(VILLAGES)]
    sheet = sheets.many(villages, ROWS, seed=4)
    token = tokens(app, 1, "county_officer")[0]
    with app.working() as worker:
        async with client(app) as http:
            http.headers.update(cookie(token))
            await _until_done(
                http, await _sent(http, sheets.many(villages, 10, seed=5))
            )  # the worker has started
            return await _all_steps(http, sheet, lambda: _spent(app, worker.pid))


def _spent(app: RunningApp, worker: int) -> float:
    """CPU seconds of the worker and of PostgreSQL so far: fair where others share the cores."""
    database = postmaster(app.database_folder)
    return cpu_seconds([worker, *([database] if database else [])])


async def _all_steps(
    http: httpx.AsyncClient, sheet: sheets.Sheet, spent: Callable[[], float]
) -> Figures:
    begun, before = time.perf_counter(), spent()
    id_ = await _sent(http, sheet)
    uploaded = time.perf_counter() - begun
    batch, told = await _until_done(http, id_)
    checked = time.perf_counter() - begun - uploaded
    after_check = spent()
    applied, apply_told, added = await _step(http, batch, "apply")
    after_all = spent()
    undone, _, _ = await _step(http, batch, "undo")
    after_undo = spent()
    return {
        "rows": ROWS,
        "uploaded_s": round(uploaded, 1),
        "checked_s": round(checked, 1),
        "check_cpu_s": round(after_check - before, 1),
        "told_progress_while_checked": told,
        "wrong_rows": batch["wrong"],
        "wrong_rows_missed": abs(batch["wrong"] - len(sheet.wrong)),
        "taken_in_s": round(applied, 1),
        "take_in_cpu_s": round(after_all - after_check, 1),
        "in_all_s": round(uploaded + checked + applied, 1),
        "told_progress_while_taken_in": apply_told,
        "added": added,
        "undone_s": round(undone, 1),
        "undo_cpu_s": round(after_undo - after_all, 1),
    }


async def _sent(http: httpx.AsyncClient, sheet: sheets.Sheet) -> str:
    sent = await http.post("/api/ledger/imports", files={"file": ("台账.xlsx", sheet.body)})
    return str(sent.raise_for_status().json()["id"])


async def _step(
    http: httpx.AsyncClient, batch: dict[str, Any], step: str
) -> tuple[float, int, int]:
    begun = time.perf_counter()
    (await http.post(f"/api/ledger/imports/{batch['id']}/{step}")).raise_for_status()
    done, told = await _until_done(http, batch["id"])
    return time.perf_counter() - begun, told, done["added"]


async def _until_done(http: httpx.AsyncClient, id_: str) -> tuple[dict[str, Any], int]:
    """The batch when its stage has ended, and how many different numbers were told before."""
    told: set[int] = set()
    while True:
        answer = await http.get(f"/api/ledger/imports/{id_}")
        batch: dict[str, Any] = answer.raise_for_status().json()
        if batch["stage"] not in _MOVING:
            return batch, len(told)
        told.add(batch["done"])
        await asyncio.sleep(ASKED_EVERY)
