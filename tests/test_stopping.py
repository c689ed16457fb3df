"""Stopping and waiting, with the real server: what is under way ends well, nothing hangs."""

import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app import db, schema
from app.api import middleware
from app.cli import serving
from tests import factories, pictures
from tests.conftest import Committed, Databases
from tests.running import free_port

PATIENCE = 60
JSON = {"Content-Type": "application/json"}
# Each new one reads all certificates; no line that it keeps may hold a server back.
ASKER = httpx.Client(timeout=10, limits=httpx.Limits(max_keepalive_connections=0))


class Server:
    """`safegrid serve` as a process of its own, on a migrated database."""

    def __init__(self, url: str, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        environment = {
            **os.environ,
            "SAFEGRID_MODE": "test",
            "SAFEGRID_DATABASE_URL": url,
            "SAFEGRID_STORAGE": f"dir:{folder / 'objects'}",
            "SAFEGRID_VAR_DIR": str(folder),
            "SAFEGRID_BASE_URL": self.origin,
            **settings,
        }
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=schema.ROOT, env=environment)
        self.wait_for(200)

    def ready(self) -> int:
        """Status of /readyz; 0 while nobody listens."""
        try:
            return ASKER.get(f"{self.origin}/readyz").status_code
        except httpx.TransportError:
            return 0

    def wait_for(self, status: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.ready() != status:
            assert time.monotonic() < deadline, f"/readyz never answered {status}"
            time.sleep(0.05)


@contextmanager
def served(databases: Databases, folder: Path, **settings: str) -> Iterator[Server]:
    url = databases.clone()
    server = Server(url, folder, **settings)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()
        databases.drop(url)


@contextmanager
def half_sent(server: Server, body: bytes) -> Iterator[socket.socket]:
    """A form of which the second half is still to come."""
    head = (
        f"POST /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {server.origin}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as line:
        line.sendall(head.encode() + body[: len(body) // 2])
        time.sleep(0.5)
        yield line


FORM = b'{"login": "nobody", "password": "not the right one"}'


def test_what_is_under_way_is_finished_before_the_server_goes(
    databases: Databases, tmp_path: Path
) -> None:
    with served(databases, tmp_path) as server, half_sent(server, FORM) as line:
        server.process.send_signal(signal.SIGTERM)
        server.wait_for(0)
        line.sendall(FORM[len(FORM) // 2 :])
        assert line.recv(100).startswith(b"HTTP/1.1 401")
        assert server.process.wait(PATIENCE) == 0


def test_a_server_that_stops_says_so_first_and_serves_on(
    databases: Databases, tmp_path: Path
) -> None:
    with served(databases, tmp_path, SAFEGRID_STOP_DELAY_SECONDS="5") as server:
        server.process.send_signal(signal.SIGTERM)
        server.wait_for(503)
        alive = httpx.get(f"{server.origin}/livez")
        assert (alive.status_code, alive.json()) == (200, {"status": "stopping"})
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(PATIENCE) == 0


async def test_a_line_that_stands_still_is_let_go(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told to come again, with the connection closed, and nothing kept."""
    monkeypatch.setattr(middleware, "BODY_PAUSE_SECONDS", 0.2)
    async with committed.work() as session:
        county = await factories.county(session)
    async with await committed.client_as(county.gridworker) as client:
        url = "/api/photos/01890000-0000-7000-8000-000000000000"
        headers = {"Content-Digest": pictures.digest_of(pictures.jpeg(1))}
        answer = await client.put(url, content=_standing_still(pictures.jpeg(1)), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (408, "too_slow")
    assert 5 <= int(answer.headers["retry-after"]) <= 10
    assert answer.headers["connection"] == "close"
    assert pictures.files_in(committed.settings) == []


async def test_words_that_dribble_in_keep_no_place_for_ever(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never silent for long, and never done: nobody on a real line sends like that."""
    monkeypatch.setattr(middleware, "WORDS_SECONDS", 0.5)
    async with committed.client("nobody") as client:
        url = "/api/hazards/01890000-0000-7000-8000-000000000000"
        answer = await client.put(url, content=_dribbling(), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (408, "too_slow")


async def test_a_photo_that_comes_more_slowly_than_any_line_is_let_go(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that keeps to the pace goes on, however long it takes."""
    monkeypatch.setattr(middleware, "PHOTO_SECONDS", 0.5)
    monkeypatch.setattr(middleware, "SLOWEST_BYTES_PER_SECOND", 2_000)
    async with committed.work() as session:
        county = await factories.county(session)
    body = pictures.jpeg(1, size=(640, 480))
    headers = {"Content-Digest": pictures.digest_of(body)}
    async with await committed.client_as(county.gridworker) as client:
        slow = await client.put(
            "/api/photos/01890000-0000-7000-8000-000000000000",
            content=_dribbling(),
            headers=headers,
        )
        assert (slow.status_code, slow.json()["code"]) == (408, "too_slow")
        steady = await client.put(
            "/api/photos/01890000-0000-7000-8000-000000000001",
            content=_steady(body, seconds=1.5),
            headers=headers,
        )
    assert len(body) > 1.5 * 2_000
    assert steady.status_code == 200


async def _steady(body: bytes, seconds: float) -> AsyncIterator[bytes]:
    piece = len(body) // 15 + 1
    for begin in range(0, len(body), piece):
        yield body[begin : begin + piece]
        await asyncio.sleep(seconds / 15)


async def _dribbling() -> AsyncIterator[bytes]:
    for _ in range(10 * PATIENCE):
        yield b" "
        await asyncio.sleep(0.1)


async def _standing_still(body: bytes) -> AsyncIterator[bytes]:
    """Half of it, and then nothing for as long as the test could ever take."""
    yield body[: len(body) // 2]
    await asyncio.sleep(10 * PATIENCE)
    yield body[len(body) // 2 :]


async def test_a_full_pool_is_an_answer_and_not_a_wait(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "POOL_WAIT_SECONDS", 0.2)
    small = committed.settings.model_copy(update={"pool_size": 1})
    engine = db.make_engine(small)
    committed.app.state.sessions = db.make_sessions(engine)
    held = [await engine.connect() for _ in range(2)]
    with pytest.raises(PoolTimeoutError):
        await engine.connect()
    async with committed.client("somebody") as client:
        answer = await client.get("/api/session")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert int(answer.headers["retry-after"]) >= 15
    for one in held:
        await one.close()
    await engine.dispose()


async def test_a_database_machine_that_says_nothing_is_given_up(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The listener accepts and stays silent, as a half-dead machine does."""
    monkeypatch.setitem(db.LINE, "connect_timeout", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        url = f"postgresql+psycopg://x:x@127.0.0.1:{port}/x"
        engine = db.make_engine(committed.settings.model_copy(update={"database_url": url}))
        committed.app.state.sessions = db.make_sessions(engine)
        async with committed.client("somebody") as client:
            answer = await client.get("/api/session", timeout=PATIENCE)
        assert answer.status_code == 503
        await engine.dispose()


async def test_the_collector_leaves_alone_what_a_server_begins_with(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serving.Server(committed.app, "127.0.0.1", free_port(), lambda: None)
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    monkeypatch.setattr(server.lifespan, "startup", _nothing)  # the worker's tests begin that
    known = len(gc.get_objects())
    await server.startup()
    try:
        assert gc.get_freeze_count() > 0
        assert len(gc.get_objects()) < known / 10
    finally:
        gc.unfreeze()
        for one in server.servers:
            one.close()


async def _nothing() -> None:
    """Of a lifespan."""
