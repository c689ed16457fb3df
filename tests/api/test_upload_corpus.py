"""Every file of the corpus, sent as a photo: taken or refused in words, never a fault (ASVS V5.2).

What is taken is decoded in the darkroom; what it then shows carries nothing of what the file said
about itself.
"""

import io
import os
from collections import Counter

import httpx
import pytest
from PIL import Image
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.darkroom import Darkroom
from app.derivatives import SIZES
from app.models.base import new_id
from tests import corpus, factories, pictures
from tests.bench.processes import memory_megabytes
from tests.conftest import SignInAs
from tests.depth import IS_DEEP
from tests.services.test_derivatives import HARMLESS, segments

SHARE = 1 if IS_DEEP else 4
LEAST = 2000 // SHARE
MOST_MEMORY_MB = 300
MAX_PIXELS = 50_000_000
SECRETS = (b"SecretPhone", b"secret comment", b"<script", b"Exif", b"http://ns.adobe.com", b"ICC_")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"photos_per_person_day": 10_000})


@pytest.fixture
async def phone(session: AsyncSession, sign_in_as: SignInAs) -> httpx.AsyncClient:
    county = await factories.county(session)
    return await sign_in_as(county.gridworker)


async def test_no_file_is_a_fault_and_nothing_shown_says_more_than_its_pixels(
    phone: httpx.AsyncClient, darkroom: Darkroom
) -> None:
    before, most, wrong = memory_megabytes(os.getpid()), 0.0, []
    seen: Counter[str] = Counter()
    for number, upload in enumerate(corpus.uploads(share=SHARE)):
        answer = await pictures.put(phone, new_id(), upload.body)
        outcome = await _outcome(answer, upload, darkroom)
        seen[outcome.partition(":")[0]] += 1
        if outcome.startswith("wrong"):
            wrong.append(f"{upload.name}: {outcome}")
        if number % 50 == 0:
            most = max(most, memory_megabytes(os.getpid()) - before)
    assert wrong == []
    assert sum(seen.values()) >= LEAST
    assert min(seen["shown"], seen["refused"], seen["not shown"]) > LEAST * 0.05
    assert most < MOST_MEMORY_MB


async def _outcome(answer: httpx.Response, upload: corpus.Upload, darkroom: Darkroom) -> str:
    if answer.status_code == 422:
        code = answer.json()["code"]
        is_right = code == "unreadable_photo" and not upload.is_good
        return "refused" if is_right else f"wrong: {code}"
    if answer.status_code != 200:
        return f"wrong: {answer.status_code}"
    found = await darkroom.render(upload.body, MAX_PIXELS)
    if not found:
        return "wrong: not shown" if upload.is_good else "not shown"
    return _leak(found) or "shown"


def _leak(made: dict[str, bytes]) -> str:
    for size, picture in made.items():
        image = Image.open(io.BytesIO(picture))
        if max(image.size) > SIZES[size] or not set(segments(picture)) <= HARMLESS:
            return f"wrong: {image.size}, segments {segments(picture)}"
        if image.getexif() or any(secret in picture for secret in SECRETS):
            return "wrong: says more than its pixels"
    return ""


@pytest.mark.parametrize(
    "body",
    [
        pictures.huge_png(7000, 7000),
        corpus.many_scans(3000),
        pictures.jpeg(1) + corpus.good()["PNG"],
    ],
    ids=["49 megapixels", "3000 scans", "two photos in one"],
)
async def test_the_darkroom_survives_or_is_survived(darkroom: Darkroom, body: bytes) -> None:
    """Within its own limits of memory and time; the server goes on in any case."""
    made = await darkroom.render(body, MAX_PIXELS)
    assert not made or not _leak(made)
