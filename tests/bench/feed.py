"""The changes feed: nothing new, and a thousand phones at once that were away for a day."""

import asyncio
import time
from collections import Counter

import httpx
import psycopg

from app import db
from app.config import Settings
from app.services import accounts, sync
from tests.bench.herd import Storm, watched
from tests.bench.load import Figures, Load, at_once, interleaved, nothing, percentile, spreads
from tests.bench.people import client, cookie, tokens
from tests.bench.processes import cpu_seconds, postmaster
from tests.running import RunningApp

PHONES = 1000
ASKED = 200
CASES_OF_A_GRID = 10
CHANGED = """
insert into changes (kind, hazard_id)
select 'hazard', id from (
    select id, row_number() over (partition by grid_id order by received_at desc) as place
    from hazards where grid_id is not null and received_at > now() - interval '60 days'
) h where place <= %s
"""


async def run(app: RunningApp, rounds: int) -> Figures:
    """Each phone takes the newest cases of its grid, some ten of them, page by page."""
    phones = tokens(app, PHONES)
    cursors = await _cursors(app, phones)
    database = postmaster(app.database_folder)
    pids = [*app.pids, *([database] if database else [])]
    async with client(app) as http:

        async def ask(number: int) -> None:
            await _page(http, phones[number], cursors[number])

        await at_once(ask, 60)
        quiet = await interleaved({"nothing_new": Load(ask, ASKED, lambda: pids, nothing)}, rounds)
    with psycopg.connect(app.database_url.replace("+psycopg", "")) as connection:
        connection.execute(CHANGED, (CASES_OF_A_GRID,))
    storm, cases, cpu = await _storm(app, pids, phones, cursors)
    return {
        "phones": PHONES,
        **{name: spreads(rows) for name, rows in quiet.items()},
        "all_served_s": round(max(storm.took), 2),
        "p50_s": round(percentile(storm.took, 0.5), 2),
        "cases_told": cases,
        "cpu_ms_a_phone": round(cpu / PHONES * 1000, 2),
        "server_errors": sum(n for status, n in storm.answers.items() if status >= 500),
        "peak_memory_mb": round(storm.peak_mb),
    }


async def _cursors(app: RunningApp, phones: list[str]) -> list[str]:
    """Where each phone stands now, without taking its whole copy first."""
    settings = Settings(_env_file=None, mode="test", database_url=app.database_url)
    engine = db.make_engine(settings)
    found = []
    async with db.make_sessions(engine)() as session:
        for token in phones:
            actor = await accounts.who_is(session, settings, token)
            found.append(str((await sync.news(session, actor, "", 1)).place))
    await engine.dispose()
    return found


async def _page(http: httpx.AsyncClient, token: str, since: str) -> httpx.Response:
    params = {"since": since, "limit": "100"}
    return await http.get("/api/sync/changes", params=params, headers=cookie(token))


async def _storm(
    app: RunningApp, pids: list[int], phones: list[str], cursors: list[str]
) -> tuple[Storm, int, float]:
    storm, told = Storm(answers=Counter()), 0
    before, begun = cpu_seconds(pids), time.perf_counter()

    async def phone(http: httpx.AsyncClient, token: str, since: str) -> None:
        nonlocal told
        while True:
            answer = await _page(http, token, since)
            storm.answers[answer.status_code] += 1
            if answer.status_code in {429, 503}:
                await asyncio.sleep(float(answer.headers["Retry-After"]))
                continue
            page = answer.raise_for_status().json()
            told += len(page["hazards"])
            since = page["cursor"]
            if not page["has_more"]:
                break
        storm.took.append(time.perf_counter() - begun)

    async with client(app, PHONES) as http, watched(app, storm):
        pairs = zip(phones, cursors, strict=True)
        await asyncio.gather(*(phone(http, *pair) for pair in pairs))
    return storm, told, cpu_seconds(pids) - before
