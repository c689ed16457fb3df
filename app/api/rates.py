"""How many requests a minute one address (of IPv6: one /64) and one person may send.

Counted in the memory of each process (a fresh process forgives), because losing a count costs
nothing; guesses at passwords are counted in the database (services/accounts/guards.py).
"""

import random
import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from app import networks
from app.api import problems
from app.api.addresses import address_of
from app.config import Settings
from app.errors import TooManyRequests

_SPREAD_SECONDS = 5  # so that those who waited do not all come back in the same second


class Rates:
    """The counters of one process; 0 in the settings switches a limit off."""

    def __init__(self, settings: Settings) -> None:
        self.trusted_proxies = frozenset(settings.trusted_proxies)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._most = {
            "address": settings.requests_per_minute_address,
            "person": settings.requests_per_minute_person,
        }

    async def count(self, kind: str, who: str) -> None:
        """Raise TooManyRequests, with the seconds to wait, when `who` has used up the minute."""
        most = self._most[kind]
        if most == 0:
            return
        item = RateLimitItemPerMinute(most)
        if not await self._limiter.hit(item, kind, who):
            window = await self._limiter.get_window_stats(item, kind, who)
            wait = window.reset_time - time.time()
            raise TooManyRequests(max(1, round(wait)) + random.randrange(_SPREAD_SECONDS))  # noqa: S311


class RateLimit:
    """Per address, before anything of the request is read or looked up."""

    def __init__(self, app: ASGIApp, rates: Rates) -> None:
        self.app, self.rates = app, rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(("/api", "/notice/")):
            asked = HTTPConnection(scope)
            try:
                address = address_of(asked, self.rates.trusted_proxies)
                await self.rates.count("address", networks.network_of(address))
            except TooManyRequests as refusal:
                accept = asked.headers.get("accept", "")
                await problems.answer(refusal, accept)(scope, receive, send)
                return
        await self.app(scope, receive, send)
