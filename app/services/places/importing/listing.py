"""What files have drawn lately, and what undoing them has left."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.models.grid import Grid, GridOutline, OutlineImport, OutlineSource
from app.models.person import Person
from app.services import access
from app.services.access import Actor
from app.services.permissions import Permission

_MOST = 30


@dataclass(frozen=True)
class PastImport:
    """`left`: names of the grids that undo has not touched."""

    row: OutlineImport
    taken_by: str
    undone_by: str | None
    grids: int
    left: list[str]


async def imports(
    session: AsyncSession, actor: Actor, import_id: UUID | None = None
) -> list[PastImport]:
    """The newest first, or this one."""
    access.require(actor, Permission.EDIT_PLACES)
    taker, undoer = aliased(Person), aliased(Person)
    query = (
        select(OutlineImport, taker.name, undoer.name)
        .join(taker, taker.id == OutlineImport.taken_by_id)
        .outerjoin(undoer, undoer.id == OutlineImport.undone_by_id)
        .order_by(OutlineImport.taken_at.desc(), OutlineImport.id.desc())
        .limit(_MOST)
    )
    if import_id:
        query = query.where(OutlineImport.id == import_id)
    rows = (await session.execute(query)).all()
    drawn = await _drawn(session, [row.id for row, *_ in rows])
    return [_told(row, taken_by, undone_by, drawn[row.id]) for row, taken_by, undone_by in rows]


async def _drawn(
    session: AsyncSession, ids: Collection[UUID]
) -> dict[UUID, dict[OutlineSource, dict[UUID, str]]]:
    """By import: names of the grids it drew, and of those that were put back."""
    query = (
        select(GridOutline.import_id, GridOutline.source, Grid.id, Grid.name)
        .join(Grid, Grid.id == GridOutline.grid_id)
        .where(GridOutline.import_id.in_(ids))
        .order_by(Grid.official_code.nulls_last(), Grid.id)
    )
    found: dict[UUID, dict[OutlineSource, dict[UUID, str]]] = {id_: {} for id_ in ids}
    for import_id, source, grid_id, name in await session.execute(query):
        if import_id:
            found[import_id].setdefault(source, {})[grid_id] = name
    return found


def _told(
    row: OutlineImport,
    taken_by: str,
    undone_by: str | None,
    drawn: dict[OutlineSource, dict[UUID, str]],
) -> PastImport:
    taken = drawn.get(OutlineSource.IMPORTED, {})
    back = drawn.get(OutlineSource.PUT_BACK, {})
    left = [name for id_, name in taken.items() if id_ not in back] if row.undone_at else []
    return PastImport(row, taken_by, undone_by, len(taken), left)
