"""A small served county whose people are made as they are needed, and what its phones have said."""

import asyncio
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy import NullPool, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from app import embedded, security
from app.config import Settings
from app.models.grid import Grid
from app.models.organization import Organization
from app.models.person import Role
from app.storage import open_store
from tests import factories
from tests.faults.acks import AckLog
from tests.faults.invariants import Evidence, Key, Memory, check_into
from tests.faults.invariants.aftermath import everything_drains
from tests.faults.results import Run
from tests.running import ROOT, RunningApp, free_port

PASSWORD = "grid-worker-walks-2026"
SECRET = "a-secret-of-the-browser-layer-which-is-long-enough"
DRAIN_SECONDS = 30
T = TypeVar("T")


def apart(work: Callable[[], Coroutine[object, object, T]]) -> T:
    """Run a coroutine while Playwright's own loop occupies this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


@dataclass(frozen=True)
class Account:
    id: str
    name: str
    login: str


@dataclass
class Ledger:
    """What the phones have said, over all schedules: the database is asked about all of it."""

    acks: AckLog = field(default_factory=AckLog)
    saved: set[Key] = field(default_factory=set)
    expected: set[Key] = field(default_factory=set)
    held: dict[str, set[Key]] = field(default_factory=dict)  # by phone
    sizes: dict[str, int] = field(default_factory=dict)
    bodies: list[tuple[str, str]] = field(default_factory=list)
    foreign: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class World:
    app: RunningApp
    run: Run
    ledger: Ledger = field(default_factory=Ledger)
    schedules: int = 0
    memory: Memory = field(default_factory=Memory)

    def dice(self, name: str, n: int) -> random.Random:
        return random.Random(f"{self.run.seed} {name} {n}")

    def person(self) -> Account:
        """Another gridworker of the same grid, who signs in with PASSWORD."""
        return apart(lambda: self._at_work(_gridworker))

    async def _at_work(self, work: Callable[[AsyncSession], Awaitable[Account]]) -> Account:
        engine = create_async_engine(self.app.database_url, poolclass=NullPool)
        async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
            made = await work(session)
        await engine.dispose()
        return made

    @contextmanager
    def schedule(self, name: str, n: int) -> Iterator[random.Random]:
        """One schedule: whatever breaks in it is a violation that can be found again."""
        self.schedules += 1
        where = f"{name} {n}"
        try:
            yield self.dice(name, n)
            self.check(where)
        except BaseException as error:
            said = str(error).splitlines()[0] if str(error) else type(error).__name__
            self.run.violations.append(f"{said} ({where}, seed {self.run.seed})")
            raise

    def check(self, where: str, *, healed: bool = True) -> None:
        """All that the ledger knows against database and store; after healing also what drains."""
        wrong = apart(lambda: self._check(where, healed=healed))
        if wrong:
            raise AssertionError("; ".join(wrong))

    async def _check(self, where: str, *, healed: bool) -> list[str]:
        evidence = self.evidence()
        deadline = time.monotonic() + DRAIN_SECONDS
        while healed and (await everything_drains(evidence)).violations:
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(0.3)
        before = len(self.run.violations)
        wrong = await check_into(self.run, evidence, where, healed=healed)
        del self.run.violations[before:]  # the schedule notes it, once
        return wrong

    def evidence(self) -> Evidence:
        ledger = self.ledger
        may, has = self.memory.look({f"server {n}": pid for n, pid in enumerate(self.app.pids)})
        return Evidence(
            self.app.database_url,
            open_store(Settings(_env_file=None, storage=self.app.environment["SAFEGRID_STORAGE"])),
            SECRET,
            ledger.acks,
            saved=ledger.saved,
            held=set().union(*ledger.held.values()),
            expected=ledger.expected,
            bodies=ledger.bodies,
            foreign=ledger.foreign,
            logs=[self.app.var / "serve.log"],
            secrets=[PASSWORD, SECRET],
            before=may,
            after=has,
        )

    def release(self, mark: str) -> None:
        """Put another version of the phone's program on the server, as a deployment does."""
        folder = self.app.var / "pages" / "field"
        page, worker = folder / "field.html", folder / "sw.js"
        old = page.read_text()
        page.write_text(re.sub(r'(<meta name="release"[^>]*>)?</head>', _meta(mark), old))
        text = worker.read_text()
        changed = re.sub(r'"revision":"[^"]*","url":"field.html"', _revision(mark), text)
        assert changed != text, "the list of what the worker keeps names no field.html"
        worker.write_text(changed)
        for packed in (*folder.glob("field.html.*"), *folder.glob("sw.js.*")):
            packed.unlink()  # of the version before


def _meta(mark: str) -> str:
    return f'<meta name="release" content="{mark}"></head>'


def _revision(mark: str) -> str:
    return f'"revision":"{mark}","url":"field.html"'


async def _gridworker(session: AsyncSession) -> Account:
    village = await session.scalar(select(Organization).where(Organization.name == "文化社区"))
    assert village
    grid = await session.scalar(select(Grid).where(Grid.organization_id == village.id))
    hashed = security.hash_password(PASSWORD)
    row = await factories.person(session, Role.GRIDWORKER, village, grid, password_hash=hashed)
    identity: UUID = row.id
    return Account(str(identity), row.name, str(row.mobile))


@contextmanager
def small_county(var: Path, run: Run) -> Iterator[World]:
    """Database, county, pages of its own, server; gone at the end."""
    database = embedded.start(var / "l3")
    pages, url = var / "pages", f"http://127.0.0.1:{free_port()}"
    shutil.copytree(ROOT / "pwa" / "dist", pages)
    environment = {
        **os.environ,
        "SAFEGRID_MODE": "demo",
        "SAFEGRID_DATABASE_URL": database.url,
        "SAFEGRID_STORAGE": f"dir:{var / 'objects'}",
        "SAFEGRID_VAR_DIR": str(var),
        "SAFEGRID_BASE_URL": url,
        "SAFEGRID_SECRET": SECRET,
        "SAFEGRID_WORKER_IN_PROCESS": "true",
        "SAFEGRID_PWA_DIR": str(pages),
    }
    app = RunningApp(url, database.url, str(database.cluster.data), var, environment)
    try:
        subprocess.run(
            [sys.executable, "-m", "app.cli", "migrate"], cwd=ROOT, env=environment, check=True
        )
        apart(lambda: _settle(app.database_url))
        app.serve()
        yield World(app, run)
    finally:
        app.kill()
        database.stop()
        embedded.remove(var / "l3")


async def _settle(database_url: str) -> None:
    engine = create_async_engine(database_url, poolclass=NullPool)
    async with AsyncSession(engine) as session, session.begin():
        await factories.county(session)
    await engine.dispose()
