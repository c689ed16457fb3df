"""What changes of the division have made of grids: who follows whom, and when they were at rest.

A change that is undone turns the edge round: the grid that it had made is followed by the old one,
which is in force again and was not between the two days (decision 45).
"""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.division import DivisionChange, DivisionKind, DivisionPart, Side
from app.models.grid import Grid


@dataclass(frozen=True)
class Life:
    """`heir_id`: what has no other place goes there once the grid has ended.

    `rests`: first day without it, first day with it again.
    """

    heir_id: UUID | None = None
    rests: tuple[tuple[date, date], ...] = ()

    def is_at_rest(self, day: date) -> bool:
        return any(first <= day < again for first, again in self.rests)


UNTOUCHED = Life()


async def by_grid(session: AsyncSession) -> dict[UUID, Life]:
    query = (
        select(DivisionChange, DivisionPart.grid_id, DivisionPart.side)
        .join(DivisionPart, DivisionPart.change_id == DivisionChange.id)
        .order_by(DivisionChange.decided_at, DivisionChange.id, DivisionPart.position)
    )
    found: dict[UUID, Life] = {}
    first: dict[UUID, UUID] = {}
    for change, grid_id, side in await session.execute(query):
        life = found.get(grid_id, UNTOUCHED)
        is_before = side is Side.BEFORE
        if is_before:
            first.setdefault(change.id, grid_id)
        if change.undone_on is None:
            if is_before:
                found[grid_id] = replace(life, heir_id=change.rest_id)
        elif is_before:
            rest = (change.starts_on, change.undone_on)
            found[grid_id] = replace(life, rests=(*life.rests, rest))
        elif change.kind is not DivisionKind.CLOSE:
            found[grid_id] = replace(life, heir_id=first[change.id])
    return found


def is_at_rest(day: date) -> ColumnElement[bool]:
    """Of a grid that is in force again: not on this day."""
    between = (
        select(DivisionPart.grid_id)
        .join(DivisionChange, DivisionChange.id == DivisionPart.change_id)
        .where(
            DivisionPart.grid_id == Grid.id,
            DivisionPart.side == Side.BEFORE,
            DivisionChange.starts_on <= day,
            DivisionChange.undone_on > day,
        )
    )
    return exists(between.correlate(Grid))
