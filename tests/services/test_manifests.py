"""Promised and received: the counts are right whichever comes first, also in the same moment."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import Invalid
from app.models.base import new_id
from app.models.hazard import Hazard
from app.models.photo import ManifestEntry
from app.services import photos
from app.services.access import Actor
from app.services.commands import PhotoPromise
from app.storage import ObjectStore
from tests import factories, pictures
from tests.actors import actor_of
from tests.cases import case, promise, there
from tests.conftest import Committed
from tests.factories import County


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


@pytest.fixture
async def actor(session: AsyncSession, settings: Settings, county: County) -> Actor:
    return await actor_of(session, settings, county.gridworker)


@pytest.fixture
async def hazard(session: AsyncSession, county: County) -> Hazard:
    return await case(session, county)


async def arrived(
    store: ObjectStore, settings: Settings, photo_id: UUID, body: bytes
) -> photos.Intake:
    async def stream() -> AsyncIterator[bytes]:
        yield body

    digest = pictures.digest_of(body)
    return await photos.receive(store, settings, photo_id, stream(), digest)


async def counts(session: AsyncSession, hazard: Hazard) -> tuple[int, int]:
    await session.refresh(hazard)
    return hazard.photos_received, hazard.photos_expected


async def test_the_case_counts_photos_that_come_after_their_manifest(
    session: AsyncSession, store: ObjectStore, settings: Settings, hazard: Hazard, actor: Actor
) -> None:
    bodies = [pictures.jpeg(seed) for seed in range(3)]
    lines = [promise(body) for body in bodies]
    await photos.attach_manifest(session, hazard, hazard.id, lines, actor)
    assert await counts(session, hazard) == (0, 3)
    for number, (line, body) in enumerate(zip(lines, bodies, strict=True), 1):
        for _ in range(2):
            await photos.keep(session, actor, await arrived(store, settings, line.photo_id, body))
        assert await counts(session, hazard) == (number, 3)


async def test_the_case_counts_photos_that_came_before_their_manifest(
    session: AsyncSession, store: ObjectStore, settings: Settings, hazard: Hazard, actor: Actor
) -> None:
    lines = [promise(pictures.jpeg(seed)) for seed in range(2)]
    first = await arrived(store, settings, lines[0].photo_id, pictures.jpeg(0))
    await photos.keep(session, actor, first)
    await photos.attach_manifest(session, hazard, hazard.id, lines, actor)
    assert await counts(session, hazard) == (1, 2)


async def test_a_repeated_manifest_changes_nothing(
    session: AsyncSession, hazard: Hazard, actor: Actor
) -> None:
    lines = [promise(pictures.jpeg())]
    for _ in range(3):
        await photos.attach_manifest(session, hazard, hazard.id, lines, actor)
    assert await counts(session, hazard) == (0, 1)
    assert await session.scalar(select(func.count()).select_from(ManifestEntry)) == 1


async def test_photos_of_a_later_step_add_to_those_of_the_report(
    session: AsyncSession, hazard: Hazard, actor: Actor
) -> None:
    await photos.attach_manifest(session, hazard, hazard.id, [promise(b"before")], actor)
    await photos.attach_manifest(session, hazard, new_id(), [promise(b"after")], actor)
    assert await counts(session, hazard) == (0, 2)


async def refused(
    session: AsyncSession, hazard: Hazard, event_id: UUID, lines: list[PhotoPromise], actor: Actor
) -> Invalid:
    with pytest.raises(Invalid) as raised:
        await photos.attach_manifest(session, hazard, event_id, lines, actor)
    assert raised.value.fields == ["photos"]
    return raised.value


async def test_a_photo_of_another_case_is_refused_by_name(
    session: AsyncSession, county: County, hazard: Hazard, actor: Actor
) -> None:
    line = promise(pictures.jpeg())
    await photos.attach_manifest(session, hazard, hazard.id, [line], actor)
    other = await case(session, county)
    refusal = await refused(session, other, other.id, [promise(b"own"), line], actor)
    assert refusal.details["photo_id"] == str(line.photo_id)
    assert "另一个案件" in refusal.problem()["zh"]
    assert await counts(session, other) == (0, 0)


async def test_an_old_photo_does_not_serve_a_second_step(
    session: AsyncSession, hazard: Hazard, actor: Actor
) -> None:
    line = promise(pictures.jpeg())
    await photos.attach_manifest(session, hazard, hazard.id, [line], actor)
    refusal = await refused(session, hazard, new_id(), [line], actor)
    assert "前面的步骤" in refusal.problem()["zh"]


async def test_a_photo_that_somebody_else_sent_is_not_taken_over(
    session: AsyncSession,
    store: ObjectStore,
    settings: Settings,
    county: County,
    actor: Actor,
) -> None:
    line = promise(pictures.jpeg())
    mine = await arrived(store, settings, line.photo_id, pictures.jpeg())
    await photos.keep(session, actor, mine)
    thief = await actor_of(session, settings, county.stranger)
    theirs = await case(session, county, **there(county))
    await refused(session, theirs, theirs.id, [line], thief)


async def test_a_photo_named_twice_is_refused(
    session: AsyncSession, hazard: Hazard, actor: Actor
) -> None:
    line = promise(pictures.jpeg())
    await refused(session, hazard, hazard.id, [line, line], actor)


async def test_a_promise_that_the_stored_photo_does_not_keep_stays_open(
    session: AsyncSession, store: ObjectStore, settings: Settings, hazard: Hazard, actor: Actor
) -> None:
    photo_id = new_id()
    await photos.keep(session, actor, await arrived(store, settings, photo_id, pictures.jpeg(1)))
    line = promise(pictures.jpeg(2), photo_id)
    await photos.attach_manifest(session, hazard, hazard.id, [line], actor)
    assert await counts(session, hazard) == (0, 1)


@pytest.mark.parametrize("attempt", range(8))
async def test_manifest_and_photos_in_the_same_moment_are_all_counted(
    attempt: int, committed: Committed
) -> None:
    """Two reports of one case and their eight photos, every one in a transaction of its own."""
    async with committed.work() as session:
        county = await factories.county(session)
        actor = await actor_of(session, committed.settings, county.gridworker)
        hazard_id = (await case(session, county)).id
    bodies = [pictures.jpeg(seed) for seed in range(8)]
    lines = [promise(body) for body in bodies]
    store: ObjectStore = committed.app.state.storage

    async def promise_some(some: list[PhotoPromise]) -> None:
        async with committed.work() as session:
            hazard = await session.get_one(Hazard, hazard_id, with_for_update=True)
            await photos.attach_manifest(session, hazard, new_id(), some, actor)

    async def send(line: PhotoPromise, body: bytes) -> None:
        intake = await arrived(store, committed.settings, line.photo_id, body)
        async with committed.work() as session:
            await photos.keep(session, actor, intake)

    work = [promise_some(lines[:4]), promise_some(lines[4:])]
    work += [send(line, body) for line, body in zip(lines, bodies, strict=True)]
    if attempt % 2:
        work.reverse()
    await asyncio.gather(*work)
    async with committed.work() as session:
        assert await counts(session, await session.get_one(Hazard, hazard_id)) == (8, 8)
