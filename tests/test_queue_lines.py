"""The queue's lines are as impatient as the engine's, and the one that listens lives."""

import asyncio
from typing import Any

import psycopg
from sqlalchemy import text

from app import db
from app.jobs import jobs, opened
from tests.conftest import Committed

NAMES = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "TimeZone")
SHORT = "-cstatement_timeout%3D300 -cidle_in_transaction_session_timeout%3D300"


async def test_a_queue_that_hangs_is_let_go_as_every_line_is(committed: Committed) -> None:
    async with committed.work() as session:
        asked = {name: await session.scalar(text(f"show {name}")) for name in NAMES}
    assert "0" not in asked.values()
    async with opened(committed.settings.database_url) as queue:
        pool = queue.connector.pool  # type: ignore[attr-defined]  # of PsycopgConnector
        async with pool.connection() as line:
            assert {name: await _shown(line, name) for name in NAMES} == asked
            told = line.info.get_parameters()
            assert told["keepalives_idle"] == str(db.LINE["keepalives_idle"])
            assert told["tcp_user_timeout"] == str(db.LINE["tcp_user_timeout"])
            assert told["connect_timeout"] == str(db.LINE["connect_timeout"])


async def test_the_line_that_listens_outlives_the_limits(committed: Committed) -> None:
    """It waits outside of every statement and transaction."""
    url = f"{committed.settings.database_url}&options={SHORT.replace(' ', '%20')}"
    heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    async def hear(*, channel: str, payload: str) -> None:
        await heard.put((channel, payload))

    async with opened(url):
        connector = jobs.connector
        listening = asyncio.create_task(
            connector.listen_notify(on_notification=hear, channels=["walls"])
        )
        await asyncio.sleep(1.5)
        assert not listening.done()
        async with committed.work() as session:
            await session.execute(text("notify walls, 'hello'"))
        assert await asyncio.wait_for(heard.get(), 10) == ("walls", "hello")
        listening.cancel()


async def _shown(line: psycopg.AsyncConnection[Any], name: str) -> str:
    row = await (await line.execute(f"show {name}".encode())).fetchone()
    assert row is not None
    return str(row[0])
