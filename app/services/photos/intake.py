"""From the wire into the object store. No database here: a slow phone must not hold it."""

import asyncio
import base64
import hashlib
import re
from collections.abc import AsyncIterable
from dataclasses import dataclass
from uuid import UUID

from app.config import Settings
from app.errors import BodyTooLarge, DigestMismatch, Invalid
from app.services.photos import headers
from app.services.photos.headers import Header
from app.storage import ObjectStore

_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):")


@dataclass(frozen=True)
class Intake:
    """A photo whose bytes lie in the object store, confirmed, and nowhere else yet."""

    id: UUID
    sha256: str
    size: int
    key: str
    header: Header


async def receive(
    storage: ObjectStore,
    settings: Settings,
    photo_id: UUID,
    stream: AsyncIterable[bytes],
    content_digest: str,
) -> Intake:
    """Read, check, store, confirm. Repeating the same bytes ends at the same object."""
    body, sha256, header = await read(settings, stream, content_digest)
    key = f"photos/{sha256[:2]}/{sha256}-{photo_id}"
    await storage.put(key, body, header.content_type)
    return Intake(photo_id, sha256, len(body), key, header)


async def read(
    settings: Settings, stream: AsyncIterable[bytes], content_digest: str
) -> tuple[bytes, str, Header]:
    """The whole body, its SHA-256 as promised, and that it begins like a photo we take."""
    body, sha256 = await whole(stream, settings.photo_max_bytes, content_digest)
    header = await asyncio.to_thread(headers.inspect, body, settings.photo_max_pixels)
    return body, sha256, header


async def whole(
    stream: AsyncIterable[bytes], most_bytes: int, content_digest: str
) -> tuple[bytes, str]:
    """The whole body and its SHA-256, which is the one that was promised."""
    announced = _announced(content_digest)
    body, digest = await _read(stream, most_bytes)
    if digest != announced:
        raise DigestMismatch
    return body, digest.hex()


def _announced(content_digest: str) -> bytes:
    """The SHA-256 that the sender promises (RFC 9530)."""
    found = _DIGEST.search(content_digest)
    if found is None:
        raise Invalid(
            fields=["Content-Digest"],
            reason_zh="缺少文件的校验值（Content-Digest: sha-256）",
            reason_en="The digest is missing (Content-Digest: sha-256=:…:)",
        )
    return base64.b64decode(found[1])


async def _read(stream: AsyncIterable[bytes], limit: int) -> tuple[bytes, bytes]:
    """The body and its SHA-256; never holds more than the limit and one chunk."""
    chunks: list[bytes] = []
    digest = hashlib.sha256()
    size = 0
    async for chunk in stream:
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge(limit=f"{limit // (1024 * 1024)} MB")
        digest.update(chunk)
        chunks.append(chunk)
    return b"".join(chunks), digest.digest()
