"""L4: power cuts. What was acknowledged had been fsynced, and what was not is not missed."""

import asyncio
import random
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import psycopg
import pytest

from app import embedded
from app.config import Settings
from app.embedded import EmbeddedServerError
from tests.faults.invariants import check, check_into
from tests.faults.l4 import stack as stacks
from tests.faults.l4.healing import count, run_through
from tests.faults.l4.stack import Stack
from tests.faults.l4.traffic import Traffic
from tests.faults.power import disk as disks
from tests.faults.power.disk import Disk
from tests.faults.results import Run

CUTS, BARE_CUTS, UNTIL_CAUGHT = 4, 6, 12
NOT_HERE = disks.missing()
pytestmark = pytest.mark.skipif(bool(NOT_HERE), reason=f"power cuts: {NOT_HERE}")
READ_EVERYTHING = """
select string_agg(format('select count(t.*::text) from %I t', tablename), ' union all ')
from pg_tables where schemaname = 'public'
"""
INSERT = "insert into rows values (%s, %s) on conflict do nothing"  # the last may be there
CAUGHT: dict[str, str] = {}
CARELESS = {
    "synchronous_commit off": {"synchronous_commit": "off"},
    "fsync off": {"fsync": "off"},
}


@contextmanager
def database_on(home: Path, seed: int, **database: str) -> Iterator[Disk]:
    """PostgreSQL alone on the disk."""
    disks.forget_abandoned()
    folder = home / f"{disks.PREFIX}{home.name}"
    running = embedded.start(folder)
    settings = Settings(_env_file=None, mode="test", database_url=running.url)
    disk = Disk(Stack(home, running, settings, (0, 0)), disks.built(home), seed, database=database)
    try:
        disk.move_in()
        yield disk
    finally:
        disk.close()
        running.stop()
        embedded.remove(folder)


def write_until_cut(disk: Disk, dice: random.Random, acked: list[int]) -> None:
    """Rows, one COMMIT each, as fast as they go, until the power goes."""
    url = disk.stack.settings.database_url.replace("+psycopg", "", 1)
    cutting = threading.Timer(0.1 + dice.random() / 2, disk.cut)
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("create table if not exists rows (id int primary key, fill text)")
            while True:
                number = (acked[-1] if acked else 0) + 1
                connection.execute(INSERT, (number, "x" * 500))
                acked.append(number)
                if not cutting.ident:
                    cutting.start()
    except psycopg.Error:
        cutting.join()


def lost(disk: Disk, acked: list[int]) -> str:
    """What is missing after recovery; a ruined database is a loss too."""
    try:
        disk.plug_in()
        url = disk.stack.settings.database_url.replace("+psycopg", "", 1)
        with psycopg.connect(url) as connection:
            rows = connection.execute("select id, fill from rows").fetchall()
    except (EmbeddedServerError, psycopg.Error) as ruined:
        return f"the database is ruined ({type(ruined).__name__})"
    missing = set(acked) - {id_ for id_, _ in rows}
    return f"{len(missing)} of {len(acked)} acknowledged rows lost" if missing else ""


@pytest.mark.parametrize("name", CARELESS)
def test_a_database_that_is_not_durable_is_caught(tmp_path: Path, name: str) -> None:
    """The negative control: these cuts do lose what was not made safe, and the loss is seen."""
    CAUGHT[name] = ""
    acked: list[int] = []
    with database_on(tmp_path, 1, **CARELESS[name]) as disk:
        for _ in range(UNTIL_CAUGHT):
            write_until_cut(disk, random.Random(disk.cuts), acked)
            found = lost(disk, acked)
            if found:
                CAUGHT[name] = f"cut {disk.cuts}: {found}"
                break
    assert CAUGHT[name]


