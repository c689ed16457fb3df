"""Rows whose objects nobody names any more: forgotten at night, the row first (decision 58)."""

from collections.abc import AsyncIterator
from typing import TypeVar

from sqlalchemy import ColumnElement, delete, func, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.base import Base

Row = TypeVar("Row", bound=Base)
_BATCH = 500


async def taken(
    session: AsyncSession, table: type[Row], is_over: ColumnElement[bool]
) -> AsyncIterator[list[Row]]:
    """What was deleted, batch by batch.

    A row that somebody is just naming is locked and stays; one that was named between the two
    statements is seen by the second.
    """
    (id_,) = inspect(table).primary_key
    free = select(id_).where(is_over).limit(_BATCH)
    while found := list(await session.scalars(free.with_for_update(skip_locked=True))):
        gone = delete(table).where(id_.in_(found), is_over)
        gone = gone.execution_options(synchronize_session=False)
        rows = list(await session.scalars(gone.returning(table)))
        if not rows:
            return
        yield rows


async def hold(session: AsyncSession, what: str) -> None:
    """Until the end: nobody removes what is just being kept, or keeps what is being removed."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(what))))
