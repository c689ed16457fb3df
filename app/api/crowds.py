"""A whole county's phones come back at once: so many at a time, the others wait or are told when.

Whoever is not let in has not been read yet: a refusal costs next to nothing, and what waits on the
phones takes no memory here. What is small stands in line for a few seconds, because a place in line
is served the moment there is room; a photo is told when to come back. Never 503 because the few
database connections are taken. Accidents wait for nobody: they are few, and pass by every gate.
"""

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api import problems
from app.api.deps import COOKIE
from app.config import Settings
from app.errors import Crowded

_SOONEST_SECONDS, _LATEST_SECONDS = 1, 60
_REMEMBERED_SECONDS = 10.0
_BODIES_AT_ONCE = 128  # of 256 kB at most
_SHARE_OF_ONE = 2  # half of the places for photos: a phone sends two at a time
_BOARDS_AT_ONCE = 2  # drawn for anybody who scans a code
_PATIENCE_SECONDS = 10.0  # a phone gives a request 30
_FIRST_GUESS_SECONDS = 0.02  # of what is small, so that the first thousand are not sent away


@dataclass
class Gate:
    """`most` at a time; others stand in line if it moves within `patience_seconds`.

    Who is turned away is spread over the time that those before will take.
    """

    most: int
    patience_seconds: float = 0.0
    inside: int = 0
    takes_seconds: float = 0.1
    line: deque[asyncio.Future[None]] = field(default_factory=deque)
    turned_away: deque[float] = field(default_factory=deque)

    async def enter(self) -> None:
        """Raise Crowded, with the seconds to wait, if there is no room, nor a line that moves."""
        if self.inside < self.most:
            self.inside += 1
            return
        if (len(self.line) + 1) * self.takes_seconds / self.most > self.patience_seconds:
            raise Crowded(self._wait())
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.line.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():
                self._next()  # let in, and gone in the same moment
            raise

    def leave(self, seconds: float) -> None:
        self.takes_seconds += (seconds - self.takes_seconds) / 16
        self._next()

    def _next(self) -> None:
        """Whoever stands first takes over the place that has become free."""
        while self.line:
            place = self.line.popleft()
            if not place.cancelled():
                place.set_result(None)
                return
        self.inside -= 1

    def _wait(self) -> int:
        """Evenly over the time in which everybody turned away lately gets a turn."""
        now = time.monotonic()
        while self.turned_away and now - self.turned_away[0] > _REMEMBERED_SECONDS:
            self.turned_away.popleft()
        self.turned_away.append(now)
        before = len(self.line) + len(self.turned_away)
        drains_in = before * self.takes_seconds / self.most
        latest = min(_LATEST_SECONDS, _SOONEST_SECONDS + drains_in)
        return round(random.uniform(_SOONEST_SECONDS, latest))  # noqa: S311 - spreads, hides nothing


@dataclass
class Shares:
    """Of one session so many at a time: whoever trickles keeps nobody but himself waiting.

    Who makes up sessions is answered before his body is read.
    """

    most: int
    held: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def one(self, session: str) -> Iterator[None]:
        """Raise Crowded, as the gate does."""
        if self.held[session] >= self.most:
            raise Crowded(_SOONEST_SECONDS)
        self.held[session] += 1
        try:
            yield
        finally:
            self.held[session] -= 1
            if not self.held[session]:
                del self.held[session]


class _Stay:
    """One request's way through the gates: inside one of them at a time."""

    def __init__(self) -> None:
        self.gate: Gate | None = None
        self.begun = 0.0

    async def enter(self, gate: Gate) -> None:
        self.leave()
        await gate.enter()
        self.gate, self.begun = gate, time.monotonic()

    def leave(self) -> None:
        """As often as one likes."""
        if self.gate:
            self.gate.leave(time.monotonic() - self.begun)
            self.gate = None


class Crowds:
    """Gates for what phones send and ask, by method and the beginning of the path."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.shares = Shares(max(2, settings.uploads_at_once // _SHARE_OF_ONE))
        photos, boards = Gate(settings.uploads_at_once), Gate(_BOARDS_AT_ONCE, _PATIENCE_SECONDS)
        words, looks, held = (
            Gate(most, _PATIENCE_SECONDS, takes_seconds=_FIRST_GUESS_SECONDS)
            for most in (settings.writes_at_once, settings.looks_at_once, settings.uploads_at_once)
        )
        self.photos = photos
        self.bodies = Gate(_BODIES_AT_ONCE)
        self.after_body = (words, held)  # a slow line takes no place from those who are at work
        self.gates = {
            ("PUT", "/api/photos/"): photos,
            ("POST", "/api/checklists/pictures"): photos,
            ("PUT", "/api/library/files/"): photos,
            ("PUT", "/api/hazards/"): words,
            ("PUT", "/api/visits/"): words,
            ("PUT", "/api/patrols/"): words,
            ("PUT", "/api/objects/"): words,
            ("POST", "/api/sync/reconcile"): held,
            ("GET", "/api/sync/changes"): looks,
            ("GET", "/api/session"): looks,
            ("GET", "/api/patrols/mine"): looks,
            ("GET", "/api/objects"): looks,
            ("GET", "/notice/"): boards,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whoever is answered has left, however slowly the answer goes out to a weak line."""
        gate = self._gate(scope)
        if gate is None:
            await self.app(scope, receive, send)
            return
        stay, is_after = _Stay(), any(gate is one for one in self.after_body)
        with ExitStack() as share:
            try:
                if gate is self.photos:
                    session = HTTPConnection(scope).cookies.get(COOKIE, "")
                    share.enter_context(self.shares.one(session))
                await stay.enter(self.bodies if is_after else gate)
            except Crowded as refusal:
                await problems.answer(refusal, Headers(scope=scope).get("accept", ""))(
                    scope, receive, send
                )
                return
            await self._inside(
                scope, _then(receive, stay, gate) if is_after else receive, send, stay
            )

    async def _inside(self, scope: Scope, receive: Receive, send: Send, stay: _Stay) -> None:
        async def leaving(message: Message) -> None:
            stay.leave()
            await send(message)

        try:
            await self.app(scope, receive, leaving)
        finally:
            stay.leave()

    def _gate(self, scope: Scope) -> Gate | None:
        if scope["type"] != "http":
            return None
        asked, path = scope["method"], scope["path"]
        for (method, prefix), gate in self.gates.items():
            if method == asked and path.startswith(prefix):
                return gate
        return None


def _then(receive: Receive, stay: _Stay, gate: Gate) -> Receive:
    """The last piece of a body is handed on by whoever has come through the gate."""
    is_whole = False

    async def reading() -> Message:
        nonlocal is_whole
        message = await receive()
        if is_whole or message["type"] != "http.request" or message.get("more_body", False):
            return message
        is_whole = True
        try:
            await stay.enter(gate)
        except Crowded as refusal:
            raise problems.TurnedAway(refusal) from None
        return message

    return reading
