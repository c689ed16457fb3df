"""What jobs do: a name, a service function, perhaps a timetable.

A job function takes `session` first and is one transaction; it may also name `storage`,
`heads`, `settings` or `darkroom`. Jobs run at least once: what they do must be safe to repeat.
"""

import asyncio
import contextlib
import inspect
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from procrastinate import App, JobContext
from procrastinate.jobs import DEFAULT_QUEUE
from procrastinate.periodic import PeriodicRegistry
from sqlalchemy.ext.asyncio import AsyncSession

from app import db, storage
from app.config import Settings
from app.darkroom import Darkroom
from app.db import Sessions
from app.gathering import Gathering
from app.jobs import QUEUES, RETRY, jobs, opened
from app.services import (
    accidents,
    accounts,
    checklists,
    divisions,
    duties,
    grid_jobs,
    hazard_jobs,
    ledger_jobs,
    library,
    patrols,
    photos,
    rechecks,
    roster,
    training_jobs,
)
from app.services.ledger import importing, telling
from app.services.personal import retention
from app.storage import ObjectStore

log = logging.getLogger("safegrid.worker")
GRACE_SECONDS = 20
AGAIN_SECONDS = 5  # until the next worker begins inside the server
STOPS = (signal.SIGINT, signal.SIGTERM)
TOOLS = ("storage", "heads", "settings", "darkroom")


async def forget_what_is_over(session: AsyncSession) -> None:
    """At night: what the table of periods no longer keeps."""
    log.info("forgotten", extra={"fields": await retention.forget(session)})


async def do_no_more(_: AsyncSession) -> None:
    """What a worker of the release before may still put in line."""


@dataclass(frozen=True)
class Job:
    """`cron` in UTC; without it the job runs when a service defers its name.

    `gathers`: the argument in which jobs of this kind differ. The job takes others of its kind
    along, so it waits a moment for them, and those that this worker has begun meanwhile are done as
    one: `do` is given all of these arguments as a list, under the plural of the name.
    """

    name: str
    do: Callable[..., Awaitable[None]]
    cron: str | None = None
    gathers: str = ""


JOBS: tuple[Job, ...] = (
    Job(importing.JOB, importing.run),
    Job(roster.JOB, roster.run),
    Job(telling.JOB, ledger_jobs.tell_collector),
    Job(checklists.REMOVE_PICTURES, checklists.remove_pictures),
    Job(library.REMOVE_FILES, library.remove_files),
    Job(library.TELL, library.tell_audience),
    Job("make_derivatives", photos.make_derivatives),
    Job("notify", hazard_jobs.notify, gathers="event_id"),
    Job("tick_clocks", hazard_jobs.tick_clocks, cron="* * * * *"),
    Job("ring_accidents", accidents.ring, cron="* * * * *"),
    Job("archive_verified", hazard_jobs.archive_verified, cron="*/10 * * * *"),
    Job("second_look", rechecks.second_look),
    Job("hand_over_rechecks", rechecks.hand_over, cron="41 * * * *"),
    Job("carry_divisions", divisions.carry_due, cron="2 * * * *"),
    Job("note_newest_looks", do_no_more),
    Job("turn_patrols", patrols.turn, cron="5 * * * *"),
    Job("warn_of_endings", training_jobs.warn_of_endings, cron="47 22 * * *"),
    Job("tell_of_unattended", grid_jobs.tell_of_unattended, cron="52 22 * * *"),
    Job("remind_of_duties", duties.remind, cron="57 22 * * *"),
    Job("remind_of_documents", library.remind, cron="1 23 * * *"),
    Job("seal", hazard_jobs.seal, cron="*/10 * * * *"),
    Job("retention", forget_what_is_over, cron="37 18 * * *"),
    Job("forget_viewings", hazard_jobs.forget_viewings, cron="17 * * * *"),
    Job("forget_old_guards", accounts.forget_old_guards, cron="23 19 * * *"),
)


@dataclass(frozen=True)
class Tools:
    sessions: Sessions
    storage: ObjectStore
    heads: ObjectStore
    settings: Settings
    darkroom: Darkroom


