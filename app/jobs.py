"""The job queue: Procrastinate on our own PostgreSQL, deferred inside the caller's transaction.

Services name a job by its string; what it does is registered in app/worker.py, which may import
everything. So services stay below, and a job is never lost nor done before its cause commits.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Any

from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.jobs import DEFAULT_QUEUE, Job
from sqlalchemy.ext.asyncio import AsyncSession

LONGEST_WAIT = 3600


class Patience(BaseRetryStrategy):
    """For ever: after 2, 4, 8 … seconds, at last hourly. Stubborn ones are listed (vitals)."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        del exception  # every fault may pass
        seconds = min(LONGEST_WAIT, 2 ** min(job.attempts + 1, 12))
        return RetryDecision(retry_in={"seconds": seconds})


RETRY = Patience()
PICTURES = "pictures"  # decoding is dear: its own queue may have its own worker
QUEUES = {"make_derivatives": PICTURES}
jobs = App(connector=PsycopgConnector(conninfo=""))
_held: ContextVar[list[tuple[str, dict[str, Any]]] | None] = ContextVar("held", default=None)


@asynccontextmanager
async def opened(database_url: str, pool_size: int = 4) -> AsyncIterator[App]:
    """The queue on a real database, for those who take jobs from it."""
    conninfo = database_url.replace("postgresql+psycopg://", "postgresql://")
    connector = PsycopgConnector(conninfo=conninfo, min_size=1, max_size=pool_size)
    with jobs.replace_connector(connector) as app:
        async with app.open_async():
            yield app


@contextmanager
def held_back() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Within this context jobs are handed over, name and arguments, instead of being queued.

    Only the demo county uses it: it does them at once, at the hour of its story.
    """
    handed: list[tuple[str, dict[str, Any]]] = []
    token = _held.set(handed)
    try:
        yield handed
    finally:
        _held.reset(token)


def orders(*wanted: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Jobs as rows of procrastinate_job_to_defer_v1, for a statement that queues them itself."""
    held = _held.get()
    if held is not None:
        held.extend(wanted)
        return []
    return [
        {
            "queue_name": QUEUES.get(name, DEFAULT_QUEUE),
            "task_name": name,
            "priority": 0,
            "args": arguments,
        }
        for name, arguments in wanted
    ]


async def defer(session: AsyncSession, task: str, **arguments: Any) -> None:
    """Queue a job on the session's own connection: it exists if and only if this commits."""
    held = _held.get()
    if held is not None:
        held.append((task, arguments))
        return
    connection = await session.connection()
    raw = await connection.get_raw_connection()
    await jobs.configure_task(task, connection=raw.driver_connection).defer_async(**arguments)
