"""Photos made on the spot: good ones, hostile ones, and the camera files where they exist."""

import base64
import hashlib
import io
import os
import struct
import zlib
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pillow_heif
from PIL import ExifTags, Image, ImageDraw

from app.config import Settings
from app.storage import ObjectStore, open_store
from tests.running import free_port

pillow_heif.register_heif_opener()

CAMERA_FILES = Path(
    os.environ.get(
        "SAFEGRID_TEST_PHOTOS", Path(__file__).resolve().parents[2] / "shared" / "data" / "photos"
    )
)
_PART = 2**20
QUARTERS = ("red", "lime", "blue", "white")  # top left, top right, bottom left, bottom right


def camera_files() -> list[str]:
    """Names of real photos of real phones; none where the folder is not."""
    return sorted(path.name for path in CAMERA_FILES.glob("*") if path.suffix in {".jpg", ".heif"})


def camera_file(name: str) -> bytes:
    return (CAMERA_FILES / name).read_bytes()


def scene(size: tuple[int, int] = (400, 300), mode: str = "RGB") -> Image.Image:
    """Four quarters of four colours, so that every turn and mirroring shows."""
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    wide, high = size[0] // 2, size[1] // 2
    corners = ((0, 0), (wide, 0), (0, high), (wide, high))
    for (left, top), colour in zip(corners, QUARTERS, strict=True):
        draw.rectangle((left, top, left + wide, top + high), fill=colour)
    return image.convert(mode)


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(seed: int = 0, size: tuple[int, int] = (64, 48)) -> bytes:
    """Every seed is another photo."""
    return encoded(Image.new("RGB", size, (seed % 256, seed // 256 % 256, 77)))


def turned(orientation: int, size: tuple[int, int] = (400, 300)) -> bytes:
    """A camera held another way: pixels turned, EXIF says how to turn them back."""
    undo = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    image = scene(size)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return encoded(image.transpose(undo) if undo is not None else image, exif=exif)


def with_exif(
    taken: str = "2026:11:20 09:30:15",
    offset: str | None = None,
    lat: tuple[float, float, float] = (34.0, 33.0, 36.0),
    lon: tuple[float, float, float] = (117.0, 44.0, 2.4),
    refs: tuple[str, str] = ("N", "E"),
) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SecretPhone"
    capture = exif.get_ifd(ExifTags.IFD.Exif)
    capture[ExifTags.Base.DateTimeOriginal] = taken
    if offset:
        capture[ExifTags.Base.OffsetTimeOriginal] = offset
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLongitude] = lat, lon
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLongitudeRef] = refs
    return encoded(scene(), exif=exif, comment=b"secret comment")


def huge_png(width: int, height: int) -> bytes:
    """A PNG of any size in a few kilobytes: all pixels black (1 bit a pixel)."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zeros(height * (1 + (width + 7) // 8))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def zeros(length: int) -> bytes:
    """So many zeros in zlib's format: one megabyte is packed once and repeated."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    part = packer.compress(bytes(_PART)) + packer.flush(zlib.Z_FULL_FLUSH)
    rest = packer.compress(bytes(length % _PART)) + packer.flush()
    adler = (length % 65521 << 16) | 1
    return b"\x78\xda" + part * (length // _PART) + rest + struct.pack(">I", adler)


def huge_webp(width: int, height: int) -> bytes:
    """Thirty bytes that announce a canvas."""
    canvas = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    extended = b"VP8X" + struct.pack("<I", 10) + bytes(4) + canvas
    return b"RIFF" + struct.pack("<I", 4 + len(extended)) + b"WEBP" + extended


PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF"
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)


def digest_of(body: bytes) -> str:
    """Content-Digest (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


async def put(
    client: httpx.AsyncClient, photo_id: UUID, body: bytes, digest: str | None = None
) -> httpx.Response:
    """What a phone sends."""
    headers = {"Content-Digest": digest or digest_of(body), "Content-Type": "image/jpeg"}
    return await client.put(f"/api/photos/{photo_id}", content=body, headers=headers)


def files_in(settings: Settings) -> list[Path]:
    """Everything that lies in the folder of the object store."""
    folder = Path(settings.storage.removeprefix("dir:"))
    return [path for path in folder.rglob("*") if path.is_file()]


def store_that_is_out() -> ObjectStore:
    """An S3 address at which nobody listens."""
    endpoint = f"http://127.0.0.1:{free_port()}"
    return open_store(
        Settings(
            _env_file=None,
            mode="test",
            storage="s3:gone",
            s3_endpoint=endpoint,
            s3_access_key="test",
            s3_secret_key="test",
        )
    )
