"""What people see of a photo: small, upright, in true colours, silent about the rest."""

import io
from typing import Any

import pytest
from PIL import Image, ImageCms
from PIL.JpegImagePlugin import JpegImageFile

from app import derivatives
from app.darkroom import Darkroom
from app.derivatives import SIZES
from tests import pictures

LIMIT = 50_000_000
APP0, QUANTIZATION, SCAN = 0xE0, 0xDB, 0xDA
HARMLESS = {APP0, QUANTIZATION, 0xC0, 0xC2, 0xC4, 0xDD}  # JFIF, tables, frames, restarts
Colour = tuple[int, int, int]
CORNERS: dict[str, tuple[float, float]] = {
    "red": (0.2, 0.2), "lime": (0.8, 0.2), "blue": (0.2, 0.8), "white": (0.8, 0.8),
}  # fmt: skip
RGB = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}


async def rendered(darkroom: Darkroom, body: bytes) -> dict[str, Image.Image]:
    made = await darkroom.render(body, LIMIT)
    return {name: Image.open(io.BytesIO(jpeg)) for name, jpeg in made.items()}


def segments(jpeg: bytes) -> list[int]:
    """The markers in front of the first scan."""
    found, at = [], 2
    while jpeg[at + 1] != SCAN:
        found.append(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


def near(image: Image.Image, place: tuple[float, float], colour: Colour, by: int = 12) -> bool:
    pixel = image.getpixel((int(place[0] * image.width), int(place[1] * image.height)))
    assert isinstance(pixel, tuple)
    return all(abs(is_ - wanted) <= by for is_, wanted in zip(pixel, colour, strict=True))


def shows_the_scene(image: Image.Image) -> bool:
    return all(near(image, place, RGB[name]) for name, place in CORNERS.items())


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_every_orientation_comes_out_the_right_way_up(
    orientation: int, darkroom: Darkroom
) -> None:
    for image in (await rendered(darkroom, pictures.turned(orientation))).values():
        assert image.width > image.height
        assert shows_the_scene(image)


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("JPEG", "RGB", {}),
        ("JPEG", "CMYK", {}),
        ("JPEG", "RGB", {"progressive": True}),
        ("PNG", "RGB", {}),
        ("PNG", "RGBA", {}),
        ("PNG", "P", {}),
        ("WEBP", "RGB", {}),
        ("WEBP", "RGBA", {"lossless": True}),
        ("HEIF", "RGB", {"quality": 90}),
    ],
)
async def test_every_kind_and_colour_mode_shows_its_colours(
    kind: str, mode: str, options: dict[str, Any], darkroom: Darkroom
) -> None:
    images = await rendered(darkroom, pictures.encoded(pictures.scene(mode=mode), kind, **options))
    assert all(image.mode == "RGB" and shows_the_scene(image) for image in images.values())


async def test_of_an_animation_the_first_picture_is_shown(darkroom: Darkroom) -> None:
    later = [pictures.scene().rotate(180)] * 2
    for kind in ("PNG", "WEBP"):
        body = pictures.encoded(pictures.scene(), kind, save_all=True, append_images=later)
        assert all(shows_the_scene(image) for image in (await rendered(darkroom, body)).values())


async def test_sixteen_bits_are_scaled_down_not_cut_off(darkroom: Darkroom) -> None:
    body = pictures.encoded(Image.new("I;16", (90, 60), 40_000), "PNG")
    assert near((await rendered(darkroom, body))["view"], (0.5, 0.5), (156, 156, 156))


async def test_transparency_lies_on_white(darkroom: Darkroom) -> None:
    body = pictures.encoded(Image.new("RGBA", (90, 60), (255, 0, 0, 0)), "PNG")
    assert near((await rendered(darkroom, body))["thumb"], (0.5, 0.5), (255, 255, 255))


async def test_colours_follow_the_profile_of_the_photo(darkroom: Darkroom) -> None:
    """In this profile the red and the blue light have changed places."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"?").replace(b"bXYZ", b"rXYZ").replace(b"?", b"bXYZ")
    body = pictures.encoded(pictures.scene(), icc_profile=swapped)
    image = (await rendered(darkroom, body))["view"]
    assert near(image, CORNERS["red"], RGB["blue"])
    assert near(image, CORNERS["blue"], RGB["red"])


async def test_a_broken_profile_costs_the_tint_not_the_photo(darkroom: Darkroom) -> None:
    body = pictures.encoded(pictures.scene(), icc_profile=b"no profile at all")
    assert shows_the_scene((await rendered(darkroom, body))["view"])


async def test_a_small_photo_is_not_blown_up(darkroom: Darkroom) -> None:
    images = await rendered(darkroom, pictures.jpeg(size=(61, 58)))
    assert {image.size for image in images.values()} == {(61, 58)}


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (5000, 3), (1, 4000)])
async def test_the_longest_side_is_the_promised_one(
    size: tuple[int, int], darkroom: Darkroom
) -> None:
    images = await rendered(darkroom, pictures.jpeg(size=size))
    assert {name: max(image.size) for name, image in images.items()} == SIZES


async def test_nothing_that_the_camera_wrote_is_left(darkroom: Darkroom) -> None:
    original = pictures.with_exif() + b"<script>alert(1)</script>"
    assert b"SecretPhone" in original
    for jpeg in (await darkroom.render(original, LIMIT)).values():
        assert set(segments(jpeg)) <= HARMLESS
        assert b"Secret" not in jpeg
        assert b"secret" not in jpeg
        assert b"script" not in jpeg


@pytest.mark.parametrize("name", pictures.camera_files())
async def test_a_camera_file_becomes_two_clean_upright_pictures(
    name: str, darkroom: Darkroom
) -> None:
    original = pictures.camera_file(name)
    made = await darkroom.render(original, LIMIT)
    assert list(made) == list(SIZES)
    for size, jpeg in made.items():
        assert set(segments(jpeg)) <= HARMLESS
        image = Image.open(io.BytesIO(jpeg))
        assert not image.getexif()
        assert max(image.size) <= SIZES[size]
        if name.startswith("landscape"):
            assert image.width > image.height
        if name.startswith("portrait"):
            assert image.height > image.width


BAD = {
    "cut off in the middle": pictures.jpeg(size=(2000, 1500))[:9000],
    "81 megapixels": pictures.huge_png(9000, 9000),
    "a gigapixel": pictures.huge_png(40_000, 30_000),
    "a canvas without a picture": pictures.huge_webp(4000, 4000),
    "not a photo": pictures.PDF,
    "nothing": b"",
}


@pytest.mark.parametrize("what", BAD)
async def test_what_cannot_be_shown_says_why_and_harms_nobody(
    what: str, caplog: pytest.LogCaptureFixture, darkroom: Darkroom
) -> None:
    assert await darkroom.render(BAD[what], LIMIT) == {}
    assert "a photo cannot be shown: " in caplog.text


def test_a_small_coarse_photo_does_not_grow() -> None:
    """As phones send them; what is finer than ours is written as ours."""
    phone, camera = (
        pictures.encoded(pictures.scene((1600, 1200)), quality=quality) for quality in (70, 97)
    )
    for body, is_kept in ((phone, True), (camera, False)):
        view = derivatives.render(body, LIMIT)[1]
        assert (tables(view) == tables(body)) is is_kept
        assert len(view) < len(body) * 1.05


def tables(jpeg: bytes) -> dict[int, list[int]]:
    with Image.open(io.BytesIO(jpeg)) as image:
        assert isinstance(image, JpegImageFile)
        return image.quantization
