"""The job that has derivatives made in the darkroom and notes what became of it."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select, text, update
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
ALONG = 24
LONGEST_SECONDS = 5.0
LEASE_SECONDS = 180  # longer than the slowest photo; then whoever comes takes it
# No transaction stays open over pictures and store: the feed tells nothing younger than the oldest
# one (sync.feed). So these jobs are put off instead of locked; if this one dies, they come then.
_LEASED = text("""
    update procrastinate_jobs set scheduled_at = now() + make_interval(secs => :seconds)
    where id in (
        select id from procrastinate_jobs
        where status = 'todo' and task_name = 'make_derivatives' and attempts = 0
            and scheduled_at is null
        order by id limit :most for update skip locked
    )
    returning id, args ->> 'photo_id' as photo_id
""")
_DONE = text("delete from procrastinate_jobs where id = any(:ids) and status = 'todo'")
_LEFT = text("update procrastinate_jobs set scheduled_at = null where id = any(:ids)")


class _LostError(Exception):
    """The store answers and has not got this original: no fault of the photos beside it."""


@dataclass
class _Batch:
    """What this job does: photos by id, and the jobs that it does along with its own."""

    storage: ObjectStore
    darkroom: Darkroom
    max_pixels: int
    made: dict[UUID, Derivatives] = field(default_factory=dict)
    jobs_done: list[int] = field(default_factory=list)
    jobs_left: list[int] = field(default_factory=list)


async def make_derivatives(
    session: AsyncSession,
    storage: ObjectStore,
    settings: Settings,
    darkroom: Darkroom,
    photo_id: str,
) -> None:
    """Safe to repeat. Raises when the store is out, to be tried again; a bad photo stays bad.

    Photos that wait for the same are done along, as many as fit into a few seconds: after a rush
    the queue and the commits would cost more than the pictures.
    """
    batch = _Batch(storage, darkroom, settings.photo_max_pixels)
    begun = time.monotonic()
    leased = await _lease(session)
    photos = await _pending(session, [UUID(photo_id), *leased])
    await db.give_back(session)
    try:
        if photo := photos.get(UUID(photo_id)):
            await _develop(batch, photo)
    except _LostError:
        await session.execute(_LEFT, {"ids": list(leased.values())})
        await db.give_back(session)
        raise StorageUnavailable from None
    for id_, job in leased.items():
        if time.monotonic() - begun > LONGEST_SECONDS:
            batch.jobs_left.append(job)
        elif await _is_done_along(batch, photos.get(id_)):
            batch.jobs_done.append(job)
    await _note(session, batch)


async def _is_done_along(batch: _Batch, photo: Photo | None) -> bool:
    """What has lost its original comes by itself when its lease is over, and is tried again."""
    if photo is None:
        return True
    try:
        await _develop(batch, photo)
    except _LostError:
        return False
    return True


async def _lease(session: AsyncSession) -> dict[UUID, int]:
    """Photos that wait for the same, with their jobs; nobody else takes them meanwhile."""
    rows = await session.execute(_LEASED, {"most": ALONG, "seconds": LEASE_SECONDS})
    return {UUID(row.photo_id): row.id for row in sorted(rows, key=lambda row: row.id)}


async def _pending(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Photo]:
    query = select(Photo).where(Photo.id.in_(ids), Photo.derivatives == Derivatives.PENDING)
    return {photo.id: photo for photo in await session.scalars(query)}


async def _develop(batch: _Batch, photo: Photo) -> None:
    pictures = await batch.darkroom.render(await _original(batch.storage, photo), batch.max_pixels)
    for size, body in pictures.items():
        await batch.storage.put(derivative_key(photo, size), body, "image/jpeg")
    batch.made[photo.id] = Derivatives.READY if pictures else Derivatives.FAILED


async def _original(storage: ObjectStore, photo: Photo) -> bytes:
    try:
        return await storage.get(photo.key)
    except KeyError:
        log.exception("photo %s has lost its original", photo.id)
        raise _LostError from None


async def _note(session: AsyncSession, batch: _Batch) -> None:
    """The photos, the changes that tell of them, and the jobs that are done with them."""
    await session.execute(_DONE, {"ids": batch.jobs_done})
    await session.execute(_LEFT, {"ids": batch.jobs_left})
    if not batch.made:
        return
    for outcome in set(batch.made.values()):
        ids = [id_ for id_, one in batch.made.items() if one is outcome]
        await session.execute(update(Photo).where(Photo.id.in_(ids)).values(derivatives=outcome))
    promised = select(ManifestEntry.hazard_id).where(ManifestEntry.photo_id.in_(batch.made))
    changes = sync.noted("hazard", hazard_ids=promised.distinct()).cte("changes_noted")
    await session.execute(select(func.pg_notify(sync.CHANNEL, "")).add_cte(changes))
