"""The job that has derivatives made by a limited process and notes what became of it."""

import asyncio
import logging
import signal
import sys
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import db, derivatives
from app.config import Settings
from app.errors import StorageUnavailable
from app.models.photo import Derivatives, ManifestEntry, Photo
from app.services import sync
from app.services.photos.reading import derivative_key
from app.storage import ObjectStore

log = logging.getLogger(__name__)
_SECONDS = 90
_STOPPED_FROM_OUTSIDE = (-signal.SIGTERM, -signal.SIGINT)  # a worker that shuts down


async def make_derivatives(
    session: AsyncSession, storage: ObjectStore, settings: Settings, photo_id: str
) -> None:
    """Safe to repeat. Raises when the store is out, to be tried again; a bad photo stays bad."""
    photo = await session.get_one(Photo, UUID(photo_id))
    if photo.derivatives is not Derivatives.PENDING:
        return
    await db.give_back(session)
    pictures = await render(await _original(storage, photo), settings.photo_max_pixels)
    for size, body in pictures.items():
        await storage.put(derivative_key(photo, size), body, "image/jpeg")
    photo.derivatives = Derivatives.READY if pictures else Derivatives.FAILED
    promise = await session.get(ManifestEntry, photo.id)
    hazard_id = promise.hazard_id if promise else None
    await sync.record_change(session, "hazard", hazard_id=hazard_id)


async def _original(storage: ObjectStore, photo: Photo) -> bytes:
    try:
        return await storage.get(photo.key)
    except KeyError:
        log.exception("photo %s has lost its original", photo.id)
        raise StorageUnavailable from None


async def render(original: bytes, max_pixels: int) -> dict[str, bytes]:
    """JPEGs by name; {} if the photo cannot be shown, with the reason in the log."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-m", derivatives.__name__, str(max_pixels)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, complaint = await asyncio.wait_for(process.communicate(original), _SECONDS)
    except TimeoutError:
        out, complaint = b"", b"took too long"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == 0:
        return derivatives.parse(out)
    if process.returncode in _STOPPED_FROM_OUTSIDE:
        message = "stopped before the photo was done"
        raise InterruptedError(message)
    reason = complaint.decode(errors="replace").strip()
    log.warning("a photo cannot be shown: %s (exit code %s)", reason, process.returncode)
    return {}
