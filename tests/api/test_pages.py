"""The built front end as the server hands it out."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.config import Settings
from app.main import create_app as unshared_app
from tests.conftest import Committed, client_of, create_app


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """With a built field entry and no desk entry."""
    field = tmp_path / "dist" / "field"
    field.joinpath("assets").mkdir(parents=True)
    field.joinpath("field.html").write_text("<!doctype html><title>手机端</title>")
    field.joinpath("sw.js").write_text("self.skipWaiting")
    field.joinpath("manifest.webmanifest").write_text("{}")
    field.joinpath("assets", "main-Bx12.js").write_text("1")
    field.joinpath("assets", "main-Bx12.js.br").write_bytes(b"brotli")
    field.joinpath("assets", "main-Bx12.js.gz").write_bytes(gzip.compress(b"1"))
    tmp_path.joinpath("dist", "secret.txt").write_text("no")
    return settings.model_copy(update={"pwa_dir": tmp_path / "dist"})


async def test_the_entry_is_asked_for_again_each_time(client: httpx.AsyncClient) -> None:
    page = await client.get("/field/")
    assert page.status_code == 200
    assert "手机端" in page.text
    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["content-type"] == "text/html; charset=utf-8"


async def test_a_deep_link_gets_the_same_page(client: httpx.AsyncClient) -> None:
    deep = await client.get("/field/hazards/0189-x/verify")
    assert "手机端" in deep.text
    assert deep.headers["cache-control"] == "no-cache"


async def test_hashed_assets_are_kept_for_ever(client: httpx.AsyncClient) -> None:
    asset = await client.get("/field/assets/main-Bx12.js")
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert asset.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        ("gzip, deflate, br", "br", b"brotli"),
        ("gzip", "gzip", b"1"),
        ("br;q=0, gzip", "gzip", b"1"),
        ("br;q=0.9, gzip;q=1.0", "br", b"brotli"),
        ("identity", None, b"1"),
    ],
)
async def test_an_asset_comes_as_small_as_the_caller_can_read_it(
    client: httpx.AsyncClient, accepted: str, encoding: str | None, body: bytes
) -> None:
    headers = {"Accept-Encoding": accepted}
    async with client.stream("GET", "/field/assets/main-Bx12.js", headers=headers) as asset:
        raw = b"".join([part async for part in asset.aiter_raw()])
    assert asset.headers.get("content-encoding") == encoding
    assert (gzip.decompress(raw) if encoding == "gzip" else raw) == body
    assert asset.headers["content-type"].startswith("text/javascript")
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert asset.headers["vary"] == "Accept-Encoding"


async def test_a_missing_asset_is_404_and_never_a_page(client: httpx.AsyncClient) -> None:
    missing = await client.get("/field/assets/old-A1.js")
    assert missing.status_code == 404
    assert "手机端" not in missing.text


async def test_the_service_worker_is_fresh_and_has_its_scope(client: httpx.AsyncClient) -> None:
    worker = await client.get("/field/sw.js")
    assert worker.headers["cache-control"] == "no-cache"
    assert worker.headers["service-worker-allowed"] == "/field/"


@pytest.mark.parametrize("path", ["/field/..%2fsecret.txt", "/field/%2e%2e/secret.txt"])
async def test_nothing_outside_the_entry_is_read(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.text != "no"


@pytest.mark.parametrize("path", ["/field/assets/", "/field/assets", "/assets/", "/pwa/", "/var/"])
async def test_no_folder_lists_what_is_in_it(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert "main-Bx12" not in answer.text


async def test_an_entry_that_is_not_built_says_how(client: httpx.AsyncClient) -> None:
    page = await client.get("/desk/")
    assert page.status_code == 503
    assert "make run" in page.text
    assert "页面还没有生成" in page.text


HERE = "127.0.0.1:8000"  # the demo county answers to no other name


@pytest.mark.parametrize(
    ("mode", "home", "welcome"), [("demo", "/welcome/", 503), ("production", "/desk/", 404)]
)
async def test_the_first_page_is_the_desk_and_in_demo_mode_the_welcome(
    settings: Settings, mode: str, home: str, welcome: int
) -> None:
    async with client_of(create_app(settings.model_copy(update={"mode": mode}))) as client:
        client.headers["Host"] = HERE
        answer = await client.get("/")
        assert (answer.status_code, answer.headers["location"]) == (307, home)
        assert (await client.get("/welcome/")).status_code == welcome


@pytest.mark.parametrize(("mode", "status"), [("demo", 200), ("production", 404)])
async def test_the_api_describes_itself_only_outside_production(
    settings: Settings, mode: str, status: int
) -> None:
    async with client_of(create_app(settings.model_copy(update={"mode": mode}))) as client:
        client.headers["Host"] = HERE
        assert (await client.get("/docs")).status_code == status
        assert (await client.get("/openapi.json")).status_code == status


@pytest.fixture
async def without_database(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """The application as it stands when PostgreSQL does not answer."""
    from app import db  # noqa: PLC0415

    gone = Settings(database_url="postgresql+psycopg://nobody:x@127.0.0.1:1/none", mode="test")
    engine = db.make_engine(gone)
    app.state.sessions = db.make_sessions(engine)
    async with client_of(app, token="anything") as client:
        yield client
    await engine.dispose()


async def test_without_a_database_pages_still_come_and_the_api_says_wait(
    without_database: httpx.AsyncClient,
) -> None:
    assert (await without_database.get("/field/")).status_code == 200
    answer = await without_database.get("/api/session")
    assert answer.status_code == 503
    assert answer.json()["code"] == "database_unavailable"
    assert "手机里的记录都在" in answer.json()["zh"]


async def test_without_a_database_it_is_alive_but_not_ready(
    without_database: httpx.AsyncClient,
) -> None:
    assert (await without_database.get("/livez")).status_code == 200
    answer = await without_database.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "down"


async def test_a_server_knows_its_routes_before_anybody_asks(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What FastAPI builds of 250 routes takes as long as a page: not in the way of a request."""

    def too_late(*_: object) -> None:
        raise AssertionError

    made = unshared_app(committed.settings)
    async with made.router.lifespan_context(made):
        monkeypatch.setattr("fastapi.routing._IncludedRouter._build_effective_context", too_late)
        async with client_of(made) as client:
            assert (await client.get("/api/nowhere")).status_code == 404
            assert (await client.get("/livez")).status_code == 200
