"""The live stream through a real server: who sees what, resuming, ending, holding nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import uvicorn
from sqlalchemy import func, select, text, update

from app import clock
from app.api import live
from app.models.base import new_id
from app.models.event import Change
from app.models.notification import Notification
from app.models.person import Person, SignIn
from app.services import sync
from tests import factories
from tests.cases import case, there
from tests.conftest import Committed
from tests.factories import County
from tests.running import free_port

PATIENCE = 10.0
SILENCE = 1.0
Event = dict[str, Any]


@pytest.fixture
async def county(committed: Committed) -> County:
    async with committed.work() as session:
        return await factories.county(session)


@pytest.fixture
async def address(committed: Committed) -> AsyncIterator[str]:
    """The application behind a real server, with its hub."""
    port = free_port()
    config = uvicorn.Config(
        committed.app, port=port, ws="none", log_level="warning", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers only the flag
        await asyncio.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


class Follower:
    """A desk's EventSource."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def next(self, patience: float = PATIENCE) -> Event:
        """The next event; pings are passed over. StopAsyncIteration when the stream has ended."""
        event: Event = {}
        async with asyncio.timeout(patience):
            while line := await anext(self._lines):
                name, _, value = line.partition(": ")
                event[name] = json.loads(value) if name == "data" else value
        return event if "event" in event else await self.next(patience)

    async def is_silent(self) -> bool:
        try:
            await self.next(SILENCE)
        except TimeoutError:
            return True
        return False


