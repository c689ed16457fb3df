"""The `safegrid` command."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import psycopg
import pytest
from typer.testing import CliRunner, Result

from app import revision, schema, storage
from app.cli import county, diagram, ground, serving
from app.cli.commands import app
from app.config import Settings, get_settings
from app.models.hazard import State
from app.services import hazard_flow, hazard_jobs
from tests.conftest import Databases
from tests.factories import county as county_of
from tests.running import free_port
from tests.walking import Walk


@pytest.fixture
def empty_url(databases: Databases) -> Iterator[str]:
    url = databases.clone("template1")
    yield url
    databases.drop(url)


@pytest.fixture(autouse=True)
def environment(empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Demo mode on an empty database; settings are read once per process, so forget them."""
    monkeypatch.setenv("SAFEGRID_MODE", "demo")
    monkeypatch.setenv("SAFEGRID_DATABASE_URL", empty_url)
    monkeypatch.setenv("SAFEGRID_STORAGE", f"dir:{tmp_path / 'objects'}")
    monkeypatch.setenv("SAFEGRID_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(ground.console(), "width", 200)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def safegrid(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def test_help_names_every_command() -> None:
    said = safegrid("--help").output
    for command in (
        "run",
        "serve",
        "worker",
        "migrate",
        "demo",
        "create-admin",
        "settings",
        "backup",
        "restore",
    ):
        assert re.search(rf"│ {command} +\w", said), command


def test_migrate_brings_an_empty_database_to_the_newest_schema_and_repeats() -> None:
    first, second = safegrid("migrate"), safegrid("migrate")
    assert first.exit_code == second.exit_code == 0
    assert first.output == f"database: empty → {revision.newest()}\n"
    assert second.output == f"database: at {revision.newest()}\n"


def test_create_admin_prints_a_password_once_and_refuses_a_taken_name(empty_url: str) -> None:
    safegrid("migrate")
    made, again = safegrid("create-admin", "admin"), safegrid("create-admin", "admin")
    assert re.fullmatch(r"admin  [a-z2-9]{4}(-[a-z2-9]{4}){2}\n", made.output)
    assert again.exit_code == 1
    assert "已经登记过" in again.output
    with psycopg.connect(empty_url.replace("+psycopg", "", 1)) as connection:
        row = connection.execute("select must_change_password from people").fetchall()
    assert row == [(True,)]


def test_settings_shows_everything_but_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGRID_SECRET", "s3cr3t" * 8)
    monkeypatch.setenv("SAFEGRID_DATABASE_URL", "postgresql+psycopg://safegrid:hunter2@db/county")
    get_settings.cache_clear()
    said = safegrid("settings").output
    assert "safegrid:…@db/county" in said
    assert "CASE_PREFIX" in said
    assert "s3cr3t" not in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("mode", "words", "reason"),
    [
        ("production", ("serve",), "SAFEGRID_SECRET is not set"),
        ("production", ("worker",), "SAFEGRID_SECRET is not set"),
        ("production", ("demo",), "only for SAFEGRID_MODE=demo"),
        ("demo", ("serve", "--host", "0.0.0.0"), "never on 0.0.0.0"),  # noqa: S104
    ],
)
def test_a_refused_start_says_why(
    mode: str, words: tuple[str, ...], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAFEGRID_MODE", mode)
    get_settings.cache_clear()
    result = safegrid(*words)
    assert result.exit_code == 1
    assert reason in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", ["run", "serve"])
def test_a_port_that_is_taken_is_told_at_once_with_the_way_out(command: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = safegrid(command, "--port", str(port))
    assert result.exit_code == 1
    assert f"端口 {port} 已有程序在用" in result.output
    assert f"PORT={port + 1}" in result.output
    assert f"Port {port} is in use" in result.output


def test_without_a_database_a_production_start_points_to_the_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SAFEGRID_MODE", "production")
    monkeypatch.delenv("SAFEGRID_DATABASE_URL")
    get_settings.cache_clear()
    result = safegrid("migrate")
    assert result.exit_code == 1
    assert "SAFEGRID_DATABASE_URL is not set" in result.output


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_server_answers_and_ends_in_good_order(how: signal.Signals, tmp_path: Path) -> None:
    safegrid("migrate")
    port = free_port()
    with _started(tmp_path, "-m", "app.cli", "serve", "--port", str(port)) as server:
        answer = server.first_answer(f"http://127.0.0.1:{port}/readyz")
        server.process.send_signal(how)
        assert server.process.wait(30) == 0
    assert answer.json()["status"] == "ok"


def test_run_asks_nobody_for_a_second_factor_in_the_demo(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As make run starts it: without a mode in the environment, so the command's own counts."""
    safegrid("migrate")
    password = safegrid("create-admin", "admin").output.split()[1]  # people: no county is loaded
    monkeypatch.delenv("SAFEGRID_MODE")
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    with _started(tmp_path, "-m", "app.cli", "run", "--port", str(port)) as server:
        server.first_answer(f"{origin}/livez")
        account = {"login": "admin", "password": password}
        entered = httpx.post(
            f"{origin}/api/session", json=account, headers={"Origin": origin}, timeout=30
        )
        server.process.terminate()
        server.process.wait(60)
    assert entered.status_code == 200, entered.text
    assert entered.json()["second_factor"] == "none"


def test_an_open_stream_does_not_hold_the_server_back(tmp_path: Path) -> None:
    safegrid("migrate")
    password = safegrid("create-admin", "admin").output.split()[1]
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    with _started(tmp_path, "-m", "app.cli", "serve", "--port", str(port)) as server:
        server.first_answer(f"{origin}/livez")
        with httpx.Client(base_url=origin, headers={"Origin": origin}) as client:
            entered = client.post("/api/session", json={"login": "admin", "password": password})
            cookie = {"Cookie": entered.headers["set-cookie"].partition(";")[0]}
            new = {"old": password, "new": "correct horse battery"}
            settled = client.put("/api/session/password", json=new, headers=cookie)
            cookie = {"Cookie": settled.headers["set-cookie"].partition(";")[0]}
            with client.stream("GET", "/api/stream", headers=cookie, timeout=60) as stream:
                assert stream.status_code == 200
                lines = stream.iter_lines()
                assert next(lines)
                asked = time.monotonic()
                server.process.send_signal(signal.SIGTERM)
                assert server.process.wait(60) == 0
    assert time.monotonic() - asked < serving.GRACE_SECONDS / 2


@pytest.mark.parametrize("then", ["time.sleep(600)", "sys.exit(1)"])
def test_a_server_that_does_not_come_up_fails_with_what_it_said(then: str, tmp_path: Path) -> None:
    """Not with a test that waits for ever for the process to end."""
    words = f"import sys, time; print('no room on the disk', flush=True); {then}"
    nobody = f"http://127.0.0.1:{free_port()}/livez"
    with (
        pytest.raises(AssertionError, match="no room on the disk"),
        _started(tmp_path, "-c", words) as server,
    ):
        server.first_answer(nobody, seconds=2)
    assert server.process.returncode is not None


@dataclass(frozen=True)
class _Server:
    process: subprocess.Popen[bytes]
    log: Path

    def first_answer(self, url: str, *, seconds: float = 60) -> httpx.Response:
        deadline = time.monotonic() + seconds
        with httpx.Client() as asker:  # each new one reads all certificates
            while True:
                try:
                    return asker.get(url)
                except httpx.TransportError:
                    is_there = self.process.poll() is None and time.monotonic() < deadline
                    assert is_there, f"no answer; it said:\n{self.log.read_text()[-4000:]}"
                    time.sleep(0.1)


@contextmanager
def _started(folder: Path, *words: str) -> Iterator[_Server]:
    """A process of its own, which ends with the block whatever happens in it."""
    log = folder / "server.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=schema.ROOT,
            env=os.environ,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _Server(process, log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_accounts_are_kept_for_their_owner_only(tmp_path: Path) -> None:
    account: Any = SimpleNamespace(
        name="张三", role="网格员", organization="文化社区", login="138", password="x-y"
    )
    county._keep(tmp_path / "new" / "accounts.txt", [account])
    kept = tmp_path / "new" / "accounts.txt"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.read_text() == "张三\t网格员\t文化社区\t138\tx-y\n"


def test_the_diagram_shows_every_state_and_every_step_of_the_flow() -> None:
    drawn = diagram.mermaid(hazard_flow.as_data())
    for row in hazard_flow.FLOW:
        assert re.search(rf"{row.source} --> {row.target} : .*\b{row.action}\b", drawn)
    for state in State:
        assert f"    {state} : " in drawn


def test_a_page_without_markers_is_not_written_over() -> None:
    with pytest.raises(ValueError, match="not found"):
        diagram.put_into("no markers here", "diagram")


@pytest.fixture
def told(environment: None) -> None:
    """A case from its report to the archive, sealed, its head outside."""
    assert safegrid("migrate").exit_code == 0

    async def tell(known: Settings) -> None:
        async with ground.one_transaction(known) as session:
            walk = Walk(session, known, await county_of(session))
            await walk.to(State.ARCHIVED)
            await hazard_jobs.seal(session, storage.open_heads(known), known)

    asyncio.run(tell(get_settings()))


def test_audit_verify_is_content_with_a_whole_history_and_names_the_first_broken_link(
    empty_url: str, told: None
) -> None:
    """Also that the end was cut off, which only the heads outside can tell."""
    whole = safegrid("audit", "verify")
    assert whole.exit_code == 0, whole.output
    assert "历史完整" in whole.output
    head = safegrid("audit", "head")
    assert json.loads(head.output)["hash"]
    with psycopg.connect(empty_url.replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("update events set round = round + 1 where seq = 3")
    broken = safegrid("audit", "verify")
    assert broken.exit_code == 1
    assert re.search(r"第一处断裂 案件 .+第 \d+ 条：内容被改过", broken.output)
    assert re.search(r"First broken link: case .+, event \d+", broken.output)


def test_an_earlier_demo_county_without_its_accounts_says_how_to_begin_anew(
    tmp_path: Path,
) -> None:
    known = Settings(_env_file=None, mode="demo", var_dir=tmp_path)
    with ground.console().capture() as said:
        county.show_accounts(known)
    assert "make reset" in said.get()
    (tmp_path / county.ACCOUNTS_FILE).touch()
    with ground.console().capture() as said:
        county.show_accounts(known)
    assert "make reset" not in said.get()
