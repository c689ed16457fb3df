"""A whole county: 5,000 grids, 60,000 places, half a year of patrols (what a large county has).

Today's list, a day's tasks, what a phone takes along, and the board 巡查覆盖, beside the floor of
each: FastAPI answering a small JSON, COPY into a bare table, and one bare count over all places.
"""

import asyncio
import gzip
import json
import os
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import psycopg

from app import clock, db
from app.config import Settings
from app.services import patrols
from tests.bench import calibrators
from tests.bench.growing import grow, one
from tests.bench.line import Line
from tests.bench.load import (
    Figures,
    Load,
    Row,
    at_once,
    interleaved,
    nothing,
    ratio,
    spread,
    spreads,
)
from tests.bench.people import tokens_of
from tests.bench.processes import cpu_seconds, postmaster
from tests.bench.settling import settle
from tests.running import RunningApp

WORKERS = 100
LISTS, BOARDS = 100, 2  # a round
TURNS = 3
GZIP_LEVEL = 5  # what the proxy in front of the API takes
OBJECTS_A_PAGE, CHANGES_A_PAGE = 200, 100  # as a phone asks (pwa/src/core/browser.ts)
VACUUM_SECONDS = 300
NOT_VACUUMED = "select n_ins_since_vacuum from pg_stat_user_tables where relname = 'patrol_tasks'"
COUNT_ALL = "select grid_id, count(*), min(created_at) from supervised_objects group by grid_id"
GRIDWORKERS = """
select id from (
    select p.person_id as id, row_number() over (order by p.grid_id) as place, count(*) over ()
        as all_of_them
    from posts p join people on people.id = p.person_id
    where people.name like '量网%' and p.role = 'gridworker'
) p where place % (all_of_them / {count}) = 0 order by id limit {count}
"""
OFFICERS = {
    "township": "select person_id from posts where role = 'township_officer' order by"
    " (select count(*) from supervised_objects o join grids g on g.id = o.grid_id join"
    " organizations b on b.id = g.organization_id where b.within_id = posts.organization_id) desc"
    " limit 1",
    "county": "select person_id from posts where role = 'county_officer' limit 1",
}
BOARD_PAGES: dict[str, tuple[str, str, dict[str, str]]] = {
    "county": ("county", "/api/coverage/grids", {}),
    "township": ("township", "/api/coverage/grids", {}),
    "county_narrowed": ("county", "/api/coverage/grids", {"duty": "F5", "is_key": "true"}),
    "places": ("county", "/api/coverage/objects", {}),
    "places_put_off": ("county", "/api/coverage/objects", {"why": "put_off"}),
    "places_of_township": ("township", "/api/coverage/objects", {}),
}


async def run(app: RunningApp, rounds: int) -> Figures:
    """Builds the county first: some two minutes."""
    begun, today = time.perf_counter(), clock.local(clock.now()).date()
    sizes = await asyncio.to_thread(settle, app, today)
    sizes["cases"] = await asyncio.to_thread(grow, app, "100k")
    built = round(time.perf_counter() - begun)
    planned = await _plan(app)
    vacuumed = await asyncio.to_thread(_vacuumed, app)
    workers = tokens_of(app, GRIDWORKERS.format(count=WORKERS))
    officers = {name: tokens_of(app, query)[0] for name, query in OFFICERS.items()}
    found = await _pages(app, workers, officers, rounds)
    bare = [row["cpu_ms"] for row in found["fastapi_json"]]
    all_places = [row["cpu_ms"] for row in found["count_all"]]
    return {
        **sizes,
        "built_s": built,
        "n": {"lists": LISTS * rounds, "boards": BOARDS * rounds, "turns": TURNS},
        "planned": planned,
        "vacuumed_s": vacuumed,
        **{name: _told(rows, is_board=name in BOARD_PAGES) for name, rows in found.items()},
        "todays_list_over_json": ratio(found["todays_list"], bare),
        "over_a_bare_count": {name: ratio(found[name], all_places) for name in BOARD_PAGES},
        "phone": await _downloads(app, workers),
    }


def _told(rows: list[Row], *, is_board: bool) -> Figures:
    """A board is asked for too seldom for a rate and its tails."""
    spreads_of_it = spreads(rows)
    if is_board:
        return {name: spreads_of_it[name] for name in ("cpu_ms", "p50_ms")}
    return spreads_of_it


async def _plan(app: RunningApp) -> Figures:
    """The worker's hourly job on the day on which the next fifteen days are planned, then again.

    Nothing is kept but the last of the turns, so that each has the same to do.
    """
    pids = [os.getpid(), *_database(app)]
    known = await asyncio.to_thread(_counted, app, "select count(*) from patrol_tasks")
    first: list[tuple[float, float]] = []
    again: list[tuple[float, float]] = []
    async with _sessions(app) as sessions:
        for number in range(2 * TURNS):
            async with sessions() as session:
                before, begun = cpu_seconds(pids), time.perf_counter()
                await patrols.turn(session)
                took = time.perf_counter() - begun, cpu_seconds(pids) - before
                (first if number < TURNS else again).append(took)
                await (session.commit() if number == TURNS - 1 else session.rollback())
    made = await asyncio.to_thread(_counted, app, "select count(*) from patrol_tasks") - known
    rate = await asyncio.to_thread(calibrators.copied_rows_per_second, app)
    return {
        "tasks": made,
        "seconds": spread(wall for wall, _ in first),
        "cpu_s": spread(cpu for _, cpu in first),
        "again_seconds": spread(wall for wall, _ in again),
        "again_cpu_s": spread(cpu for _, cpu in again),
        "copy_rows_per_second": round(rate),
        "over_copy": spread(wall / (made / rate) for wall, _ in first),
    }


