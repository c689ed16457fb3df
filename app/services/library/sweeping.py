"""Files that no version of any document names: forgotten at night, row first, as own pictures are.

A document is never deleted, so what one has named stays (decision 58).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import jobs
from app.models.library import LibraryDocument, LibraryFile, LibraryVersion
from app.services import leftovers
from app.storage import ObjectStore

JOB = "remove_library_files"


def is_unnamed(before: datetime) -> ColumnElement[bool]:
    """Sent, for the last time, before then."""
    shown = select(LibraryDocument.id).where(LibraryDocument.file_id == LibraryFile.id)
    former = select(LibraryVersion.version).where(LibraryVersion.file_id == LibraryFile.id)
    is_named = or_(shown.exists(), former.exists())
    return (LibraryFile.received_at < before) & ~is_named


async def sweep(session: AsyncSession, is_over: ColumnElement[bool]) -> int:
    """Rows now, their objects by a job that is deferred with them; how many."""
    total = 0
    async for rows in leftovers.taken(session, LibraryFile, is_over):
        await jobs.defer(session, JOB, files=[[str(row.id), row.key] for row in rows])
        total += len(rows)
    return total


async def remove(session: AsyncSession, storage: ObjectStore, files: list[list[str]]) -> None:
    """The objects of rows that are gone; safe to repeat. What has been sent again since stays."""
    for id_, key in files:
        await hold(session, UUID(id_))
        if await session.get(LibraryFile, UUID(id_)) is None:
            await storage.remove(key)


async def hold(session: AsyncSession, file_id: UUID) -> None:
    await leftovers.hold(session, f"library:{file_id}")
