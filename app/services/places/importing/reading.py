"""A FeatureCollection from outside: what of it is an outline, and what the grid is called there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from app.errors import Invalid
from app.services.places import outlines
from app.services.places.importing.commands import ImportOutlines
from app.services.places.importing.running import Step, Tell

MOST_FEATURES = 2_000
MOST_CORNERS = 300_000
_PLANE = (
    "坐标不是经纬度，像是平面坐标（米）。在制图软件里导出成经纬度，再来导入",
    "The coordinates are no degrees but metres on a plane; export longitude and latitude",
)


@dataclass(frozen=True)
class Feature:
    """`n`: its place in the file, from 1. Without `drawn` (WGS-84) there is a reason."""

    n: int
    label: str
    drawn: BaseGeometry | None
    why: tuple[str, str] = ("", "")


def read(body: bytes, command: ImportOutlines, tell: Tell) -> list[Feature]:
    """Raise Invalid for what is no FeatureCollection, or has nowhere the property."""
    raw = _features(body)
    labels = [_label(one, command.named_by) for one in raw]
    if not any(labels):
        raise _invalid(
            "named_by",
            f"文件里没有一块带「{command.named_by}」这个属性",
            f"No feature has the property {command.named_by}",
        )
    if sum(_corners(one.get("geometry")) for one in raw) > MOST_CORNERS:
        raise _invalid(
            "file",
            f"拐点太多（一次最多 {MOST_CORNERS // 10_000} 万个）。按镇街分成几个文件，或者先简化",
            f"More than {MOST_CORNERS:,} corners; split the file by township, or simplify it",
        )
    found = []
    for n, (label, one) in enumerate(zip(labels, raw, strict=True), start=1):
        tell(Step.READING, n, len(raw))
        found.append(_feature(n, label, one.get("geometry"), command))
    return found


def _features(body: bytes) -> list[dict[str, Any]]:
    try:
        found = json.loads(body.decode("utf-8-sig"))
    except ValueError as error:  # not UTF-8, or not JSON
        raise _no_collection() from error
    except RecursionError as error:
        raise _no_collection() from error
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise _no_collection()
    if not 0 < len(features) <= MOST_FEATURES:
        raise _invalid(
            "file",
            f"文件里有 {len(features)} 块，一次要在 1 到 {MOST_FEATURES} 块之间",
            f"{len(features)} features; between 1 and {MOST_FEATURES:,} at a time",
        )
    return features


def _feature(n: int, label: str, geometry: Any, command: ImportOutlines) -> Feature:
    try:
        checked = outlines.check(geometry if isinstance(geometry, dict) else {}, command.crs)
    except Invalid as error:
        words = error.details["reason_zh"].rstrip("。"), error.details["reason_en"].rstrip(".")
        return Feature(n, label, None, _PLANE if _is_plane(geometry) else words)
    return Feature(n, label, shape(checked.geometry))


def _label(feature: Mapping[str, Any], named_by: str) -> str:
    """Codes are often numbers there, and names have spaces in them."""
    properties = feature.get("properties")
    value = properties.get(named_by) if isinstance(properties, dict) else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    is_word = isinstance(value, str | int) and not isinstance(value, bool)
    return "".join(str(value).split())[:100] if is_word else ""


def _corners(geometry: Any) -> int:
    """Of whatever lies in `coordinates`: pairs of numbers, however deep."""
    todo, found = [geometry.get("coordinates") if isinstance(geometry, dict) else None], 0
    while todo:
        one = todo.pop()
        if isinstance(one, list) and one:
            is_pair = not isinstance(one[0], list)
            found += is_pair
            todo += [] if is_pair else one
    return found


def _is_plane(geometry: Any) -> bool:
    """Whether the first corner lies beyond all degrees."""
    one = geometry.get("coordinates") if isinstance(geometry, dict) else None
    while isinstance(one, list) and one and isinstance(one[0], list):
        one = one[0]
    are_numbers = isinstance(one, list) and all(isinstance(each, int | float) for each in one)
    return bool(are_numbers and one and max(map(abs, one[:2])) > 360)  # noqa: PLR2004 - degrees


def _no_collection() -> Invalid:
    return _invalid(
        "file",
        "这不是 GeoJSON 的 FeatureCollection（UTF-8）。在制图软件里选「导出为 GeoJSON」",
        "This is no GeoJSON FeatureCollection in UTF-8",
    )


def _invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
