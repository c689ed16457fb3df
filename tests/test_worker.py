"""Jobs: done if and only if their cause commits, at least once, and never silently dropped."""

import asyncio
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from procrastinate.jobs import Job as DeferredJob
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, jobs, worker
from app.config import Settings
from app.services import vitals
from app.storage import ObjectStore
from app.worker import Job
from tests import factories
from tests.conftest import Committed, Databases

seen: list[dict[str, Any]] = []


async def note(session: AsyncSession, storage: ObjectStore, settings: Settings, what: str) -> None:
    await factories.category(session, what)
    seen.append({"storage": storage, "settings": settings, "what": what})


async def fail(session: AsyncSession) -> None:
    await factories.category(session, "half_done")
    raise ValueError("not today")


async def tick(session: AsyncSession) -> None:
    seen.append({"tick": await session.scalar(text("select 1"))})


@pytest.fixture(autouse=True)
def _jobs() -> Iterator[None]:
    seen.clear()
    for job in (
        Job("test.note", note),
        Job("test.fail", fail),
        Job("test.tick", tick, "* * * * *"),
    ):
        worker.register(job)
    yield
    for name in ("test.note", "test.fail", "test.tick"):
        jobs.jobs.tasks.pop(name)
    jobs.jobs.periodic_registry.periodic_tasks.pop(("test.tick", "test.tick"))


async def categories(committed: Committed) -> int:
    async with committed.work() as session:
        query = text("select count(*) from categories")
        return int(await session.scalar(query) or 0)


async def test_a_deferred_job_is_done_in_its_own_transaction(committed: Committed) -> None:
    async with committed.work() as session:
        await jobs.defer(session, "test.note", what="gas")
    await worker.catch_up(committed.settings)
    assert await categories(committed) == 1
    assert seen[0]["what"] == "gas"
    assert seen[0]["settings"] is committed.settings
    async with committed.work() as session:
        assert (await vitals.figures(session)).jobs_waiting == 0


async def test_a_job_whose_cause_was_rolled_back_does_not_exist(committed: Committed) -> None:
    async with committed.sessions() as session:
        await jobs.defer(session, "test.note", what="gas")
        await session.rollback()
    await worker.catch_up(committed.settings)
    assert await categories(committed) == 0


async def test_a_job_that_fails_leaves_nothing_and_comes_again_later(committed: Committed) -> None:
    async with committed.work() as session:
        await jobs.defer(session, "test.fail")
    await worker.catch_up(committed.settings)
    assert await categories(committed) == 0
    async with committed.work() as session:
        row = await session.execute(
            text("select status, attempts, scheduled_at > now() from procrastinate_jobs")
        )
        assert tuple(row.one()) == ("todo", 1, True)


async def test_a_job_that_keeps_failing_is_counted_for_a_person(committed: Committed) -> None:
    async with committed.work() as session:
        await jobs.defer(session, "test.fail")
    for _ in range(5):
        async with committed.work() as session:
            await session.execute(text("update procrastinate_jobs set scheduled_at = null"))
        await worker.catch_up(committed.settings)
    async with committed.work() as session:
        figures = await vitals.figures(session)
    assert (figures.jobs_waiting, figures.jobs_stubborn) == (1, 1)


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 2), (3, 16), (11, 3600), (500, 3600)])
def test_patience_grows_to_an_hour_and_never_ends(attempts: int, seconds: int) -> None:
    job = DeferredJob(
        id=1, queue="", lock=None, queueing_lock=None, task_name="", attempts=attempts
    )
    decision = jobs.RETRY.get_retry_decision(exception=ValueError(), job=job)
    assert decision.retry_at is not None
    assert (decision.retry_at - clock.now()).total_seconds() == pytest.approx(seconds, abs=2)


async def test_a_job_whose_worker_died_is_taken_up_again(committed: Committed) -> None:
    async with committed.work() as session:
        await jobs.defer(session, "test.note", what="gas")
        await session.execute(
            text(
                "with dead as (insert into procrastinate_workers (last_heartbeat)"
                " values (now() - interval '1 hour') returning id)"
                " update procrastinate_jobs set status = 'doing', worker_id = (select id from dead)"
            )
        )
    await worker.catch_up(committed.settings)
    assert await categories(committed) == 0
    async with committed.work() as session:
        await jobs.defer(session, "jobs.revive", timestamp=0)
    await worker.catch_up(committed.settings)
    await worker.catch_up(committed.settings)
    assert await categories(committed) == 1


