"""What goes straight to the driver behaves as if SQLAlchemy had sent it."""

import asyncio

import pytest
from sqlalchemy import Float, Integer, bindparam, func, literal, select, text
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from app import db
from app.driver import Question
from app.models.hazard import Hazard, State
from app.models.person import Person
from app.models.rules import Category
from app.prepared import Prepared, together
from tests import factories
from tests.conftest import Committed
from tests.test_db import SLOW_COMMIT

ASKED = Prepared(
    select(
        bindparam("state", type_=Hazard.state.type).label("state"),
        literal("100 %").label("share"),
        (literal(12) // bindparam("number", type_=Integer)).label("parts"),
    )
)
NAMED = Prepared(select(Person.name).where(Person.id == bindparam("id", type_=Person.id.type)))


async def test_values_go_in_and_come_back_in_the_types_of_the_columns(
    session: AsyncSession,
) -> None:
    (row,) = await ASKED.rows(session, {"state": State.REPORTED, "number": 4})
    assert (row.state, row.share, row.parts) == (State.REPORTED, "100 %", 3)


async def test_a_fault_is_the_usual_one_and_hides_what_was_given(session: AsyncSession) -> None:
    with pytest.raises(DataError) as caught:
        async with session.begin_nested():
            await ASKED.rows(session, {"state": State.REPORTED, "number": 0})
    assert "reported" not in str(caught.value)


async def test_what_the_session_has_not_written_yet_is_seen(session: AsyncSession) -> None:
    person = await factories.person(session)
    person.name = "改名"
    assert await NAMED.rows(session, {"id": person.id}) == [("改名",)]


async def test_one_lost_line_takes_the_others_along(committed: Committed) -> None:
    """All were cut at once; only the first who notices is refused."""
    asked = {"state": State.REPORTED, "number": 4}
    async with committed.work() as one, committed.work() as two, committed.work() as three:
        for session in (one, two, three):
            await ASKED.rows(session, asked)
    async with committed.work() as session:
        everybody = (
            "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
        )
        await session.execute(text(f"{everybody} and datname = current_database()"))
    refused = 0
    for _ in range(3):
        async with committed.sessions() as session:
            try:
                await ASKED.rows(session, asked)
            except OperationalError:
                refused += 1
    assert refused == 1


def asked(number: int) -> Question:
    return ASKED.asked({"state": State.REPORTED, "number": number})


async def test_the_first_fault_of_several_is_told_and_the_line_goes_on(
    committed: Committed,
) -> None:
    """A rollback makes the server forget what was prepared: it is prepared anew."""
    async with committed.sessions() as session:
        for _ in range(2):
            first, second = await together(session, asked(4), asked(3))
            assert (first[0].parts, second[0].parts) == (3, 4)
            with pytest.raises(DataError):
                await together(session, asked(4), asked(0), asked(3))
            await session.rollback()
        assert (await together(session, asked(6)))[0][0].parts == 2


async def test_each_question_sees_what_was_committed_before_it(committed: Committed) -> None:
    """What waits for a lock is followed by a look of its own, as if each had been sent alone."""
    hold = Prepared(select(func.pg_advisory_xact_lock(59)))
    count = Prepared(select(func.count(Category.code)))
    async with committed.work() as writer, committed.work() as reader:
        await hold.rows(writer, {})
        waiting = asyncio.create_task(together(reader, hold.asked({}), count.asked({})))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await factories.category(writer, "later")
        await writer.commit()
        _, found = await waiting
    assert found == [(1,)]


async def test_the_last_question_ends_the_transaction_on_the_way(committed: Committed) -> None:
    state = Prepared(select(func.pg_advisory_xact_lock(59)))
    async with committed.sessions() as session, committed.sessions() as other:
        await state.rows(session, {}, is_last=True)
        is_free = select(func.pg_try_advisory_xact_lock(59))
        assert await other.scalar(is_free)  # though nobody has said commit


async def test_whoever_goes_in_the_middle_leaves_a_line_that_the_next_one_can_use(
    committed: Committed,
) -> None:
    slow = Prepared(select(func.pg_sleep(bindparam("seconds", type_=Float))))
    async with committed.sessions() as session:
        going = asyncio.create_task(slow.rows(session, {"seconds": 60.0}))
        await asyncio.sleep(0.2)
        going.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going
        await session.rollback()
        assert (await together(session, asked(6)))[0][0].parts == 2


async def test_behind_a_pooler_nothing_is_prepared(committed: Committed) -> None:
    engine = db.make_engine(committed.settings.model_copy(update={"prepare_statements": False}))
    try:
        async with db.make_sessions(engine)() as session:
            first, second = await together(session, asked(4), asked(3))
            names = await session.scalar(text("select count(*) from pg_prepared_statements"))
        assert (first[0].parts, second[0].parts, names) == (3, 4, 0)
    finally:
        await engine.dispose()


WRITES = """
    create function add_one() returns integer language sql as
    $$ insert into categories (code, name, name_en, icon, position, is_active, default_level)
    values ('one', '一', 'one', 'fire', 1, true, 'general') returning 1 $$
"""


async def test_who_hangs_up_while_the_last_question_is_committed_does_not_cut_it_in_half(
    committed: Committed,
) -> None:
    """The row is there, and the line is as good as any: also when it is said more than once."""
    async with committed.work() as session:
        for statement in (*SLOW_COMMIT, WRITES):
            await session.execute(text(statement))
    write = Prepared(select(func.add_one()))
    used: list[int] = []

    async def request() -> None:
        async with committed.work() as session:
            used.append(await session.scalar(text("select pg_backend_pid()")) or 0)
            await write.rows(session, {}, is_last=True)

    going = asyncio.create_task(request())
    await asyncio.sleep(0.2)
    for _ in range(3):
        going.cancel()
        await asyncio.sleep(0.02)
    assert not going.done()
    with pytest.raises(asyncio.CancelledError):
        await going
    assert "Checked out connections: 0" in committed.engine.pool.status()
    async with committed.work() as session:
        assert await session.scalar(text("select pg_backend_pid()")) in used
        assert await session.scalar(select(func.count(Category.code))) == 1
        assert (await together(session, asked(4)))[0][0].parts == 3
