"""Restoring into an empty county, and looking whether it is the county that was backed up."""

import asyncio
from pathlib import Path
from typing import IO

from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncSession

from app import db, revision, schema
from app.config import Settings
from app.services import events
from app.services.backups import contents, dumping, files, manifest, verifying
from app.services.backups.faults import BackupError
from app.services.backups.files import Identities
from app.services.backups.manifest import Manifest, Progress
from app.storage import ObjectStore

AT_ONCE = 8


async def restore(
    settings: Settings,
    storage: ObjectStore,
    folder: Path,
    identities: Identities,
    progress: Progress,
) -> Manifest:
    """Objects first, then the database in one transaction, then everything is compared.

    BackupError if database or store are not empty, if the backup does not verify, or if what was
    restored is not what the manifest says. Broken off, it can be begun again.
    """
    backup, made, faults = await verifying.verify(folder, identities, progress)
    if faults:
        raise BackupError("The backup does not verify: " + "; ".join(faults[:10]))
    _require_known(made)
    if made.recipients and not identities:
        raise BackupError("This backup is encrypted; name the file with the secret key.")
    engine = db.make_engine(settings)
    sessions = db.make_sessions(engine)
    try:
        async with db.unit_of_work(sessions) as session:
            await _require_empty(session, made)
        await _require_room(storage, backup)
        await _objects(storage, backup, made, identities, progress)
        await _database(sessions, settings, backup, made, identities)
        async with db.unit_of_work(sessions) as session:
            await _compare(session, storage, made)
            await contents.forget_feed(session)
    finally:
        await engine.dispose()
    return made


def _require_known(made: Manifest) -> None:
    known = {
        script.revision for script in ScriptDirectory.from_config(schema.config()).walk_revisions()
    }
    if made.migration not in known:
        raise BackupError(
            f"The backup stands at migration {made.migration}, which this release does not know; "
            f"restore it with release {made.release} or newer."
        )


async def _require_empty(session: AsyncSession, made: Manifest) -> None:
    if found := await contents.tables(session):
        raise BackupError(
            f"The database is not empty ({len(found)} tables). Restore into a new database; "
            "nothing was changed."
        )
    if (here := await contents.county_schema(session)) != made.county_schema:
        raise BackupError(f"The backup is of the schema {made.county_schema}, this is {here}.")


async def _require_room(storage: ObjectStore, backup: Path) -> None:
    """Objects of this very backup may be there: an earlier try was broken off."""
    ours = {line.key: line.size for line in manifest.lines(backup)}
    async for key, size in storage.contents():
        if ours.get(key) != size:
            raise BackupError(
                f"The photo store is not empty (it has {key}). "
                "Restore into a new bucket or folder; nothing was changed."
            )


async def _objects(
    storage: ObjectStore, backup: Path, made: Manifest, identities: Identities, progress: Progress
) -> None:
    """Every `put` confirms size and hash."""
    lines = list(manifest.lines(backup))

    async def one(number: int) -> None:
        line = lines[number]
        path = manifest.object_file(backup.parent, line.key, made.ending)
        body = await asyncio.to_thread(verifying.opened, path, identities, made.ending)
        if files.sum_of_bytes(body).sha256 != line.sha256:
            raise BackupError(f"{line.key} holds something else than the manifest says.")
        await storage.put(line.key, body, line.content_type)

    for start in range(0, len(lines), AT_ONCE):
        end = min(start + AT_ONCE, len(lines))
        await asyncio.gather(*(one(number) for number in range(start, end)))
        progress("objects", end, len(lines))


async def _database(
    sessions: db.Sessions, settings: Settings, backup: Path, made: Manifest, identities: Identities
) -> None:
    async with db.unit_of_work(sessions) as session:
        major = await contents.server_major(session)
        if made.county_schema != "public":
            await contents.make_way(session, made.county_schema)

    def source(target: IO[bytes]) -> None:
        with (backup / f"{manifest.DATABASE}{made.ending}").open("rb") as file:
            files.unseal(file, target, identities, made.ending)

    await dumping.load(settings.database_url, max(major, made.server_version), source)


async def _compare(session: AsyncSession, storage: ObjectStore, made: Manifest) -> None:
    """Counts, chain, references, objects: as the manifest says."""
    found = await contents.counts(session)
    faults = [
        f"{table} has {found.get(table)} rows instead of {wanted}"
        for table, wanted in made.counts.items()
        if found.get(table) != wanted
    ]
    if await contents.migration(session) != made.migration:
        faults.append("the migration is another one")
    if await contents.unchecked_references(session):
        faults.append("foreign keys were not checked")
    if made.migration == revision.newest():
        faults += await _history(session, made)
    for key in await contents.referenced(session):
        if key not in made.missing and await storage.size(key) is None:
            faults.append(f"{key} is not in the store")
    if faults:
        raise BackupError("What was restored is not what was backed up: " + "; ".join(faults[:10]))


async def _history(session: AsyncSession, made: Manifest) -> list[str]:
    """What was not sealed yet may look late where a clock was behind: the next seal says so."""
    faults = [
        f"history: {fault.what} {fault.hazard_id or fault.seal_id}"
        for fault in await events.verify(session)
        if fault.what != "late"
    ]
    if await contents.chain_head(session) != made.chain:
        faults.append("the head of history is another one")
    return faults
