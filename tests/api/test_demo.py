"""The one-click entry: mounted in demo mode, answers this machine only."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from app import db
from app.config import Settings
from tests import factories
from tests.conftest import create_app
from tests.factories import County

BASE = "http://127.0.0.1:8000"


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


def served(settings: Settings, sessions: db.Sessions, mode: str) -> FastAPI:
    change = {
        "mode": mode,
        "base_url": BASE,
        "secret": SecretStr("x" * 40),
        "pwa_dir": Path("no-pwa"),
    }
    app = create_app(settings.model_copy(update=change))
    app.state.sessions = sessions
    return app


def visitor(app: FastAPI, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, client=(address, 50_000))
    headers = {"Origin": BASE, "Sec-Fetch-Site": "same-origin"}
    return httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers)


@pytest.fixture
async def here(settings: Settings, sessions: db.Sessions) -> AsyncIterator[httpx.AsyncClient]:
    async with visitor(served(settings, sessions, "demo"), "127.0.0.1") as client:
        yield client


async def test_a_visitor_steps_in_with_one_click(here: httpx.AsyncClient, county: County) -> None:
    people = (await here.get("/api/demo")).json()
    assert set(people[0]) == {"id", "name", "role", "organization", "home"}
    (handler,) = [person for person in people if person["role"] == "handler"]
    answer = await here.post(f"/api/demo/enter/{handler['id']}")
    assert answer.status_code == 200
    assert answer.json()["name"] == "吴承办"
    assert answer.json()["county"]["is_demo"] is True
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-safegrid=")
    assert "HttpOnly" in cookie
    assert "Secure" in cookie


@pytest.mark.parametrize("address", ["10.0.0.5", "203.0.113.9"])
async def test_from_elsewhere_there_is_no_entry(
    settings: Settings, sessions: db.Sessions, county: County, address: str
) -> None:
    async with visitor(served(settings, sessions, "demo"), address) as client:
        spoofed = {"X-Forwarded-For": "127.0.0.1"}
        assert (await client.get("/api/demo", headers=spoofed)).status_code == 404
        answer = await client.post(f"/api/demo/enter/{county.handler.id}", headers=spoofed)
        assert answer.status_code == 404
        assert "set-cookie" not in answer.headers


def entries(app: FastAPI) -> list[str]:
    return [it.path for it in app.routes if isinstance(it, APIRoute) and "demo" in it.path]


@pytest.mark.parametrize("mode", ["production", "test"])
async def test_outside_the_demo_the_entry_does_not_exist(
    settings: Settings, sessions: db.Sessions, county: County, mode: str
) -> None:
    app = served(settings, sessions, mode)
    assert not entries(app)
    assert entries(served(settings, sessions, "demo"))
    async with visitor(app, "127.0.0.1") as client:
        assert (await client.get("/api/demo")).status_code == 404
        answer = await client.post(f"/api/demo/enter/{county.handler.id}")
        assert answer.status_code == 404
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "host", ["evil.example:8000", "127.0.0.1.evil.example", "10.0.0.5:8000", "[::2]", "[", ""]
)
async def test_a_name_that_was_made_to_point_here_gets_nothing(
    here: httpx.AsyncClient, county: County, host: str
) -> None:
    """DNS rebinding: the browser believes this to be the other page's own origin."""
    headers = {"Host": host, "Origin": f"http://{host}"}
    for method, path in (("GET", "/api/demo"), ("POST", f"/api/demo/enter/{county.handler.id}")):
        answer = await here.request(method, path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", ["localhost:5173", "127.0.0.1:8000", "[::1]:8000"])
async def test_all_names_of_this_machine_lead_to_the_demo(
    here: httpx.AsyncClient, county: County, host: str
) -> None:
    assert (await here.get("/api/demo", headers={"Host": host})).status_code == 200
