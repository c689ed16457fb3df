"""Own pictures that no version names: forgotten with the night's work, row first (decision 58).

A version is never deleted, and what runs names its version: what none names, nobody is shown.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import jobs
from app.models.checklist import ChecklistItem, ChecklistPicture
from app.storage import ObjectStore

JOB = "remove_pictures"
_BATCH = 500


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
    """Rows now, their objects by a job that is deferred with them; how many.

    A picture that somebody is just naming is locked and stays; one that was named between the two
    statements is seen by the second.
    """
    total = 0
    free = select(ChecklistPicture.sha256).where(is_over).limit(_BATCH)
    while found := list(await session.scalars(free.with_for_update(skip_locked=True))):
        gone = delete(ChecklistPicture).where(ChecklistPicture.sha256.in_(found), is_over)
        gone = gone.execution_options(synchronize_session=False)
        hashes = list(await session.scalars(gone.returning(ChecklistPicture.sha256)))
        if not hashes:
            break
        await jobs.defer(session, JOB, hashes=hashes)
        total += len(hashes)
    return total


async def remove(session: AsyncSession, storage: ObjectStore, hashes: list[str]) -> None:
    """The objects of rows that are gone; safe to repeat. What has been sent again since stays."""
    for sha256 in hashes:
        await hold(session, sha256)
        if await session.get(ChecklistPicture, sha256) is None:
            await storage.remove(ChecklistPicture.key_of(sha256))


async def hold(session: AsyncSession, sha256: str) -> None:
    """Until the end: nobody removes what is just being kept, or keeps what is being removed."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"picture:{sha256}"))))
