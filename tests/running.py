"""The whole product as its own processes: for tests with a browser and for measurements."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg

from app import embedded

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 300  # machines are shared
TOLD = "told"  # the county as it was loaded, which nobody serves


@dataclass
class RunningApp:
    """A served demo county with its own database and folder."""

    url: str
    database_url: str
    database_folder: str
    var: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def account(self, name: str) -> tuple[str, str]:
        """Login and password of one of the cast."""
        lines = (self.var / "demo-accounts.txt").read_text().splitlines()
        rows = {line.split("\t")[0]: line.split("\t")[3:5] for line in lines}
        login, password = rows[name]
        return login, password

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self.processes]

    @contextmanager
    def working(self, *options: str) -> Iterator[subprocess.Popen[bytes]]:
        """With a worker of its own beside the server."""
        command = [sys.executable, "-m", "app.cli", "worker", *options]
        with (self.var / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        self.processes.append(process)
        try:
            yield process
        finally:
            process.terminate()
            process.wait()
            self.processes.remove(process)

    def restart(self) -> None:
        """Stop the server hard and start it again on the same data."""
        self.kill()
        self.serve()

    def kill(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        self.processes.clear()

    def serve(self) -> None:
        port = self.url.rsplit(":", 1)[1]
        command = [sys.executable, "-m", "app.cli", "serve", "--port", port]
        with (self.var / "serve.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        with httpx.Client(timeout=2) as asker:  # each new one reads all certificates
            while time.monotonic() < deadline:
                try:
                    if asker.get(f"{self.url}/livez").status_code == 200:
                        return
                except httpx.HTTPError:
                    time.sleep(0.1)
        raise RuntimeError((self.var / "serve.log").read_text()[-4000:])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def demo_county(
    name: str,
    var: Path,
    seed: int = 1,
    *,
    home: Path | None = None,
    server: Mapping[str, str] | None = None,
    prepare: Callable[[str], None] | None = None,
    **settings: str,
) -> Iterator[RunningApp]:
    """The demo county, served on a free port with its own database, until the end.

    `home`: a folder of several processes; who is first loads the county there, all take a copy.
    `server`: settings of PostgreSQL. `prepare`: done to the copy (its URL) before it is served.
    """
    home = home or var
    database = embedded.start(home / name, server)
    try:
        url = f"http://127.0.0.1:{free_port()}"
        own = _copy(_told(home, database.url, seed), database.url, var)
        if prepare:
            prepare(own)
        environment = _environment(own, var, SAFEGRID_BASE_URL=url, **settings)
        app = RunningApp(url, own, str(database.cluster.data), var, environment)
        try:
            app.serve()
            yield app
        finally:
            app.kill()
    finally:
        database.stop()
        with suppress(BlockingIOError):  # the last to leave takes it away
            embedded.remove(home / name)
            shutil.rmtree(home / TOLD, ignore_errors=True)


def _environment(database_url: str, var: Path, **settings: str) -> dict[str, str]:
    return {
        **os.environ,
        "SAFEGRID_MODE": "demo",
        "SAFEGRID_DATABASE_URL": database_url,
        "SAFEGRID_STORAGE": f"dir:{var / 'objects'}",
        "SAFEGRID_VAR_DIR": str(var),
        "SAFEGRID_WORKER_IN_PROCESS": "true",
        "SAFEGRID_REQUESTS_PER_MINUTE_ADDRESS": "0",  # many phones are played by one address
        "SAFEGRID_REQUESTS_PER_MINUTE_PERSON": "0",
        "SAFEGRID_PWA_DIR": str(ROOT / "pwa" / "dist"),
        **settings,
    }


def _told(home: Path, database_url: str, seed: int) -> Path:
    """The folder of the loaded county that nobody serves; loaded by whoever comes first."""
    told = home / TOLD
    with (home / "told.lock").open("ab") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not told.exists():
            building = told.with_suffix(".new")
            for command in (["migrate"], ["demo", "--seed", str(seed)]):
                subprocess.run(
                    [sys.executable, "-m", "app.cli", *command],
                    cwd=ROOT,
                    env=_environment(database_url, building, SAFEGRID_BASE_URL="http://127.0.0.1"),
                    check=True,
                )
            building.rename(told)
    return told


def _copy(told: Path, database_url: str, var: Path) -> str:
    """Photos, accounts and the database for oneself; answers where the database is."""
    shutil.copytree(told, var, dirs_exist_ok=True)
    before, _, after = database_url.partition("@/")
    server, _, options = after.partition("?")
    own = f"county_{uuid.uuid4().hex}"
    plain = database_url.replace("+psycopg", "", 1).replace(f"@/{server}?", "@/postgres?")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"create database {own} template {server}".encode())
    return f"{before}@/{own}?{options}"


def report(path: Path, figures: dict[str, object]) -> None:
    """Keep figures as JSON beside the page that shows them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n")
