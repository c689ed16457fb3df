"""Reports as the text that a phone sends."""

import json
from typing import Any
from uuid import UUID

from app import clock
from tests.cases import promise


def report_of(*bodies: bytes, **fields: Any) -> tuple[str, list[UUID]]:
    """The body of PUT /api/hazards/{id}, and the ids of the photos it promises."""
    lines = [promise(body) for body in bodies]
    command = {
        "contract": 2,
        "category_code": "fire",
        "note": "楼道堆放杂物",
        "place": "1 号楼",
        "photos": [line.model_dump(mode="json") for line in lines],
        "no_photo_reason": None if bodies else "太暗",
        "occurred_at": clock.now().isoformat(),
    }
    return json.dumps(command | fields, ensure_ascii=False), [line.photo_id for line in lines]
