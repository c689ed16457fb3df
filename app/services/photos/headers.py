"""What a photo says about itself, read without decoding a single pixel."""

import io
from dataclasses import dataclass
from functools import cache

from PIL import ExifTags, Image

from app.derivatives import FORMATS
from app.errors import UnreadablePhoto
from app.services.photos import exif

_FRONT = 1024 * 1024  # a header further back than this is none; bounds the work on hostile files
_SHORTEST_WEBP = 25
_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG that carries more pictures behind it
    "PNG": "image/png",
    "HEIF": "image/heic",
}
_STRANGERS = (
    (b"%PDF", "这是 PDF 文件", "this is a PDF file"),
    (b"<", "这是网页或矢量图（SVG）", "this is a web page or a drawing (SVG)"),
    (b"\xef\xbb\xbf<", "这是网页或矢量图（SVG）", "this is a web page or a drawing (SVG)"),
    (b"GIF8", "这是 GIF 动图", "this is a GIF"),
    (b"PK\x03\x04", "这是压缩包或文档", "this is an archive or a document"),
    (b"II*\x00", "这是 TIFF 或 RAW 文件", "this is a TIFF or raw file"),
    (b"MM\x00*", "这是 TIFF 或 RAW 文件", "this is a TIFF or raw file"),
)


@dataclass(frozen=True)
class Header:
    """Type by content. Width and height are as the photo is seen, in pixels."""

    content_type: str
    width: int
    height: int
    hints: exif.Hints


def inspect(body: bytes, max_pixels: int) -> Header:
    """UnreadablePhoto with the reason, unless these bytes begin like a photo we take."""
    if not body:
        raise UnreadablePhoto(reason_zh="文件是空的", reason_en="the file is empty")
    header = _webp(body) if body[8:12] == b"WEBP" else _by_pillow(body)
    if header.width * header.height > max_pixels:
        raise _too_many_pixels()
    return header


def _by_pillow(body: bytes) -> Header:
    is_heif = body[4:8] == b"ftyp"
    if is_heif:
        _learn_heif()
    front = body if is_heif else body[:_FRONT]
    try:
        with Image.open(io.BytesIO(front), formats=FORMATS) as image:
            tags = exif.read(image.info.get("exif"))
            size = image.size
            content_type = _TYPES[str(image.format)]
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Exception as error:  # hostile bytes: a parser may raise anything
        raise _unreadable(body) from error
    if tags.get(ExifTags.Base.Orientation) in (5, 6, 7, 8):
        size = size[1], size[0]
    return Header(content_type, size[0], size[1], exif.hints(tags))


@cache
def _learn_heif() -> None:
    import pillow_heif  # noqa: PLC0415 - 7 MB for what few phones send

    pillow_heif.register_heif_opener()


def _webp(body: bytes) -> Header:
    """Pillow would allocate the whole canvas for a WebP; its first 30 bytes are enough."""
    size = _webp_size(body[12:30]) if len(body) > _SHORTEST_WEBP else None
    if size is None or 0 in size:
        raise _unreadable(body)
    return Header("image/webp", size[0], size[1], exif.Hints())


def _webp_size(chunk: bytes) -> tuple[int, int] | None:
    """From the first chunk with its own header (RFC 9649); None if it is of no known kind."""
    for name, mark_at, mark, read in _WEBP:
        if chunk.startswith(name) and chunk[mark_at:].startswith(mark):
            return read(chunk)
    return None


def _extended(chunk: bytes) -> tuple[int, int]:
    return _number(chunk[12:15]) + 1, _number(chunk[15:18]) + 1


def _lossless(chunk: bytes) -> tuple[int, int]:
    bits = _number(chunk[9:13])
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _lossy(chunk: bytes) -> tuple[int, int]:
    return _number(chunk[14:16]) & 0x3FFF, _number(chunk[16:18]) & 0x3FFF


def _number(little_endian: bytes) -> int:
    return int.from_bytes(little_endian, "little")


_WEBP = (
    (b"VP8X", 0, b"VP8X", _extended),
    (b"VP8L", 8, b"\x2f", _lossless),
    (b"VP8 ", 11, b"\x9d\x01\x2a", _lossy),
)


def _unreadable(body: bytes) -> UnreadablePhoto:
    start = body[:64].lstrip()
    for mark, zh, en in _STRANGERS:
        if start.startswith(mark):
            return UnreadablePhoto(reason_zh=zh, reason_en=en)
    return UnreadablePhoto(reason_zh="文件损坏或不是照片", reason_en="damaged, or not a photo")


def _too_many_pixels() -> UnreadablePhoto:
    return UnreadablePhoto(
        reason_zh="像素太多（上限 5000 万）", reason_en="too many pixels (at most 50 million)"
    )
