"""More phones than there is room for: told early and when, and nothing is lost or doubled."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import event, func, select

from app import db
from app.api.crowds import Crowds, Gate
from app.errors import Crowded
from app.models.base import new_id
from app.models.hazard import Hazard
from app.models.photo import Photo
from app.storage import open_store
from tests import factories, pictures
from tests.conftest import Committed, client_of, create_app
from tests.reports import report_of

PHOTO = pictures.jpeg(1)
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def phone(committed: Committed) -> AsyncIterator[httpx.AsyncClient]:
    """Talks to a server with room for two photos, three reports and two readers at a time."""
    few = {"uploads_at_once": 2, "writes_at_once": 3, "looks_at_once": 2}
    settings = committed.settings.model_copy(update=few)
    narrow = create_app(settings)
    narrow.state.sessions, narrow.state.storage = committed.sessions, open_store(settings)
    async with committed.work() as session:
        county = await factories.county(session)
    known = await committed.client_as(county.gridworker)
    async with client_of(narrow, known.cookies["__Host-safegrid"]) as made:
        yield made
    await known.aclose()


async def test_who_finds_no_room_is_told_before_the_body_is_read(phone: httpx.AsyncClient) -> None:
    has_room, sent = asyncio.Event(), 0

    async def slow() -> AsyncIterator[bytes]:
        yield PHOTO[:100]
        await has_room.wait()
        yield PHOTO[100:]

    async def never_read() -> AsyncIterator[bytes]:
        nonlocal sent
        sent += 1
        yield PHOTO

    digest = {"Content-Digest": pictures.digest_of(PHOTO)}
    paths = [f"/api/photos/{new_id()}" for _ in range(3)]
    inside = [
        asyncio.create_task(phone.put(path, content=slow(), headers=digest)) for path in paths[:2]
    ]
    await asyncio.sleep(0.2)
    refused = await phone.put(paths[2], content=never_read(), headers=digest)
    assert (refused.status_code, refused.json()["code"]) == (429, "crowded")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert sent == 0
    report, _ = report_of()
    written = await phone.put(f"/api/hazards/{new_id()}", content=report, headers=JSON)
    assert written.status_code == 200
    has_room.set()
    assert [answer.status_code for answer in await asyncio.gather(*inside)] == [200, 200]
    again = await phone.put(paths[2], content=PHOTO, headers=digest)
    assert again.status_code == 200


async def test_a_herd_gets_through_without_loss_or_doubles(
    phone: httpx.AsyncClient, committed: Committed
) -> None:
    async def until_taken(path: str, content: str | bytes, headers: dict[str, str]) -> int:
        tries = 0
        while True:
            tries += 1
            answer = await phone.put(path, content=content, headers=headers)
            if answer.status_code == 200:
                return tries
            assert answer.status_code == 429, answer.text
            await asyncio.sleep(0.01)

    async def one(seed: int) -> int:
        body = pictures.jpeg(seed)
        report, (photo_id,) = report_of(body)
        digest = {"Content-Digest": pictures.digest_of(body)}
        tries = await until_taken(f"/api/hazards/{new_id()}", report, JSON)
        return tries + await until_taken(f"/api/photos/{photo_id}", body, digest)

    tries = await asyncio.gather(*(one(seed) for seed in range(20)))
    assert sum(tries) > 40
    async with committed.work() as session:
        assert await session.scalar(select(func.count()).select_from(Hazard)) == 20
        assert await session.scalar(select(func.count()).select_from(Photo)) == 20
        assert await session.scalar(select(func.min(Hazard.photos_received))) == 1


async def test_those_turned_away_are_spread_over_the_time_the_others_take() -> None:
    gate = Gate(most=10, takes_seconds=1.0)
    for _ in range(10):
        await gate.enter()
    waits = []
    for _ in range(200):
        with pytest.raises(Crowded) as refused:
            await gate.enter()
        waits.append(refused.value.retry_after)
    assert min(waits) == 1
    assert 10 < max(waits) <= 21
    gate.leave(1.0)
    await gate.enter()


async def test_nobody_alone_keeps_the_others_from_sending_photos(committed: Committed) -> None:
    """One signed-in phone trickles as many photos as there are places; another still sends."""
    settings = committed.settings.model_copy(update={"uploads_at_once": 8})
    roomy = create_app(settings)
    roomy.state.sessions, roomy.state.storage = committed.sessions, open_store(settings)
    async with committed.work() as session:
        county = await factories.county(session)
    one, other = [await committed.client_as(person) for person in (county.gridworker, county.chief)]
    has_room, digest = asyncio.Event(), {"Content-Digest": pictures.digest_of(PHOTO)}

    async def slow() -> AsyncIterator[bytes]:
        yield PHOTO[:100]
        await has_room.wait()
        yield PHOTO[100:]

    async with (
        client_of(roomy, one.cookies["__Host-safegrid"]) as selfish,
        client_of(roomy, other.cookies["__Host-safegrid"]) as modest,
    ):
        trickling = [
            asyncio.create_task(
                selfish.put(f"/api/photos/{new_id()}", content=slow(), headers=digest)
            )
            for _ in range(8)
        ]
        await asyncio.sleep(0.3)
        sent = modest.put(f"/api/photos/{new_id()}", content=PHOTO, headers=digest)
        assert (await asyncio.wait_for(sent, 20)).status_code == 200
        has_room.set()
        codes = [answer.status_code for answer in await asyncio.gather(*trickling)]
    assert sorted(codes) == [200] * 4 + [429] * 4


async def test_the_line_is_served_in_turn_and_no_longer_than_patience_allows() -> None:
    gate, served = Gate(most=2, patience_seconds=2.0, takes_seconds=1.0), []

    async def one(number: int) -> None:
        await gate.enter()
        served.append(number)

    line = [asyncio.create_task(one(number)) for number in range(6)]
    await asyncio.sleep(0)
    assert served == [0, 1]
    with pytest.raises(Crowded):
        await gate.enter()  # four wait already: two seconds
    for _ in range(4):
        gate.leave(1.0)
    await asyncio.gather(*line)
    assert served == [0, 1, 2, 3, 4, 5]
    gate.leave(1.0)
    gate.leave(1.0)
    assert gate.inside == 0


@pytest.mark.parametrize("is_let_in", [False, True])
async def test_who_gives_up_waiting_takes_nobodys_place(is_let_in: bool) -> None:
    gate = Gate(most=1, patience_seconds=9.0)
    await gate.enter()
    first, second = (asyncio.create_task(gate.enter()) for _ in range(2))
    await asyncio.sleep(0)
    if is_let_in:
        gate.leave(0.1)  # the place is the first one's from now on
    first.cancel()
    if not is_let_in:
        gate.leave(0.1)
    await asyncio.gather(first, return_exceptions=True)
    await asyncio.wait_for(second, 1)
    gate.leave(0.1)
    assert gate.inside == 0


async def test_phones_that_ask_what_is_new_stand_in_line_for_few_connections(
    phone: httpx.AsyncClient, committed: Committed
) -> None:
    most = 0

    @event.listens_for(committed.engine.sync_engine, "checkout")
    def note(*_: object) -> None:
        nonlocal most
        most = max(most, db.pool_use(committed.sessions).used)

    asked = [phone.get("/api/sync/changes") for _ in range(60)]
    assert {answer.status_code for answer in await asyncio.gather(*asked)} == {200}
    assert most == 2


async def test_slow_lines_take_no_place_from_those_whose_words_are_here(
    phone: httpx.AsyncClient,
) -> None:
    """More reports trickle in than may be worked on at a time."""
    has_room, body = asyncio.Event(), report_of()[0].encode()

    async def slow() -> AsyncIterator[bytes]:
        yield body[:10]
        await has_room.wait()
        yield body[10:]

    trickling = [
        asyncio.create_task(phone.put(f"/api/hazards/{new_id()}", content=slow(), headers=JSON))
        for _ in range(6)
    ]
    await asyncio.sleep(0.2)
    quick = phone.put(f"/api/hazards/{new_id()}", content=body, headers=JSON)
    assert (await asyncio.wait_for(quick, 20)).status_code == 200
    assert not any(task.done() for task in trickling)
    has_room.set()
    assert {answer.status_code for answer in await asyncio.gather(*trickling)} == {200}


async def test_who_is_turned_away_after_the_body_is_told_when(
    phone: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(gate: Gate) -> None:
        if gate.patience_seconds:
            raise Crowded(7)
        gate.inside += 1

    monkeypatch.setattr(Gate, "enter", full)
    refused = await phone.put(f"/api/hazards/{new_id()}", content=report_of()[0], headers=JSON)
    assert (refused.status_code, refused.json()["code"]) == (429, "crowded")
    assert refused.headers["Retry-After"] == "7"


def test_whatever_phones_send_and_ask_by_themselves_stands_in_line(committed: Committed) -> None:
    """Else they take the connections of those who were let in."""
    crowds = Crowds(committed.app, committed.settings)
    by_themselves = (
        "PUT /api/hazards/1",
        "PUT /api/hazards/1/actions/2",
        "PUT /api/photos/1",
        "PUT /api/visits/1",
        "PUT /api/patrols/1/delays/2",
        "POST /api/sync/reconcile",
        "GET /api/sync/changes",
        "GET /api/session",
        "GET /api/patrols/mine",
        "GET /api/objects",
    )
    for method, path in (asked.split() for asked in by_themselves):
        assert crowds._gate({"type": "http", "method": method, "path": path}), path
    assert crowds._gate({"type": "http", "method": "GET", "path": "/api/hazards"}) is None
