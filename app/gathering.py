"""Jobs of one kind that a worker has begun in the same moment are done as one (decision 59)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

GATHERED_FOR_SECONDS = 1.0


class Gathering:
    """Whoever comes first waits a moment and does it for all who came meanwhile.

    They end as the first one ends: done with its commit, or failed, each to be tried again alone.
    """

    def __init__(self) -> None:
        self._open: tuple[list[Any], asyncio.Future[None]] | None = None

    async def join(self, one: Any, do: Callable[[list[Any]], Awaitable[None]]) -> None:
        """`do` takes what all of them brought, the first one's first."""
        if self._open is not None:
            brought, done = self._open
            brought.append(one)
            await asyncio.shield(done)
            return
        brought, done = [one], asyncio.get_running_loop().create_future()
        self._open = brought, done
        try:
            try:
                await asyncio.sleep(GATHERED_FOR_SECONDS)
            finally:
                self._open = None
            await do(brought)
        except BaseException as fault:
            done.set_exception(RuntimeError(f"{type(fault).__name__} in the job that did this one"))
            done.exception()  # asked for here, because perhaps nobody else has come
            raise
        done.set_result(None)
