"""Hints from EXIF: when and where a camera believes it was. Never evidence, never a position."""

import math
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image

from app import clock

_CAPTURE = ExifTags.IFD.Exif
_GPS = ExifTags.IFD.GPSInfo


@dataclass(frozen=True)
class Hints:
    taken_at: datetime | None = None
    lat: float | None = None
    lon: float | None = None


def read(raw: bytes | None) -> dict[int, Any]:
    """Tags by number, the two sub-directories under their own numbers; {} if there are none."""
    if not raw:
        return {}
    try:
        tags = Image.Exif()
        tags.load(raw)
        return {**tags, _CAPTURE: tags.get_ifd(_CAPTURE), _GPS: tags.get_ifd(_GPS)}
    except Exception:  # noqa: BLE001 - hostile bytes: the parser may raise anything
        return {}


def hints(tags: dict[int, Any]) -> Hints:
    """What the tags say, as far as it can be true."""
    gps = tags.get(_GPS) or {}
    lat = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), 90)
    lon = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), 180)
    if lat is None or lon is None:
        lat = lon = None
    return Hints(_moment(tags.get(_CAPTURE) or {}), lat, lon)


def _moment(capture: dict[int, Any]) -> datetime | None:
    """The camera's wall clock; without an offset taken as the county's."""
    written = str(capture.get(ExifTags.Base.DateTimeOriginal, "")).strip("\0 ")
    offset = str(capture.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 ")
    with suppress(ValueError):
        return datetime.strptime(written + offset, "%Y:%m:%d %H:%M:%S%z")
    with suppress(ValueError):
        plain = datetime.strptime(written, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - zone follows
        return plain.replace(tzinfo=clock.COUNTY_ZONE)
    return None


def _degrees(parts: Any, reference: Any, limit: float) -> float | None:
    """Degrees from degrees, minutes, seconds; None for what is no place on earth."""
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value) or not 0 <= value <= limit:
        return None
    return round(-value if reference in ("S", "W") else value, 7)
