"""The job that makes pictures takes along what waits for the same; all of it counts, or none."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from app.darkroom import Darkroom
from app.derivatives import Way
from app.errors import StorageUnavailable
from app.models.base import new_id
from app.models.event import Change
from app.models.photo import Derivatives, Photo
from app.services import photos
from app.services.photos import rendering
from app.storage import ObjectStore
from tests import factories, pictures
from tests.conftest import Committed
from tests.factories import County
from tests.reports import report_of

CUT = pictures.jpeg(size=(2000, 1500))[:9000]
BODIES = [*(pictures.jpeg(number, (90, 60)) for number in range(5)), CUT]


@pytest.fixture
async def sent(committed: Committed) -> list[UUID]:
    """Photos of two cases, the last of which cannot be shown; the first one's job is taken."""
    async with committed.work() as session:
        county: County = await factories.county(session)
    ids: list[UUID] = []
    async with await committed.client_as(county.gridworker) as phone:
        for bodies in (BODIES[:3], BODIES[3:]):
            body, photo_ids = report_of(*bodies)
            headers = {"Content-Type": "application/json"}
            path = f"/api/hazards/{new_id()}"
            assert (await phone.put(path, content=body, headers=headers)).status_code == 200
            for photo_id, photo in zip(photo_ids, bodies, strict=True):
                assert (await pictures.put(phone, photo_id, photo)).status_code == 200
            ids += photo_ids
    async with committed.work() as session:
        await session.execute(
            text("delete from procrastinate_jobs where args ->> 'photo_id' = :id"),
            {"id": str(ids[0])},
        )
    return ids


async def run(committed: Committed, darkroom: Darkroom, store: ObjectStore, photo_id: UUID) -> None:
    async with committed.work() as session:
        await photos.make_derivatives(session, store, committed.settings, darkroom, str(photo_id))


async def waiting(committed: Committed) -> set[UUID]:
    async with committed.work() as session:
        query = "select args ->> 'photo_id' from procrastinate_jobs where queue_name = 'pictures'"
        return {UUID(id_) for id_ in await session.scalars(text(query))}


async def states(committed: Committed, ids: list[UUID]) -> list[Derivatives]:
    async with committed.work() as session:
        return [(await session.get_one(Photo, id_)).derivatives for id_ in ids]


async def changes(committed: Committed) -> int:
    async with committed.work() as session:
        return await session.scalar(select(func.count()).select_from(Change)) or 0


async def test_one_job_does_them_all_and_tells_of_each_case_once(
    committed: Committed, darkroom: Darkroom, sent: list[UUID]
) -> None:
    before = await changes(committed)
    await run(committed, darkroom, committed.app.state.storage, sent[0])
    good, bad = Derivatives.READY, Derivatives.FAILED
    assert await states(committed, sent) == [good] * 5 + [bad]
    assert await waiting(committed) == set()
    assert await changes(committed) == before + 2
    await run(committed, darkroom, pictures.store_that_is_out(), sent[0])  # has nothing to do


async def test_if_it_fails_they_all_wait_on(
    committed: Committed, darkroom: Darkroom, sent: list[UUID]
) -> None:
    with pytest.raises(StorageUnavailable):
        await run(committed, darkroom, pictures.store_that_is_out(), sent[0])
    assert await states(committed, sent) == [Derivatives.PENDING] * 6
    assert await waiting(committed) == set(sent[1:])


async def lose(committed: Committed, photo_id: UUID) -> None:
    async with committed.work() as session:
        photo = await session.get_one(Photo, photo_id)
    file_of(committed, photo).unlink()


def file_of(committed: Committed, photo: Photo) -> Path:
    return Path(committed.settings.storage.removeprefix("dir:"), photo.key)


async def test_a_lost_original_keeps_no_other_photo_waiting(
    committed: Committed, darkroom: Darkroom, sent: list[UUID]
) -> None:
    """As the job's own it fails and lets the others go at once; along, they are done without it."""
    store = committed.app.state.storage
    await lose(committed, sent[0])
    with pytest.raises(StorageUnavailable):
        await run(committed, darkroom, store, sent[0])
    assert await put_off(committed) == set()

    await lose(committed, sent[2])
    await run(committed, darkroom, store, sent[1])
    pending, good, bad = Derivatives.PENDING, Derivatives.READY, Derivatives.FAILED
    assert await states(committed, sent) == [pending, good, pending, good, good, bad]
    assert await put_off(committed) == await waiting(committed) == {sent[2]}


async def put_off(committed: Committed) -> set[UUID]:
    async with committed.work() as session:
        query = "select args ->> 'photo_id' from procrastinate_jobs where scheduled_at > now()"
        return {UUID(id_) for id_ in await session.scalars(text(query))}


async def test_what_has_failed_before_is_not_taken_along(
    committed: Committed, darkroom: Darkroom, sent: list[UUID]
) -> None:
    async with committed.work() as session:
        await session.execute(
            text("update procrastinate_jobs set attempts = 1 where args ->> 'photo_id' = :id"),
            {"id": str(sent[2])},
        )
    await run(committed, darkroom, committed.app.state.storage, sent[0])
    assert await waiting(committed) == {sent[2]}


async def test_a_long_batch_leaves_the_rest_to_other_jobs(
    committed: Committed,
    darkroom: Darkroom,
    sent: list[UUID],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rendering, "LONGEST_SECONDS", 0.0)
    await run(committed, darkroom, committed.app.state.storage, sent[0])
    assert await states(committed, sent) == [Derivatives.READY] + [Derivatives.PENDING] * 5
    assert await waiting(committed) == set(sent[1:])


async def test_two_workers_never_take_the_same(
    committed: Committed, monkeypatch: pytest.MonkeyPatch, sent: list[UUID]
) -> None:
    monkeypatch.setattr(rendering, "ALONG", 2)
    async with committed.sessions() as one, committed.sessions() as other:
        taken = await rendering._lease(one)
        monkeypatch.setattr(rendering, "ALONG", 9)
        left = await rendering._lease(other)
    assert (list(taken), list(left)) == (sent[1:3], sent[3:])


class Watching(Darkroom):
    """What others see while a picture is made."""

    def __init__(self, committed: Committed) -> None:
        super().__init__()
        self.committed = committed
        self.held_back: list[bool] = []

    async def render(
        self, original: bytes, max_pixels: int, way: Way = Way.PHOTO
    ) -> dict[str, bytes]:
        async with self.committed.work() as session:
            mine = await session.scalar(text("select pg_current_xact_id()::text::bigint"))
        async with self.committed.work() as session:
            oldest = text("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            self.held_back.append((await session.scalar(oldest)) <= mine)
        return await super().render(original, max_pixels, way)


async def test_the_feed_goes_on_while_pictures_are_made(
    committed: Committed, sent: list[UUID]
) -> None:
    watching = Watching(committed)
    await run(committed, watching, committed.app.state.storage, sent[0])
    await watching.close()
    assert watching.held_back == [False] * 6


async def test_a_job_that_dies_gives_its_photos_back_in_time(
    committed: Committed, darkroom: Darkroom, sent: list[UUID]
) -> None:
    with pytest.raises(StorageUnavailable):
        await run(committed, darkroom, pictures.store_that_is_out(), sent[0])
    async with committed.work() as session:
        query = "select max(scheduled_at - now()) from procrastinate_jobs"
        rest = await session.scalar(text(query))
    assert rest is not None
    assert 0 < rest.total_seconds() <= rendering.LEASE_SECONDS
