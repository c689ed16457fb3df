"""A process of its own that draws photos; the gallery starts it.

Each line of stdin is a view as JSON; the answer on stdout is, for every take, the photo and its
derivatives, each behind its length in 4 bytes. It ends with its stdin.
"""

import json
import signal
import struct
import sys
from collections.abc import Iterator

from app import derivatives
from app.services.demo import scenes
from app.services.demo.scenes import Shot

_MOST_PIXELS = 4_000_000  # our own pictures, not hostile ones
FRAMES = 1 + len(derivatives.SIZES)


def draw(stage: str, seed: int, hour: float, takes: int, *, is_fixed: bool) -> Iterator[bytes]:
    """The photo and its derivatives, take by take."""
    for original in scenes.shoot(stage, seed, Shot(is_fixed, hour), range(takes)):
        yield original
        yield from derivatives.render(original, _MOST_PIXELS)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it ends it
    for line in sys.stdin:
        for frame in draw(**json.loads(line)):
            sys.stdout.buffer.write(struct.pack(">I", len(frame)) + frame)
        sys.stdout.buffer.flush()
