"""What goes straight to the driver behaves as if SQLAlchemy had sent it."""

import pytest
from sqlalchemy import Integer, bindparam, literal, select, text
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.hazard import Hazard, State
from app.models.person import Person
from app.prepared import Prepared
from tests import factories
from tests.conftest import Committed

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
