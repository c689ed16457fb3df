"""Photos on a bad line and through the worker, with a real server and real commits."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
import uvicorn
from sqlalchemy import func, select

from app import worker
from app.api.deps import COOKIE
from app.models.base import new_id
from app.models.photo import Derivatives, Photo
from tests import factories, pictures
from tests.conftest import ORIGIN, Committed
from tests.factories import County
from tests.running import free_port

BODY = pictures.jpeg(1, (1200, 900))


@pytest.fixture
async def county(committed: Committed) -> County:
    async with committed.work() as session:
        return await factories.county(session)


@pytest.fixture
async def port(committed: Committed) -> AsyncIterator[int]:
    """The application behind a real server."""
    found = free_port()
    config = uvicorn.Config(committed.app, port=found, ws="none", log_level="warning")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers only the flag
        await asyncio.sleep(0.02)
    yield found
    server.should_exit = True
    await serving


def head(photo_id: UUID, token: str, body: bytes) -> bytes:
    lines = (
        f"PUT /api/photos/{photo_id} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Origin: {ORIGIN}",
        "Sec-Fetch-Site: same-origin",
        f"Cookie: {COOKIE}={token}",
        f"Content-Digest: {pictures.digest_of(body)}",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*lines, "", "")).encode()


async def token_of(committed: Committed, county: County) -> str:
    client = await committed.client_as(county.gridworker)
    async with client:
        return client.cookies[COOKIE]


async def photos_in(committed: Committed) -> int:
    async with committed.work() as session:
        return await session.scalar(select(func.count()).select_from(Photo)) or 0


@pytest.mark.parametrize("cut", [0, 1, len(BODY) // 2, len(BODY) - 1])
async def test_an_upload_cut_off_leaves_nothing_and_alarms_nobody(
    cut: int, committed: Committed, county: County, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    photo_id, token = new_id(), await token_of(committed, county)
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head(photo_id, token, BODY) + BODY[:cut])
    await writer.drain()
    await asyncio.sleep(0.3)
    writer.transport.abort()
    await asyncio.sleep(0.3)
    assert await photos_in(committed) == 0
    assert pictures.files_in(committed.settings) == []
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    client = await committed.client_as(county.gridworker)
    async with client:
        assert (await pictures.put(client, photo_id, BODY)).status_code == 200


async def test_an_answer_that_is_lost_is_given_again(
    committed: Committed, county: County, port: int
) -> None:
    """The phone is gone when the receipt comes; the photo is safe, the repeat gets the receipt."""
    photo_id, token = new_id(), await token_of(committed, county)
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head(photo_id, token, BODY) + BODY)
    async with asyncio.timeout(10):
        while not await photos_in(committed):  # noqa: ASYNC110 - at the server's own pace
            await asyncio.sleep(0.05)
    writer.transport.abort()
    client = await committed.client_as(county.gridworker)
    async with client:
        answers = [await pictures.put(client, photo_id, BODY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert await photos_in(committed) == 1


async def test_forty_megabytes_without_a_length_are_cut_off_on_the_wire(
    committed: Committed, county: County, port: int
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(640):
            sent += 65_536
            yield bytes(65_536)

    token = await token_of(committed, county)
    headers = {
        "Origin": ORIGIN,
        "Sec-Fetch-Site": "same-origin",
        "Cookie": f"{COOKIE}={token}",
        "Content-Digest": pictures.digest_of(b""),
    }
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        try:
            answer = await client.put(f"/api/photos/{new_id()}", content=endless(), headers=headers)
            assert answer.status_code == 413
        except httpx.TransportError:
            assert sent < 40 * 1024 * 1024  # the server hung up while we were still sending
    assert await photos_in(committed) == 0


async def test_the_worker_makes_what_the_upload_has_asked_for(
    committed: Committed, county: County
) -> None:
    good, bad = new_id(), new_id()
    client = await committed.client_as(county.gridworker)
    async with client:
        await pictures.put(client, good, BODY)
        await pictures.put(client, bad, pictures.encoded(pictures.scene((2000, 1500)))[:9000])
        await worker.catch_up(committed.settings)
        assert (await client.get(f"/api/photos/{good}/view")).status_code == 200
        assert (await client.get(f"/api/photos/{bad}/view")).status_code == 404
    async with committed.work() as session:
        assert (await session.get_one(Photo, good)).derivatives is Derivatives.READY
        assert (await session.get_one(Photo, bad)).derivatives is Derivatives.FAILED
