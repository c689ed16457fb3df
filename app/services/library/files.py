"""Files of the library: in bit for bit under an id of the sender, named by a document later."""

import asyncio
from collections.abc import AsyncIterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, db
from app.config import Settings
from app.errors import NotFound, SameIdOtherContent
from app.models.library import LibraryFile
from app.services import access, photos
from app.services.access import Actor
from app.services.library import inspecting, sweeping
from app.services.permissions import Permission
from app.storage import ObjectStore


async def receive(
    session: AsyncSession,
    storage: ObjectStore,
    settings: Settings,
    actor: Actor,
    file_id: UUID,
    stream: AsyncIterable[bytes],
    content_digest: str,
) -> LibraryFile:
    """Object first, then the row. The same id with the same bytes is the same file, and new.

    Between the two the night's work may take an old object away: looked after again.
    """
    access.require(actor, Permission.KEEP_LIBRARY)
    await db.give_back(session)
    body, sha256 = await photos.whole(stream, settings.library_file_max_bytes, content_digest)
    type_ = await asyncio.to_thread(inspecting.inspect, body, settings.photo_max_pixels)
    row = LibraryFile(
        id=file_id,
        sha256=sha256,
        size=len(body),
        content_type=type_.content_type,
        ending=type_.ending,
        uploaded_by_id=actor.person_id,
        received_at=clock.now(),
    )
    await storage.put(row.key, body, row.content_type)
    await sweeping.hold(session, file_id)
    values = {column.key: getattr(row, column.key) for column in LibraryFile.__table__.columns}
    made = insert(LibraryFile).values(values)
    again = {"received_at": made.excluded.received_at}
    own = (LibraryFile.uploaded_by_id == actor.person_id) & (LibraryFile.sha256 == sha256)
    made = made.on_conflict_do_update(index_elements=["id"], set_=again, where=own)
    if await session.scalar(made.returning(LibraryFile.id)) is None:
        raise SameIdOtherContent(id=str(file_id))
    if await storage.size(row.key) is None:
        await storage.put(row.key, body, row.content_type)
    return await session.get_one(LibraryFile, file_id, populate_existing=True)


async def require_mine(
    session: AsyncSession, actor: Actor, file_id: UUID | None, kept_id: UUID | None
) -> None:
    """What a version names was sent by who writes it, or stays; locked, so that none sweeps it."""
    if file_id is None or file_id == kept_id:
        return
    mine = select(LibraryFile.id).where(
        LibraryFile.id == file_id, LibraryFile.uploaded_by_id == actor.person_id
    )
    if await session.scalar(mine.with_for_update(read=True, key_share=True)) is None:
        raise NotFound(fields=["file_id"])
