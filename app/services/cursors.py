"""Where a list goes on: the sort values of its last row, opaque to the client."""

import base64
import json
from collections.abc import Callable
from typing import Any

from app.errors import Invalid

Reader = Callable[[str], Any]


def encode(*values: object) -> str:
    """A cursor that `decode` reads back; values must survive str()."""
    text = json.dumps([str(value) for value in values], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, *readers: Reader) -> list[Any]:
    """The values, each read by its reader; Invalid when the cursor is not one of ours."""
    try:
        return [reader(text) for reader, text in zip(readers, _texts(cursor), strict=True)]
    except (ValueError, TypeError) as error:
        raise Invalid(
            fields=["cursor"],
            reason_zh="翻页位置不对，请从第一页看起。",
            reason_en="This is not a place in the list; start at the first page.",
        ) from error


def _texts(cursor: str) -> list[str]:
    """ValueError or TypeError for anything that the database could not hold either."""
    raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    texts: list[str] = json.loads(raw)
    if any(b"\x00" in text.encode() for text in map(_require_text, texts)):
        raise ValueError("NUL")
    return texts


def _require_text(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError(text)
    return text
