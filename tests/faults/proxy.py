"""A small lossy network between a phone and the server: every request meets its fate by the seed.

One request a connection. The proxy knows HTTP only as far as it must to cut inside a body or to
flip a bit of it with valid framing; a request with `X-Calm` passes as it is.
"""

import asyncio
import random
import re
import socket
import struct
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
_CONNECTION = re.compile(rb"\r\nconnection: [^\r]*", re.IGNORECASE)
_PORTAL = "<html><title>WLAN</title>请登录</html>".encode()
_RESET = struct.pack("ii", 1, 0)  # close sends RST


@dataclass
class Exchange:
    head: bytes
    body: bytes
    writer: asyncio.StreamWriter


class CutError(Exception):
    """The connection to the phone ends here, with a reset."""


@dataclass
class LossyProxy:
    """`weights`: how often each fate is drawn; `rate` in bytes per second up, 0 = unlimited.

    `wait`: seconds until anything of a request is heard of, the time there and back.
    """

    port: int
    seed: int
    weights: dict[str, int]
    rate: int = 0
    wait: float = 0
    counts: Counter[str] = field(default_factory=Counter)
    bytes_up: int = 0
    address: str = ""
    _late: set[asyncio.Task[Any]] = field(default_factory=set)
    _open: set[asyncio.Task[Any] | None] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.fates: dict[str, Callable[[Exchange], Coroutine[Any, Any, bytes]]] = {
            name: getattr(self, f"_{name}") for name in self.weights
        }

    async def listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**20)

    async def settle(self) -> None:
        """What is still on its way arrives; whoever still waits for an answer has gone."""
        await asyncio.gather(*self._late, return_exceptions=True)
        waiting = [task for task in self._open if task]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._open.add(task)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            fate = "whole" if b"\r\nx-calm:" in head.lower() else self._draw()
            cut_at = self.dice.random() if fate == "request_cut" else 1.0
            body = await self._take(reader, head, cut_at)
            self.counts[fate] += 1
            await asyncio.sleep(self.wait)
            answer = await self.fates.get(fate, self._whole)(Exchange(head, body, writer))
            writer.write(answer)
            await writer.drain()
        except (CutError, OSError, asyncio.IncompleteReadError):
            self._reset(writer)
        finally:
            self._open.discard(task)
            with suppress(OSError):
                writer.close()

    def _draw(self) -> str:
        return self.dice.choices(list(self.weights), list(self.weights.values()))[0]

    async def _take(self, reader: asyncio.StreamReader, head: bytes, share: float) -> bytes:
        """The body, at the rate of the line; or only its first part."""
        found = _LENGTH.search(head)
        length = int(int(found[1]) * share) if found else 0
        body = bytearray()
        while len(body) < length:
            piece = await reader.read(min(16_384, length - len(body)))
            if not piece:
                raise CutError
            body += piece
            self.bytes_up += len(piece)
            if self.rate:
                await asyncio.sleep(len(piece) / self.rate)
        return bytes(body)

    @staticmethod
    def _reset(writer: asyncio.StreamWriter) -> None:
        line: socket.socket | None = writer.get_extra_info("socket")
        if line is not None:
            with suppress(OSError):
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    async def _forward(self, exchange: Exchange, body: bytes | None = None) -> bytes:
        sent = exchange.body if body is None else body
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(_CONNECTION.sub(b"", exchange.head)[:-2] + b"Connection: close\r\n\r\n")
            writer.write(sent)
            await writer.drain()
            if len(sent) < len(exchange.body):
                writer.write_eof()
            return await reader.read()
        finally:
            writer.close()

    async def _whole(self, exchange: Exchange) -> bytes:
        return await self._forward(exchange)

    async def _request_lost(self, _exchange: Exchange) -> bytes:
        raise CutError

    async def _request_cut(self, exchange: Exchange) -> bytes:
        """The server sees the head and a part of the body, then the end."""
        with suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(exchange.head + exchange.body)
            await writer.drain()
            writer.close()
            del reader
        raise CutError

    async def _answer_lost(self, exchange: Exchange) -> bytes:
        await self._forward(exchange)
        raise CutError

    async def _answer_cut(self, exchange: Exchange) -> bytes:
        answer = await self._forward(exchange)
        exchange.writer.write(answer[: self.dice.randrange(len(answer) or 1)])
        await exchange.writer.drain()
        raise CutError

    async def _delayed(self, exchange: Exchange) -> bytes:
        await asyncio.sleep(self.dice.random() * 0.3)
        return await self._forward(exchange)

    async def _doubled(self, exchange: Exchange) -> bytes:
        answers = await asyncio.gather(self._forward(exchange), self._forward(exchange))
        return self.dice.choice(answers)

    async def _late_delivery(self, exchange: Exchange) -> bytes:
        """The phone has given up; the request arrives all the same, behind later ones."""
        task = asyncio.create_task(self._after(self.dice.random() * 2, exchange))
        self._late.add(task)
        raise CutError

    async def _after(self, seconds: float, exchange: Exchange) -> None:
        await asyncio.sleep(seconds)
        await self._forward(exchange)

    async def _request_flipped(self, exchange: Exchange) -> bytes:
        return await self._forward(exchange, self._flipped(exchange.body))

    async def _answer_flipped(self, exchange: Exchange) -> bytes:
        head, gap, body = (await self._forward(exchange)).partition(b"\r\n\r\n")
        return head + gap + self._flipped(body)

    def _flipped(self, body: bytes) -> bytes:
        if not body:
            return body
        at = self.dice.randrange(len(body))
        return body[:at] + bytes([body[at] ^ (1 << self.dice.randrange(8))]) + body[at + 1 :]

    async def _portal(self, _exchange: Exchange) -> bytes:
        return _answer("200 OK", _PORTAL, "Content-Type: text/html")

    async def _redirect(self, _exchange: Exchange) -> bytes:
        return _answer("302 Found", b"", "Location: http://portal.invalid/")

    async def _busy(self, _exchange: Exchange) -> bytes:
        return _answer(self.dice.choice(("500 x", "502 x", "503 x", "429 x", "413 x")), b"")

    async def _told_to_wait(self, _exchange: Exchange) -> bytes:
        return _answer("503 x", b"", "Retry-After: 1")

    async def _signed_out(self, _exchange: Exchange) -> bytes:
        return _answer(
            "401 x", b'{"code":"not_signed_in","zh":"x"}', "Content-Type: application/json"
        )


def _answer(status: str, body: bytes, *headers: str) -> bytes:
    lines = (f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
