"""The job that has derivatives made in the darkroom and notes what became of it."""

import logging
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import db
from app.config import Settings
from app.darkroom import Darkroom
from app.errors import StorageUnavailable
from app.models.photo import Derivatives, ManifestEntry, Photo
from app.services import sync
from app.services.photos.reading import derivative_key
from app.storage import ObjectStore

log = logging.getLogger(__name__)


async def make_derivatives(
    session: AsyncSession,
    storage: ObjectStore,
    settings: Settings,
    darkroom: Darkroom,
    photo_id: str,
) -> None:
    """Safe to repeat. Raises when the store is out, to be tried again; a bad photo stays bad."""
    photo = await session.get_one(Photo, UUID(photo_id))
    if photo.derivatives is not Derivatives.PENDING:
        return
    await db.give_back(session)
    pictures = await darkroom.render(await _original(storage, photo), settings.photo_max_pixels)
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
