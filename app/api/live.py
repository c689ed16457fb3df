"""Server-sent events: one LISTEN connection a process wakes everybody who follows."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import psycopg
from fastapi import Request
from fastapi.sse import ServerSentEvent
from sqlalchemy.exc import SQLAlchemyError

from app.api.deps import COOKIE
from app.errors import NotSignedIn
from app.services import accounts, sync
from app.services.sync import News

log = logging.getLogger("safegrid.live")
HEARTBEAT_SECONDS = 20.0
TOGETHER_SECONDS = 0.25  # a burst of changes is one look
LONGEST_PAUSE_SECONDS = 30.0
MOST_IDS = 200


class Hub:
    """Knows that something has changed, never for whom: everybody looks for themselves.

    Who is at a case is written nowhere to be read later, so the last such calls are kept here.
    """

    def __init__(self) -> None:
        self.turn = 0
        self._presence: deque[tuple[int, UUID]] = deque(maxlen=MOST_IDS)
        self.is_closing = False
        self._woken = asyncio.Event()

    def wake(self, payload: str = "") -> None:
        """`payload`: empty for a change, a case's id where somebody has come to it or gone."""
        self.turn += 1
        if payload:
            self._presence.append((self.turn, UUID(payload)))
        self._woken.set()
        self._woken = asyncio.Event()

    def presence_since(self, turn: int) -> list[UUID]:
        """Cases at which somebody has come or gone after that turn, each once."""
        return list(dict.fromkeys(id_ for at, id_ in self._presence if at > turn))

    def close(self) -> None:
        """Streams end, or a server that stops would wait for every open desk."""
        self.is_closing = True
        self.wake()

    async def wait(self, seen: int) -> None:
        """Until there is a turn after `seen`, or for a heartbeat."""
        if self.turn != seen:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), HEARTBEAT_SECONDS)

    async def listen(self, database_url: str) -> None:
        """For ever. What was missed while the line was down is found by looking once more."""
        pause = 1.0
        while True:
            try:
                async with await _connect(database_url) as connection:
                    pause = 1.0
                    self.wake()
                    async for call in connection.notifies():
                        self.wake(call.payload)
            except psycopg.Error:
                log.warning("LISTEN lost its line; again in %.0f s", pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


async def _connect(database_url: str) -> psycopg.AsyncConnection[tuple[object, ...]]:
    plain = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    connection = await psycopg.AsyncConnection.connect(
        plain, autocommit=True, keepalives_idle=30, connect_timeout=5
    )
    await connection.execute(f"listen {sync.CHANNEL}")
    return connection


@asynccontextmanager
async def hub(database_url: str) -> AsyncIterator[Hub]:
    """The hub of a process, listening as long as the server runs."""
    made = Hub()
    listening = asyncio.create_task(made.listen(database_url))
    try:
        yield made
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


async def follow(request: Request, cursor: str) -> AsyncIterator[ServerSentEvent]:
    """What changes in the follower's scope from the cursor on, until the session ends.

    `changed`: ids of cases to look at again; `is_reset` = look at everything again.
    `notice`: how many lines of the inbox are unread. The event id is the cursor to resume from.
    `presence`: ids of cases at which a colleague has just come or gone; without an id of its own.
    """
    hub: Hub = request.app.state.hub
    unread: int | None = None
    told = hub.turn
    while not hub.is_closing:
        seen = hub.turn
        try:
            found, near = await _look(request, cursor, hub.presence_since(told))
        except NotSignedIn:
            return
        except SQLAlchemyError:
            log.warning("the database does not answer; the stream waits")
            await hub.wait(seen)
            continue
        for event in _events(found, unread, has_resumed=bool(cursor)):
            yield event
        if near:
            yield ServerSentEvent(event="presence", data={"ids": near})
        told = seen
        cursor, unread = str(found.place), found.unread
        if not found.has_more:
            await hub.wait(seen)
            await asyncio.sleep(TOGETHER_SECONDS)


def _events(found: News, unread: int | None, *, has_resumed: bool) -> Iterator[ServerSentEvent]:
    """A first `notice` always comes: it carries the cursor to begin with."""
    is_reset = found.is_reset and has_resumed
    cursor = str(found.place)
    if found.hazard_ids or (found.are_rules_changed and not found.is_reset) or is_reset:
        data = {
            "ids": found.hazard_ids,
            "count": len(found.hazard_ids),
            "are_rules_changed": found.are_rules_changed,
            "is_reset": is_reset,
        }
        yield ServerSentEvent(event="changed", id=cursor, data=data)
    if found.unread != unread:
        yield ServerSentEvent(event="notice", id=cursor, data={"unread": found.unread})


async def _look(request: Request, cursor: str, ids: list[UUID]) -> tuple[News, list[UUID]]:
    """With the rights of this moment and without a trace: to look on is not to use the session."""
    state = request.app.state
    async with state.sessions() as session:
        actor = await accounts.who_is(session, state.settings, request.cookies.get(COOKIE, ""))
        near = await sync.visible(session, actor, ids) if ids else []
        return await sync.news(session, actor, cursor, MOST_IDS), near
