"""A large file is judged in a process of its own: whoever else asks this server does not wait.

Reading and comparing hold the interpreter for seconds on end. A small file is done before a process
has started. The child has bounded memory and time, no files and no network; it answers with JSON.
"""

import codecs
import pickle
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from hashlib import sha256
from typing import Any
from uuid import UUID

import shapely

from app import confined
from app.confined import NoAnswerError
from app.errors import Invalid
from app.services.coordinates import Crs
from app.services.places import outlines
from app.services.places.importing import judging, reading
from app.services.places.importing.commands import ImportOutlines
from app.services.places.importing.judging import Checked, Overlap, Row, Scene, Verdict
from app.services.places.importing.running import Step, Tell

SMALL = 32 * 1024  # bytes
_SECONDS = 180
_CPU_SECONDS = 120
_MEMORY = 1536 * 1024 * 1024
_TOLD_EVERY_SECONDS = 0.2


def judged(body: bytes, command: ImportOutlines, scene: Scene, tell: Tell) -> Checked:
    """Blocking, up to 180 s."""
    if len(body) <= SMALL:
        return _judge(body, command, scene, tell)
    try:
        told = confined.answered(
            __name__, pickle.dumps((command, scene, body)), _SECONDS, _hear(tell)
        )
    except NoAnswerError as error:
        raise Invalid(
            fields=["file"],
            reason_zh="文件太大或者太复杂，比对不完。按镇街分成几个文件。",
            reason_en="Too large or too intricate; split the file by township.",
        ) from error
    return _checked(told)


def _judge(body: bytes, command: ImportOutlines, scene: Scene, tell: Tell) -> Checked:
    features = reading.read(body, command, tell)
    return judging.judge(features, scene, command, sha256(body).hexdigest(), tell)


def _hear(tell: Tell) -> Callable[[str], None]:
    """In the server: what the child has said."""

    def hear(line: str) -> None:
        step, done, total = line.split()
        tell(Step(step), int(done), int(total))

    return hear


def _say() -> Tell:
    """In the child: each new step, and from time to time how far it is."""
    last: tuple[Step | None, float] = (None, 0.0)

    def say(step: Step, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if step is not last[0] or now - last[1] >= _TOLD_EVERY_SECONDS:
            last = step, now
            confined.say(f"{step} {done} {total}")

    return say


def _told(found: Checked) -> dict[str, Any]:
    return {
        "rows": [asdict(row) for row in found.rows],
        "looks_like": found.looks_like,
        "seal": found.seal,
        "drawn": {str(id_): shapely.to_wkb(one, hex=True) for id_, one in found.drawn.items()},
        "versions": {str(id_): word for id_, word in found.versions.items()},
    }


def _checked(answer: dict[str, Any]) -> Checked:
    crs = answer["looks_like"]
    return Checked(
        rows=[_row(**row) for row in answer["rows"]],
        looks_like=Crs(crs) if crs else None,
        seal=answer["seal"],
        drawn={UUID(id_): shapely.from_wkb(one) for id_, one in answer["drawn"].items()},
        versions={UUID(id_): word for id_, word in answer["versions"].items()},
    )


def _row(**row: Any) -> Row:
    typed = {
        "verdict": Verdict(row["verdict"]),
        "why": tuple(row["why"]),
        "grid_id": UUID(row["grid_id"]) if row["grid_id"] else None,
        "overlaps": [Overlap(**one) for one in row["overlaps"]],
    }
    return Row(**{**row, **typed})


def main() -> None:
    """What is read of files, is read before the limits."""
    outlines.county_shape()
    codecs.lookup("utf-8-sig")
    command, scene, body = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - of our own server
    confined.answer(lambda: _told(_judge(body, command, scene, _say())), _MEMORY, _CPU_SECONDS)