@asynccontextmanager
async def following(
    committed: Committed, address: str, person: Person, last_event_id: str = ""
) -> AsyncIterator[Follower]:
    client = await committed.client_as(person)
    headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    async with (
        client,
        httpx.AsyncClient(base_url=address, headers={"Cookie": cookie}, timeout=30) as line,
        line.stream("GET", "/api/stream", headers=headers) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        yield Follower(answer.aiter_lines())


async def add_case(committed: Committed, county: County, *, elsewhere: bool = False) -> UUID:
    async with committed.work() as session:
        hazard = await case(session, county, **(there(county) if elsewhere else {}))
        await sync.record_change(session, "hazard", hazard_id=hazard.id)
        return hazard.id


async def notify(committed: Committed, person: Person) -> None:
    async with committed.work() as session:
        session.add(
            Notification(
                person_id=person.id,
                kind="assigned",
                params={},
                dedup=str(new_id()),
                created_at=clock.now(),
            )
        )
        await sync.record_change(session, "notice", person_id=person.id)


async def test_a_new_case_reaches_those_who_see_it_and_nobody_else(
    committed: Committed, county: County, address: str
) -> None:
    async with (
        following(committed, address, county.township_officer) as here,
        following(committed, address, county.stranger) as away,
        following(committed, address, county.county_officer) as centre,
    ):
        for desk in (here, away, centre):
            first = await desk.next()
            assert (first["event"], first["data"]) == ("notice", {"unread": 0})
        id_ = await add_case(committed, county)
        for desk in (here, centre):
            told = await desk.next()
            assert told["event"] == "changed"
            assert (told["data"]["ids"], told["data"]["count"]) == ([str(id_)], 1)
        assert await away.is_silent()


async def test_what_was_missed_comes_after_the_line_is_back(
    committed: Committed, county: County, address: str
) -> None:
    async with following(committed, address, county.township_officer) as desk:
        last = (await desk.next())["id"]
    ids = [await add_case(committed, county) for _ in range(3)]
    await add_case(committed, county, elsewhere=True)
    async with following(committed, address, county.township_officer, last) as desk:
        told = await desk.next()
        assert told["data"]["ids"] == [str(id_) for id_ in ids]
        assert not told["data"]["is_reset"]


async def test_a_cursor_of_no_use_says_look_at_everything_again(
    committed: Committed, county: County, address: str
) -> None:
    async with following(committed, address, county.township_officer, "rubbish") as desk:
        told = await desk.next()
        assert (told["event"], told["data"]["is_reset"]) == ("changed", True)


async def test_a_notice_reaches_its_person_with_the_new_count(
    committed: Committed, county: County, address: str
) -> None:
    async with (
        following(committed, address, county.handler) as mine,
        following(committed, address, county.leader) as other,
    ):
        assert (await mine.next())["data"] == {"unread": 0}
        assert (await other.next())["data"] == {"unread": 0}
        await notify(committed, county.handler)
        told = await mine.next()
        assert (told["event"], told["data"]) == ("notice", {"unread": 1})
        assert await other.is_silent()


async def test_the_stream_ends_with_the_session(
    committed: Committed, county: County, address: str
) -> None:
    async with following(committed, address, county.township_officer) as desk:
        await desk.next()
        async with committed.work() as session:
            await session.execute(
                update(SignIn)
                .where(SignIn.person_id == county.township_officer.id)
                .values(ended_at=clock.now())
            )
        await add_case(committed, county)  # wakes the stream; nothing of it may come
        with pytest.raises(StopAsyncIteration):
            await desk.next()


async def test_a_server_that_stops_does_not_wait_for_open_desks(
    committed: Committed, county: County, address: str
) -> None:
    async with following(committed, address, county.township_officer) as desk:
        await desk.next()
        committed.app.state.hub.close()
        with pytest.raises(StopAsyncIteration):
            await desk.next()


async def test_a_stream_holds_no_database_connection(
    committed: Committed, county: County, address: str
) -> None:
    async with following(committed, address, county.township_officer) as desk:
        await desk.next()
        await asyncio.sleep(0.1)
        async with committed.app.state.sessions() as session:
            engine = session.bind
        assert engine.pool.checkedout() == 0
        async with committed.work() as session:
            idle = "select count(*) from pg_stat_activity where state like 'idle in transaction%'"
            assert await session.scalar(text(idle)) == 0


async def test_the_hub_listens_again_after_its_line_was_cut(
    committed: Committed,
    county: County,
    address: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 60.0)
    async with following(committed, address, county.township_officer) as desk:
        await desk.next()
        async with committed.work() as session:
            listening = "from pg_stat_activity where query ilike 'listen%'"
            assert await session.scalar(text(f"select pg_terminate_backend(pid) {listening}"))
        missed = await add_case(committed, county)
        told = await desk.next()
        assert told["data"]["ids"] == [str(missed)]
        assert "LISTEN lost its line" in caplog.text
        again = await add_case(committed, county)
        assert (await desk.next())["data"]["ids"] == [str(again)]


async def test_to_look_on_does_not_keep_a_session_alive(
    committed: Committed, county: County, address: str
) -> None:
    async with following(committed, address, county.township_officer) as desk:
        await desk.next()
        mine = SignIn.person_id == county.township_officer.id
        long_ago = clock.now() - timedelta(hours=1)
        async with committed.work() as session:
            await session.execute(update(SignIn).where(mine).values(last_seen_at=long_ago))
        await notify(committed, county.township_officer)
        await desk.next()
        async with committed.work() as session:
            assert await session.scalar(text("select min(last_seen_at) from sign_ins")) == long_ago


async def test_a_claim_and_a_visit_reach_colleagues_at_once_and_nobody_else(
    committed: Committed, county: County, address: str
) -> None:
    here = await add_case(committed, county)
    await add_case(committed, county, elsewhere=True)
    async with (
        following(committed, address, county.leader) as leader,
        following(committed, address, county.stranger) as stranger,
    ):
        assert (await leader.next())["event"] == (await stranger.next())["event"] == "notice"
        officer = await committed.client_as(county.township_officer)
        async with officer:
            for method, path in (("PUT", "viewing"), ("PUT", "claim"), ("DELETE", "claim")):
                await officer.request(method, f"/api/hazards/{here}/{path}")
                heard = await leader.next()
                assert (heard["event"], heard["data"]["ids"]) == ("presence", [str(here)])
            await officer.put(f"/api/hazards/{here}/viewing")
        assert await leader.is_silent(), "to go on looking is no news"
        assert await stranger.is_silent()
    async with committed.work() as session:
        changes = await session.scalar(select(func.count()).select_from(Change))
    assert changes == 2, "phones are not troubled"
