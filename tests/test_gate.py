"""The gate of deploy/Caddyfile in front of two real servers: TLS, limits, addresses, a server less.

Needs Debian's caddy (or SAFEGRID_TEST_CADDY, a path to one).
"""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest

from app.models.base import new_id
from app.schema import ROOT
from tests.conftest import Databases
from tests.running import free_port
from tests.test_stopping import PATIENCE, Server

CADDY = os.environ.get("SAFEGRID_TEST_CADDY") or shutil.which("caddy")
NOT_TESTED = "!!! THE GATE WAS NOT TESTED: no caddy here !!!"
SHORT_HEAD_SECONDS = 2


@dataclass
class Gate:
    origin: str
    port: int
    servers: list[Server]
    url: str

    def client(self) -> httpx.Client:
        """Trusts nothing, as it knows no root of this gate; what is tested is what comes back."""
        return httpx.Client(base_url=self.origin, verify=False, timeout=PATIENCE)  # noqa: S501


@pytest.fixture(scope="module")
def gate(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    if CADDY is None:
        if os.environ.get("SAFEGRID_TEST_S3") == "required":
            pytest.fail(NOT_TESTED)
        pytest.skip(NOT_TESTED)
    folder, url = tmp_path_factory.mktemp("gate"), databases.clone()
    port = free_port()
    origin = f"https://localhost:{port}"
    settings = {
        "SAFEGRID_BASE_URL": origin,
        "SAFEGRID_TRUSTED_PROXIES": '["127.0.0.1"]',
        "SAFEGRID_STOP_DELAY_SECONDS": _of_compose("SAFEGRID_STOP_DELAY_SECONDS"),
    }
    servers = [Server(url, folder, **settings) for _ in range(2)]
    with (folder / "caddy.log").open("wb") as log:
        command = [CADDY, "run", "--adapter", "caddyfile", "--config", str(_config(folder))]
        places = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        names = {"SITE": f"localhost:{port}", "TLS": "tls internal"}
        names["SERVERS"] = " ".join(f"127.0.0.1:{server.port}" for server in servers)
        process = subprocess.Popen(
            command, env={**os.environ, **places, **names}, stdout=log, stderr=log
        )
    made = Gate(origin, port, servers, url)
    try:
        _wait(made)
        yield made
    finally:
        for one in (process, *(server.process for server in servers)):
            one.kill()
            one.wait()
        databases.drop(url)


def _of_compose(name: str) -> str:
    text = (ROOT / "deploy" / "compose.yaml").read_text()
    return text.partition(f"{name}:-")[2].partition("}")[0]


def _config(folder: Path) -> Path:
    """The very file, on ports that nobody else has, and without patience for slow heads."""
    text = (ROOT / "deploy" / "Caddyfile").read_text()
    assert "read_header 15s" in text
    text = text.replace("read_header 15s", f"read_header {SHORT_HEAD_SECONDS}s")
    options = f"{{\n\thttp_port {free_port()}\n\tadmin off\n\tskip_install_trust\n"
    config = folder / "Caddyfile"
    config.write_text(text.replace("{\n", options, 1))
    return config


def _wait(gate: Gate) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with gate.client() as client:
                if client.get("/livez").status_code == 200:
                    return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError("the gate does not open")


def test_answers_come_with_tls_and_the_promise_to_stay_with_it(gate: Gate) -> None:
    with gate.client() as client:
        answer = client.get("/livez")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_for_machines_stays_inside(gate: Gate) -> None:
    with gate.client() as client:
        assert [client.get(path).status_code for path in ("/metrics", "/readyz")] == [404, 404]


def test_nobody_chooses_the_address_under_which_they_are_counted(gate: Gate) -> None:
    headers = {"Origin": gate.origin, "X-Forwarded-For": "198.51.100.7"}
    form = {"login": "nobody", "password": "not the right one"}
    with gate.client() as client:
        assert client.post("/api/session", json=form, headers=headers).status_code == 401
    with psycopg.connect(gate.url.replace("+psycopg", "", 1)) as connection:
        keys = [row[0] for row in connection.execute("select key from sign_in_guards")]
    assert any("127.0.0.1" in key or "::1" in key for key in keys)
    assert not any("198.51.100.7" in key for key in keys)


def test_a_head_that_dribbles_in_is_cut_off(gate: Gate) -> None:
    with secret_line(gate) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        assert line.recv(1) == b""  # closed, within the socket's own patience


@contextmanager
def secret_line(gate: Gate) -> Iterator[ssl.SSLSocket]:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("localhost", gate.port), timeout=PATIENCE) as line,
        context.wrap_socket(line, server_hostname="localhost") as made,
    ):
        yield made


def test_one_server_less_is_not_noticed(gate: Gate) -> None:
    """Not by what carries a body either: the gate cannot send that again after a refusal."""
    process = gate.servers[0].process
    process.send_signal(signal.SIGTERM)
    statuses = []
    with gate.client() as client:
        while process.poll() is None:
            statuses.append(client.put(f"/api/photos/{new_id()}", content=b"x" * 999).status_code)
            time.sleep(0.01)
        statuses += [client.put("/api/session", content=b"x").status_code for _ in range(40)]
    assert process.returncode == 0
    assert set(statuses[:-40]) == {401}
    assert set(statuses[-40:]) == {405}
