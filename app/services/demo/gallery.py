"""Photos of the demo county, drawn by other processes while its story is told."""

import asyncio
import hashlib
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from app import clock, derivatives
from app.services.demo import drawn, painter
from app.services.demo.moves import MOVES
from app.services.demo.stories import Case, in_order


@dataclass(frozen=True)
class View:
    """A drawn place in one condition."""

    stage: str
    seed: int
    is_fixed: bool


@dataclass(frozen=True)
class Picture:
    """A photo as taken, and what is shown of it."""

    original: bytes
    shown: dict[str, bytes]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.original).hexdigest()


# A view, the hour of its first use, the number of takes.
Draw = Callable[[View, float, int], Awaitable[list[Picture]]]


class Gallery:
    """Every picture that the story needs, under the case and step that need it."""

    def __init__(self, draw: Draw, cases: Sequence[Case]) -> None:
        self._takes: dict[tuple[int, int], tuple[View, int]] = {}
        hours: dict[View, float] = {}
        counts: dict[View, int] = {}
        for moment, case, step in in_order(cases):
            condition = MOVES[case.steps[step][0]].photo
            if condition is None:
                continue
            view = View(case.found.stage, case.scene_seed, condition == "after")
            hours.setdefault(view, clock.local(moment).hour)
            self._takes[case.number, step] = (view, counts.get(view, 0))
            counts[view] = counts.get(view, 0) + 1
        self._drawn = {
            view: asyncio.ensure_future(draw(view, hours[view], counts[view])) for view in counts
        }

    async def of(self, case: Case, step: int) -> Picture | None:
        """Waits until it is drawn; None if the step needs no photo."""
        if (case.number, step) not in self._takes:
            return None
        view, take = self._takes[case.number, step]
        return (await self._drawn[view])[take]

    async def close(self) -> None:
        for drawing in self._drawn.values():
            drawing.cancel()
        await asyncio.gather(*self._drawn.values(), return_exceptions=True)


@asynccontextmanager
async def opened(draw: Draw, cases: Sequence[Case]) -> AsyncIterator[Gallery]:
    """Begins to draw at once, in the order of first use."""
    gallery = Gallery(draw, cases)
    try:
        yield gallery
    finally:
        await gallery.close()


@asynccontextmanager
async def painters(folder: Path = drawn.FOLDER) -> AsyncIterator[Draw]:
    """As many painters as the machine has cores; in the folder lies what was drawn before."""
    kept = drawn.today(folder)
    idle: asyncio.Queue[Process] = asyncio.Queue()

    async def draw(view: View, hour: float, takes: int) -> list[Picture]:
        process = await idle.get()
        found = await _ask(process, {**asdict(view), "hour": hour, "takes": takes})
        idle.put_nowait(process)
        return found

    async with AsyncExitStack() as stack:
        for _ in range(os.cpu_count() or 1):
            idle.put_nowait(await stack.enter_async_context(_process(kept)))
        yield draw


@asynccontextmanager
async def _process(kept: Path) -> AsyncIterator[Process]:
    start = f"from {painter.__package__} import painter; painter.main()"  # -m would warn
    command = (sys.executable, "-c", start, str(kept))
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _ask(process: Process, wish: dict[str, object]) -> list[Picture]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(wish).encode() + b"\n")
    frames = []
    for _ in range(painter.FRAMES * int(str(wish["takes"]))):
        length = int.from_bytes(await process.stdout.readexactly(drawn.LENGTH))
        frames.append(await process.stdout.readexactly(length))
    size = painter.FRAMES
    groups = (frames[start : start + size] for start in range(0, len(frames), size))
    names = tuple(derivatives.SIZES)
    return [Picture(first, dict(zip(names, shown, strict=True))) for first, *shown in groups]


async def stream(body: bytes) -> AsyncIterator[bytes]:
    """A body as it would come over the wire."""
    yield body
