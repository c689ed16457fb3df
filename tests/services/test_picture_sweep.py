"""Own pictures that no version names go after thirty days, row and object; no other ever does."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.audit import AuditEntry
from app.models.checklist import ChecklistItem, ChecklistPicture, ChecklistVersion
from app.services import checklists, presets
from app.services.personal import retention
from app.storage.directory import DirectoryStore
from tests import factories
from tests.conftest import Committed

OLD, FRESH = 31, 29
NAMES = ("named_right", "named_wrong_long_ago", "fresh", "tried", "tried_too")


def hash_of(name: str) -> str:
    return f"{NAMES.index(name):x}".rjust(64, "a")


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path)


@pytest.fixture
async def pictures(session: AsyncSession, store: DirectoryStore) -> None:
    """One in the newest version, one in a version that another has followed, three in none."""
    maker = await factories.person(session)
    for name in NAMES:
        days = FRESH if name == "fresh" else OLD
        picture = ChecklistPicture(
            sha256=hash_of(name),
            size=3,
            made_at=clock.now() - timedelta(days=days),
            made_by_id=maker.id,
        )
        session.add(picture)
        await store.put(picture.key, b"jpg", "image/jpeg")
    await session.flush()
    versions = list(await session.scalars(select(ChecklistVersion).limit(2)))
    for version, own in zip(versions, ("photo_right", "photo_wrong"), strict=True):
        item = select(ChecklistItem).where(ChecklistItem.version_id == version.id).limit(1)
        row = (await session.scalars(item)).one()
        setattr(row, own, hash_of(NAMES[0] if own == "photo_right" else NAMES[1]))
    await session.flush()


async def there(session: AsyncSession, store: DirectoryStore) -> tuple[set[str], set[str]]:
    rows = set(await session.scalars(select(ChecklistPicture.sha256)))
    objects = {key.split("/")[-1].removesuffix(".jpg") async for key, _ in store.contents()}
    return {one for one in NAMES if hash_of(one) in rows}, {
        one for one in NAMES if hash_of(one) in objects
    }


@pytest.fixture
async def lists(session: AsyncSession) -> None:
    await presets.load_base(session)


@pytest.mark.usefixtures("lists", "pictures")
async def test_rows_go_at_night_and_their_objects_after_them(
    session: AsyncSession, store: DirectoryStore
) -> None:
    assert (await retention.due(session))["checklist_pictures"] == 2
    assert (await there(session, store))[0] == set(NAMES), "the dry run changes nothing"
    assert (await retention.forget(session))["checklist_pictures"] == 2
    left = {"named_right", "named_wrong_long_ago", "fresh"}
    assert await there(session, store) == (left, set(NAMES))
    (entry,) = await session.scalars(select(AuditEntry).where(AuditEntry.kind == "data.forgotten"))
    assert entry.data["checklist_pictures"] == 2
    query = text("select args from procrastinate_jobs where task_name = :name")
    (args,) = await session.scalars(query, {"name": checklists.REMOVE_PICTURES})
    assert set(args["hashes"]) == {hash_of("tried"), hash_of("tried_too")}
    for _ in range(2):
        await checklists.remove_pictures(session, store, args["hashes"])
    assert await there(session, store) == (left, left)
    assert (await retention.forget(session))["checklist_pictures"] == 0


@pytest.mark.usefixtures("lists", "pictures")
async def test_what_was_sent_again_meanwhile_keeps_its_object(
    session: AsyncSession, store: DirectoryStore
) -> None:
    await checklists.remove_pictures(session, store, [hash_of("tried")])
    assert await there(session, store) == (set(NAMES), set(NAMES))


async def test_what_somebody_is_just_naming_is_passed_over(committed: Committed) -> None:
    """Who saves a list holds its pictures as the row that names them will."""
    async with committed.work() as session:
        maker = await factories.person(session)
        long_ago = clock.now() - timedelta(days=OLD)
        session.add(
            ChecklistPicture(sha256=hash_of("tried"), size=3, made_at=long_ago, made_by_id=maker.id)
        )
    async with committed.sessions() as saving, committed.sessions() as night:
        held = select(ChecklistPicture).with_for_update(read=True, key_share=True)
        await saving.execute(held)
        is_over = checklists.is_unnamed(clock.now() - timedelta(days=30))
        assert await checklists.sweep(night, is_over) == 0
        await saving.rollback()
        assert await checklists.sweep(night, is_over) == 1
        await night.rollback()
