"""Photos of the demo county, drawn beside the telling of its story by other processes."""

import asyncio
import hashlib
import multiprocessing
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from app import clock, derivatives
from app.config import get_settings
from app.services.demo import scenes
from app.services.demo.moves import MOVES
from app.services.demo.scenes.picture import Shot
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


Draw = Callable[[View, float, int], list[Picture]]


class Gallery:
    """Every picture that the story needs, under the case and step that need it.

    `draw` is called once for a view: with the hour of its first use and the number of takes.
    """

    def __init__(self, pool: Executor, draw: Draw, cases: Iterable[Case]) -> None:
        self._takes: dict[tuple[int, int], tuple[View, int]] = {}
        hours: dict[View, float] = {}
        counts: dict[View, int] = {}
        for moment, case, step in in_order(list(cases)):
            condition = MOVES[case.steps[step][0]].photo
            if condition is None:
                continue
            view = View(case.found.stage, case.scene_seed, condition == "after")
            hours.setdefault(view, clock.local(moment).hour)
            self._takes[case.number, step] = (view, counts.get(view, 0))
            counts[view] = counts.get(view, 0) + 1
        self._drawn: dict[View, Future[list[Picture]]] = {
            view: pool.submit(draw, view, hours[view], counts[view]) for view in counts
        }

    async def of(self, case: Case, step: int) -> Picture | None:
        """Waits until it is drawn; None if the step needs no photo."""
        if (case.number, step) not in self._takes:
            return None
        view, take = self._takes[case.number, step]
        return (await asyncio.wrap_future(self._drawn[view]))[take]


def draw(view: View, hour: float, takes: int) -> list[Picture]:
    """Runs in a process of the pool."""
    originals = scenes.shoot(view.stage, view.seed, Shot(view.is_fixed, hour), range(takes))
    limit = get_settings().photo_max_pixels
    names = derivatives.SIZES
    return [
        Picture(body, dict(zip(names, derivatives.render(body, limit), strict=True)))
        for body in originals
    ]


@contextmanager
def painters() -> Iterator[Executor]:
    """As many processes as the machine has cores; started afresh, threads do not survive a fork."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(os.cpu_count() or 1, mp_context=context)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


async def stream(body: bytes) -> AsyncIterator[bytes]:
    """A body as it would come over the wire."""
    yield body
