"""What is written to the log: JSON, one object a line, ids and places in the code, no contents.

Neither bodies nor query strings nor the messages of exceptions: a database's says which number is
taken, a validator's what was typed. The class, SQLSTATE and the frames say where to look.
"""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from starlette.types import Scope

from app import context

_CHATTY = ("alembic", "procrastinate", "uvicorn.access")
_access = logging.getLogger("safegrid.access")
_FRAMES = 12
_OURS = f"{Path(__file__).parent}/"
# What some programs take for the end of a line, or a terminal for an order, though JSON does not.
_UNSEEN = {one: f"\\u{one:04x}" for one in (*range(32), *range(0x7F, 0xA0), 0x2028, 0x2029)}
# Hardly ever there, and the translation is dear.
_HAS_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]").search
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)


class Json(logging.Formatter):
    """`extra={"fields": {…}}` goes into the line as it is."""

    def format(self, record: logging.LogRecord) -> str:
        return _one_line(_ENCODER.encode(_line(record)))


class Plain(logging.Formatter):
    """For a person at a terminal; the same words."""

    def format(self, record: logging.LogRecord) -> str:
        line = _line(record)
        head = " ".join(str(line.pop(key)) for key in ("at", "level", "logger", "message"))
        rest = f" {_ENCODER.encode(line)}" if line else ""
        return _one_line(head + rest)


def _one_line(text: str) -> str:
    return text.translate(_UNSEEN) if _HAS_UNSEEN(text) else text


def set_up() -> None:
    """For the whole process: to stderr, JSON unless a person looks."""
    handler = logging.StreamHandler()
    handler.setFormatter(Plain() if sys.stderr.isatty() else Json())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def answered(scope: Scope, status: int, seconds: float) -> None:
    """One line a request: the route's template and the ids in its path, never the path itself."""
    route: Any = scope.get("route")
    fields = {
        "method": scope["method"],
        "route": getattr(route, "path", "") or "unrouted",
        "status": status,
        "ms": round(seconds * 1000, 1),
        **{name: value for name, value in scope.get("path_params", {}).items() if _is_id(value)},
    }
    _access.info("answered", extra={"fields": fields})


def _line(record: logging.LogRecord) -> dict[str, Any]:
    line: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": _said(record),
    }
    if request := context.current():
        line |= {"request": request.id, "person": request.person_id}
    line |= getattr(record, "fields", {})
    if record.exc_info and record.exc_info[1]:
        line["fault"] = _fault(record.exc_info[1])
    return {key: value for key, value in line.items() if value is not None}


def _said(record: logging.LogRecord) -> str:
    """Exceptions among the arguments are named by their class only."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            type(one).__name__ if isinstance(one, BaseException) else one for one in record.args
        )
    return record.getMessage()


def _fault(fault: BaseException) -> dict[str, Any]:
    """The chain of causes, outermost first, without what they say."""
    causes: list[str] = []
    seen: BaseException | None = fault
    while seen is not None and len(causes) < _FRAMES:
        kind = type(seen)
        causes.append(f"{kind.__module__}.{kind.__qualname__}")
        seen = seen.__cause__ or seen.__context__
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(_OURS)]
    return {
        "causes": causes,
        "sqlstate": getattr(getattr(fault, "orig", fault), "sqlstate", None),
        "frames": [_place(frame) for frame in (*ours[-_FRAMES:], *frames[-1:])],
    }


def _place(frame: traceback.FrameSummary) -> str:
    return f"{frame.filename.removeprefix(_OURS)}:{frame.lineno} {frame.name}"


def _is_id(value: Any) -> bool:
    if isinstance(value, UUID):
        return True
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True
