"""The whole product as processes: two servers, a worker, PostgreSQL, a folder for photos."""

import asyncio
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
from pydantic import SecretStr

from app import db, embedded, schema, storage
from app.config import Settings
from app.models.person import Role
from app.services import patrols
from tests import factories, sweeping
from tests.bench.processes import family
from tests.conftest import token_for
from tests.faults.acks import AckLog
from tests.faults.invariants import Evidence, Memory
from tests.patrols import checklist, duty, tasks, thing
from tests.running import ROOT, free_port

SECRET = "a secret of the harness, 40 characters long"
CANARY = "canary-password-of-the-harness"
SHOPS = 40
UP_SECONDS = 600  # a machine may be shared, a long run is niced


@dataclass
class Stack:
    """Everything that can be killed, and how to bring it back."""

    home: Path
    database: embedded.Running
    settings: Settings
    ports: tuple[int, ...]
    tokens: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    tasks: list[str] = field(default_factory=list)  # of the ground that all phones have
    phoenix: subprocess.Popen[bytes] | None = None
    memory: Memory = field(default_factory=Memory)
    clocks: dict[str, str] = field(default_factory=dict)  # what makes them step, if anything
    database_clock: dict[str, str] = field(default_factory=dict)

    # -- starting and finding ------------------------------------------------------------------
    def start(self, *, points: tuple[str, ...] = (), bug: str = "", seed: int = 1) -> None:
        self.order(points=points, bug=bug)
        more = {"FAULT_SEED": str(seed), "FAULT_HOME": str(self.home), **self.clocks}
        with (self.home / "phoenix.log").open("ab") as log:
            self.phoenix = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.l4.phoenix", *self.lives],
                cwd=ROOT,
                env={**os.environ, **self.environment(), **more},
                stdout=log,
                stderr=log,
            )
        for port in self.ports:
            self.wait_for(port)

    def order(self, *, points: tuple[str, ...] = (), bug: str = "") -> None:
        """For every server's life that begins from now on."""
        (self.home / "points").write_text("\n".join(points))
        (self.home / "bug").write_text(bug)

    def environment(self) -> dict[str, str]:
        return {
            "SAFEGRID_MODE": "test",
            "SAFEGRID_DATABASE_URL": self.settings.database_url,
            "SAFEGRID_STORAGE": self.settings.storage,
            "SAFEGRID_VAR_DIR": str(self.home),
            "SAFEGRID_PWA_DIR": str(self.home / "no-pwa"),
            "SAFEGRID_SECRET": SECRET,
            "SAFEGRID_SECOND_FACTOR_ROLES": "[]",
            "SAFEGRID_REQUESTS_PER_MINUTE_ADDRESS": "0",  # all phones call from one here
            "SAFEGRID_PHOTOS_PER_PERSON_DAY": "1000000",  # six phones make those of a whole county
            "SAFEGRID_POOL_SIZE": str(self.settings.pool_size),
            "SAFEGRID_PHONE_KEEPS_HOURS": str(self.settings.phone_keeps_hours),
        }

    def wait_for(self, port: int) -> None:
        deadline = time.monotonic() + UP_SECONDS
        while time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException):
                line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
                line.request("GET", "/livez")
                if line.getresponse().status == http.client.OK:
                    line.close()
                    return
            time.sleep(0.1)
        raise RuntimeError((self.home / f"serve-{port}.log").read_text()[-3000:])

    def stop(self) -> None:
        if self.phoenix:
            self.phoenix.terminate()
            self.phoenix.wait(UP_SECONDS)
            self.phoenix = None

    def pid(self, name: str) -> int:
        return int((self.home / f"{name}.pid").read_text())

    def signal(self, name: str, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, FileNotFoundError, ValueError):
            os.kill(self.pid(name), number)

    @property
    def servers(self) -> list[str]:
        return [f"serve-{port}" for port in self.ports]

    @property
    def objects(self) -> Path:
        return Path(self.settings.storage.removeprefix("dir:"))

    def client(self, person: str, number: int = 0) -> httpx.AsyncClient:
        url = f"http://127.0.0.1:{self.ports[number % len(self.ports)]}"
        return httpx.AsyncClient(
            base_url=url,
            headers={"Origin": url, "Sec-Fetch-Site": "same-origin"},
            cookies={"__Host-safegrid": self.tokens[person]},
            timeout=20,
            trust_env=False,
        )

    # -- the database ----------------------------------------------------------------------------
    def kill_postgres(self) -> None:
        """Every process of it at once, as a machine that loses its memory."""
        folder = self.database.cluster.data
        with suppress(FileNotFoundError, ValueError):
            main = int((folder / "postmaster.pid").read_text().split()[0])
            for pid in family([main]):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def raise_postgres(self, settings: Mapping[str, str] | None = None) -> None:
        """Its first process passes on what it finds in its environment."""
        os.environ.update(self.database_clock)
        try:
            self.database.cluster.ensure_answering(settings or {})
        finally:
            for name in self.database_clock:
                del os.environ[name]

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[psycopg.AsyncConnection[tuple[object, ...]]]:
        url = self.settings.database_url.replace("+psycopg", "", 1)
        made = await psycopg.AsyncConnection.connect(url, autocommit=True)
        async with made as connection:
            yield connection

    def evidence(self, acks: AckLog) -> Evidence:
        logs = list(self.home.glob("*.log"))
        store = storage.open_store(self.settings)
        url = self.settings.database_url
        made = Evidence(url, store, SECRET, acks, logs=logs, secrets=[CANARY, *self.secrets])
        made.before, made.after = self.memory.look({name: self.pid(name) for name in self.lives})
        return made

    @property
    def lives(self) -> list[str]:
        return [*self.servers, "work"]

    @property
    def secrets(self) -> list[str]:
        return [*self.tokens.values(), SECRET]

    async def settle(self, seconds: float = 60) -> bool:
        """Until the queue of jobs is empty; what would be tried again later is tried at once."""
        hurry = "update procrastinate_jobs set scheduled_at = now() where status = 'todo'"
        ahead = (
            "update procrastinate_workers set last_heartbeat = now() where last_heartbeat > now()"
        )
        lost = (
            "update procrastinate_jobs j set status = 'todo' where status = 'doing' and not exists"
            " (select 1 from procrastinate_workers w where w.id = j.worker_id"
            " and w.last_heartbeat > now() - interval '15 s')"
        )
        waiting = (
            "select count(*) from procrastinate_jobs where status = 'doing'"
            " or status = 'todo' and (attempts > 0 or queueing_lock is null)"
        )
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            async with self.watching() as connection:
                await connection.execute(hurry)
                await connection.execute(ahead)
                await connection.execute(lost)
                row = await (await connection.execute(waiting)).fetchone()
                if row == (0,):
                    return True
            await asyncio.sleep(0.2)
        return False


