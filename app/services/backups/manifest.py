"""What a backup holds, and how its parts are named."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from app.services.backups.faults import BackupError

Progress = Callable[[str, int, int], None]  # what, how much is done, of how much (0 = unknown)
FORMAT = 1
MANIFEST, DATABASE, OBJECTS = "manifest.json", "database.dump", "objects.jsonl"
STAMP = "%Y%m%dT%H%M%SZ"


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sum(_Line):
    """A file as it lies in the backup, encrypted or not."""

    size: int
    sha256: str


class ObjectLine(_Line):
    """An object as the store held it; `stored` is its file here, other bytes if encrypted."""

    key: str
    size: int
    sha256: str
    content_type: str
    stored: Sum


class ChainHead(_Line):
    """Where history stood: the newest seal, and how many events there were."""

    seal: int | None
    hash: str | None
    events: int
    last_seq: int


class Manifest(_Line):
    """`missing`: objects that a row names and the store had not. `damaged`: not as received."""

    format: int
    taken_at: datetime
    release: str
    migration: str
    contracts: list[int]
    server_version: int
    county_schema: str
    recipients: list[str]
    database: Sum
    objects: Sum
    object_count: int
    object_bytes: int
    counts: dict[str, int]
    chain: ChainHead
    missing: list[str]
    damaged: list[str]

    @property
    def ending(self) -> str:
        return ".age" if self.recipients else ""

    @property
    def is_whole(self) -> bool:
        return not self.missing and not self.damaged


def object_file(folder: Path, key: str, ending: str) -> Path:
    """Where the object of a backup lies, given the folder of all backups."""
    return folder / "objects" / f"{key}{ending}"


def read(backup: Path) -> Manifest:
    """BackupError if this folder is not a finished backup of ours."""
    try:
        made = Manifest.model_validate_json((backup / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise BackupError(f"{backup} is no finished backup: it has no {MANIFEST}.") from None
    except ValidationError as fault:
        raise BackupError(f"{backup / MANIFEST} cannot be read: {fault}") from fault
    if made.format != FORMAT:
        raise BackupError(f"{backup} has format {made.format}; this release reads {FORMAT}.")
    return made


def lines(backup: Path) -> Iterator[ObjectLine]:
    with (backup / OBJECTS).open("rb") as file:
        for line in file:
            yield ObjectLine.model_validate_json(line)


def all_of(folder: Path) -> list[Path]:
    """Every finished backup of a folder, oldest first."""
    return sorted(found.parent for found in folder.glob(f"[0-9]*T[0-9]*Z/{MANIFEST}"))


def newest(folder: Path) -> Path:
    """The backup that is meant by a folder: itself, or the newest one in it."""
    if (folder / MANIFEST).exists():
        return folder
    if found := all_of(folder):
        return found[-1]
    raise BackupError(f"There is no finished backup in {folder}.")
