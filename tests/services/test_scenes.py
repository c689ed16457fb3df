"""Drawn photos: the right size, the same again, and the mended place is the same place."""

import io
import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageFilter

from app.services.demo import scenes
from app.services.demo.scenes import STAGES, Shot
from app.services.demo.scenes.glyphs import _STROKES
from app.services.demo.scenes.paint import noise

BEFORE, AFTER = Shot(is_fixed=False, hour=10), Shot(is_fixed=True, hour=10)


def shoot(kind: str, seed: int, shot: Shot, takes: Sequence[int] = (0,)) -> list[bytes]:
    return scenes.shoot(kind, seed, shot, takes)


def grey(jpeg: bytes) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    image = Image.open(io.BytesIO(jpeg)).convert("L").resize((80, 60))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(1)), dtype=np.float64)


@pytest.mark.parametrize("kind", STAGES)
def test_a_stage_is_a_photo_of_1600_by_1200(kind: str) -> None:
    (jpeg,) = shoot(kind, 1, BEFORE)
    image = Image.open(io.BytesIO(jpeg))
    assert (image.format, image.size, image.mode) == ("JPEG", (1600, 1200), "RGB")
    assert 90_000 < len(jpeg) < 420_000
    tones = grey(jpeg)
    assert tones.std() > 14, "flat as a wall"
    assert 40 < tones.mean() < 215, "too dark or too bright to see anything"


@pytest.mark.parametrize("kind", ["corridor", "pontoon"])
def test_the_same_seed_is_the_same_photo(kind: str) -> None:
    assert shoot(kind, 2, BEFORE) == shoot(kind, 2, BEFORE)
    assert shoot(kind, 2, BEFORE) != shoot(kind, 3, BEFORE)


@pytest.mark.parametrize("kind", ["corridor", "kitchen", "manhole"])
def test_the_mended_place_is_seen_from_the_same_spot(kind: str) -> None:
    """It differs where the hazard was, and hardly elsewhere."""
    (before,), (after,) = shoot(kind, 1, BEFORE), shoot(kind, 1, AFTER)
    assert before != after
    difference = np.abs(grey(before) - grey(after))
    assert difference.max() > 30
    assert np.median(difference) < 20


def test_takes_of_one_place_are_different_files_of_the_same_picture() -> None:
    first, second = shoot("drums", 1, BEFORE, (0, 1))
    assert first != second
    assert np.corrcoef(grey(first).ravel(), grey(second).ravel())[0, 1] > 0.6


def test_the_evening_is_not_the_morning() -> None:
    morning = shoot("railing", 1, Shot(is_fixed=False, hour=8))
    evening = shoot("railing", 1, Shot(is_fixed=False, hour=18))
    red_to_blue = [_warmth(jpeg) for (jpeg,) in (morning, evening)]
    assert abs(red_to_blue[0] - red_to_blue[1]) > 0.005


def _warmth(jpeg: bytes) -> float:
    codes = np.asarray(Image.open(io.BytesIO(jpeg)), dtype=np.float64)
    return float(codes[..., 0].mean() / codes[..., 2].mean())


def test_noise_repeats_without_a_seam() -> None:
    plane = noise((128, 96), np.random.default_rng(1))
    inside = np.abs(np.diff(plane, axis=1)).mean()
    seam = np.abs(plane[:, 0] - plane[:, -1]).mean()
    assert seam < 3 * inside


def test_signs_need_no_font_of_the_system() -> None:
    for strokes in _STROKES.values():
        for stroke in strokes.split(";"):
            points = [tuple(map(int, pair.split(","))) for pair in stroke.split()]
            assert len(points) >= 2
            assert all(0 <= part <= 100 for point in points for part in point)


def test_a_painter_brings_only_what_it_draws_with() -> None:
    loaded = "import sys; from app.services.demo import painter; print(*sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    )
    assert {"sqlalchemy", "pydantic", "fastapi"}.isdisjoint(said.stdout.split())
