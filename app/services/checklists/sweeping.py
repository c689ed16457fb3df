"""Own pictures that no version names: forgotten with the night's work, row first (decision 58).

A version is never deleted, and what runs names its version: what none names, nobody is shown.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import jobs
from app.models.checklist import ChecklistItem, ChecklistPicture
from app.services import leftovers
from app.storage import ObjectStore

JOB = "remove_pictures"


def is_unnamed(before: datetime) -> ColumnElement[bool]:
    """Sent, for the last time, before then; who is about to save a list has sent since."""
    item = select(ChecklistItem.code).where(
        or_(
            ChecklistItem.photo_right == ChecklistPicture.sha256,
            ChecklistItem.photo_wrong == ChecklistPicture.sha256,
        )
    )
    return (ChecklistPicture.made_at < before) & ~item.exists()


async def sweep(session: AsyncSession, is_over: ColumnElement[bool]) -> int:
    """Rows now, their objects by a job that is deferred with them; how many."""
    total = 0
    async for rows in leftovers.taken(session, ChecklistPicture, is_over):
        await jobs.defer(session, JOB, hashes=[row.sha256 for row in rows])
        total += len(rows)
    return total


async def remove(session: AsyncSession, storage: ObjectStore, hashes: list[str]) -> None:
    """The objects of rows that are gone; safe to repeat. What has been sent again since stays."""
    for sha256 in hashes:
        await hold(session, sha256)
        if await session.get(ChecklistPicture, sha256) is None:
            await storage.remove(ChecklistPicture.key_of(sha256))


async def hold(session: AsyncSession, sha256: str) -> None:
    await leftovers.hold(session, f"picture:{sha256}")
