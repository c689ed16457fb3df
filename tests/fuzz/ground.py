"""The filled county of the access matrix, served in process; every call is undone again.

So each call finds the same county, whatever was called before, and a failure can be repeated alone.
What a call has written is held against the constraints that are only asked at COMMIT.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import requests
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, async_sessionmaker

from app import db, storage
from tests.conftest import ORIGIN, create_app, settings_for
from tests.fuzz.ids import Ids, ids_of
from tests.matrix.filling import fill
from tests.matrix.world import Actor, World, build


@dataclass
class Ground:
    """`ids`: of everything there is, by the name that a parameter or a field has for it."""

    world: World
    ids: Ids
    runner: asyncio.Runner
    connection: AsyncConnection
    client: httpx.AsyncClient

    def call(self, case: Any, actor: Actor) -> httpx.Response:
        """As this person; the answer, after which all is as it was."""
        headers = {"Cookie": f"__Host-safegrid={actor.token}", "Origin": ORIGIN}
        parts = case.as_transport_kwargs(base_url=ORIGIN, headers=headers)
        ready: Any = requests.Request(**parts).prepare()
        sent = self.client.build_request(
            ready.method, ready.url, headers=dict(ready.headers), content=ready.body
        )
        return self.runner.run(self._undone(sent))

    async def _undone(self, sent: httpx.Request) -> httpx.Response:
        undo = await self.connection.begin()
        try:
            answer = await self.client.send(sent)
            try:
                await self.connection.execute(text("set constraints all immediate"))
            except DBAPIError as refused:
                raise AssertionError(
                    f"{answer.status_code}, not to be committed: {refused}"
                ) from refused
            return answer
        finally:
            await undo.rollback()


@asynccontextmanager
async def opened(url: str, folder: Path, runner: asyncio.Runner) -> AsyncIterator[Ground]:
    settings = settings_for(url, folder)
    app, engine = create_app(settings), db.make_engine(settings)
    async with app.router.lifespan_context(app), engine.connect() as connection:
        app.state.sessions = async_sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        async with connection.begin(), app.state.sessions() as session:
            store = storage.open_store(settings)
            world = await build(session, store)
            await fill(session, world, store)
            await session.commit()
        async with connection.begin():
            await connection.execute(text("analyze"))
            ids = await ids_of(connection)
        async with _client(app) as client:
            yield Ground(world, ids, runner, connection, client)
    await engine.dispose()


def _client(app: FastAPI) -> httpx.AsyncClient:
    """Without cookies of its own: whoever calls brings one. Server errors are answers."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("127.0.0.1", 50_000))
    return httpx.AsyncClient(transport=transport, timeout=60)
