"""A process of its own that draws photos; the gallery starts it.

Each line of stdin is a view as JSON; the answer on stdout is, for every take, the photo and its
derivatives, each behind its length. What is kept in the folder that it is given (drawn.py) it does
not draw again. It ends with its stdin.
"""

import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app import derivatives
from app.services.demo import drawn, scenes
from app.services.demo.scenes import Shot

_MOST_PIXELS = 4_000_000  # our own pictures, not hostile ones
FRAMES = 1 + len(derivatives.SIZES)


def draw(stage: str, seed: int, hour: float, takes: int, *, is_fixed: bool) -> Iterator[bytes]:
    """The photo and its derivatives, take by take."""
    for original in scenes.shoot(stage, seed, Shot(is_fixed, hour), range(takes)):
        yield original
        yield from derivatives.render(original, _MOST_PIXELS)


def answer(wish: dict[str, Any], folder: Path) -> bytes:
    """Drawn as at the one hour that stands for all of the same light."""
    wish = {**wish, "hour": scenes.lit(wish["stage"], wish["hour"])}
    view = "-".join(f"{key}={wish[key]}" for key in sorted(wish.keys() - {"takes"}))
    return drawn.once(folder / view, FRAMES * wish["takes"], lambda: draw(**wish))


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it ends it
    folder = Path(sys.argv[1])
    for line in sys.stdin:
        sys.stdout.buffer.write(answer(json.loads(line), folder))
        sys.stdout.buffer.flush()
