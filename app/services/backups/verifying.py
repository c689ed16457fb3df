"""Reading a backup back: every file against its sum, and the dump to its end."""

import asyncio
import io
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from app.services.backups import dumping, files, manifest
from app.services.backups.faults import BackupError
from app.services.backups.files import Identities
from app.services.backups.manifest import Manifest, ObjectLine, Progress, Sum


async def verify(
    folder: Path, identities: Identities, progress: Progress
) -> tuple[Path, Manifest, list[str]]:
    """The backup meant by the folder, and what is wrong with it; without a fault it can be used.

    An encrypted backup is checked as it lies there; with its key, what is inside as well.
    """
    backup = manifest.newest(folder)
    made = manifest.read(backup)
    lines = manifest.lines(backup) if (backup / manifest.OBJECTS).exists() else ()
    faults = await of_parts(backup.parent, backup, made, lines, identities, progress)
    return backup, made, faults


async def of_parts(
    folder: Path,
    backup: Path,
    made: Manifest,
    lines: Iterable[ObjectLine],
    identities: Identities,
    progress: Progress,
) -> list[str]:
    """Faults of the backup's own files and of these objects."""
    dump = backup / f"{manifest.DATABASE}{made.ending}"
    faults = []
    for path, wanted in ((dump, made.database), (backup / manifest.OBJECTS, made.objects)):
        if await asyncio.to_thread(files.sum_of, path) != wanted:
            faults.append(f"{path.name} is not what was written")
    if faults:
        return faults
    if not made.recipients or identities:
        faults += await _dump(dump, made, identities)
    for done, line in enumerate(lines, start=1):
        faults += await asyncio.to_thread(_object, folder, line, made, identities)
        progress("verified", done, made.object_count)
    return faults


async def _dump(dump: Path, made: Manifest, identities: Identities) -> list[str]:
    def source(target: IO[bytes]) -> None:
        with dump.open("rb") as file:
            files.unseal(file, target, identities, made.ending)

    try:
        await dumping.check(made.server_version, source)
    except BackupError as fault:
        return [str(fault)]
    return []


def _object(folder: Path, line: ObjectLine, made: Manifest, identities: Identities) -> list[str]:
    path = manifest.object_file(folder, line.key, made.ending)
    stored = files.sum_of(path)
    if stored is None:
        return [f"{line.key} is not there"]
    if stored != line.stored:
        return [f"{line.key} is not what was written"]
    if identities and made.recipients:
        try:
            inside = opened(path, identities, made.ending)
        except BackupError as fault:
            return [f"{line.key}: {fault}"]
        if files.sum_of_bytes(inside) != Sum(size=line.size, sha256=line.sha256):
            return [f"{line.key} holds something else"]
    return []


def opened(path: Path, identities: Identities, ending: str) -> bytes:
    """The object itself."""
    with path.open("rb") as file:
        inside = io.BytesIO()
        files.unseal(file, inside, identities, ending)
        return inside.getvalue()
