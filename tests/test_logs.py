"""What is secret or personal in a request stands in no log, no metric and no database's log.

The real server as its own process, on its own PostgreSQL, with real failures.
"""

import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from app import embedded, logs, schema, security
from app.models.base import new_id
from tests.running import ROOT, free_port

PASSWORD, TOKEN, NUMBER = "kanarienvogel-passwort", "kanarienvogel-token", "13912345678"
WORDS = "kanarienvogel-worte"
CANARIES = ("kanarienvogel", NUMBER)


@dataclass
class Server:
    url: str
    database_url: str
    log: Path
    database_log: Path

    def sql(self, statement: str, *values: Any) -> None:
        plain = self.database_url.replace("+psycopg", "", 1)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement.encode(), values or None)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    var = tmp_path_factory.mktemp("logs")
    database = embedded.start(var / "pytest-logs")
    schema.upgrade(database.url)
    url, log = f"http://127.0.0.1:{free_port()}", var / "serve.log"
    environment = {
        "SAFEGRID_MODE": "demo",
        "SAFEGRID_DATABASE_URL": database.url,
        "SAFEGRID_STORAGE": f"dir:{var / 'objects'}",
        "SAFEGRID_VAR_DIR": str(var),
        "SAFEGRID_BASE_URL": url,
        "PATH": "/usr/bin:/bin",
    }
    command = [sys.executable, "-m", "app.cli", "serve", "--port", url.rsplit(":", 1)[1]]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    made = Server(url, database.url, log, database.cluster.folder / "log")
    try:
        _wait(made, process)
        yield made
    finally:
        process.kill()
        process.wait()
        database.stop()
        embedded.remove(var / "pytest-logs")


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    with httpx.Client(timeout=2) as asker:  # each new one reads all certificates
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if asker.get(f"{server.url}/livez").is_success:
                    return
            except httpx.HTTPError:
                time.sleep(0.2)
    raise RuntimeError(server.log.read_text()[-2000:])


def _people(server: Server) -> str:
    """An administrator who is signed in, and somebody who has the number already."""
    admin, centre, token = new_id(), new_id(), security.new_token()
    person = "insert into people (id, name, mobile, must_change_password, created_at) values"
    server.sql(f"{person} (%s, 'A', '13700000000', false, now())", admin)
    server.sql(f"{person} (%s, 'B', %s, false, now())", new_id(), NUMBER)
    server.sql(
        "insert into organizations (id, kind, name, short_name, is_active, is_summarising)"
        " values (%s, 'county_centre', 'C', 'C', true, false)",
        centre,
    )
    server.sql(
        "insert into posts (id, person_id, organization_id, role, starts_on)"
        " values (%s, %s, %s, 'administrator', '2020-01-01')",
        new_id(),
        admin,
        centre,
    )
    server.sql(
        "insert into sign_ins (id, token_digest, person_id, device, created_at, last_seen_at,"
        " unsent_count) values (%s, %s, %s, 'test', now(), now(), 0)",
        new_id(),
        security.token_digest(token),
        admin,
    )
    return token


def test_no_canary_is_written_anywhere(server: Server) -> None:
    token = _people(server)
    headers = {"Origin": server.url, "Connection": "close"}  # a fault ends its connection
    client = httpx.Client(base_url=server.url, headers=headers)
    signed_in = {"Cookie": f"__Host-safegrid={token}"}
    secret = {"Cookie": f"__Host-safegrid={TOKEN}", "X-Note": TOKEN, "Authorization": TOKEN}
    attempt = {"login": NUMBER, "password": PASSWORD, "device": WORDS}
    broken = b'{"login": "' + NUMBER.encode() + b'", "password": "' + PASSWORD.encode()
    taken = {"name": WORDS, "mobile": NUMBER, "posts": []}
    answers = {
        "wrong": client.post("/api/session", json=attempt),
        "header": client.get("/api/session", headers=secret),
        "query": client.get(f"/api/people?text={NUMBER}", headers=signed_in),
        "odd query": client.get(f"/api/people?text={WORDS * 9}&x={TOKEN}", headers=signed_in),
        "bad json": client.post("/api/session", content=broken),
        "unknown field": client.post("/api/session", json={**attempt, WORDS: PASSWORD}),
        "path": client.get(f"/api/people/{NUMBER}", headers=signed_in),
        "no route": client.get(f"/{TOKEN}/{NUMBER}"),
        "taken": client.post("/api/people", json=taken, headers=signed_in),
    }
    assert answers["wrong"].status_code == 401
    assert (answers["query"].status_code, answers["taken"].status_code) == (200, 422)
    server.sql("drop table suggestions cascade")  # from now on: a fault that nobody expected
    wish = client.put(
        f"/api/suggestions/{new_id()}", json={"text": f"{WORDS} {NUMBER}"}, headers=signed_in
    )
    assert wish.status_code == 500
    metrics = client.get("/metrics").text
    written = {
        "log": server.log.read_text(),
        "database": server.database_log.read_text(errors="replace"),
        "metrics": metrics,
    }
    found = [(where, one) for where, text in written.items() for one in CANARIES if one in text]
    assert found == []
    assert token not in written["log"] + written["database"]
    assert "duplicate key" in written["database"]  # it did look
    assert "suggestions" in written["database"]


def test_every_line_is_json_with_the_number_of_its_request(server: Server) -> None:
    lines = server.lines()
    answered = [line for line in lines if line["logger"] == "safegrid.access"]
    assert len(answered) > 10
    assert all(line["request"] and line["route"] and line["ms"] >= 0 for line in answered)
    assert {"unrouted", "/api/people/{person_id}"} <= {line["route"] for line in answered}
    assert any("person" in line for line in answered)
    (fault,) = [line for line in lines if "fault" in line and line["logger"] == "safegrid"]
    assert fault["fault"]["sqlstate"] == "42P01"
    assert any("suggestions.py" in frame for frame in fault["fault"]["frames"])
    assert fault["request"] in {line["request"] for line in answered}


def test_an_exception_is_named_never_quoted() -> None:
    error = ValueError(NUMBER)
    info = (ValueError, error, None)
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "failed: %s", (error,), info)
    for formatter in (logs.Json(), logs.Plain()):
        text = formatter.format(record)
        assert NUMBER not in text
        assert "ValueError" in text


def test_a_line_break_starts_no_line_of_its_own_and_times_are_utc() -> None:
    words = 'x\n{"level": "ERROR"}\r\n\u2028\x85\x1b[2Jy'
    record = logging.LogRecord("x", logging.INFO, "f", 1, "said: %s", (words,), None)
    for formatter in (logs.Json(), logs.Plain()):
        text = formatter.format(record)
        assert len(text.splitlines()) == 1
        assert "\x1b" not in text
    line = json.loads(logs.Json().format(record))
    assert line["message"] == f"said: {words}"
    assert line["at"].endswith("+00:00")
