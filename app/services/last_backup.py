"""The newest backup as the photo store remembers it: so that every server can tell its age."""

from datetime import datetime

from pydantic import BaseModel, Field, ValidationError

from app.storage import ObjectStore

KEY = "backups/last.json"
MOST_NAMED = 1_000


class LastBackup(BaseModel):
    """`faults`: objects that were missing or damaged when it was taken; `lacks`: the first of them.

    In it is whatever transactions older than `oldest_running` have written, in `database`;
    0 in a note of an older release.
    """

    taken_at: datetime
    objects: int
    bytes: int
    faults: int
    is_encrypted: bool
    database: str = ""
    oldest_running: int = 0
    lacks: list[str] = Field([], max_length=MOST_NAMED)

    def has_object(self, key: str) -> bool:
        """If the store had it; where more are lacking than are named, none is vouched for."""
        return key not in self.lacks and self.faults == len(self.lacks)


async def last(storage: ObjectStore) -> LastBackup | None:
    """None if there never was one. StorageUnavailable like every look into the store."""
    try:
        return LastBackup.model_validate_json(await storage.get(KEY))
    except (KeyError, ValidationError):
        return None


async def note(storage: ObjectStore, made: LastBackup) -> None:
    await storage.put(KEY, made.model_dump_json().encode(), "application/json")
