"""A record that names its own SHA-256 is compared before anybody reads it (RFC 9530, sync)."""

import base64
import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from app.errors import DigestMismatch


class ComparedBody(APIRoute):
    """Raises DigestMismatch where the body is not what `Content-Digest` says; old phones send none.

    A bit that flips on the way leaves valid JSON most of the time: it would be stored as somebody's
    words, and the phone's own words refused for ever after.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def compare(request: Request) -> Response:
            announced = request.headers.get("content-digest", "")
            if "sha-256=:" in announced and _digest(await request.body()) not in announced:
                raise DigestMismatch
            return await handle(request)

        return compare


def _digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
