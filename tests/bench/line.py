"""One phone's connection: HTTP/1.1 and nothing else, because a thousand of them share two cores.

A whole client library costs more per request than what it is to measure, and more with every
connection that it keeps.
"""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit


class LineBrokenError(OSError):
    """It ended before the answer was whole."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def wait_seconds(self) -> float:
        """What a refusal says about coming back."""
        return float(self.headers["retry-after"])


class Line:
    """Connects with the first request, and anew after it broke. One request at a time."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        self._place = parts.hostname, parts.port
        self._head = (
            f"Host: {parts.netloc}\r\nCookie: __Host-safegrid={token}\r\n"
            f"Origin: {url}\r\nSec-Fetch-Site: same-origin\r\n"
        )
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._drop()

    async def get(self, path: str) -> Answer:
        return await self._ask("GET", path, {}, b"")

    async def put(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        return await self._ask("PUT", path, {**headers, "Content-Length": str(len(body))}, body)

    async def _ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Raises LineBrokenError."""
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        request = f"{method} {path} HTTP/1.1\r\n{self._head}{head}\r\n".encode() + body
        try:
            self._streams = self._streams or await asyncio.open_connection(*self._place)
            reader, writer = self._streams
            writer.write(request)
            answer = await _answer(reader)
            if answer.headers.get("connection") == "close":
                self._drop()
        except (OSError, EOFError, asyncio.CancelledError) as broken:
            self._drop()
            if isinstance(broken, asyncio.CancelledError):
                raise
            raise LineBrokenError from broken
        return answer

    def _drop(self) -> None:
        if self._streams:
            with suppress(OSError, RuntimeError):
                self._streams[1].close()
        self._streams = None


async def _answer(reader: asyncio.StreamReader) -> Answer:
    status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines if line)
    headers = {name.lower(): value for name, _, value in pairs}
    body = await reader.readexactly(int(headers["content-length"]))
    return Answer(int(status.split(" ", 2)[1]), headers, body)
