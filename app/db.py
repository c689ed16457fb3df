"""Engine, session and the one rule: one request or job is one transaction."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from psycopg.pq import TransactionStatus
from pydantic_core import from_json
from sqlalchemy import QueuePool, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import ConnectionPoolEntry, PoolResetState

from app.config import Settings
from app.errors import Refusal

Sessions = async_sessionmaker[AsyncSession]
T = TypeVar("T")
PING_AFTER_S = 5.0

POOL_WAIT_SECONDS = 8.0  # then 503: herds are held off before (app/api/crowds.py)
# A database machine that is gone says nothing: without these a request hangs for minutes.
LINE = {"connect_timeout": 5, "keepalives_idle": 30, "tcp_user_timeout": 30_000}
LIMITS = (
    "-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"
    " -c lock_timeout=10s -c timezone=UTC -c jit=off"
    " -c parallel_setup_cost=10000"  # helpers take longer to come than a list takes alone
)


def lines(database_url: str) -> dict[str, Any]:
    """How a connection is made, the engine's and the queue's, and what each of them may take.

    Options in the address itself (a county's search_path) are kept.
    """
    own = make_url(database_url).query.get("options", "")
    return {**LINE, "options": f"{LIMITS} {own}"}


def make_engine(settings: Settings) -> AsyncEngine:
    """Pool of psycopg connections. Limits keep one slow query from stopping the county."""
    prepare = {} if settings.prepare_statements else {"prepare_threshold": None}
    engine = create_async_engine(
        settings.database_url,
        pool_size=settings.pool_size,
        max_overflow=settings.pool_size,
        pool_timeout=POOL_WAIT_SECONDS,
        pool_reset_on_return=None,  # _roll_back_what_is_open
        json_deserializer=_read_json,
        hide_parameters=True,  # or what people typed would stand in every traceback
        connect_args={**prepare, **lines(settings.database_url)},
    )
    _ping_after_idling(engine)
    _roll_back_what_is_open(engine)
    return engine


def _read_json(text: bytes | str) -> Any:
    """A third of the time of the standard library, which reads what is nested deeper than 200."""
    try:
        return from_json(text)
    except ValueError:
        return json.loads(text)


def _ping_after_idling(engine: AsyncEngine) -> None:
    """Ask a connection whether it lives only if it has waited: under load that is one in many.

    One that died a moment ago fails one request, which is sent again, and takes the others along.
    """
    pool, dialect = engine.sync_engine.pool, engine.sync_engine.dialect

    @event.listens_for(pool, "checkin")
    def waits(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["waits_since"] = time.monotonic()

    @event.listens_for(pool, "checkout")
    def is_taken(connection: Any, record: ConnectionPoolEntry, _fairy: Any) -> None:
        since = record.info.get("waits_since")
        if since is None or time.monotonic() - since < PING_AFTER_S:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error


def _roll_back_what_is_open(engine: AsyncEngine) -> None:
    """Before a connection waits for the next: asked of itself, because nearly always it is nothing.

    One that is broken says so here and is thrown away.
    """

    @event.listens_for(engine.sync_engine.pool, "reset")
    def returns(connection: Any, _record: ConnectionPoolEntry, state: PoolResetState) -> None:
        status = connection.driver_connection.info.transaction_status
        if state.asyncio_safe and status is not TransactionStatus.IDLE:
            connection.rollback()


def make_sessions(engine: AsyncEngine) -> Sessions:
    return async_sessionmaker(engine, expire_on_commit=False)


@dataclass(frozen=True)
class PoolUse:
    """Connections lent out now, and how many may be."""

    used: int
    most: int


def pool_use(sessions: Sessions) -> PoolUse:
    pool = getattr(sessions.kw["bind"], "pool", None)
    if not isinstance(pool, QueuePool):
        return PoolUse(0, 0)
    return PoolUse(pool.checkedout(), pool.size() + max(0, pool._max_overflow))  # noqa: SLF001 - no other way to ask


@asynccontextmanager
async def unit_of_work(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """The only caller of commit. A refusal rolls back unless it keeps what it noted."""
    async with sessions() as session:
        try:
            yield session
        except Refusal as refusal:
            await (_commit(session) if refusal.keeps else session.rollback())
            raise
        await _commit(session)


async def give_back(session: AsyncSession) -> None:
    """Commit so far and return the connection before waiting for something slow outside.

    A phone on a bad line or a photo store that hangs must not hold one of the few connections.
    The session goes on with a new transaction when it is used again.
    """
    await _commit(session)


async def _commit(session: AsyncSession) -> None:
    await to_its_end(session.commit())


async def to_its_end(ending: Coroutine[Any, Any, T]) -> T:
    """A client that hangs up must not cut a COMMIT in half: it is waited for, then we go.

    However often we are called away meanwhile: a line in the middle of it is nobody else's.
    """
    task = asyncio.ensure_future(ending)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # who would have been told of it has gone
        raise
