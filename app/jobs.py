"""The job queue: Procrastinate on our own PostgreSQL, deferred inside the caller's transaction.

Services name a job by its string; what it does is registered in app/worker.py, which may import
everything. So services stay below, and a job is never lost nor done before its cause commits.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import DEFAULT_QUEUE, Job, Status
from procrastinate.sql import queries
from sqlalchemy.ext.asyncio import AsyncSession

from app import db

log = logging.getLogger("safegrid.jobs")
LONGEST_WAIT = 3600
PAUSES = (0.1, 1, 5, 15)  # seconds, until a lost line is tried again


class Patience(BaseRetryStrategy):
    """For ever: after 2, 4, 8 … seconds, at last hourly. Stubborn ones are listed (vitals)."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        del exception  # every fault may pass
        seconds = min(LONGEST_WAIT, 2 ** min(job.attempts + 1, 12))
        return RetryDecision(retry_in={"seconds": seconds})


class Line(PsycopgConnector):
    """Writes down how a job ended although the line is lost, or its like waits already.

    Else the job would stay "doing" under a worker that lives, where nobody takes it up again.
    """

    async def execute_query_async(self, query: str, **arguments: Any) -> None:
        was_lost = False
        for pause in (*PAUSES, None):
            try:
                await self._once(query, arguments)
            except ConnectorException as fault:
                if was_lost and isinstance(fault.__cause__, psycopg.errors.RaiseException):
                    return  # the job is no longer "doing": it had been written before the loss
                if pause is None or not isinstance(fault.__cause__, psycopg.OperationalError):
                    raise
                log.warning("the queue's line was lost; again in %s s", pause)
                was_lost = True
                await asyncio.sleep(pause)
            else:
                return

    async def _once(self, query: str, arguments: dict[str, Any]) -> None:
        try:
            await super().execute_query_async(query, **arguments)
        except UniqueViolation:
            if query != queries["retry_job"]:
                raise
            # The next tick's job waits under the same lock and will do the same.
            await super().execute_query_async(
                queries["finish_job"],
                job_id=arguments["job_id"],
                status=Status.FAILED.value,
                delete_job=True,
            )


RETRY = Patience()
PICTURES = "pictures"  # decoding is dear: its own queue may have its own worker
QUEUES = {"make_derivatives": PICTURES}
jobs = App(connector=PsycopgConnector(conninfo=""))
_held: ContextVar[list[tuple[str, dict[str, Any]]] | None] = ContextVar("held", default=None)


@asynccontextmanager
async def opened(database_url: str, pool_size: int = 4) -> AsyncIterator[App]:
    """The queue on a real database, for those who take jobs from it."""
    conninfo = database_url.replace("postgresql+psycopg://", "postgresql://")
    connector = Line(
        conninfo=conninfo,
        kwargs=db.lines(database_url),  # also of the line that listens: it idles in no transaction
        min_size=1,
        max_size=pool_size,
        configure=_commit_each_statement,
    )
    with jobs.replace_connector(connector) as app:
        async with app.open_async():
            yield app


async def _commit_each_statement(line: psycopg.AsyncConnection[Any]) -> None:
    """Whatever the queue asks is one statement; a transaction around it would ask twice more."""
    await line.set_autocommit(True)


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
