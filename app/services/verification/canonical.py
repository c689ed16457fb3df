"""RFC 8785 for what history holds, written a second time on purpose."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

NOTHING = b"\x00" * 32


def jcs(value: Any) -> bytes:
    """Sorted keys, no blanks, UTF-8. Ids in lower case, moments in UTC with microseconds."""
    text = json.dumps(
        value, default=_scalar, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return text.encode("utf-8", "surrogatepass")


def chained(before: bytes, row: dict[str, Any]) -> bytes:
    return sha256(before + jcs(row)).digest()


def moment(value: datetime) -> str:
    utc = value.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond:06d}Z"


def _scalar(value: Any) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)
