"""Mistakes of the server that the model server of L1 has too, planted in the real one (§2.4)."""

import asyncio
import time
from collections.abc import AsyncIterable
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from app.config import Settings
from app.models.base import new_id
from app.services.photos import headers, intake
from app.services.photos.headers import Header
from app.storage.s3 import S3Store

A_DAY = 0.02  # seconds: here days pass quickly
REPORTS = "/api/hazards/"


class Forgetful:
    """24 h key: a report that comes again after a day is another report, under another id."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.known = app, dict[str, float]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope.get("method") == "PUT" and path.startswith(REPORTS) and path.count("/") == 3:
            first = self.known.setdefault(path, time.monotonic())
            if time.monotonic() - first > A_DAY:
                path = f"{REPORTS}{new_id()}"
                scope = {**scope, "path": path, "raw_path": path.encode()}
        await self.app(scope, receive, send)


def no_photo_hash(patch: pytest.MonkeyPatch) -> None:
    """What the phone says of the bytes is believed."""

    async def trusting(
        settings: Settings, stream: AsyncIterable[bytes], content_digest: str
    ) -> tuple[bytes, str, Header]:
        announced = intake._announced(content_digest)
        body, _ = await intake._read(stream, settings.photo_max_bytes)
        header = await asyncio.to_thread(headers.inspect, body, settings.photo_max_pixels)
        return body, announced.hex(), header

    patch.setattr(intake, "read", trusting)


def delete_without_verify(patch: pytest.MonkeyPatch) -> None:
    """A receipt, upon which the phone lets go, for what the store has not been asked about."""
    patch.setattr(S3Store, "_holds", lambda *_: True)


def put_without_condition(patch: pytest.MonkeyPatch) -> None:
    """Each PUT takes the place of whatever is there, whenever it comes."""
    send = S3Store._send

    def unconditional(self: S3Store, sent: Any, **_: str) -> bool:
        return send(self, sent)

    patch.setattr(S3Store, "_send", unconditional)