def register(job: Job) -> None:
    wanted = inspect.signature(job.do).parameters
    gathering = Gathering()

    async def run(context: JobContext, /, **arguments: Any) -> None:
        tools: Tools = context.additional_context["tools"]
        if job.cron:
            arguments.pop("timestamp")  # of the tick; jobs ask the clock
        given = {name: getattr(tools, name) for name in TOOLS if name in wanted}

        async def do(**asked: Any) -> None:
            async with db.unit_of_work(tools.sessions) as session:
                await job.do(session, **given, **asked)

        async def do_all(some: list[Any]) -> None:
            await do(**{f"{job.gathers}s": some})

        if not job.gathers:
            await do(**arguments)
        elif context.job.attempts:  # what has failed once fails nobody else
            await do_all([arguments[job.gathers]])
        else:
            await gathering.join(arguments[job.gathers], do_all)

    lock = job.name if job.cron else None
    queue = QUEUES.get(job.name, DEFAULT_QUEUE)
    named = jobs.task(
        name=job.name, queue=queue, retry=RETRY, pass_context=True, queueing_lock=lock
    )
    task = named(run)
    if job.cron:
        jobs.periodic(cron=job.cron, periodic_id=job.name)(task)  # type: ignore[arg-type]  # by name


for row in JOBS:
    register(row)


# Who told of himself by a clock of the database that was ahead would live on as long as it was.
_NOBODY_LIVES_AHEAD = """
update procrastinate_workers set last_heartbeat = now() where last_heartbeat > now()
"""


@jobs.periodic(cron="*/2 * * * *")
@jobs.task(name="jobs.revive", queueing_lock="jobs.revive", pass_context=True, retry=RETRY)
async def revive_stalled(context: JobContext, timestamp: int) -> None:
    """Jobs whose worker died are taken up again."""
    del timestamp
    await context.app.connector.execute_query_async(_NOBODY_LIVES_AHEAD)
    for stalled in await context.app.job_manager.get_stalled_jobs():
        log.warning("job %s (%s) had lost its worker; trying again", stalled.id, stalled.task_name)
        await context.app.job_manager.retry_job(stalled)


@asynccontextmanager
async def tools_for(settings: Settings) -> AsyncIterator[tuple[App, Tools]]:
    engine = db.make_engine(settings)
    stores = storage.open_store(settings), storage.open_heads(settings)
    tools = Tools(db.make_sessions(engine), *stores, settings, Darkroom())
    try:
        async with opened(settings.database_url) as queue:
            yield queue, tools
    finally:
        await tools.darkroom.close()
        await engine.dispose()


class EndedByItself(Exception):  # noqa: N818 - what happened, in the words of the log
    """A worker that nobody stopped: its listener or timetable failed. Somebody starts the next."""


async def run(
    settings: Settings, *, concurrency: int = 4, queues: Sequence[str] | None = None
) -> None:
    """Work until a signal comes; `queues` None: on all of them. Raises EndedByItself."""
    async with tools_for(settings) as (queue, tools):
        options = {"concurrency": concurrency, "queues": queues, "install_signal_handlers": False}
        working = asyncio.create_task(_work(queue, tools, **options))
        with _on_stop(working.cancel), contextlib.suppress(asyncio.CancelledError):
            await working
        if working.cancelled():
            return
    log.error("the worker ended by itself: what failed stands above")
    raise EndedByItself


@contextlib.contextmanager
def _on_stop(do: Callable[[], object]) -> Iterator[None]:
    """The jobs that are under way end first; a second signal waits for nothing more."""
    loop = asyncio.get_running_loop()
    for asked in STOPS:
        loop.add_signal_handler(asked, do)
    try:
        yield
    finally:
        for asked in STOPS:
            loop.remove_signal_handler(asked)


async def catch_up(settings: Settings) -> None:
    """Do what waits now and return, without the timetable; for tests and drills."""
    async with tools_for(settings) as (queue, tools):
        timetable, queue.periodic_registry = queue.periodic_registry, _no_timetable()
        try:
            await _work(queue, tools, wait=False, install_signal_handlers=False)
        finally:
            queue.periodic_registry = timetable


def _no_timetable() -> PeriodicRegistry:
    return PeriodicRegistry()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def beside(settings: Settings) -> AsyncIterator[None]:
    """Work inside the process of the API, for one machine and few people."""
    async with tools_for(settings) as (queue, tools):
        working = asyncio.create_task(_keep_working(queue, tools))
        try:
            yield
        finally:
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await working


async def _keep_working(queue: App, tools: Tools) -> None:
    """A worker ends when the database leaves it; here nobody else would start the next."""
    while True:
        try:
            await _work(queue, tools, concurrency=2, install_signal_handlers=False)
        except Exception:
            log.exception("the worker inside the server ended")
        log.warning("the next worker inside the server begins in %s s", AGAIN_SECONDS)
        await asyncio.sleep(AGAIN_SECONDS)


async def _work(queue: App, tools: Tools, **options: Any) -> None:
    await queue.run_worker_async(
        additional_context={"tools": tools},
        delete_jobs="successful",
        shutdown_graceful_timeout=GRACE_SECONDS,
        **options,
    )
