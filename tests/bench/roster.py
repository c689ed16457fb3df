"""Rosters of 10,000 and of 50,000 lines, 5 % of them wrong: checked, taken in and undone again.

As a county does it, over HTTP with a worker of its own: the system administrator registers the
people, the security administrator gives the posts with the same file (decision 48). The county has
5,000 grids, and one line in ten says on which day somebody who is there leaves.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import httpx
import psycopg

from app import clock
from app.services.roster.columns import (
    BODY,
    GRID,
    JOB_TITLE,
    MOBILE,
    NAME,
    REMARK,
    ROLE,
    SINCE,
    UNTIL,
)
from tests import sheets
from tests.bench import settling
from tests.bench.load import Figures
from tests.bench.people import client, cookie, tokens
from tests.bench.processes import cpu_seconds, memory_megabytes, peak_megabytes, postmaster
from tests.running import RunningApp
from tests.sheets import Sheet

LINES = (10_000, 50_000)
ASKED_EVERY = 0.2  # seconds
TITLES = [NAME, MOBILE, BODY, JOB_TITLE, GRID, ROLE, SINCE, UNTIL, REMARK]
# A column, what somebody typed into it, and a part of what they are told.
FAULTS: tuple[tuple[str, str, str], ...] = (
    (MOBILE, "1.39E+10", "科学计数"),
    (MOBILE, "65871234", "11 位"),
    (BODY, "量侧7村", "没有这个单位"),
    (JOB_TITLE, "安全委员", "没有这个岗位"),
    (GRID, "量测第九网格", "没有网格"),
    (SINCE, "下个月", "日期写成"),
    (NAME, "", "不能空"),
)
LEAVES, HAS_TWO_POSTS, IS_WRONG = 0.1, 0.1, 0.05  # shares of the lines
_MOVING = frozenset({"checking", "applying", "undoing"})
# On the third level, where the demo's scheme has its gridworkers; with numbers to be known by.
JOINED = (
    """
update grids set parent_id = (select g.id from grids g join organizations o
    on o.id = g.organization_id where o.kind = 'county_centre' and g.parent_id is null limit 1)
