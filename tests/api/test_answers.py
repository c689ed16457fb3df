"""What holds for every answer: its shape when refused, its headers, its limits, its origin."""

import logging
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.api import problems
from app.api.deps import SessionDep
from app.api.middleware import security_headers
from app.api.words.field_names import FIELDS_ZH
from app.api.words.names_of_models import FIELDS_OF_MODELS_ZH, field_zh
from app.cli.contract import document
from app.config import Settings
from app.errors import (
    DailyLimit,
    DatabaseUnavailable,
    NotAllowedNow,
    Refusal,
    StorageUnavailable,
    TooManyRequests,
    TooSlow,
)
from app.services.commands import Input
from tests import factories
from tests.conftest import ORIGIN, Committed, SignInAs, client_of, create_app

KB = 1024


class Line(BaseModel):
    note: Annotated[str, Field(max_length=5)]
    rating: Annotated[int, Field(le=5)] = 1


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    """The application with a few routes that fail in known ways."""

    @app.post("/api/line")
    async def write_line(line: Line) -> str:
        return line.note

    @app.get("/api/busy")
    async def be_busy() -> None:
        raise TooManyRequests

    @app.get("/api/moved")
    async def have_moved() -> None:
        raise NotAllowedNow(state="done")

    @app.get("/api/bug")
    async def have_bug() -> None:
        raise ZeroDivisionError("secret of the inside")

    @app.get("/api/slow")
    async def ask_slowly(session: SessionDep) -> None:

        await session.execute(text("set local statement_timeout = 10"))
        await session.execute(text("select pg_sleep(5)"))

    return app


