"""Phones keep the objects of their own grids: they are told to fetch them again."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.event import Change
from app.services.sync import CHANNEL


async def tell(session: AsyncSession, grid_ids: Iterable[UUID]) -> None:
    """One line a grid, however many of its objects have changed."""
    rows = [{"kind": "objects", "left_grid_id": grid_id} for grid_id in sorted(set(grid_ids))]
    if rows:
        await session.execute(insert(Change), rows)
        await session.execute(select(func.pg_notify(CHANNEL, "")))
