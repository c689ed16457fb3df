"""A county's own pictures beside the questions: who sends them, what is kept, who sees them."""

import hashlib
import io
import os
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image
from sqlalchemy.ext.asyncio import AsyncSession

from app.darkroom import Darkroom
from app.derivatives import CARD_BYTES
from app.storage import ObjectStore
from tests import factories, pictures
from tests.conftest import SignInAs
from tests.factories import County

PATH, LIST = "/api/checklists/pictures", "/api/checklists/night"
ROLES = (
    "gridworker",
    "chief",
    "township_officer",
    "county_officer",
    "supervisor",
    "leader",
    "handler",
    "administrator",
)


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


@pytest.fixture
async def admin(
    county: County, app: FastAPI, darkroom: Darkroom, sign_in_as: SignInAs
) -> httpx.AsyncClient:
    app.state.darkroom = darkroom
    return await sign_in_as(county.administrator)


async def send(client: httpx.AsyncClient, body: bytes, **headers: str) -> httpx.Response:
    digest = {"Content-Digest": pictures.digest_of(body), "Content-Type": "image/jpeg"}
    return await client.post(PATH, content=body, headers={**digest, **headers})


async def sent(client: httpx.AsyncClient, body: bytes) -> str:
    answer = await send(client, body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["sha256"])


def a_list(based_on: int = 0, /, **item: Any) -> dict[str, Any]:
    question = {"code": "A-1", "question": "门锁好了吗", "category_code": "fire", **item}
    return {"name": "夜间巡查", "items": [question], "change": "配图", "based_on": based_on}


async def test_what_is_kept_is_small_upright_and_says_nothing_of_its_maker(
    admin: httpx.AsyncClient, store: ObjectStore
) -> None:
    sha256 = await sent(admin, pictures.turned(6, size=(2000, 1500)))
    answer = await admin.get(f"{PATH}/{sha256}")
    assert hashlib.sha256(answer.content).hexdigest() == sha256
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    kept = Image.open(io.BytesIO(answer.content))
    assert (kept.format, kept.size) == ("JPEG", (640, 480))
    assert not kept.getexif()
    assert [key async for key, _ in store.contents()] == [f"checklists/{sha256[:2]}/{sha256}.jpg"]


async def test_where_it_was_taken_goes_no_further(admin: httpx.AsyncClient) -> None:
    sha256 = await sent(admin, pictures.with_exif())
    kept = (await admin.get(f"{PATH}/{sha256}")).content
    assert b"Exif" in pictures.with_exif()
    assert b"Exif" not in kept


async def test_even_noise_fits(admin: httpx.AsyncClient) -> None:
    noise = Image.frombytes("RGB", (1200, 1200), os.urandom(3 * 1200 * 1200))
    answer = await send(admin, pictures.encoded(noise, quality=90))
    assert 0 < answer.json()["size"] <= CARD_BYTES


async def test_the_same_file_again_is_the_same_picture(admin: httpx.AsyncClient) -> None:
    assert await sent(admin, pictures.jpeg(3)) == await sent(admin, pictures.jpeg(3))


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (pictures.PDF, {}, 422, "unreadable_photo"),
        (pictures.jpeg(1, size=(900, 700))[:400], {}, 422, "unreadable_photo"),
        (pictures.jpeg(1), {"Content-Digest": pictures.digest_of(b"?")}, 422, "digest_mismatch"),
        (pictures.jpeg(1), {"Content-Digest": "none"}, 422, "invalid"),
        (b"\xff\xd8" + bytes(13 * 1024 * 1024), {}, 413, "body_too_large"),
    ],
    ids=["pdf", "cut", "other", "undigested", "large"],
)
async def test_what_is_no_picture_is_refused_in_words(
    admin: httpx.AsyncClient,
    store: ObjectStore,
    body: bytes,
    headers: dict[str, str],
    status: int,
    code: str,
) -> None:
    answer = await send(admin, body, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["zh"]
    assert [key async for key, _ in store.contents()] == []


@pytest.mark.parametrize("role", ROLES)
async def test_who_edits_lists_sends_pictures_and_everybody_sees_them(
    admin: httpx.AsyncClient, county: County, sign_in_as: SignInAs, role: str
) -> None:
    sha256 = await sent(admin, pictures.jpeg(1))
    client = await sign_in_as(getattr(county, role))
    assert (await client.get(f"{PATH}/{sha256}")).status_code == 200
    may = role == "administrator"
    assert (await send(client, pictures.jpeg(2))).status_code == (200 if may else 403)


async def test_strangers_see_none_and_nobody_sees_what_is_not_there(
    admin: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    sha256 = await sent(admin, pictures.jpeg(1))
    assert (await client.get(f"{PATH}/{sha256}")).status_code == 401
    assert (await admin.get(f"{PATH}/{'0' * 64}")).status_code == 404


async def test_a_lost_object_is_a_fault_of_the_store(
    admin: httpx.AsyncClient, app: FastAPI
) -> None:
    sha256 = await sent(admin, pictures.jpeg(1))
    app.state.storage = pictures.store_that_is_out()
    assert (await admin.get(f"{PATH}/{sha256}")).status_code == 503
    assert (await send(admin, pictures.jpeg(2))).status_code == 503


async def test_a_version_keeps_its_picture_whatever_comes_after_it(
    admin: httpx.AsyncClient,
) -> None:
    old, new = await sent(admin, pictures.jpeg(1)), await sent(admin, pictures.jpeg(2))
    own = {"photo_caption": "门上有锁，锁已扣好"}
    first = await admin.put(LIST, json=a_list(photo_right=old, **own))
    assert first.status_code == 200, first.text
    second = await admin.put(LIST, json=a_list(1, photo_right=new, photo_wrong=old, **own))
    third = await admin.put(LIST, json=a_list(2))
    assert second.json()["newest"]["number"] == 2
    assert third.json()["newest"]["items"][0]["photo_right"] is None
    version = first.json()["newest"]["id"]
    (item,) = (await admin.get(f"/api/checklists/versions/{version}")).json()["items"]
    assert (item["photo_right"], item["photo_wrong"]) == (old, None)
    assert item["photo_caption"] == own["photo_caption"]
    assert (await admin.get(f"{PATH}/{old}")).content


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"photo_right": "0" * 64, "photo_caption": "锁好的门"}, "没有传上来"),
        ({"photo_right": None, "photo_caption": "锁好的门"}, "没有图片"),
        ({}, "要写一句说明"),
        ({"photo_caption": "锁好的门", "picture": "exit"}, "只留一种"),
    ],
    ids=["not here", "words alone", "no words", "both"],
)
async def test_a_list_is_refused_with_pictures_that_are_none(
    admin: httpx.AsyncClient, item: dict[str, Any], words: str
) -> None:
    sha256 = await sent(admin, pictures.jpeg(1))
    answer = await admin.put(LIST, json=a_list(**{"photo_right": sha256, **item}))
    assert answer.status_code == 422
    assert words in answer.json()["zh"]
