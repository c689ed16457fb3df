"""Whatever the bytes: an answer or a refusal in words, never a crash, never a decoded pixel."""

import random
import time

import pytest

from app.errors import UnreadablePhoto
from app.services.photos import headers
from tests import pictures

LIMIT = 50_000_000
KINDS = ("JPEG", "PNG", "WEBP", "HEIF")
GOOD = {kind: pictures.encoded(pictures.scene((320, 240)), kind) for kind in KINDS}
GOOD["JPEG with EXIF"] = pictures.with_exif()


def outcome(body: bytes) -> str:
    try:
        header = headers.inspect(body, LIMIT)
    except UnreadablePhoto as refusal:
        return str(refusal.details["reason_en"])
    assert 0 < header.width * header.height <= LIMIT
    return header.content_type


@pytest.mark.parametrize("kind", GOOD)
def test_a_photo_cut_off_anywhere_is_answered(kind: str) -> None:
    whole = GOOD[kind]
    for end in sorted({*range(64), *range(0, len(whole), max(1, len(whole) // 200))}):
        outcome(whole[:end])
    assert outcome(whole[:12]).startswith("damaged")
    assert outcome(whole).startswith("image/")


@pytest.mark.parametrize("kind", GOOD)
def test_a_photo_with_flipped_bits_is_answered(kind: str) -> None:
    chance = random.Random(kind)
    for _ in range(400):
        body = bytearray(GOOD[kind])
        for _ in range(chance.choice((1, 2, 8))):
            body[chance.randrange(min(len(body), 2000))] ^= 1 << chance.randrange(8)
        outcome(bytes(body))


@pytest.mark.parametrize("kind", GOOD)
def test_noise_behind_the_mark_of_a_photo_is_answered(kind: str) -> None:
    chance = random.Random(kind)
    for _ in range(100):
        outcome(GOOD[kind][: chance.randrange(2, 40)] + chance.randbytes(500))


def test_a_million_empty_segments_do_not_keep_the_server_busy() -> None:
    body = b"\xff\xd8" + b"\xff\xe0\x00\x02" * 3_000_000
    started = time.process_time()
    assert outcome(body).startswith("damaged")
    assert time.process_time() - started < 5
