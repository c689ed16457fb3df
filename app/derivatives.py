"""What people see of a photo: small JPEGs, upright, in sRGB, with no word of the file's."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from functools import cache
from typing import Any

from PIL import ExifTags, Image

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
SIZES = {"thumb": 320, "view": 1600}
_QUALITY = {"thumb": 72, "view": 82}
# The picture beside a question: as good as fits. Phones keep dozens of them for where no signal is.
CARD_BYTES = 60_000
_CARD_STEPS = ((640, 80), (640, 65), (640, 50), (480, 55), (320, 55), (320, 30))
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Way(IntEnum):
    """What is made of the bytes; a number, because it goes through a pipe."""

    PHOTO = 0
    CARD = 1


NAMES = {Way.PHOTO: tuple(SIZES), Way.CARD: ("card",)}


def load() -> None:
    """Every decoder, so that nothing has to be looked for in files later."""
    import pillow_heif  # noqa: PLC0415 - 7 MB that only the darkroom needs

    Image.init()
    _srgb()
    pillow_heif.register_heif_opener(decode_threads=1, thumbnails=False)


def develop(original: bytes, max_pixels: int, way: Way) -> list[bytes]:
    """The derivatives in the order of NAMES. Raises whatever the decoder raises."""
    return {Way.PHOTO: render, Way.CARD: card}[way](original, max_pixels)


def render(original: bytes, max_pixels: int) -> list[bytes]:
    """A photo, in the order of SIZES."""
    with _opened(original, max_pixels) as image:
        how = _as_coarse_as(image)
        view = _upright(image, SIZES["view"])
    thumb = _shrunk(view, SIZES["thumb"], gap=1.0)
    return [_jpeg(thumb, optimize=True, quality=_QUALITY["thumb"]), _jpeg(view, **how)]


def card(original: bytes, max_pixels: int) -> list[bytes]:
    """A picture beside a question, at most CARD_BYTES."""
    with _opened(original, max_pixels) as image:
        picture = _upright(image, _CARD_STEPS[0][0])
    body = b""
    for edge, quality in _CARD_STEPS:
        body = _jpeg(_shrunk(picture, edge, gap=1.0), optimize=True, quality=quality)
        if len(body) <= CARD_BYTES:
            break
    return [body]


@contextmanager
def _opened(original: bytes, max_pixels: int) -> Iterator[Image.Image]:
    load()
    Image.MAX_IMAGE_PIXELS = max_pixels
    with Image.open(io.BytesIO(original), formats=FORMATS) as image:
        if image.width * image.height > max_pixels:
            message = f"{image.width} x {image.height} pixels"
            raise ValueError(message)
        yield image


def _upright(image: Image.Image, longest: int) -> Image.Image:
    image.draft(None, _fitted(image.size, longest))
    turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    profile = image.info.get("icc_profile")
    view = _in_srgb(_shrunk(_flat(image), longest, gap=2.0), profile)
    return view if turn is None else view.transpose(turn)


def _as_coarse_as(image: Image.Image) -> dict[str, Any]:
    """How to write the view. What a phone has made small and coarse is not blown up again.

    To look for the shortest codes doubles the work and saves least where they were sought before.
    """
    tables: dict[int, list[int]] = getattr(image, "quantization", {})
    is_small = max(image.size) <= SIZES["view"]
    if is_small and len(tables) == len(_OURS) and sum(tables[0]) >= sum(_OURS[0]):
        return {"qtables": tables}
    return {"optimize": True, "quality": _QUALITY["view"]}


def _fitted(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """Never enlarged. Also what a JPEG may be halved down to while it is decoded."""
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _flat(image: Image.Image) -> Image.Image:
    """8 bits a channel, no palette, transparency on white; CMYK stays for its profile."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
    return image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """A new picture in any case: of what the file said about itself only pixels are left."""
    small = (_by_profile(image, profile) if profile else image).convert("RGB")
    small.info.clear()
    return small


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    from PIL import ImageCms  # noqa: PLC0415 - only the darkroom needs it: see `load`

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, _srgb(), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image  # a broken profile costs the exact tint, not the photo
    return converted or image


@cache
def _srgb() -> Any:
    from PIL import ImageCms  # noqa: PLC0415

    return ImageCms.createProfile("sRGB")


def _shrunk(image: Image.Image, longest: int, gap: float) -> Image.Image:
    """`gap`: how many times as large as wanted the quick first step may leave it."""
    size = _fitted(image.size, longest)
    if size == image.size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=gap)


def _jpeg(image: Image.Image, **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", **how)
    return out.getvalue()


def _tables(quality: int) -> dict[int, list[int]]:
    written = Image.open(io.BytesIO(_jpeg(Image.new("RGB", (8, 8)), quality=quality)))
    tables: dict[int, list[int]] = getattr(written, "quantization", {})
    return tables


_OURS = _tables(_QUALITY["view"])
