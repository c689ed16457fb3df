"""Photos over HTTP: taken in once and bit for bit, refused in words, shown to whom they concern."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.base import new_id
from app.models.event import Change, Stranger
from app.models.photo import Photo
from app.services import photos
from app.storage import ObjectStore
from tests import factories, pictures
from tests.cases import acting, case, promise
from tests.conftest import Committed, Freeze, SignInAs
from tests.factories import County

PHOTO = pictures.jpeg(1)


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


@pytest.fixture
async def phone(county: County, sign_in_as: SignInAs) -> httpx.AsyncClient:
    return await sign_in_as(county.gridworker)


async def test_a_photo_is_stored_bit_for_bit_and_answered_with_a_receipt_that_verifies(
    phone: httpx.AsyncClient, session: AsyncSession, store: ObjectStore, settings: Settings
) -> None:
    photo_id = new_id()
    answer = await pictures.put(phone, photo_id, PHOTO)
    assert answer.status_code == 200
    receipt = answer.json()["receipt"]
    assert receipt["id"] == str(photo_id)
    assert receipt["sha256"] == pictures.sha256(PHOTO)
    row = await session.get_one(Photo, photo_id)
    assert await store.get(row.key) == PHOTO
    assert row.size == len(PHOTO)
    said = "|".join((str(photo_id), row.sha256, str(row.seq), row.received_at.isoformat()))
    secret = settings.secret.get_secret_value().encode()
    assert receipt["mac"] == hmac.new(secret, said.encode(), hashlib.sha256).hexdigest()
    assert (answer.json()["width"], answer.json()["height"]) == (64, 48)


async def test_a_repeat_is_answered_with_the_first_receipt(phone: httpx.AsyncClient) -> None:
    photo_id = new_id()
    answers = [(await pictures.put(phone, photo_id, PHOTO)).json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]


async def test_other_content_under_a_known_id_is_refused_and_both_are_kept(
    phone: httpx.AsyncClient, session: AsyncSession, store: ObjectStore
) -> None:
    photo_id, other = new_id(), pictures.jpeg(2)
    first = await pictures.put(phone, photo_id, PHOTO)
    for _ in range(2):
        refused = await pictures.put(phone, photo_id, other)
        assert refused.status_code == 409
        assert refused.json()["code"] == "same_id_other_content"
    (stranger,) = await session.scalars(select(Stranger))
    assert (stranger.kind, stranger.entity_id) == ("photo", photo_id)
    assert await store.get(stranger.body["key"]) == other
    assert (await pictures.put(phone, photo_id, PHOTO)).json() == first.json()


async def test_a_photo_that_is_not_the_promised_one_is_refused_and_kept_aside(
    phone: httpx.AsyncClient, session: AsyncSession, county: County
) -> None:
    hazard = await case(session, county)
    line = promise(PHOTO)
    await photos.attach_manifest(session, hazard, hazard.id, [line], acting(county.gridworker))
    refused = await pictures.put(phone, line.photo_id, pictures.jpeg(2))
    assert refused.json()["code"] == "same_id_other_content"
    assert await session.scalar(select(func.count()).select_from(Stranger)) == 1
    assert (await pictures.put(phone, line.photo_id, PHOTO)).status_code == 200


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
async def test_every_kind_is_known_by_its_content_whatever_it_calls_itself(
    kind: str, phone: httpx.AsyncClient
) -> None:
    body = pictures.encoded(pictures.scene((80, 60)), kind)
    headers = {"Content-Digest": pictures.digest_of(body), "Content-Type": "application/pdf"}
    answer = await phone.put(f"/api/photos/{new_id()}", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    expected = {"JPEG": "jpeg", "PNG": "png", "WEBP": "webp", "HEIF": "heic"}[kind]
    assert answer.json()["content_type"] == f"image/{expected}"
    assert (answer.json()["width"], answer.json()["height"]) == (80, 60)


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 50}, {"save_all": True}])
async def test_every_shape_of_webp_header_is_read(
    options: dict[str, Any], phone: httpx.AsyncClient
) -> None:
    if "save_all" in options:
        options = {**options, "append_images": [pictures.scene((91, 57)).rotate(180)]}
    body = pictures.encoded(pictures.scene((91, 57)), "WEBP", **options)
    answer = (await pictures.put(phone, new_id(), body)).json()
    assert (answer["width"], answer["height"]) == (91, 57)


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_width_and_height_are_as_the_photo_is_seen(
    orientation: int, phone: httpx.AsyncClient
) -> None:
    answer = (await pictures.put(phone, new_id(), pictures.turned(orientation, (80, 60)))).json()
    assert (answer["width"], answer["height"]) == (80, 60)


async def test_time_and_place_of_exif_are_kept_as_hints(
    phone: httpx.AsyncClient, session: AsyncSession
) -> None:
    photo_id = new_id()
    await pictures.put(phone, photo_id, pictures.with_exif())
    row = await session.get_one(Photo, photo_id)
    assert row.exif_taken_at is not None
    assert row.exif_taken_at.isoformat() == "2026-11-20T01:30:15+00:00"
    assert (row.exif_lat, row.exif_lon) == (34.56, 117.734)


@pytest.mark.parametrize(
    ("fields", "taken", "place"),
    [
        ({"offset": "+00:00"}, "2026-11-20T09:30:15+00:00", (34.56, 117.734)),
        ({"taken": "0000:00:00 00:00:00"}, None, (34.56, 117.734)),
        ({"taken": "yesterday"}, None, (34.56, 117.734)),
        ({"refs": ("S", "W")}, "2026-11-20T01:30:15+00:00", (-34.56, -117.734)),
        ({"lat": (91.0, 0.0, 0.0)}, "2026-11-20T01:30:15+00:00", (None, None)),
        ({"lon": (181.0, 0.0, 0.0)}, "2026-11-20T01:30:15+00:00", (None, None)),
    ],
)
async def test_exif_that_cannot_be_true_is_no_hint(
    fields: dict[str, Any],
    taken: str | None,
    place: tuple[float | None, float | None],
    phone: httpx.AsyncClient,
    session: AsyncSession,
) -> None:
    photo_id = new_id()
    assert (await pictures.put(phone, photo_id, pictures.with_exif(**fields))).status_code == 200
    row = await session.get_one(Photo, photo_id)
    assert (row.exif_taken_at.isoformat() if row.exif_taken_at else None) == taken
    assert (row.exif_lat, row.exif_lon) == place


@pytest.mark.filterwarnings("ignore:Corrupt EXIF:UserWarning")  # Pillow says so
async def test_damaged_exif_costs_the_hints_not_the_photo(
    phone: httpx.AsyncClient, session: AsyncSession
) -> None:
    whole = pictures.with_exif()
    at = whole.index(b"Exif\0\0") + 10
    damaged = whole[:at] + b"\xff" * 60 + whole[at + 60 :]
    photo_id = new_id()
    assert (await pictures.put(phone, photo_id, damaged)).status_code == 200
    assert (await session.get_one(Photo, photo_id)).exif_taken_at is None


@pytest.mark.parametrize("name", pictures.camera_files())
async def test_camera_files_are_taken_in_bit_for_bit(
    name: str, phone: httpx.AsyncClient, session: AsyncSession, store: ObjectStore
) -> None:
    photo_id, body = new_id(), pictures.camera_file(name)
    assert (await pictures.put(phone, photo_id, body)).status_code == 200
    row = await session.get_one(Photo, photo_id)
    assert await store.get(row.key) == body


async def test_nobody_uploads_without_signing_in(client: httpx.AsyncClient) -> None:
    assert (await pictures.put(client, new_id(), PHOTO)).status_code == 401


async def test_while_the_store_is_out_photos_wait_on_the_phone(
    phone: httpx.AsyncClient, session: AsyncSession, app: FastAPI, store: ObjectStore
) -> None:
    photo_id = new_id()
    app.state.storage = pictures.store_that_is_out()
    answer = await pictures.put(phone, photo_id, PHOTO)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert await session.get(Photo, photo_id) is None
    app.state.storage = store
    assert (await pictures.put(phone, photo_id, PHOTO)).status_code == 200


async def test_twelve_identical_uploads_at_once_leave_one_row_one_object_one_receipt(
    committed: Committed,
) -> None:
    async with committed.work() as session:
        county = await factories.county(session)
    photo_id = new_id()
    phone = await committed.client_as(county.gridworker)
    answers = await asyncio.gather(*(pictures.put(phone, photo_id, PHOTO) for _ in range(12)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    async with committed.work() as session:
        assert await session.scalar(select(func.count()).select_from(Photo)) == 1
        assert await session.scalar(select(func.count()).select_from(Change)) == 1
        assert await session.scalar(text("select count(*) from procrastinate_jobs")) == 1
    assert len(pictures.files_in(committed.settings)) == 1
    await phone.aclose()


async def test_a_slow_phone_holds_no_database_connection(committed: Committed) -> None:
    async with committed.work() as session:
        county = await factories.county(session)
    phone = await committed.client_as(county.gridworker)
    held: list[int] = []

    async def slowly() -> AsyncIterator[bytes]:
        for start in range(0, len(PHOTO), 200):
            await asyncio.sleep(0.01)
            held.append(committed.engine.pool.checkedout())  # type: ignore[attr-defined]
            yield PHOTO[start : start + 200]

    answer = await phone.put(
        f"/api/photos/{new_id()}",
        content=slowly(),
        headers={"Content-Digest": pictures.digest_of(PHOTO)},
    )
    assert answer.status_code == 200
    assert len(held) > 2
    assert set(held) == {0}
    await phone.aclose()


async def test_a_person_sends_so_many_photos_a_day_and_the_rest_tomorrow(
    phone: httpx.AsyncClient,
    county: County,
    sign_in_as: SignInAs,
    settings: Settings,
    freeze: Freeze,
) -> None:
    """Refused as "later", before the body is read; a repeat is never refused, nor anybody else."""
    settings.photos_per_person_day = 2
    freeze("2026-11-24 23:30")
    sent = [new_id(), new_id()]
    for photo_id in sent:
        assert (await pictures.put(phone, photo_id, PHOTO)).status_code == 200
    third = new_id()
    refused = await pictures.put(phone, third, PHOTO)
    assert (refused.status_code, refused.json()["code"]) == (429, "daily_limit")
    assert int(refused.headers["Retry-After"]) > 0
    assert (await pictures.put(phone, sent[0], PHOTO)).status_code == 200
    other = await sign_in_as(county.stranger)
    assert (await pictures.put(other, new_id(), PHOTO)).status_code == 200
    freeze("2026-11-25 00:01")
    assert (await pictures.put(phone, third, PHOTO)).status_code == 200
