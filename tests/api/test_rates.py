"""Too many requests: refused early, in words, with the seconds to wait; others are not touched."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Message

from app import db
from app.config import Settings
from app.models.base import new_id
from app.storage import ObjectStore
from tests import factories
from tests.conftest import ORIGIN, create_app, token_for
from tests.factories import County

Limited = Callable[..., FastAPI]


@pytest.fixture
def limited(settings: Settings, sessions: db.Sessions, store: ObjectStore) -> Limited:
    """The application with these limits."""

    def make(**limits: object) -> FastAPI:
        app = create_app(settings.model_copy(update=limits))
        app.state.sessions, app.state.storage = sessions, store
        return app

    return make


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


@asynccontextmanager
async def came_from(
    app: FastAPI, peer: str, token: str = "", **headers: str
) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, client=(peer, 50_000))
    cookies = {"__Host-safegrid": token} if token else {}
    sent = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", **headers}
    async with httpx.AsyncClient(
        transport=transport, base_url=ORIGIN, headers=sent, cookies=cookies
    ) as client:
        yield client


async def statuses(client: httpx.AsyncClient, times: int) -> list[int]:
    return [(await client.get("/api/session")).status_code for _ in range(times)]


async def test_an_address_that_floods_waits_and_others_do_not(limited: Limited) -> None:
    app = limited(requests_per_minute_address=5)
    async with came_from(app, "192.0.2.1") as flood, came_from(app, "192.0.2.2") as other:
        assert await statuses(flood, 5) == [401] * 5
        refused = await flood.get("/api/session")
        assert await statuses(other, 5) == [401] * 5
        assert (await flood.get("/livez")).status_code == 200
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_requests"
    wait = int(refused.headers["retry-after"])
    assert 1 <= wait <= 65
    assert str(wait) in refused.json()["zh"]


async def test_a_flood_of_bodies_is_refused_before_they_are_read(limited: Limited) -> None:
    app, pieces, answers = limited(requests_per_minute_address=1), 0, []

    async def receive() -> Message:
        nonlocal pieces
        pieces += 1
        return {"type": "http.request", "body": bytes(1000), "more_body": True}

    async def send(message: Message) -> None:
        answers.append(message)

    async with came_from(app, "192.0.2.1") as flood:
        await flood.get("/api/session")
    scope = {
        "type": "http", "method": "PUT", "path": f"/api/photos/{new_id()}", "headers": [],
        "query_string": b"", "client": ("192.0.2.1", 1),
    }  # fmt: skip
    await app(scope, receive, send)
    assert answers[0]["status"] == 429
    assert pieces == 0


async def test_a_person_has_one_measure_from_every_address(
    limited: Limited, session: AsyncSession, county: County
) -> None:
    app = limited(requests_per_minute_person=4)
    token = await token_for(session, county.gridworker)
    second = await token_for(session, county.gridworker)
    colleague = await token_for(session, county.township_officer)
    async with (
        came_from(app, "192.0.2.1", token) as phone,
        came_from(app, "192.0.2.2", second) as tablet,
        came_from(app, "192.0.2.1", colleague) as desk,
    ):
        assert await statuses(phone, 2) + await statuses(tablet, 2) == [200] * 4
        assert await statuses(tablet, 1) == [429]
        assert await statuses(desk, 4) == [200] * 4


async def test_only_our_own_proxy_may_say_who_came(limited: Limited) -> None:
    app = limited(requests_per_minute_address=2, trusted_proxies=["192.0.2.9"])
    for name in ("192.0.2.50", "192.0.2.51", "192.0.2.52"):
        forwarded = {"X-Forwarded-For": f"198.51.100.1, {name}"}
        async with came_from(app, "192.0.2.9", **forwarded) as through_proxy:
            assert await statuses(through_proxy, 2) == [401] * 2
    seen = []
    for name in ("192.0.2.60", "192.0.2.61", "192.0.2.62"):
        async with came_from(app, "192.0.2.7", **{"X-Forwarded-For": name}) as liar:
            seen += await statuses(liar, 1)
    assert seen == [401, 401, 429]


async def test_what_stands_in_a_line_of_its_own_is_no_way_around(limited: Limited) -> None:
    """Some proxies add a second header instead of going on with the first, which anybody writes."""
    app = limited(requests_per_minute_address=2, trusted_proxies=["192.0.2.9", "192.0.2.10"])
    seen = []
    async with came_from(app, "192.0.2.9") as client:
        for n in range(3):
            lines = [
                ("X-Forwarded-For", f"198.51.100.{n}"),
                ("X-Forwarded-For", "203.0.113.5, 192.0.2.10"),
            ]
            answer = await client.get("/api/session", headers=lines)
            seen.append(answer.status_code)
    assert seen == [401, 401, 429]


async def test_one_line_of_ipv6_has_one_measure(limited: Limited) -> None:
    app, seen = limited(requests_per_minute_address=2), []
    for n in range(3):
        async with came_from(app, f"2001:db8:1:2::{n}") as hopper:
            seen += await statuses(hopper, 1)
    assert seen == [401, 401, 429]
    async with came_from(app, "2001:db8:1:3::1") as neighbour:
        assert await statuses(neighbour, 1) == [401]


async def test_ipv4_in_clothes_of_ipv6_is_ipv4(limited: Limited) -> None:
    app, seen = limited(requests_per_minute_address=2, trusted_proxies=["192.0.2.9"]), []
    for peer in ("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1"):
        async with came_from(app, peer) as client:
            seen += await statuses(client, 1)
    assert seen == [401, 401, 429]
    async with came_from(app, "::ffff:192.0.2.9", **{"X-Forwarded-For": "192.0.2.77"}) as proxied:
        assert await statuses(proxied, 1) == [401]
