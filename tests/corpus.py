"""Two thousand files that come where a photo was asked for: good, cut, flipped, in disguise, bombs.

Made here from seeds; real camera files join in where they lie beside the checkout.
"""

import random
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image

from tests import pictures

CUTS, FLIPS = 60, 110  # of every good photo
CAMERA_CUTS, CAMERA_FLIPS = 12, 12
SMALL_ENOUGH = 1_500_000  # bytes; a flipped bit costs a whole decode
_TAILS = {
    "a web page": b"<html><script>alert(1)</script></html>",
    "an archive": b"PK\x03\x04" + bytes(26) + b"PK\x05\x06" + bytes(18),
    "a PHP script": b"<?php system($_GET['c']); ?>",
    "a PDF": pictures.PDF,
    "a second photo": pictures.jpeg(5),
    "a megabyte of nothing": bytes(1_000_000),
    # in two pieces, or a scanner finds this file
    "a virus scanner's test": b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$"
    b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
}


@dataclass(frozen=True)
class Upload:
    """`is_good`: an undamaged photo of a kind that is taken; it must be accepted and shown."""

    name: str
    body: bytes
    is_good: bool = False


def _scene(mode: str = "RGB") -> Image.Image:
    return pictures.scene((240, 180), mode)


def good() -> dict[str, bytes]:
    """One of every kind and colour mode that is taken."""
    deep = Image.new("I;16", (64, 48), 40_000)
    return {
        "JPEG": pictures.encoded(_scene()),
        "JPEG progressive": pictures.encoded(_scene(), progressive=True),
        "JPEG grey": pictures.encoded(_scene("L")),
        "JPEG CMYK": pictures.encoded(_scene("CMYK")),
        "JPEG with place and maker": pictures.with_exif(),
        "PNG": pictures.encoded(_scene(), "PNG"),
        "PNG with transparency": pictures.encoded(_scene("RGBA"), "PNG"),
        "PNG with a palette": pictures.encoded(_scene("P"), "PNG"),
        "PNG 16 bits": pictures.encoded(deep, "PNG"),
        "WebP": pictures.encoded(_scene(), "WEBP"),
        "WebP lossless": pictures.encoded(_scene("RGBA"), "WEBP", lossless=True),
        "HEIF": pictures.encoded(_scene(), "HEIF"),
    }


def _cut(name: str, body: bytes, times: int) -> Iterator[Upload]:
    for number in range(times):
        at = len(body) * number // times
        yield Upload(f"{name} cut at {at}", body[:at])


def _flipped(name: str, body: bytes, times: int, seed: int) -> Iterator[Upload]:
    """One bit each; half of them near the front, where the structure is."""
    dice = random.Random(f"{seed} {name}")
    for number in range(times):
        most = min(len(body), 600) if number % 2 else len(body)
        at, bit = dice.randrange(most), dice.randrange(8)
        changed = bytearray(body)
        changed[at] ^= 1 << bit
        yield Upload(f"{name} bit {bit} of {at} flipped", bytes(changed))


def _disguised(name: str, body: bytes) -> Iterator[Upload]:
    for tail, what in _TAILS.items():
        yield Upload(f"{name} with {tail} behind it", body + what)
        yield Upload(f"{name} behind {tail}", what + body)


def _turned() -> Iterator[Upload]:
    for orientation in range(1, 9):
        yield Upload(f"orientation {orientation}", pictures.turned(orientation), is_good=True)
    good_exif = pictures.turned(6)
    mark = good_exif.index(b"\x01\x12\x00\x03")
    for value in (0, 9, 255, 65_535):
        wrong = bytearray(good_exif)
        wrong[mark + 8 : mark + 10] = struct.pack(">H", value)
        yield Upload(f"orientation {value}", bytes(wrong))


def _bombs() -> Iterator[Upload]:
    for wide, high in ((9000, 9000), (40_000, 40_000), (1, 65_535), (65_535, 1), (7000, 7000)):
        yield Upload(f"PNG of {wide} x {high}", pictures.huge_png(wide, high))
    yield Upload("WebP of 16383 x 16383", pictures.huge_webp(16_383, 16_383))
    yield Upload("JPEG of 3000 scans", many_scans(3000))
    header = pictures.encoded(_scene())
    size_at = header.index(b"\xff\xc0") + 5
    for high, wide in ((65_535, 65_535), (0, 240), (180, 0), (65_535, 1)):
        told = bytearray(header)
        told[size_at : size_at + 4] = struct.pack(">HH", high, wide)
        yield Upload(f"JPEG that says {wide} x {high}", bytes(told))


def many_scans(times: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again: little to send, long to decode."""
    body = pictures.encoded(_scene(), progressive=True)
    last = body.rindex(b"\xff\xda")
    return body[:last] + body[last:-2] * times + body[-2:]


def _strangers() -> Iterator[Upload]:
    kinds: dict[str, Callable[[], bytes]] = {
        "nothing": lambda: b"",
        "PDF": lambda: pictures.PDF,
        "SVG": lambda: pictures.SVG,
        "web page": lambda: b"<!doctype html><script>alert(1)</script>",
        "GIF": lambda: pictures.encoded(_scene("P"), "GIF"),
        "BMP": lambda: pictures.encoded(_scene(), "BMP"),
        "TIFF": lambda: pictures.encoded(_scene(), "TIFF"),
        "ICO": lambda: pictures.encoded(_scene(), "ICO"),
        "EPS": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        "MP4": lambda: b"\x00\x00\x00\x18ftypisom" + bytes(200),
        "AVIF": lambda: b"\x00\x00\x00\x18ftypavif" + bytes(200),
        "program": lambda: b"\x7fELF" + bytes(200),
        "text": lambda: "楼道堆放杂物".encode() * 40,
    }
    for name, make in kinds.items():
        yield Upload(name, make())
    dice = random.Random(7)
    for length in (1, 2, 3, 11, 12, 64, 4096):
        yield Upload(f"{length} bytes of noise", dice.randbytes(length))


def _from_cameras(seed: int, share: int) -> Iterator[Upload]:
    for name in pictures.camera_files():
        body = pictures.camera_file(name)
        if len(body) <= SMALL_ENOUGH:
            yield from _cut(name, body, CAMERA_CUTS // share)
            yield from _flipped(name, body, CAMERA_FLIPS // share, seed)


def uploads(seed: int = 1, share: int = 1) -> Iterator[Upload]:
    """Everything, the same for the same seed and the same camera files.

    `share`: of what is cut and what is flipped, so many times less.
    """
    for name, body in good().items():
        yield Upload(name, body, is_good=True)
        yield from _cut(name, body, CUTS // share)
        yield from _flipped(name, body, FLIPS // share, seed)
        yield from _disguised(name, body)
    yield from _turned()
    yield from _bombs()
    yield from _strangers()
    yield from _from_cameras(seed, share)