async def signs_ahead(committed: Committed) -> int:
    ahead = "select count(*) from procrastinate_workers where last_heartbeat > now()"
    async with committed.work() as session:
        return int(await session.scalar(text(ahead)) or 0)


async def test_who_died_while_the_databases_clock_was_ahead_does_not_live_on(
    committed: Committed,
) -> None:
    """His last sign of life bears a time that is yet to come."""

    async def revive() -> None:
        async with committed.work() as session:
            await jobs.defer(session, "jobs.revive", timestamp=0)
        await worker.catch_up(committed.settings)
        await worker.catch_up(committed.settings)

    async def run(statement: str) -> None:
        async with committed.work() as session:
            await session.execute(text(statement))

    async with committed.work() as session:
        await jobs.defer(session, "test.note", what="gas")
    await run(
        "with dead as (insert into procrastinate_workers (last_heartbeat)"
        " values (now() + interval '1 hour') returning id)"
        " update procrastinate_jobs set status = 'doing', worker_id = (select id from dead)"
    )
    await revive()
    assert await categories(committed) == 0
    assert await signs_ahead(committed) == 0
    await run("update procrastinate_workers set last_heartbeat = now() - interval '1 minute'")
    await revive()
    assert await categories(committed) == 1


async def test_the_worker_inside_the_server_works_until_the_server_stops(
    committed: Committed,
) -> None:
    async with worker.beside(committed.settings):
        async with committed.work() as session:
            await jobs.defer(session, "test.note", what="gas")
        async with asyncio.timeout(20):
            while not await categories(committed):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)
    async with committed.work() as session:
        await jobs.defer(session, "test.note", what="fire")
    await asyncio.sleep(0.3)
    assert await categories(committed) == 1


async def test_a_worker_inside_the_server_that_ends_is_followed_by_another(
    committed: Committed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A worker ends when it cannot take a job; the server begins the next one."""
    monkeypatch.setattr(worker, "AGAIN_SECONDS", 0.1)
    rename = "alter function {}(varchar[], bigint) rename to {}"
    fetch, away = "procrastinate_fetch_job_v2", "away"
    async with worker.beside(committed.settings), asyncio.timeout(30):
        async with committed.work() as session:
            await session.execute(text(rename.format(fetch, away)))
            await jobs.defer(session, "test.note", what="gas")
        while "the worker inside the server ended" not in caplog.text:  # noqa: ASYNC110 - a log
            await asyncio.sleep(0.05)
        async with committed.work() as session:
            await session.execute(text(rename.format(away, fetch)))
        while not await categories(committed):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
    assert await categories(committed) == 1


async def test_a_worker_alone_whose_listener_fails_does_not_end_as_if_it_had_been_stopped(
    committed: Committed, databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever keeps it running starts the next one only then. A line that is cut is opened anew."""
    name = databases.name_of(committed.settings.database_url)
    listening = f"from pg_stat_activity where datname = '{name}' and query ilike 'listen%'"
    working = asyncio.create_task(worker.run(committed.settings))
    async with asyncio.timeout(60):
        async with committed.sessions() as session:
            while not await session.scalar(text(f"select count(*) {listening}")):
                await session.rollback()
                await asyncio.sleep(0.05)
        databases.run(f"alter database {name} allow_connections false")
        databases.run(f"select pg_terminate_backend(pid) {listening}")
        with pytest.raises(worker.EndedByItself):
            await working
    assert "the worker ended by itself" in caplog.text


async def test_a_worker_alone_that_is_told_to_stop_ends_well(committed: Committed) -> None:
    working = asyncio.create_task(worker.run(committed.settings))
    async with committed.work() as session:
        await jobs.defer(session, "test.note", what="gas")
    async with asyncio.timeout(30):
        while not await categories(committed):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)
        await working


