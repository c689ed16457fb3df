"""Taking a backup: the database as of one moment first, then the objects, which only grow."""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app import __version__, clock, db
from app.config import Settings
from app.services import last_backup
from app.services.backups import contents, dumping, files, manifest, verifying
from app.services.backups.contents import Extent
from app.services.backups.faults import BackupError
from app.services.backups.files import Recipients, Summed
from app.services.backups.manifest import Manifest, ObjectLine, Progress, Sum
from app.services.commands import CONTRACTS
from app.services.last_backup import LastBackup
from app.storage import ObjectStore

AT_ONCE = 8


@dataclass
class _Objects:
    """What was found in the store while copying."""

    lines: list[ObjectLine] = field(default_factory=list)
    copied: list[ObjectLine] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Written:
    """`copied` objects were not in the folder before."""

    backup: Path
    manifest: Manifest
    copied: int


async def write(
    settings: Settings,
    storage: ObjectStore,
    folder: Path,
    recipients: Sequence[str],
    progress: Progress,
) -> Written:
    """A new backup in the folder, read back and compared. Objects already there are not copied.

    BackupError and no manifest when it cannot be whole; an object that the store has lost or
    damaged stands in the manifest instead, so that the rest is safe.
    """
    keys = files.recipients_of(recipients)
    taken_at = clock.now()
    backup = folder / taken_at.strftime(manifest.STAMP)
    backup.mkdir(mode=0o700, parents=True)
    engine = db.make_engine(settings)
    try:
        async with db.unit_of_work(db.make_sessions(engine)) as session:
            facts, named, extent = await _database(session, settings, backup, keys, progress)
    finally:
        await engine.dispose()
    found = await _objects(storage, folder, named, recipients, progress)
    stored = {line.key for line in found.lines}
    made = Manifest(
        format=manifest.FORMAT,
        taken_at=taken_at,
        release=__version__,
        contracts=sorted(CONTRACTS),
        recipients=list(recipients),
        objects=_write_lines(backup, found.lines),
        object_count=len(found.lines),
        object_bytes=sum(line.size for line in found.lines),
        missing=sorted(set(named) - stored),
        damaged=sorted(found.damaged),
        **facts,
    )
    await _finish(folder, backup, made, found.copied, progress)
    await last_backup.note(storage, _note(made, extent))
    return Written(backup, made, len(found.copied))


async def _database(
    session: AsyncSession, settings: Settings, backup: Path, keys: Recipients, progress: Progress
) -> tuple[dict[str, Any], dict[str, str], Extent]:
    """Dump, counts and chain head of the same moment; and the objects that rows name."""
    snapshot = await contents.hold_snapshot(session)
    revision = await contents.migration(session)
    if revision is None:
        raise BackupError("This database has no schema of ours; there is nothing to back up.")
    extent = await contents.extent(session)
    major, schema = await contents.server_major(session), await contents.county_schema(session)
    dumped: list[Sum] = []

    def sink(source: Any) -> None:
        passed = 0

        def seen(number: int) -> None:
            nonlocal passed
            passed += number
            progress("database", passed, 0)

        path = backup / f"{manifest.DATABASE}{'.age' if keys else ''}"
        with files.durable(path) as raw:
            target = Summed(raw, seen)
            files.seal(source, target, keys)
            dumped.append(target.sum)

    await dumping.dump(settings.database_url, major, snapshot, schema, sink)
    facts = {
        "migration": revision,
        "server_version": major,
        "county_schema": schema,
        "database": dumped[0],
        "counts": await contents.counts(session),
        "chain": await contents.chain_head(session),
    }
    return facts, await contents.referenced(session), extent


async def _objects(
    storage: ObjectStore,
    folder: Path,
    named: dict[str, str],
    recipients: Sequence[str],
    progress: Progress,
) -> _Objects:
    """Every object of the store; those of an earlier backup are taken as they lie there."""
    found, keys = _Objects(), files.recipients_of(recipients)
    before = _known(folder, recipients)
    listed = [item async for item in _listed(storage)]
    done = 0
    for some in (listed[at : at + AT_ONCE] for at in range(0, len(listed), AT_ONCE)):
        await asyncio.gather(
            *(_object(storage, folder, item, before, named, keys, found) for item in some)
        )
        done += len(some)
        progress("objects", done, len(listed))
    found.lines.sort(key=lambda line: line.key)
    return found


async def _listed(storage: ObjectStore) -> AsyncIterator[tuple[str, int]]:
    async for key, size in storage.contents():
        if key != last_backup.KEY:
            yield key, size


def _known(folder: Path, recipients: Sequence[str]) -> dict[str, ObjectLine]:
    """Objects of the newest backup for the same recipients."""
    for backup in reversed(manifest.all_of(folder)):
        if manifest.read(backup).recipients == list(recipients):
            return {line.key: line for line in manifest.lines(backup)}
    return {}


async def _object(
    storage: ObjectStore,
    folder: Path,
    item: tuple[str, int],
    before: dict[str, ObjectLine],
    named: dict[str, str],
    keys: Recipients,
    found: _Objects,
) -> None:
    key, size = item
    path = manifest.object_file(folder, key, ".age" if keys else "")
    known = before.get(key)
    if known and known.size == size and path.exists() and path.stat().st_size == known.stored.size:
        found.lines.append(known)
        return
    try:
        body = await storage.get(key)
    except KeyError:  # gone since it was listed; if a row names it, it is missing
        return
    if not _is_itself(key, body):
        found.damaged.append(key)
    stored = await asyncio.to_thread(_keep, path, body, keys)
    line = ObjectLine(
        key=key,
        size=len(body),
        sha256=files.sum_of_bytes(body).sha256,
        content_type=named.get(key, "") or _type_of(key),
        stored=stored,
    )
    found.lines.append(line)
    found.copied.append(line)


def _is_itself(key: str, body: bytes) -> bool:
    """An original carries its hash in its key."""
    return not key.startswith("photos/") or hashlib.sha256(body).hexdigest() in key


def _type_of(key: str) -> str:
    endings = {".jpg": "image/jpeg", ".json": "application/json"}
    return endings.get(Path(key).suffix, "application/octet-stream")


def _keep(path: Path, body: bytes, keys: Recipients) -> Sum:
    with files.durable(path) as raw:
        target = Summed(raw)
        files.seal(io.BytesIO(body), target, keys)
        return target.sum


def _write_lines(backup: Path, found: Iterable[ObjectLine]) -> Sum:
    with files.durable(backup / manifest.OBJECTS) as raw:
        target = Summed(raw)
        for line in found:
            target.write(line.model_dump_json().encode() + b"\n")
        return target.sum


async def _finish(
    folder: Path,
    backup: Path,
    made: Manifest,
    copied: Sequence[ObjectLine],
    progress: Progress,
) -> None:
    """Reads back what was written before the manifest gives it its name."""
    faults = await verifying.of_parts(folder, backup, made, copied, (), progress)
    if faults:
        raise BackupError(
            "What was written does not read back; the disk cannot be trusted: " + "; ".join(faults)
        )
    with files.durable(backup / manifest.MANIFEST) as raw:
        raw.write(made.model_dump_json(indent=1).encode() + b"\n")


def _note(made: Manifest, extent: Extent) -> LastBackup:
    faulty = [*made.missing, *made.damaged]
    return LastBackup(
        taken_at=made.taken_at,
        objects=made.object_count,
        bytes=made.object_bytes + made.database.size,
        faults=len(faulty),
        lacks=faulty[: last_backup.MOST_NAMED],
        is_encrypted=bool(made.recipients),
        database=extent.database,
        oldest_running=extent.oldest_running,
    )
