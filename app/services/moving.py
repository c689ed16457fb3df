"""What a change of the division takes along, as each topic tells it; undoing reads it again."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.accident import Accident
from app.models.appeal import Appeal
from app.models.grid import Grid
from app.models.hazard import Hazard
from app.models.supervised_object import SupervisedObject

Thing = TypeVar("Thing", Accident, Appeal, Hazard, SupervisedObject)
Followed = TypeVar("Followed", Accident, Appeal)


class Moved(NamedTuple):
    """Ids as text, days as ISO: it is kept as JSON."""

    id: UUID
    was: dict[str, Any]
    became: dict[str, Any]


def text(id_: UUID | None) -> str | None:
    return str(id_) if id_ else None


async def open_on(
    session: AsyncSession,
    model: type[Thing],
    is_open: ColumnElement[bool],
    grid_ids: Collection[UUID],
    *,
    locked: bool,
) -> list[Thing]:
    """What of a kind is open on these grids; locked, as it stands once it is."""
    query = select(model).where(model.grid_id.in_(grid_ids), is_open).order_by(model.id)
    if locked:
        query = query.with_for_update(key_share=True)
    return list(await session.scalars(query.execution_options(populate_existing=True)))


async def over(
    session: AsyncSession,
    rows: Sequence[Followed],
    grid_of: Callable[[Followed], Grid],
    put: Callable[[Followed, Grid], None],
    keeps: Sequence[str] = ("grid_id",),
) -> list[Moved]:
    """Each onto its grid, unless it is there; `keeps`: what is written down of it."""
    moved = []
    for row in rows:
        there = grid_of(row)
        if there.id == row.grid_id:
            continue
        was = {name: text(getattr(row, name)) for name in keeps}
        put(row, there)
        moved.append(Moved(row.id, was, {name: text(getattr(row, name)) for name in keeps}))
    await session.flush()
    return moved
