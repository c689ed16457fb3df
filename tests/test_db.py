"""One request or job is one transaction."""

import asyncio

import pytest
from sqlalchemy import text

from app import db
from app.errors import NotFound, WrongSignIn
from tests import factories
from tests.conftest import Committed, Databases, settings_for

# a COMMIT that takes half a second: a deferred trigger that sleeps
SLOW_COMMIT = (
    """
    create function sleep_a_little() returns trigger language plpgsql as
    $$ begin perform pg_sleep(0.5); return null; end $$
    """,
    """
    create constraint trigger slow after insert on categories
    deferrable initially deferred for each row execute function sleep_a_little()
    """,
)


async def categories(committed: Committed) -> int:
    async with committed.work() as session:
        return int(await session.scalar(text("select count(*) from categories")) or 0)


async def write_and_end_with(committed: Committed, fault: Exception) -> None:
    async with committed.work() as session:
        await factories.category(session)
        raise fault


async def test_what_was_done_is_committed(committed: Committed) -> None:
    async with committed.work() as session:
        await factories.category(session)
    assert await categories(committed) == 1


@pytest.mark.parametrize("fault", [NotFound(), ValueError()])
async def test_a_refusal_or_a_fault_leaves_nothing(committed: Committed, fault: Exception) -> None:
    with pytest.raises(type(fault)):
        await write_and_end_with(committed, fault)
    assert await categories(committed) == 0


async def test_a_refusal_that_keeps_what_it_noted_is_committed(committed: Committed) -> None:
    with pytest.raises(WrongSignIn):
        await write_and_end_with(committed, WrongSignIn())
    assert await categories(committed) == 1


async def test_who_hangs_up_during_the_commit_does_not_cut_it_in_half(
    committed: Committed,
) -> None:
    async with committed.work() as session:
        for statement in SLOW_COMMIT:
            await session.execute(text(statement))

    async def request() -> None:
        async with committed.work() as session:
            await factories.category(session)

    task = asyncio.create_task(request())
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await categories(committed) == 1
    assert "Checked out connections: 0" in committed.engine.pool.status()


async def test_a_slow_question_is_stopped(committed: Committed) -> None:
    async with committed.work() as session:
        assert await session.scalar(text("show statement_timeout")) == "30s"
        assert await session.scalar(text("show idle_in_transaction_session_timeout")) == "1min"


async def test_a_county_may_live_in_a_schema_of_its_own(
    databases: Databases, committed: Committed
) -> None:
    databases.run_in(committed.settings.database_url, "create schema taierzhuang")
    url = f"{committed.settings.database_url}&options=-csearch_path%3Dtaierzhuang"
    engine = db.make_engine(settings_for(url, committed.settings.var_dir))
    async with db.unit_of_work(db.make_sessions(engine)) as session:
        assert await session.scalar(text("select current_schema()")) == "taierzhuang"
        assert await session.scalar(text("show statement_timeout")) == "30s"
    await engine.dispose()


async def test_a_connection_comes_back_without_a_transaction(committed: Committed) -> None:
    """Also when it was begun where SQLAlchemy does not look."""
    async with committed.engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.execute("create table left_behind (number int)")
    async with committed.engine.connect() as connection:
        assert (await connection.get_raw_connection()).driver_connection is driver
        found = await connection.scalar(text("select to_regclass('left_behind')"))
    assert found is None
