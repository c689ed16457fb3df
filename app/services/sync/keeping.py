"""What phones must keep although it has arrived: what a lost database would take along."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, db
from app.config import Settings
from app.errors import StorageUnavailable
from app.services import last_backup
from app.services.last_backup import LastBackup
from app.services.transactions import DATABASE
from app.storage import ObjectStore

_ALWAYS = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Safe:
    """A record is, if it came before `until`, or if the backup has it.

    `is_of_here`: the backup is of the very database that answers, so that transactions tell what
    is in it (decision 78). Of a database that was restored since, or that took over from another,
    their numbers say nothing: there the time does.
    """

    until: datetime
    backup: LastBackup | None = None
    is_of_here: bool = False

    def holds(self, came: datetime, writer: int, key: str = "") -> bool:
        """`writer`: the transaction that wrote the record as it stands; `key`: of its bytes.

        Bytes that were lost and are sent once more have their row of before: a backup that was
        taken in between has the row and lacks them.
        """
        if came <= self.until:
            return True
        if self.backup is None or (key and not self.backup.has_object(key)):
            return False
        if self.is_of_here:
            return writer < self.backup.oldest_running
        return came <= self.backup.taken_at


async def safe(session: AsyncSession, storage: ObjectStore, settings: Settings) -> Safe:
    """Commits what the session has done so far before it waits for the store."""
    if not settings.phone_keeps_hours:
        await db.give_back(session)
        return Safe(_ALWAYS)
    here = await session.scalar(select(DATABASE))
    await db.give_back(session)
    longest = clock.now() - timedelta(hours=settings.phone_keeps_hours)
    try:
        backup = await last_backup.last(storage)
    except StorageUnavailable:
        return Safe(longest)
    return Safe(longest, backup, is_of_here=backup is not None and backup.database == here)
