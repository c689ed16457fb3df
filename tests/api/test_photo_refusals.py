"""What is no photo, too large or damaged: refused in words, and nothing is left behind."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import BodyTooLarge
from app.models.base import new_id
from app.models.photo import Photo
from app.services import photos
from app.storage import ObjectStore
from tests import factories, pictures
from tests.conftest import SignInAs
from tests.factories import County

PHOTO = pictures.jpeg(1)


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


@pytest.fixture
async def phone(county: County, sign_in_as: SignInAs) -> httpx.AsyncClient:
    return await sign_in_as(county.gridworker)


BAD = {
    "zero bytes": (b"", "空"),
    "a renamed PDF": (pictures.PDF, "PDF"),
    "a drawing with a script": (pictures.SVG, "SVG"),
    "a web page": (b"\n<html><body>sign in to the hotel's network", "网页"),
    "an animation": (b"GIF89a" + bytes(100), "GIF"),
    "an archive": (b"PK\x03\x04" + bytes(100), "压缩包"),
    "noise": (bytes(range(256)) * 40, "损坏"),
    "a JPEG cut off in its header": (pictures.with_exif()[:40], "损坏"),
    "two bytes of a JPEG": (b"\xff\xd8", "损坏"),
    "a JPEG with a broken header": (b"\xff\xd8\xff\xe0" + bytes(2000), "损坏"),
    "a PNG cut off in its header": (pictures.huge_png(8, 8)[:20], "损坏"),
    "a HEIF cut off": (pictures.encoded(pictures.scene(), "HEIF")[:60], "损坏"),
    "a WebP cut off": (pictures.huge_webp(8, 8)[:20], "损坏"),
    "81 megapixels in a small PNG": (pictures.huge_png(9000, 9000), "像素太多"),
    "1.6 gigapixels in a small PNG": (pictures.huge_png(40_000, 40_000), "像素太多"),
    "268 megapixels in thirty bytes of WebP": (pictures.huge_webp(16_383, 16_383), "像素太多"),
}


@pytest.mark.parametrize("what", BAD)
async def test_what_is_no_photo_is_refused_in_words_and_leaves_nothing(
    what: str, phone: httpx.AsyncClient, session: AsyncSession, settings: Settings
) -> None:
    body, reason = BAD[what]
    answer = await pictures.put(phone, new_id(), body)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "unreadable_photo"
    assert reason in problem["zh"]
    assert "Please take another" in problem["en"]
    assert await session.scalar(select(func.count()).select_from(Photo)) == 0
    assert pictures.files_in(settings) == []


async def test_bytes_damaged_on_the_way_are_refused(
    phone: httpx.AsyncClient, session: AsyncSession
) -> None:
    middle = len(PHOTO) // 2
    damaged = PHOTO[:middle] + bytes([PHOTO[middle] ^ 1]) + PHOTO[middle + 1 :]
    answer = await pictures.put(phone, new_id(), damaged, pictures.digest_of(PHOTO))
    assert (answer.status_code, answer.json()["code"]) == (422, "digest_mismatch")
    assert await session.scalar(select(func.count()).select_from(Photo)) == 0


@pytest.mark.parametrize("digest", ["sha-512=:AAAA:", "nonsense", "sha-256=AAAA", "sha-256=:AAAA:"])
async def test_a_digest_that_says_nothing_is_named(digest: str, phone: httpx.AsyncClient) -> None:
    answer = await pictures.put(phone, new_id(), PHOTO, digest)
    assert (answer.status_code, answer.json()["fields"]) == (422, ["Content-Digest"])


async def test_a_digest_among_others_is_found(phone: httpx.AsyncClient) -> None:
    digest = f"sha-512=:{'A' * 86}==:, {pictures.digest_of(PHOTO)}"
    assert (await pictures.put(phone, new_id(), PHOTO, digest)).status_code == 200


async def test_a_photo_without_a_digest_is_refused(phone: httpx.AsyncClient) -> None:
    answer = await phone.put(f"/api/photos/{new_id()}", content=PHOTO)
    assert answer.status_code == 422


async def test_forty_megabytes_are_refused_before_they_are_read(phone: httpx.AsyncClient) -> None:
    answer = await pictures.put(phone, new_id(), bytes(40 * 1024 * 1024))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert "12 MB" in answer.json()["zh"]


async def test_a_body_without_a_length_is_cut_off_at_the_limit(
    phone: httpx.AsyncClient, session: AsyncSession
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(640):
            sent += 65_536
            yield bytes(65_536)

    answer = await phone.put(
        f"/api/photos/{new_id()}",
        content=endless(),
        headers={"Content-Digest": pictures.digest_of(b"")},
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert await session.scalar(select(func.count()).select_from(Photo)) == 0


async def test_the_service_itself_holds_no_more_than_the_limit(
    store: ObjectStore, settings: Settings
) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 65_536
            yield bytes(65_536)

    with pytest.raises(BodyTooLarge):
        await photos.receive(store, settings, new_id(), endless(), pictures.digest_of(b""))
    assert taken <= settings.photo_max_bytes + 65_536