@asynccontextmanager
async def county(
    home: Path, prefix: str = "pytest-l4-", pool_size: int = 8, servers: int = 2, **database: str
) -> AsyncIterator[Stack]:
    """A small county in a cluster of its own, durable as in production unless told otherwise."""
    sweeping.remove_abandoned(prefix)
    await asyncio.to_thread(home.mkdir, parents=True, exist_ok=True)
    running = embedded.start(home / f"{prefix}{home.name}", database)
    settings = Settings(
        _env_file=None,
        mode="test",
        database_url=running.url,
        storage=f"dir:{home / 'objects'}",
        secret=SecretStr(SECRET),
        var_dir=home,
        pool_size=pool_size,
    )
    stack = Stack(home, running, settings, tuple(free_port() for _ in range(servers)))
    try:
        await asyncio.to_thread(schema.upgrade, running.url)
        await _people(stack)
        yield stack
    finally:
        stack.stop()
        running.stop()
        embedded.remove(home / f"{prefix}{home.name}")


async def _people(stack: Stack) -> None:
    engine = db.make_engine(stack.settings)
    async with db.unit_of_work(db.make_sessions(engine)) as session:
        made = await factories.county(session)
        village, ground = made.villages[0], made.grids[0]
        people = {"township": made.township_officer, "county": made.county_officer}
        for number in range(6):
            people[f"phone {number}"] = await factories.person(
                session, Role.GRIDWORKER, village, ground
            )
        people["neighbour"] = made.stranger
        people["neighbour's township"] = await factories.person(
            session, Role.TOWNSHIP_OFFICER, made.townships[1]
        )
        stack.tokens = {name: await token_for(session, row) for name, row in people.items()}
        stack.ids = {name: str(row.id) for name, row in people.items()}
        stack.ids["ground"], stack.ids["list"] = str(ground.id), str(await checklist(session))
        await duty(session)
        for number in range(SHOPS):
            await thing(session, ground, f"小卖部 {number}")
        await patrols.turn(session)
        stack.tasks = [str(task.id) for task in await tasks(session)]
        stack.ids["fire"] = str(made.departments[0].id)
    await engine.dispose()
