"""Which transaction wrote a row: a row keeps 32 bits of a number that goes on counting."""

import pytest
from sqlalchemy import BigInteger, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.transactions import OLDEST_RUNNING, whole, writer_of
from tests.factory import County

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
