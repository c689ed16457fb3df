"""Places in lists: they come back as they went, and forged ones are refused."""

import base64
import json
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from app.errors import Invalid
from app.services import cursors

ANY_ID = "01a203cd-d6c7-7629-b0c8-5005da6dcd2d"


def forged(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_what_goes_in_comes_out() -> None:
    values = [0.1 + 0.2, "诸葛亮 & Söhne", uuid4(), datetime(2026, 11, 23, 1, 2, 3, 456789, UTC)]
    cursor = cursors.encode(*values)
    assert cursors.decode(cursor, float, str, UUID, datetime.fromisoformat) == values
    assert cursor.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!",
        "🦆",
        "eA",
        forged({}),
        forged("ab"),
        forged(["a"]),
        forged(["a", "b", "c"]),
        forged(["a", "b"]),
        forged([1, ANY_ID]),
        forged(["a\x00", ANY_ID]),
        forged(["\ud800", ANY_ID]),
        forged(None),
    ],
)
def test_a_forged_one_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        cursors.decode(cursor, str, UUID)
