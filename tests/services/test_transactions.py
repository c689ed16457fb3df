"""Which transaction wrote a row: a row keeps 32 bits of a number that goes on counting."""

import pytest
from sqlalchemy import BigInteger, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.person import Person
from app.services.transactions import OLDEST_RUNNING, whole, writer_of
from tests import factories
from tests.conftest import Committed

ROUND = 2**32


@pytest.mark.parametrize(
    ("kept", "next_one", "expected"),
    [
        (3, 7, 3),
        (6, 7, 6),
        (3, ROUND + 7, ROUND + 3),
        (9, ROUND + 7, 9),
        (ROUND - 1, 5 * ROUND + 7, 5 * ROUND - 1),
        (0, 5 * ROUND + 1, 5 * ROUND),
    ],
)
async def test_the_number_is_the_newest_before_the_next_one(
    session: AsyncSession, kept: int, next_one: int, expected: int
) -> None:
    number = whole(literal(kept, BigInteger), literal(next_one, BigInteger))
    assert await session.scalar(select(number)) == expected


async def test_a_row_tells_which_transaction_wrote_it_as_it_stands(committed: Committed) -> None:
    async with committed.work() as session:
        county = await factories.county(session)
        made = await session.scalar(text("select pg_current_xact_id()::text::bigint"))
    writers = select(writer_of(Person), OLDEST_RUNNING).where(Person.id == county.gridworker.id)
    async with committed.work() as session:
        assert (await session.execute(writers)).one() == (made, made + 1)
    async with committed.work() as session:
        await session.execute(update(Person).values(name="王桂芳"))
        changed = await session.scalar(text("select pg_current_xact_id()::text::bigint"))
    async with committed.work() as session:
        assert (await session.scalar(writers)) == changed > made
