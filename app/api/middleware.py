"""What holds for every request, as plain ASGI: nothing here buffers or knows a route."""

import asyncio
import logging
import math
import secrets
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import context, logs
from app.api import metrics, problems
from app.api.addresses import address_of
from app.api.deps import COOKIE
from app.config import Settings
from app.errors import BodyTooLarge, ForeignOrigin
from app.services.demo_entry import is_loopback

log = logging.getLogger("safegrid")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
KB, MB = 1024, 1024 * 1024
BODY_PAUSE_SECONDS = 30.0
WORDS_SECONDS = 60.0  # for a whole body without photos: a phone itself gives up after 30
PHOTO_SECONDS = 60.0
SLOWEST_BYTES_PER_SECOND = 1024  # an eighth of what a phone at the edge of a cell still gets
DOCS_CSP = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data: https://fastapi.tiangolo.com; "
    "script-src 'unsafe-inline' https://cdn.jsdelivr.net; "
    "style-src 'unsafe-inline' https://cdn.jsdelivr.net"
)


class Faults:
    """Innermost: answers what nobody expected, then lets it on to the server's log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_started = False

        async def watch(message: Message) -> None:
            nonlocal has_started
            has_started = has_started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception:
            if scope["type"] == "http" and not has_started:
                log.exception("request %s failed", scope["request_id"])
                await problems.unexpected(scope["request_id"])(scope, receive, send)
            raise


class BodyLimit:
    """413 before the body is read where its length is told, else as soon as it is too long.

    408 when nothing has come for BODY_PAUSE_SECONDS in the middle of it, when a body of words takes
    WORDS_SECONDS, or when after PHOTO_SECONDS a photo has come more slowly than any line is:
    somebody who dribbles on purpose keeps no place.
    """

    def __init__(self, app: ASGIApp, limits: Mapping[tuple[str, str], int], default: int) -> None:
        """`limits`: by how a path begins and ends; the first that fits."""
        self.app, self.limits, self.default = app, limits, default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        limit = self.limit_of(scope["path"])
        scope["limits"] = {"limit": _words(limit)}
        told = Headers(scope=scope).get("content-length", "0")
        if told.isdigit() and int(told) > limit:
            await problems.answer(BodyTooLarge(limit=_words(limit)))(scope, receive, send)
            return
        is_words = limit == self.default
        allowed = (
            (WORDS_SECONDS, math.inf) if is_words else (PHOTO_SECONDS, SLOWEST_BYTES_PER_SECOND)
        )
        await self.app(scope, _counted(receive, limit, *allowed), send)

    def limit_of(self, path: str) -> int:
        fitting = (
            limit
            for (prefix, suffix), limit in self.limits.items()
            if path.startswith(prefix) and path.endswith(suffix)
        )
        return next(fitting, self.default)


def _counted(receive: Receive, limit: int, seconds: float, pace: float) -> Receive:
    """So many seconds, and more as it comes at `pace` bytes per second or faster.

    HTTPException is the kind that FastAPI passes on while it reads a body.
    """
    total, is_whole, begun = 0, False, time.monotonic()

    async def counted() -> Message:
        nonlocal total, is_whole
        if is_whole:  # whoever waits now waits for the client to hang up
            return await receive()
        message = await _soon(receive, begun + seconds + total / pace)
        is_whole = not message.get("more_body", False)
        total += len(message.get("body", b""))
        if total > limit:
            raise HTTPException(413)
        return message

    return counted


async def _soon(receive: Receive, until: float) -> Message:
    """A weak line brings a piece now and then; one that brings nothing at all is let go."""
    try:
        async with asyncio.timeout(min(BODY_PAUSE_SECONDS, until - time.monotonic())):
            return await receive()
    except TimeoutError:
        raise HTTPException(408, headers={"Connection": "close"}) from None


def _words(limit: int) -> str:
    return f"{limit // MB} MB" if limit >= MB else f"{limit // KB} kB"


class OriginCheck:
    """Unsafe methods only from our own pages; a client without a browser has no cookie to steal.

    The demo county, where anybody may step in, also answers to this machine's own names only: else
    a page of somebody else could have its own name point here (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.own = _origin(settings.base_url)
        self.is_demo = settings.mode == "demo"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._is_refused(scope["method"], Headers(scope=scope)):
            await problems.answer(ForeignOrigin())(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_refused(self, method: str, headers: Headers) -> bool:
        if self.is_demo and not _is_loopback_host(headers.get("host", "")):
            return True
        return method not in SAFE_METHODS and self._is_foreign(headers)

    def _is_foreign(self, headers: Headers) -> bool:
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site not in {"same-origin", "none"}:
            return True
        if origin is not None:
            return origin != self.own and not self._is_demo_address(origin, headers)
        return site is None and COOKIE in headers.get("cookie", "")

    def _is_demo_address(self, origin: str, headers: Headers) -> bool:
        """The demo county is looked at as localhost, 127.0.0.1 or through a phone's cable."""
        return self.is_demo and urlsplit(origin).netloc == headers.get("host")


class SecurityHeaders:
    """Strict for every answer; what a route has set itself, stricter or shorter, stays."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.headers = security_headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._stamp(MutableHeaders(scope=message), scope["path"])
            await send(message)

        await self.app(scope, receive, stamped)

    def _stamp(self, headers: MutableHeaders, path: str) -> None:
        for name, value in self.headers.items():
            headers.setdefault(name, value)
        if path.startswith("/api"):
            headers.setdefault("Cache-Control", "no-store")
        if path == "/docs":
            headers["Content-Security-Policy"] = DOCS_CSP


def security_headers(settings: Settings) -> dict[str, str]:
    tiles = _origin(settings.tile_url) if settings.tile_url else ""
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": f"'self' blob: data: {tiles}".strip(),
        "connect-src": "'self'",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "font-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "default vue",
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{key} {value}" for key, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=()",
    }
    if settings.base_url.startswith("https://"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


class Measure:
    """Counts and times by route template, and gives every request a number to quote."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.proxies = frozenset(settings.trusted_proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500
        scope["request_id"] = secrets.token_hex(6)
        context.enter(
            context.Request(scope["request_id"], address_of(HTTPConnection(scope), self.proxies))
        )

        async def numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = scope["request_id"]
            await send(message)

        try:
            await self.app(scope, receive, numbered)
        finally:
            seconds = time.perf_counter() - started
            metrics.note(scope, status, seconds)
            logs.answered(scope, status, seconds)


def _is_loopback_host(host: str) -> bool:
    try:
        return is_loopback(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return False


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