def test_every_job_is_registered_under_its_own_name() -> None:
    names = [job.name for job in worker.JOBS]
    assert len(names) == len(set(names))
    assert set(names) <= set(jobs.jobs.tasks)


def test_no_job_of_ours_gives_up() -> None:
    """Also the one that takes up the others' work: it may meet a database that is just away."""
    ours = {name: task for name, task in jobs.jobs.tasks.items() if "builtin" not in name}
    assert len(ours) > len(worker.JOBS)
    assert [name for name, task in ours.items() if task.retry_strategy is not jobs.RETRY] == []


_FIRST_TIME = """
create sequence ends;
create function first_time() returns trigger language plpgsql as $$ begin
  if nextval('ends') = 1 then perform {do}; end if;
  return coalesce(new, old);
end $$;
create trigger first_time before delete or update on procrastinate_jobs for each row
  when (old.status = 'doing') execute function first_time()
"""
_CUT = "pg_terminate_backend(pg_backend_pid())"
_WAIT_IN_COMMIT = "set_config('synchronous_commit', 'on', true)"  # for a replica that is not there
_END_WAITING = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and wait_event = 'SyncRep'
"""


async def at_the_first_end(session: AsyncSession, do: str) -> None:
    raw = await (await session.connection()).get_raw_connection()
    assert raw.driver_connection
    await raw.driver_connection.execute(_FIRST_TIME.format(do=do))


async def rows_of(committed: Committed) -> list[tuple[Any, ...]]:
    async with committed.work() as session:
        query = "select task_name, status::text, attempts from procrastinate_jobs order by id"
        return [tuple(row) for row in await session.execute(text(query))]


@pytest.mark.parametrize(
    ("task", "given", "left"),
    [("test.note", {"what": "gas"}, []), ("test.fail", {}, [("test.fail", "todo", 1)])],
)
async def test_a_line_lost_before_an_end_is_written_leaves_no_job_behind(
    committed: Committed, task: str, given: dict[str, str], left: list[tuple[Any, ...]]
) -> None:
    """A living worker's "doing" is taken up by nobody."""
    async with committed.work() as session:
        await at_the_first_end(session, _CUT)
        await jobs.defer(session, task, **given)
    await worker.catch_up(committed.settings)
    async with committed.work() as session:
        assert await session.scalar(text("select last_value from ends")) == 2  # it was cut
    assert await rows_of(committed) == left


async def test_a_line_lost_after_an_end_was_written_is_no_fault(
    committed: Committed, databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    async with committed.work() as session:
        await at_the_first_end(session, _WAIT_IN_COMMIT)
        await jobs.defer(session, "test.note", what="gas")
    databases.run("alter system set synchronous_standby_names = 'nobody'")
    databases.run("select pg_reload_conf()")
    try:
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            group.create_task(worker.catch_up(committed.settings))
            while not await ended_waiting(committed):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)
    finally:
        databases.run("alter system reset synchronous_standby_names")
        databases.run("select pg_reload_conf()")
    assert await rows_of(committed) == []
    assert "was lost" in caplog.text
    assert "never retrieved" not in caplog.text


async def ended_waiting(committed: Committed) -> bool:
    """In a transaction of its own: what others do is read once in each."""
    async with committed.work() as session:
        return bool((await session.execute(text(_END_WAITING))).all())


async def test_a_failed_job_makes_way_for_its_like_that_waits_already(
    committed: Committed,
) -> None:
    """The next tick's: two may not wait under one lock."""
    async with committed.work() as session:
        await session.execute(text(_LIKE.format("doing", "now()")))
        await session.execute(text(_LIKE.format("todo", "now() + interval '1 hour'")))
        await jobs.defer(session, "test.note", what="gas")
        await jobs.defer(session, "jobs.revive", timestamp=0)
    await worker.catch_up(committed.settings)
    assert await rows_of(committed) == [("test.tick", "todo", 0)]
    assert await categories(committed) == 1


_LIKE = """
insert into procrastinate_jobs (task_name, queue_name, queueing_lock, args, status, scheduled_at)
values ('test.tick', 'default', 'test.tick', '{{"timestamp": 0}}', '{}', {})
"""
