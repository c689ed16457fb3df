"""A whole county's phones come back at once: so many at a time, the others are told when.

Whoever is not let in is answered before the body is read: a refusal costs next to nothing, and what
waits on the phones takes no memory here. Reports have the wider gate: words first, photos after.
"""

import random
import time
from collections import deque
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Receive, Scope, Send

from app.api import problems
from app.config import Settings
from app.errors import Crowded

_SOONEST_SECONDS, _LATEST_SECONDS = 1, 60
_REMEMBERED_SECONDS = 10.0


@dataclass
class Gate:
    """`most` at a time. Who is turned away is spread over the time that those before will take."""

    most: int
    inside: int = 0
    takes_seconds: float = 0.1
    turned_away: deque[float] = field(default_factory=deque)

    def enter(self) -> None:
        """Raise Crowded, with the seconds to wait, if there is no room."""
        if self.inside >= self.most:
            raise Crowded(self._wait())
        self.inside += 1

    def leave(self, seconds: float) -> None:
        self.inside -= 1
        self.takes_seconds += (seconds - self.takes_seconds) / 16

    def _wait(self) -> int:
        """Evenly over the time in which everybody turned away lately gets a turn."""
        now = time.monotonic()
        while self.turned_away and now - self.turned_away[0] > _REMEMBERED_SECONDS:
            self.turned_away.popleft()
        self.turned_away.append(now)
        drains_in = len(self.turned_away) * self.takes_seconds / self.most
        latest = min(_LATEST_SECONDS, _SOONEST_SECONDS + drains_in)
        return round(random.uniform(_SOONEST_SECONDS, latest))  # noqa: S311 - spreads, hides nothing


class Crowds:
    """Gates for what phones send, by the beginning of the path."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.gates = {
            "/api/photos/": Gate(settings.uploads_at_once),
            "/api/hazards/": Gate(settings.writes_at_once),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        gate = self._gate(scope)
        if gate is None:
            await self.app(scope, receive, send)
            return
        try:
            gate.enter()
        except Crowded as refusal:
            await problems.answer(refusal)(scope, receive, send)
            return
        begun = time.monotonic()
        try:
            await self.app(scope, receive, send)
        finally:
            gate.leave(time.monotonic() - begun)

    def _gate(self, scope: Scope) -> Gate | None:
        if scope["type"] != "http" or scope["method"] != "PUT":
            return None
        fitting = (gate for prefix, gate in self.gates.items() if scope["path"].startswith(prefix))
        return next(fitting, None)
