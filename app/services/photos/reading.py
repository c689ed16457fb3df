"""Who may look at a photo: whoever sees its case, or its sender while it belongs to none."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import db
from app.errors import NotFound, StorageUnavailable
from app.models.hazard import Hazard
from app.models.photo import KEEPS_PROMISE, Derivatives, ManifestEntry, Photo
from app.services import access, audit
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.permissions import Permission
from app.storage import ObjectStore


@dataclass(frozen=True)
class Picture:
    """Bytes to be shown or saved; no body if the asker holds what the tag names."""

    name: str
    content_type: str
    body: bytes | None
    tag: str = ""


def derivative_key(photo: Photo, size: str) -> str:
    return f"derivatives/{photo.sha256[:2]}/{photo.sha256}-{photo.id}-{size}.jpg"


async def derivative(
    session: AsyncSession,
    storage: ObjectStore,
    actor: Actor,
    photo_id: UUID,
    size: str,
    held: Collection[str] = (),
) -> Picture:
    """`size` is thumb or view; NotFound while there is none. `held`: tags the asker has already."""
    return await shown(session, storage, await _visible(session, actor, photo_id), size, held)


async def shown(
    session: AsyncSession,
    storage: ObjectStore,
    photo: Photo,
    size: str,
    held: Collection[str] = (),
) -> Picture:
    """The same of a photo that the caller has found visible: only then is `held` looked at."""
    if photo.derivatives is not Derivatives.READY:
        raise NotFound
    await db.give_back(session)
    tag = f"{photo.sha256[:32]}-{size}"
    body = None if tag in held else await fetch(storage, derivative_key(photo, size))
    return Picture(f"{photo.id}-{size}.jpg", "image/jpeg", body, tag)


async def original(
    session: AsyncSession, storage: ObjectStore, actor: Actor, photo_id: UUID
) -> Picture:
    """Bit for bit as captured, with its EXIF: for the sender and for supervision, on record."""
    photo = await _visible(session, actor, photo_id)
    if photo.uploaded_by_id != actor.person_id:
        access.require(actor, Permission.SEE_ORIGINALS)
    await audit.record(session, Kind.PHOTO_READ, actor, Subject("photo", photo.id))
    await db.give_back(session)
    ending = photo.content_type.removeprefix("image/").replace("jpeg", "jpg")
    return Picture(f"{photo.id}.{ending}", photo.content_type, await fetch(storage, photo.key))


async def _visible(session: AsyncSession, actor: Actor, photo_id: UUID) -> Photo:
    attached = select(ManifestEntry.photo_id).where(KEEPS_PROMISE).correlate(Photo)
    seen = attached.join(Hazard, Hazard.id == ManifestEntry.hazard_id).where(access.can_see(actor))
    is_mine = (Photo.uploaded_by_id == actor.person_id) & ~exists(attached)
    photo = await session.scalar(
        select(Photo).where(Photo.id == photo_id, or_(exists(seen), is_mine))
    )
    if photo is None:
        raise NotFound
    return photo


async def fetch(storage: ObjectStore, key: str) -> bytes:
    """A row without its object is a fault of the store, never "not found"."""
    try:
        return await storage.get(key)
    except KeyError:
        raise StorageUnavailable from None
