"""Backups: whole, verified, incremental, encrypted; restored only into nothing, and compared."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pyrage
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import schema, storage, worker
from app.config import Settings
from app.darkroom import Darkroom
from app.models.grid import Grid
from app.services import backups, events, last_backup
from app.services.backups import BackupError, contents, dumping, manifest
from app.services.backups.writing import Written
from tests import factories, pictures
from tests.conftest import Committed, Databases, Freeze, create_app, settings_for
from tests.factories import County
from tests.faults.acks import AckLog
from tests.faults.invariants import Evidence, Key, check
from tests.phones import Phone


def quiet(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


async def take(committed: Committed, folder: Path, *recipients: str) -> Written:
    store = storage.open_store(committed.settings)
    return await backups.write(committed.settings, store, folder, recipients, quiet)


async def restore(settings: Settings, folder: Path, *identities: pyrage.x25519.Identity) -> None:
    await backups.restore(settings, storage.open_store(settings), folder, identities, quiet)


@pytest.fixture
async def county(committed: Committed) -> County:
    async with committed.work() as session:
        return await factories.county(session)


@pytest.fixture
async def phone(committed: Committed, county: County) -> AsyncIterator[Phone]:
    async with await committed.client_as(county.gridworker) as client:
        yield Phone(client)


@pytest.fixture
async def empty(databases: Databases, tmp_path: Path) -> AsyncIterator[Settings]:
    """A new machine: an empty database, an empty folder, the same secret."""
    url = databases.clone("template1")
    yield settings_for(url, tmp_path / "new")
    databases.drop(url)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def seal(committed: Committed) -> None:
    async with committed.work() as session:
        await events.seal(session)


async def test_the_drill(
    committed: Committed, county: County, phone: Phone, empty: Settings, folder: Path
) -> None:
    """Back up, go on, lose everything, restore: phones send what is missing and nothing doubles."""
    for number in range(3):
        await phone.report(pictures.jpeg(number))
    await seal(committed)
    made = await take(committed, folder)
    assert made.manifest.is_whole
    assert made.manifest.counts["hazards"] == 3
    assert made.copied == made.manifest.object_count == 3
    for number in range(3, 5):
        await phone.report(pictures.jpeg(number))
    assert await phone.reconcile() == {"complete": 10}
    cursor = await phone.cursor()

    await restore(empty, folder)

    app = create_app(empty)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 50_000))
        async with httpx.AsyncClient(
            transport=transport,
            base_url=str(phone.client.base_url),
            headers=phone.client.headers,
            cookies=phone.client.cookies,
        ) as client:
            again = replace(phone, client=client, acks=AckLog())
            assert await again.reconcile() == {"complete": 6, "unknown": 4}
            await again.send_unknown()
            assert await again.reconcile() == {"complete": 10}
            fresh = (await client.get("/api/sync/changes", params={"since": cursor})).json()
            assert fresh["reset"]
            assert {UUID(row["id"]) for row in fresh["hazards"]} == set(again.cases())
    await worker.catch_up(empty)
    await _require_invariants(empty, again.acknowledged(phone.acks), again)


async def _require_invariants(settings: Settings, acks: AckLog, phone: Phone) -> None:
    keys: set[Key] = {(one.kind, str(one.id)) for one in phone.kept}
    assert {(ack.kind, ack.id) for ack in acks} == keys
    secret = settings.secret.get_secret_value()
    evidence = Evidence(
        settings.database_url, storage.open_store(settings), secret, acks, keys, set(), keys
    )
    found = await check(evidence)
    assert {name: one.violations for name, one in found.items() if one.violations} == {}
    assert all(found[name].checked for name in ("I1", "I2", "I3", "I5", "I6", "I7", "I8", "I11"))


async def test_pictures_of_checklists_come_back_and_a_lost_one_is_named(
    committed: Committed,
    county: County,
    darkroom: Darkroom,
    empty: Settings,
    folder: Path,
    freeze: Freeze,
) -> None:
    """Also one that no list names yet: somebody may be about to save it."""
    committed.app.state.darkroom, photo = darkroom, pictures.jpeg(1)
    async with await committed.client_as(county.administrator) as admin:
        digest = {"Content-Digest": pictures.digest_of(photo)}
        sent = await admin.post("/api/checklists/pictures", content=photo, headers=digest)
    sha256 = sent.json()["sha256"]
    key = f"checklists/{sha256[:2]}/{sha256}.jpg"
    await take(committed, folder)
    await restore(empty, folder)
    body = await storage.open_store(empty).get(key)
    assert hashlib.sha256(body).hexdigest() == sha256
    (Path(committed.settings.storage.removeprefix("dir:")) / key).unlink()
    freeze(datetime.now(UTC) + timedelta(hours=1))
    assert (await take(committed, folder)).manifest.missing == [key]


async def test_phones_keep_what_no_backup_has_yet_but_not_for_ever(
    committed: Committed, phone: Phone, folder: Path, freeze: Freeze
) -> None:
    committed.app.state.settings = committed.settings.model_copy(update={"phone_keeps_hours": 72})
    await phone.report(pictures.jpeg(1))
    assert await phone.reconcile() == {"received": 2}
    await take(committed, folder)
    assert await phone.reconcile() == {"complete": 2}
    await phone.report(pictures.jpeg(2))
    assert await phone.reconcile() == {"complete": 2, "received": 2}
    freeze(datetime.now(UTC) + timedelta(hours=73))
    assert await phone.reconcile() == {"complete": 4}


async def test_what_a_backup_has_is_not_told_by_a_clock_that_is_behind(
    committed: Committed, phone: Phone, folder: Path, freeze: Freeze
) -> None:
    committed.app.state.settings = committed.settings.model_copy(update={"phone_keeps_hours": 72})
    await phone.report(pictures.jpeg(1))
    await take(committed, folder)
    freeze(datetime.now(UTC) - timedelta(hours=1))
    await phone.report(pictures.jpeg(2))
    assert await phone.reconcile() == {"complete": 2, "received": 2}
    freeze(datetime.now(UTC) + timedelta(hours=1))
    await take(committed, folder)
    assert await phone.reconcile() == {"complete": 4}


async def test_what_came_before_the_backup_and_was_committed_after_it_stays_on_the_phone(
    committed: Committed, phone: Phone, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed.app.state.settings = committed.settings.model_copy(update={"phone_keeps_hours": 72})
    extent = contents.extent
    async with committed.engine.connect() as other:
        await other.execute(select(Grid.id).with_for_update())
        report = asyncio.create_task(phone.report(pictures.jpeg(1)))
        await _somebody_waits(committed)

        async def then_it_is_committed(session: AsyncSession) -> contents.Extent:
            found = await extent(session)
            await other.rollback()
            await report
            return found

        monkeypatch.setattr(contents, "extent", then_it_is_committed)
        made = (await take(committed, folder)).manifest
    assert made.counts["hazards"] == 0
    assert await phone.reconcile() == {"received": 2}
    monkeypatch.undo()
    await take(committed, folder.with_name("later"))
    assert await phone.reconcile() == {"complete": 2}


async def _somebody_waits(committed: Committed) -> None:
    """For a lock."""
    waiting = text("select count(*) from pg_locks where not granted")
    async with committed.work() as session:
        for _ in range(200):
            if await session.scalar(waiting):
                return
            await asyncio.sleep(0.02)
    raise AssertionError("nobody waits")


async def test_a_photo_that_was_lost_when_the_backup_was_taken_waits_for_the_next_one(
    committed: Committed, phone: Phone, folder: Path, freeze: Freeze
) -> None:
    """Sent once more it is in the store again, with its row of before; not in the backup."""
    committed.app.state.settings = committed.settings.model_copy(update={"phone_keeps_hours": 72})
    for number in range(2):
        await phone.report(pictures.jpeg(number))
    root = Path(committed.settings.storage.removeprefix("dir:"))
    lost, damaged = sorted(files_of(root / "photos"))
    lost.unlink()
    damaged.write_bytes(b"half of it")
    assert len((await take(committed, folder)).manifest.missing) == 1
    assert await phone.reconcile() == {"complete": 2, "unknown": 2}
    await phone.send_unknown()
    assert await phone.reconcile() == {"complete": 2, "received": 2}
    freeze(datetime.now(UTC) + timedelta(hours=1))
    await take(committed, folder)
    assert await phone.reconcile() == {"complete": 4}


def test_where_more_are_lacking_than_are_named_none_is_vouched_for() -> None:
    note = last_backup.LastBackup(
        taken_at=datetime.now(UTC), objects=9, bytes=9, faults=2, is_encrypted=False, lacks=["a"]
    )
    assert not note.has_object("b")
    named = note.model_copy(update={"lacks": ["a", "c"]})
    assert (named.has_object("b"), named.has_object("c")) == (True, False)


async def test_in_a_database_that_came_from_the_backup_the_time_tells_what_it_has(
    committed: Committed, phone: Phone, folder: Path
) -> None:
    """Transactions are counted anew there: their numbers say nothing of the backup."""
    committed.app.state.settings = committed.settings.model_copy(update={"phone_keeps_hours": 72})
    await phone.report(pictures.jpeg(1))
    await take(committed, folder)
    store = storage.open_store(committed.settings)
    made = await last_backup.last(store)
    assert made
    assert made.oldest_running > 0
    elsewhere = made.model_copy(update={"database": "another", "oldest_running": 1})
    await last_backup.note(store, elsewhere)
    assert await phone.reconcile() == {"complete": 2}
    await phone.report(pictures.jpeg(2))
    assert await phone.reconcile() == {"complete": 2, "received": 2}


async def test_a_second_backup_copies_only_what_is_new(
    committed: Committed, phone: Phone, folder: Path, freeze: Freeze
) -> None:
    await phone.report(pictures.jpeg(1))
    first = await take(committed, folder)
    await phone.report(pictures.jpeg(2))
    freeze(datetime.now(UTC) + timedelta(hours=1))
    second = await take(committed, folder)
    assert (first.copied, second.copied, second.manifest.object_count) == (1, 1, 2)
    _, _, faults = await backups.verify(folder, (), quiet)
    assert faults == []


async def test_retention_keeps_the_newest_and_only_their_objects(
    committed: Committed, phone: Phone, folder: Path, freeze: Freeze
) -> None:
    await phone.report(pictures.jpeg(1))
    for day in range(3):
        freeze(datetime.now(UTC) + timedelta(days=day))
        await take(committed, folder)
    stray = folder / "objects" / "photos" / "no-backup-names-this"
    stray.write_bytes(b"left by a backup that was broken off")
    unfinished = folder / "20200101T000000Z"
    unfinished.mkdir()
    assert len(backups.prune(folder, 2)) == 1
    assert len(backups.all_of(folder)) == 2
    assert not stray.exists()
    assert files_of(folder / "objects")
    _, _, faults = await backups.verify(folder, (), quiet)
    assert faults == []
    assert unfinished.exists()


async def test_an_encrypted_backup_shows_nothing_and_is_restored_with_its_key_only(
    committed: Committed, phone: Phone, empty: Settings, folder: Path
) -> None:
    secret, other = (pyrage.x25519.Identity.generate() for _ in range(2))
    await phone.report(pictures.jpeg(1), note="canary-in-the-mine")
    await take(committed, folder, str(secret.to_public()))
    kept = b"".join(path.read_bytes() for path in files_of(folder))
    assert b"canary-in-the-mine" not in kept
    assert pictures.jpeg(1) not in kept
    for keys, fault in (((), "encrypted; name the file"), ((other,), "cannot be decrypted")):
        with pytest.raises(BackupError, match=fault):
            await restore(empty, folder, *keys)
    assert (await backups.verify(folder, (secret,), quiet))[2] == []
    await restore(empty, folder, secret)
    store = storage.open_store(empty)
    assert [await store.get(key) async for key, _ in store.contents()] == [pictures.jpeg(1)]


@pytest.mark.parametrize("what", ["database.dump", "objects.jsonl", "object", "gone"])
async def test_one_bit_is_found_before_anything_is_restored(
    committed: Committed, phone: Phone, empty: Settings, folder: Path, what: str
) -> None:
    await phone.report(pictures.jpeg(1))
    made = await take(committed, folder)
    objects = files_of(folder / "objects")
    victim = objects[0] if what in {"object", "gone"} else made.backup / what
    body = bytearray(victim.read_bytes())
    body[len(body) // 2] ^= 1
    victim.write_bytes(body)
    if what == "gone":
        victim.unlink()
    assert (await backups.verify(folder, (), quiet))[2]
    with pytest.raises(BackupError, match="does not verify"):
        await restore(empty, folder)
    assert [key async for key, _ in storage.open_store(empty).contents()] == []


async def test_nothing_is_restored_over_something(
    committed: Committed, phone: Phone, empty: Settings, folder: Path, databases: Databases
) -> None:
    await phone.report(pictures.jpeg(1))
    await take(committed, folder)
    with pytest.raises(BackupError, match="database is not empty"):
        await restore(committed.settings, folder)
    store = storage.open_store(empty)
    await store.put("photos/aa/somebody-elses", b"x", "image/jpeg")
    with pytest.raises(BackupError, match="photo store is not empty"):
        await restore(empty, folder)
    assert await store.get("photos/aa/somebody-elses") == b"x"


async def test_a_restore_that_was_broken_off_is_begun_again(
    committed: Committed, phone: Phone, empty: Settings, folder: Path
) -> None:
    await phone.report(pictures.jpeg(1))
    made = await take(committed, folder)
    line = next(manifest.lines(made.backup))
    await storage.open_store(empty).put(line.key, pictures.jpeg(1), line.content_type)
    await restore(empty, folder)
    assert await storage.open_store(empty).get(line.key) == pictures.jpeg(1)


async def test_what_the_store_has_lost_or_damaged_is_named_and_the_rest_is_safe(
    committed: Committed, phone: Phone, folder: Path
) -> None:
    for number in range(3):
        await phone.report(pictures.jpeg(number))
    root = Path(committed.settings.storage.removeprefix("dir:"))
    lost, damaged, _ = sorted(files_of(root / "photos"))
    lost.unlink()
    damaged.write_bytes(b"something else")
    made = (await take(committed, folder)).manifest
    assert made.missing == [lost.relative_to(root).as_posix()]
    assert made.damaged == [damaged.relative_to(root).as_posix()]
    last = await last_backup.last(storage.open_store(committed.settings))
    assert last
    assert (last.faults, last.objects) == (2, 2)


async def test_the_dump_is_of_the_moment_in_which_it_began(
    committed: Committed, phone: Phone, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report that comes while pg_dump runs is in neither the dump nor the counts."""
    await phone.report(pictures.jpeg(1))
    dump = dumping.dump

    async def meanwhile(*arguments: object) -> None:
        await phone.report(pictures.jpeg(2))
        await dump(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(dumping, "dump", meanwhile)
    made = (await take(committed, folder)).manifest
    assert made.counts["hazards"] == made.counts["photos"] == 1
    assert made.object_count == 2
    assert made.is_whole


async def test_a_county_in_a_schema_of_its_own_is_restored_into_it(
    databases: Databases, tmp_path: Path, folder: Path
) -> None:
    places = []
    for number in range(2):
        url = databases.clone("template1")
        databases.run_in(url, "create schema taierzhuang")
        county = f"{url}&options=-csearch_path%3Dtaierzhuang"
        places.append(settings_for(county, tmp_path / str(number)))
    schema.upgrade(places[0].database_url)
    await backups.write(places[0], storage.open_store(places[0]), folder, (), quiet)
    await restore(places[1], folder)
    for place in places:
        databases.drop(place.database_url.partition("&")[0])


async def test_a_database_that_is_not_ours_is_no_county(empty: Settings, folder: Path) -> None:
    with pytest.raises(BackupError, match="no schema of ours"):
        await backups.write(empty, storage.open_store(empty), folder, (), quiet)
    assert backups.all_of(folder) == []


def test_no_program_for_a_server_from_the_future() -> None:
    with pytest.raises(BackupError, match="postgresql-client-99"):
        dumping.programs(99)


async def test_a_newer_backup_is_not_restored_by_an_older_release(
    committed: Committed, phone: Phone, empty: Settings, folder: Path
) -> None:
    await phone.report(pictures.jpeg(1))
    made = await take(committed, folder)
    file = made.backup / manifest.MANIFEST
    file.write_text(json.dumps({**json.loads(file.read_text()), "migration": "from_tomorrow"}))
    with pytest.raises(BackupError, match="does not know"):
        await restore(empty, folder)