def test_a_durable_database_loses_nothing(tmp_path: Path) -> None:
    run = Run("L4", "power-database")
    dice = random.Random(run.seed)
    acked: list[int] = []
    with database_on(tmp_path, run.seed) as disk:
        for number in range(run.size(BARE_CUTS)):
            begun = len(acked)
            write_until_cut(disk, dice, acked)
            run.faults["power cut under PostgreSQL"] += 1
            run.checked["I1"] += len(acked)
            assert len(acked) > begun
            if found := lost(disk, acked):
                run.violations.append(f"I1 {found} (cut {number}, seed {run.seed})")
                break
    run.counts["rows acknowledged"] = len(acked)
    run.bugs = {name: CAUGHT[name] for name in CARELESS if name in CAUGHT}
    what = "power cuts under PostgreSQL while rows are committed one by one"
    assert run.result(what, sum(run.faults.values()), "power cuts").passes()


@asynccontextmanager
async def county_on(home: Path, seed: int, bug: str = "", **database: str) -> AsyncIterator[Disk]:
    await asyncio.to_thread(disks.forget_abandoned)
    async with stacks.county(home, disks.PREFIX) as stack:
        program = await asyncio.to_thread(disks.built, home)
        disk = Disk(stack, program, seed, database=database)
        try:
            await asyncio.to_thread(disk.move_in)
            stack.start(bug=bug, seed=seed)
            yield disk
        finally:
            stack.stop()
            await asyncio.to_thread(disk.close)


async def cut_while(disk: Disk, traffic: Traffic) -> None:
    """In the middle of the traffic; what was sent meanwhile may be lost, what was answered not."""
    working = asyncio.create_task(traffic.go_on(2))
    await asyncio.sleep(0.2 + traffic.dice.random())
    await asyncio.to_thread(disk.cut)
    await working
    await asyncio.to_thread(disk.plug_in)


async def read_everything(disk: Disk) -> None:
    """Every row of every table, with the checksums of its pages."""
    async with disk.stack.watching() as connection:
        row = await (await connection.execute(READ_EVERYTHING)).fetchone()
        assert row
        await connection.execute(str(row[0]).encode())


NAMES_ARE_DURABLE = (
    "LazyFS could not be fetched; the disk is our own (tests/faults/power/lossy.c, libfuse3). It"
    " loses data and growth that was not fsynced; creations, renames, removals and cuts of length"
    " are durable at once, so a missing fsync of a folder is not seen by it."
)


async def test_photos_that_are_not_fsynced_are_missed(tmp_path: Path) -> None:
    """A seeded bug: the store answers before its files are safe."""
    bug = "object without fsync"
    CAUGHT[bug] = ""
    async with county_on(tmp_path, 1, bug) as disk:
        traffic = Traffic(disk.stack, random.Random(1))
        traffic.open()
        for _ in range(UNTIL_CAUGHT):
            await cut_while(disk, traffic)
            found = await check(disk.stack.evidence(traffic.acks), healed=False)
            broken = [name for name, finding in found.items() if finding.violations]
            if broken:
                CAUGHT[bug] = f"cut {disk.cuts}: {', '.join(broken)}"
                break
        await traffic.close()
    assert {"I3", "I8"} & set(broken)


async def test_nothing_acknowledged_is_lost_by_a_power_cut(tmp_path: Path) -> None:
    run = Run("L4", "power")
    dice = random.Random(run.seed)
    async with county_on(tmp_path, run.seed) as disk:
        traffic = Traffic(disk.stack, dice)
        traffic.open()
        try:
            for number in range(run.size(CUTS)):
                if run.is_over:
                    break
                await cut_while(disk, traffic)
                run.faults["power cut under PostgreSQL and the photos"] += 1
                await read_everything(disk)
                evidence = disk.stack.evidence(traffic.acks)
                where = f"right after cut {number}"
                assert await check_into(run, evidence, where, healed=False) == []
            assert await run_through(run, traffic, "after all cuts") == []
        finally:
            await traffic.close()
            count(run, traffic)
            run.bugs = {bug: how for bug, how in CAUGHT.items() if bug not in CARELESS}
            run.not_reached = [NAMES_ARE_DURABLE]
            what = "power cuts: only what was fsynced survives, with stray and torn pages besides"
            result = run.result(what, disk.cuts, "power cuts")
    assert result.passes()
