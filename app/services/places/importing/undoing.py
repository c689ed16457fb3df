"""A whole import is undone: each grid gets back what it had, unless it was redrawn since."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shapely.geometry import shape
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import NotFound
from app.models.grid import Grid, GridOutline, OutlineImport, OutlineSource
from app.services import access, audit, reference
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.permissions import Permission
from app.services.places import history, outlines
from app.services.places.history import Drawing
from app.services.places.importing.listing import PastImport, imports
from app.services.places.standing import is_not_over

Outline = dict[str, Any] | None


async def undo(session: AsyncSession, actor: Actor, import_id: UUID) -> PastImport:
    """Safe to repeat: what was left the first time stays as it is."""
    access.require(actor, Permission.EDIT_PLACES)
    batch = await session.get(OutlineImport, import_id, with_for_update=True)
    if batch is None:
        raise NotFound
    if batch.undone_at is None:
        await _put_back(session, actor, batch)
    (found,) = await imports(session, actor, import_id)
    return found


async def _put_back(session: AsyncSession, actor: Actor, batch: OutlineImport) -> None:
    grids = await _locked(session, batch.id)
    before = await _before(session, batch.id, grids)
    told, back = [], [grid for grid in grids if grid.id in before]
    for grid in back:
        was = outlines.version(grid.outline)
        _draw(grid, before[grid.id])
        versions = {"from": was, "to": outlines.version(grid.outline)}
        data = {"outline_version": versions, "undone": batch.file}
        told.append((Subject("grid", grid.id), data))
    batch.undone_at, batch.undone_by_id = clock.now(), actor.person_id
    await session.flush()
    reference.forget(session)
    await history.keep(session, actor, back, await _putting_back(session, batch.id))
    await audit.record_each(session, Kind.GRID_EDITED, actor, told)
    about = {"file": batch.file, "put_back": len(back)}
    subject = Subject("outline_import", batch.id)
    await audit.record(session, Kind.OUTLINES_IMPORT_UNDONE, actor, subject, about)


async def _putting_back(session: AsyncSession, import_id: UUID) -> Drawing:
    """What was not to be filed when it came is not when it goes."""
    query = select(GridOutline.is_correction).where(GridOutline.import_id == import_id).limit(1)
    is_correction = bool(await session.scalar(query))
    return Drawing(OutlineSource.PUT_BACK, is_correction=is_correction, import_id=import_id)


async def _locked(session: AsyncSession, import_id: UUID) -> Sequence[Grid]:
    """The grids that it drew and that are not over."""
    mine = select(GridOutline.grid_id).where(GridOutline.import_id == import_id)
    query = (
        select(Grid)
        .where(Grid.id.in_(mine), is_not_over(access.today()))
        .order_by(Grid.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).all()


async def _before(
    session: AsyncSession, import_id: UUID, grids: Sequence[Grid]
) -> dict[UUID, Outline]:
    """What each had, of those on which the outline of the import stands still, or again."""
    query = select(GridOutline).where(GridOutline.grid_id.in_([grid.id for grid in grids]))
    order = (GridOutline.recorded_at, GridOutline.id)
    earlier: dict[UUID, Outline] = {}
    drawn: dict[UUID, tuple[Outline, Outline]] = {}
    for row in await session.scalars(query.order_by(*order)):
        if row.import_id == import_id:
            drawn[row.grid_id] = earlier.get(row.grid_id), row.outline
        earlier[row.grid_id] = row.outline
    stands = {grid.id: outlines.version(grid.outline) for grid in grids}
    return {id_: was for id_, (was, its) in drawn.items() if stands[id_] == outlines.version(its)}


def _draw(grid: Grid, outline: Outline) -> None:
    """The centre outlives the outline."""
    grid.outline = outline
    if outline is not None:
        inside = shape(outline).representative_point()
        grid.centre_lat, grid.centre_lon = inside.y, inside.x