@pytest.fixture
async def silent(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client that sees the answer to a bug instead of the bug."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as made:
        yield made


async def test_a_refusal_has_code_both_languages_and_details(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/moved")
    assert answer.status_code == 409
    body = answer.json()
    assert body["code"] == "not_allowed_now"
    assert body["zh"].startswith("案件已经走到下一步")
    assert body["en"].startswith("The case has moved on")
    assert body["details"] == {"state": "done"}


async def test_a_refusal_that_asks_for_patience_says_how_long(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/busy")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")


async def test_a_wrong_form_names_its_fields_in_both_languages(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/line", json={"note": "太长太长太长", "rating": 9})
    assert answer.status_code == 422
    body = answer.json()
    assert body["code"] == "invalid_input"
    assert body["fields"] == ["note", "rating"]
    assert "说明太长，最多 5 个字；评价不能大于 5" in body["zh"]
    assert "note: String should have at most 5 characters" in body["en"]


def inputs(kind: type[Input] = Input) -> Iterator[type[Input]]:
    """Every model of ours that a route takes."""
    for one in kind.__subclasses__():
        yield one
        yield from inputs(one)


def test_every_field_has_a_chinese_name() -> None:
    asked = {
        parameter["name"]
        for operations in document()["paths"].values()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
        if parameter["in"] != "cookie"
    }
    sent = {
        field.alias or name
        for kind in inputs()
        if kind.__module__.startswith("app.")
        for name, field in kind.model_fields.items()
    }
    assert (asked | sent) - set(FIELDS_ZH) == set()


def test_a_name_that_means_different_things_is_called_by_its_model() -> None:
    """Every model and field of the table is there; what it leaves out has the common name."""
    models = {kind.__name__: kind for kind in inputs()}
    for model, names in FIELDS_OF_MODELS_ZH.items():
        assert set(names) <= set(models[model].model_fields), model
    training = models["AddTraining"]
    assert field_zh(["title"], training) == "培训名称"
    assert field_zh(["title"], models["FillSlot"]) == "职务"
    assert field_zh(["photos", "0", "role"], models["ReportHazard"]) == "用途"
    assert field_zh(["posts", "0", "role"], models["AddPerson"]) == "岗位"
    assert field_zh(["starts_on"], training) == FIELDS_ZH["starts_on"]


async def test_the_route_says_of_which_model_a_wrong_field_is(
    session: AsyncSession, sign_in_as: SignInAs
) -> None:
    officer = (await factories.county(session)).county_officer
    answer = await (await sign_in_as(officer)).post("/api/trainings", json={"title": ""})
    assert answer.status_code == 422
    assert "培训名称" in answer.json()["zh"]
    assert "职务" not in answer.json()["zh"]


async def test_a_wrong_form_is_not_read_back(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/line", json={"note": "hunter2-hunter2"})
    assert "hunter2" not in answer.text


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'"text"', b"[]", b"null", b""])
async def test_an_unreadable_body_is_a_wrong_form(client: httpx.AsyncClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/api/line", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


async def test_what_does_not_exist_is_refused_in_the_same_shape(client: httpx.AsyncClient) -> None:
    missing, wrong_method = await client.get("/api/nothing"), await client.put("/api/line", json={})
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert (wrong_method.status_code, wrong_method.json()["code"]) == (405, "unknown_method")


async def test_a_bug_shows_nothing_of_the_inside_but_a_number_to_quote(
    silent: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "safegrid"):
        answer = await silent.get("/api/bug")
    assert answer.status_code == 500
    assert answer.json()["code"] == "unexpected"
    assert "secret" not in answer.text
    assert "Content-Security-Policy" in answer.headers
    number = answer.headers["x-request-id"]
    assert number in answer.json()["zh"]
    assert number in caplog.text


async def test_a_database_that_gives_up_is_503_with_a_promise(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/slow")
    assert answer.status_code == 503
    assert answer.json()["code"] == "database_unavailable"
    assert 15 <= int(answer.headers["retry-after"]) <= 45


@pytest.mark.parametrize("kind", [DatabaseUnavailable, StorageUnavailable, DailyLimit, TooSlow])
def test_those_sent_away_together_do_not_come_back_together(kind: type[Refusal]) -> None:
    refusal = kind(most=1)
    waits = {int(problems.answer(refusal).headers["retry-after"]) for _ in range(200)}
    assert min(waits) >= (kind.retry_after or 0)
    assert len(waits) > 4
    assert max(waits) <= 2 * 3600


async def test_a_browser_gets_two_sentences_instead_of_json(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/slow", headers={"Accept": "text/html,*/*"})
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.startswith("服务器正在维护，请稍后再试。")


@pytest.mark.parametrize(
    ("headers", "is_welcome"),
    [
        ({"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": ORIGIN}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({}, True),  # no browser, no cookie
        ({"Cookie": "__Host-safegrid=x"}, False),  # a cookie, yet no word where it comes from
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://testserver"}, False),
        ({"Origin": f"{ORIGIN}.evil.example"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": ORIGIN}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, False),
    ],
)
async def test_writes_come_only_from_our_own_pages(
    silent: httpx.AsyncClient, headers: dict[str, str], is_welcome: bool
) -> None:
    answer = await silent.post("/api/line", json={"note": "好"}, headers=headers)
    assert answer.status_code == (200 if is_welcome else 403)
    if not is_welcome:
        assert answer.json()["code"] == "foreign_origin"


async def test_reading_is_not_a_matter_of_origin(silent: httpx.AsyncClient) -> None:
    answer = await silent.get("/livez", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 200


async def test_a_long_body_is_refused_before_it_is_read(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/line", content=b" " * (256 * KB + 1))
    assert answer.status_code == 413
    assert answer.json()["details"] == {"limit": "256 kB"}


async def test_a_long_body_of_untold_length_is_refused_while_it_is_read(
    client: httpx.AsyncClient,
) -> None:
    sent = 0

    async def drip() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(10_000):
            sent += KB
            yield b" " * KB

    answer = await client.post("/api/line", content=drip())
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert "256 kB" in answer.json()["zh"]


async def test_a_photo_may_be_longer_than_a_form(client: httpx.AsyncClient) -> None:
    url = "/api/photos/01890000-0000-7000-8000-000000000000"
    too_long = await client.put(url, content=b" " * (12 * KB * KB + 1))
    assert (too_long.status_code, too_long.json()["details"]["limit"]) == (413, "12 MB")
    fitting = await client.put(
        url, content=b" " * (300 * KB), headers={"Content-Digest": "sha-256=:AA==:"}
    )
    assert fitting.status_code != 413


STRICT = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
}


@pytest.mark.parametrize("path", ["/livez", "/api/moved", "/api/nothing", "/desk/", "/"])
async def test_every_answer_carries_strict_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert {name: headers[name] for name in STRICT} == STRICT
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe-eval" not in headers["content-security-policy"]


async def test_answers_of_the_api_are_not_kept(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/moved")).headers["cache-control"] == "no-store"


async def test_the_policy_lets_the_map_tiles_in(committed: Committed) -> None:
    tiles = "https://t0.tianditu.gov.cn/{z}/{x}/{y}?tk=key"
    made = create_app(committed.settings.model_copy(update={"tile_url": tiles}))
    async with client_of(made) as client:
        policy = (await client.get("/livez")).headers["content-security-policy"]
    assert "img-src 'self' blob: data: https://t0.tianditu.gov.cn;" in policy
    assert "tk=key" not in policy


def test_the_contract_names_what_every_route_may_answer() -> None:
    paths: dict[str, Any] = document()["paths"]
    report = paths["/api/hazards/{hazard_id}"]["put"]["responses"]
    assert "foreign_origin" in report["403"]["description"]
    assert "invalid_input" in report["422"]["description"]
    assert "database_unavailable" in report["503"]["description"]
    assert "body_too_large" in report["413"]["description"]
    assert "HTTPValidationError" not in document()["components"]["schemas"]


async def test_numbers_of_requests_never_repeat(client: httpx.AsyncClient) -> None:
    numbers = {(await client.get("/livez")).headers["x-request-id"] for _ in range(50)}
    assert len(numbers) == 50


def test_the_policy_lets_no_inline_code_or_style_in() -> None:
    """ASVS V3.4.3; and whatever becomes markup must be named (pwa/src/core/trusted.ts)."""
    headers = security_headers(Settings(_env_file=None, mode="test", base_url="https://a.example"))
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
