"""A thousand phones at once: they wait as they are told, and come back until they are served."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.bench.line import Answer, Line, LineBrokenError
from tests.bench.load import Figures, percentile
from tests.bench.processes import cpu_seconds, memory_megabytes
from tests.running import RunningApp

PHONES = 1000
AT_LAST_S = 900
AGAIN_S = 1.0  # after a broken line
Phone = Callable[[int, Line], Awaitable[None]]
Ask = Callable[[], Awaitable[Answer]]


@dataclass
class Storm:
    """What came of it. Status 0: the line broke."""

    took: list[float] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    peak_mb: float = 0.0
    cpu: float = 0.0

    async def until_taken(self, ask: Ask) -> Answer:
        """As the phone does: told to wait, it waits; a broken line is tried again."""
        while True:
            try:
                answer = await ask()
            except LineBrokenError:
                self.answers[0] += 1
                await asyncio.sleep(AGAIN_S)
                continue
            self.answers[answer.status] += 1
            if answer.status == 200:
                return answer
            if answer.status not in {429, 503}:
                raise AssertionError(f"{answer.status} {answer.body[:500]!r}")
            await asyncio.sleep(answer.wait_seconds)

    @property
    def server_errors(self) -> int:
        return sum(n for status, n in self.answers.items() if status >= 500)

    def figures(self) -> Figures:
        return {
            "phones": PHONES,
            "answers": {str(status): count for status, count in sorted(self.answers.items())},
            "server_errors": self.server_errors,
            "all_served_s": round(max(self.took), 2),
            "p50_s": round(percentile(self.took, 0.5), 2),
            "p99_s": round(percentile(self.took, 0.99), 2),
            "cpu_ms_a_phone": round(self.cpu / PHONES * 1000, 2),
            "peak_memory_mb": round(self.peak_mb),
        }

    async def rage(
        self, app: RunningApp, pids: Sequence[int], tokens: Sequence[str], phone: Phone
    ) -> None:
        """Every phone does what it came for; each has a connection of its own."""
        before, begun = cpu_seconds(pids), time.perf_counter()

        async def one(number: int, token: str) -> None:
            async with Line(app.url, token) as line:
                await phone(number, line)
            self.took.append(time.perf_counter() - begun)

        async with self._watched(app), asyncio.timeout(AT_LAST_S):
            await asyncio.gather(*(one(*pair) for pair in enumerate(tokens)))
        self.cpu = cpu_seconds(pids) - before

    @asynccontextmanager
    async def _watched(self, app: RunningApp) -> AsyncIterator[None]:
        """Notes the most memory that the server has meanwhile."""

        async def watch() -> None:
            while True:
                self.peak_mb = max(self.peak_mb, memory_megabytes(app.pids[0]))
                await asyncio.sleep(0.1)

        watching = asyncio.create_task(watch())
        try:
            yield
        finally:
            watching.cancel()
