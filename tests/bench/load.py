"""Rounds of a load: rate, CPU of the processes concerned, latency; medians with their spread."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.bench.processes import cpu_seconds

CONCURRENCY = 8
One = Callable[[int], Awaitable[object]]
Row = dict[str, float]


@dataclass(frozen=True)
class Load:
    """What is done `count` times a round, and whose CPU it costs."""

    one: One
    count: int
    pids: Callable[[], Iterable[int]]
    settle: Callable[[], Awaitable[None]]  # until what it caused is done too
    concurrency: int = CONCURRENCY


async def at_once(one: One, count: int, concurrency: int = CONCURRENCY) -> list[float]:
    """Do `one` for 0..count-1, so many at a time; the seconds of each."""
    numbers = iter(range(count))
    took: list[float] = []

    async def worker() -> None:
        for number in numbers:
            begun = time.perf_counter()
            await one(number)
            took.append(time.perf_counter() - begun)

    await asyncio.gather(*(worker() for _ in range(concurrency)))
    return took


async def one_round(load: Load) -> Row:
    before, begun = cpu_seconds(load.pids()), time.perf_counter()
    took = await at_once(load.one, load.count, load.concurrency)
    wall = time.perf_counter() - begun
    await load.settle()
    return row(took, wall, cpu_seconds(load.pids()) - before)


def row(took: list[float], wall: float, cpu: float) -> Row:
    return {
        "cpu_ms": cpu / len(took) * 1000,
        "per_second": len(took) / wall,
        "p50_ms": percentile(took, 0.5) * 1000,
        "p95_ms": percentile(took, 0.95) * 1000,
        "p99_ms": percentile(took, 0.99) * 1000,
    }


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


async def interleaved(loads: Mapping[str, Load], rounds: int) -> dict[str, list[Row]]:
    """Every load once a round: what disturbs the machine disturbs them all."""
    found: dict[str, list[Row]] = {name: [] for name in loads}
    for _ in range(rounds):
        for name, load in loads.items():
            found[name].append(await one_round(load))
    return found


def spread(values: Iterable[float], digits: int = 2) -> list[float]:
    """Median, minimum, maximum."""
    known = list(values)
    return [round(f(known), digits) for f in (statistics.median, min, max)]


def spreads(rounds: list[Row]) -> dict[str, list[float]]:
    return {name: spread(one[name] for one in rounds) for name in rounds[0]}


async def nothing() -> None:
    """Leaves no work behind."""
    await asyncio.sleep(0.2)


def ratio(over: list[Row], under: list[float], name: str = "cpu_ms") -> list[float]:
    """Paired by round."""
    return spread(one[name] / other for one, other in zip(over, under, strict=True))


Figures = dict[str, Any]