where name like '量测%镇网格'
""",
    "update people set mobile = '157' || lpad(substr(name, 3), 8, '0') where name like '量网%'",
    "update reference_version set version = gen_random_uuid()",
)


@dataclass(frozen=True)
class Office:
    """One of the two administrators. `pids`: the API and the worker, whose memory counts; then the
    database.
    """

    http: httpx.AsyncClient
    token: str
    pids: list[int]

    def cpu(self) -> float:
        return cpu_seconds(self.pids)

    async def get(self, path: str) -> dict[str, Any]:
        answer = await self.http.get(f"/api/people/imports{path}", headers=cookie(self.token))
        told: dict[str, Any] = answer.raise_for_status().json()
        return told

    async def post(self, path: str, **sent: Any) -> dict[str, Any]:
        answer = await self.http.post(
            f"/api/people/imports{path}", headers=cookie(self.token), **sent
        )
        told: dict[str, Any] = answer.raise_for_status().json()
        return told

    async def until_done(self, id_: str) -> tuple[dict[str, Any], int]:
        """The batch when its stage has ended, and how many different numbers were told before."""
        told: set[int] = set()
        while True:
            batch = await self.get(f"/{id_}")
            if batch["stage"] not in _MOVING:
                return batch, len(told)
            told.add(batch["done"])
            await asyncio.sleep(ASKED_EVERY)


async def run(app: RunningApp) -> Figures:
    """Builds the tree first, if the ground has not been measured before."""
    await asyncio.to_thread(_found, app)
    registrar = tokens(app, 1, "administrator")[0]
    appointer = tokens(app, 1, "security_administrator")[0]
    database = [pid] if (pid := postmaster(app.database_folder)) else []
    figures: Figures = {"grids": settling.SIZES["grids"]}
    today = clock.local(clock.now()).date()
    for turn, count in enumerate(LINES):
        sheet = await asyncio.to_thread(many, count, today, seed=4 + turn)
        with app.working() as worker:  # a new one each time: memory counts from its start
            async with client(app) as http:
                offices = [
                    Office(http, token, [app.pids[0], worker.pid, *database])
                    for token in (registrar, appointer)
                ]
                figures[f"{count}"] = await _both(offices, sheet, count)
    return figures


def _found(app: RunningApp) -> None:
    with psycopg.connect(app.database_url.replace("+psycopg", ""), autocommit=True) as connection:
        is_there = "select from organizations where name = '量测1镇分中心'"
        if connection.execute(is_there).fetchone() is None:
            for statement in (settling.BODIES, settling.GROUND, settling.PEOPLE):
                connection.execute(statement, settling.SIZES)
        for statement in JOINED:
            connection.execute(statement)
        connection.execute("vacuum analyze")


def many(count: int, today: date, seed: int) -> Sheet:
    """`count` lines village by village, as offices keep them; every wrong one has exactly one
    wrong cell.
    """
    dice = Random(seed)
    lines, wrong = [], {}
    people = sorted(_people(dice, count, today, 30 + seed), key=lambda row: str(row[BODY]))
    for line, row in enumerate(people, start=2):
        if dice.random() < IS_WRONG:
            title, text, sentence = dice.choice(FAULTS)
            row[title] = text
            wrong[line] = (title, sentence)
        lines.append(row)
    return Sheet(sheets.book(lines, TITLES), wrong)


def _people(dice: Random, count: int, today: date, series: int) -> Iterator[dict[str, Any]]:
    """Somebody new on a grid, sometimes with a second post in the same village; or who leaves."""
    leaving = iter(dice.sample(range(1, settling.SIZES["grids"] + 1), settling.SIZES["grids"]))
    number = 0
    while number < count:
        share = dice.random()
        if share < LEAVES and (grid := _walked(leaving)):
            last = today + timedelta(days=dice.randint(1, 300))
            at_home = {NAME: f"量网{grid}", MOBILE: f"157{grid:08d}", **_place(grid)}
            yield {**at_home, JOB_TITLE: "网格员", UNTIL: last}
            number += 1
            continue
        grid = dice.randint(1, settling.SIZES["grids"])
        who = {NAME: f"名册{number}", MOBILE: f"1{series}{number:08d}", **_place(grid)}
        yield {**who, JOB_TITLE: "网格员", SINCE: today, REMARK: "公益性岗位"}
        number += 1
        if number < count and share > 1 - HAS_TWO_POSTS:
            yield {**who, GRID: "", JOB_TITLE: "村（社区）干部"}
            number += 1


def _walked(leaving: Iterator[int]) -> int | None:
    """The next grid with a gridworker: on one in fifty there is nobody."""
    return next((grid for grid in leaving if grid % 50), None)


def _place(grid: int) -> dict[str, str]:
    village = 1 + grid % settling.SIZES["villages"]
    return {BODY: f"量测{village}村", GRID: f"量测第{grid}网格"}


async def _both(offices: list[Office], sheet: Sheet, count: int) -> Figures:
    """The people, then their posts; taken back the other way round."""
    idle = [memory_megabytes(pid) for pid in offices[0].pids[:2]]
    registered, people = await _in(offices[0], sheet)
    appointed, posts = await _in(offices[1], sheet)
    appointed["undone_s"], appointed["kept"] = await _out(offices[1], posts)
    registered["undone_s"], registered["kept"] = await _out(offices[0], people)
    peaks = [peak_megabytes(pid) for pid in offices[0].pids[:2]]
    risen = [round(peak - before) for peak, before in zip(peaks, idle, strict=True)]
    return {
        "lines": count,
        "people": registered,
        "posts": appointed,
        "memory_rise_mb": dict(zip(("api", "worker"), risen, strict=True)),
    }


async def _in(office: Office, sheet: Sheet) -> tuple[Figures, str]:
    """Uploaded, checked, taken in: what it took, and the batch."""
    begun, cpu = time.perf_counter(), office.cpu()
    batch = await office.post("", files={"file": ("名册.xlsx", sheet.body)})
    uploaded = time.perf_counter() - begun
    checked, told = await office.until_done(batch["id"])
    all_checked, checked_cpu = time.perf_counter() - begun, office.cpu() - cpu
    begun, cpu = time.perf_counter(), office.cpu()
    await office.post(f"/{batch['id']}/apply")
    applied, apply_told = await office.until_done(batch["id"])
    return {
        "uploaded_s": round(uploaded, 1),
        "checked_s": round(all_checked, 1),
        "checked_cpu_s": round(checked_cpu, 1),
        "told_progress_while_checked": told,
        "wrong_rows": checked["wrong"],
        "wrong_rows_missed": abs(checked["wrong"] - len(sheet.wrong)),
        "taken_in_s": round(time.perf_counter() - begun, 1),
        "taken_in_cpu_s": round(office.cpu() - cpu, 1),
        "told_progress_while_taken_in": apply_told,
        "added": applied["added"],
        "changed": applied["changed"],
    }, batch["id"]


async def _out(office: Office, id_: str) -> tuple[float, int]:
    """How long undoing took, and how many rows stayed."""
    begun = time.perf_counter()
    await office.post(f"/{id_}/undo")
    undone, _ = await office.until_done(id_)
    return round(time.perf_counter() - begun, 1), undone["kept"]