@asynccontextmanager
async def _sessions(app: RunningApp) -> AsyncIterator[db.Sessions]:
    engine = db.make_engine(Settings(_env_file=None, mode="test", database_url=app.database_url))
    try:
        yield db.make_sessions(engine)
    finally:
        await engine.dispose()


def _vacuumed(app: RunningApp) -> int:
    """Until vacuum has come by itself for what was planned: pages are measured as they are then."""
    begun = time.perf_counter()
    while _counted(app, NOT_VACUUMED):
        assert time.perf_counter() - begun < VACUUM_SECONDS
        time.sleep(1)
    return round(time.perf_counter() - begun)


def _counted(app: RunningApp, query: str) -> int:
    with psycopg.connect(app.database_url.replace("+psycopg", "")) as connection:
        return one(connection, query)


def _database(app: RunningApp) -> list[int]:
    found = postmaster(app.database_folder)
    return [found] if found else []


async def _pages(
    app: RunningApp, workers: list[str], officers: dict[str, str], rounds: int
) -> dict[str, list[dict[str, float]]]:
    """One after another: how long somebody waits for a page, not how many can ask at once."""
    pids = [*app.pids, *_database(app)]
    phones = [Line(app.url, token) for token in workers]
    desks = {name: Line(app.url, token) for name, token in officers.items()}

    async def todays_list(number: int) -> None:
        await _get(phones[number % WORKERS], "/api/patrols/mine")

    def board(who: str, path: str, asked: dict[str, str]) -> Load:
        async def page(_: int) -> None:
            await _get(desks[who], path, asked)

        return Load(page, BOARDS, lambda: pids, nothing, concurrency=1)

    url = app.database_url.replace("+psycopg", "")
    async with (
        calibrators.loads(app, b"") as bare,
        await psycopg.AsyncConnection.connect(url, autocommit=True) as line,
    ):

        async def count_all(_: int) -> None:
            await (await line.execute(COUNT_ALL)).fetchall()

        loads = {
            "todays_list": Load(todays_list, LISTS, lambda: pids, nothing, concurrency=1),
            "fastapi_json": bare["fastapi_json"],
            **{name: board(*page) for name, page in BOARD_PAGES.items()},
            "count_all": Load(count_all, 5, lambda: _database(app), nothing, concurrency=1),
        }
        for load in loads.values():
            await at_once(load.one, 2, 1)
        return await interleaved(loads, rounds)


async def _get(line: Line, path: str, asked: dict[str, str] | None = None) -> bytes:
    answer = await line.get(f"{path}?{urlencode(asked or {})}")
    assert answer.status == 200, answer.body
    return answer.body


async def _downloads(app: RunningApp, workers: list[str]) -> Figures:
    """All that a new phone takes of its own ground, in KB gzip: the middle one and the largest."""
    found = [await _download(Line(app.url, token)) for token in workers]
    wholes = [sum(parts.values()) for parts in found]
    largest = found[wholes.index(max(wholes))]
    return {
        "n": len(found),
        "kb": round(statistics.median(wholes) / 1024, 1),
        "largest_kb": round(max(wholes) / 1024, 1),
        "largest": {name: round(size / 1024, 1) for name, size in largest.items()},
    }


async def _download(line: Line) -> dict[str, int]:
    """Bytes by kind, asked for as a phone does that knows nothing yet."""
    tasks = await _get(line, "/api/patrols/mine")
    lists = json.loads(tasks)["list_ids"]
    return {
        "cases": _size(await _paged(line, "/api/sync/changes", "since", CHANGES_A_PAGE, {})),
        "tasks": _size([tasks]),
        "checklists": _size([await _get(line, f"/api/checklists/versions/{id_}") for id_ in lists]),
        "rules": _size([await _get(line, "/api/rules")]),
        "grids": _size([await _get(line, "/api/grids", {"is_mine": "true"})]),
        "places": _size(
            await _paged(line, "/api/objects", "cursor", OBJECTS_A_PAGE, {"is_mine": "true"})
        ),
    }


async def _paged(line: Line, path: str, key: str, limit: int, asked: dict[str, str]) -> list[bytes]:
    """Every page as it comes; a feed says that there is more, a list where it goes on."""
    pages: list[bytes] = []
    place: str | None = ""
    while place is not None:
        given = {**asked, "limit": str(limit), **({key: place} if place else {})}
        pages.append(await _get(line, path, given))
        told: dict[str, Any] = json.loads(pages[-1])
        has_more = told.get("has_more", told.get("next") is not None)
        place = told.get("next", told.get("cursor")) if has_more else None
    return pages


def _size(bodies: list[bytes]) -> int:
    """Each answer is packed by itself."""
    return sum(len(gzip.compress(body, GZIP_LEVEL)) for body in bodies)
