"""The changes feed: nothing new, and a thousand phones at once that were away for a day."""

import asyncio
from urllib.parse import quote

import psycopg

from app import db
from app.config import Settings
from app.services import accounts, sync
from tests.bench import calibrators
from tests.bench.growing import grow
from tests.bench.line import Answer, Line
from tests.bench.load import Figures, Load, at_once, interleaved, nothing, ratio, spreads
from tests.bench.people import crew
from tests.bench.processes import postmaster
from tests.bench.storm import PHONES, Storm
from tests.running import RunningApp

ASKED = 200
CASES_OF_A_GRID = 10
CHANGED = """
insert into changes (kind, hazard_id)
select 'hazard', id from (
    select id, row_number() over (partition by grid_id order by received_at desc) as place
    from hazards where grid_id is not null and received_at > now() - interval '60 days'
) h where place <= %s
"""


async def run(app: RunningApp, rounds: int, size: str) -> Figures:
    """Each phone takes the newest cases of its grid, some ten of them, page by page.

    Every phone is a person of its own; some five share a grid, and no two grids share a case.
    """
    cases = await asyncio.to_thread(grow, app, size)
    phones = crew(app, PHONES)
    cursors = await _cursors(app, phones)
    database = postmaster(app.database_folder)
    pids = [*app.pids, *([database] if database else [])]
    quiet = await _quiet(app, pids, phones, cursors, rounds)
    with psycopg.connect(app.database_url.replace("+psycopg", "")) as connection:
        connection.execute(CHANGED, (CASES_OF_A_GRID,))
    storm, told = Storm(), 0

    async def phone(number: int, line: Line) -> None:
        nonlocal told
        since, has_more = cursors[number], True
        while has_more:
            answer = await storm.until_taken(lambda at=since: _page(line, at))  # type: ignore[misc]
            page = answer.json()
            told += len(page["hazards"])
            since, has_more = page["cursor"], page["has_more"]

    await storm.rage(app, pids, phones, phone)
    return {
        "cases": cases,
        **{name: spreads(rows) for name, rows in quiet.items()},
        "nothing_new_over_json": ratio(
            quiet["nothing_new"], [row["cpu_ms"] for row in quiet["fastapi_json"]]
        ),
        **storm.figures(),
        "cases_told": told,
    }


async def _quiet(
    app: RunningApp, pids: list[int], phones: list[str], cursors: list[str], rounds: int
) -> dict[str, list[dict[str, float]]]:
    """Phones that look again and again, each a minute after it looked last."""
    lines = [Line(app.url, token) for token in phones[:ASKED]]

    async def ask(number: int) -> None:
        answer = await _page(lines[number], cursors[number])
        assert answer.status == 200, answer.body

    await at_once(ask, ASKED)
    ours = Load(ask, ASKED, lambda: pids, nothing)
    async with calibrators.loads(app, b"") as bare:
        json = bare["fastapi_json"]
        return await interleaved({"nothing_new": ours, "fastapi_json": json}, rounds)


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


async def _page(line: Line, since: str) -> Answer:
    return await line.get(f"/api/sync/changes?since={quote(since)}&limit=100")
