"""Taking the good ones of a file in: all of them or, if anything has moved since, none."""

from uuid import UUID

from shapely.geometry import mapping
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import ChangedMeanwhile
from app.models.grid import Grid, OutlineImport, OutlineSource
from app.services import audit, reference
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.places import history, outlines
from app.services.places.history import Drawing
from app.services.places.importing import checking
from app.services.places.importing.commands import TakeOutlines
from app.services.places.importing.judging import Checked


async def take(
    session: AsyncSession, actor: Actor, command: TakeOutlines, body: bytes, file: str
) -> int:
    """How many grids were drawn. ChangedMeanwhile: look at the file again."""
    found = await checking.check(session, actor, command, body)
    if found.seal != command.seal:
        raise ChangedMeanwhile(fields=["seal"])
    grids = await _locked(session, found)
    told = []
    for grid in grids:
        drawn = found.drawn[grid.id]
        inside = drawn.representative_point()
        was = outlines.version(grid.outline)
        grid.outline = dict(mapping(drawn))
        grid.centre_lat, grid.centre_lon = inside.y, inside.x
        versions = {"from": was, "to": outlines.version(grid.outline)}
        told.append(
            (
                Subject("grid", grid.id),
                {"outline_version": versions, "file": file, "crs": command.crs}
                | ({"is_correction": True} if command.is_correction else {}),
            )
        )
    await session.flush()
    reference.forget(session)
    batch = OutlineImport(file=file, taken_at=clock.now(), taken_by_id=actor.person_id)
    session.add(batch)
    await session.flush()
    drawing = Drawing(OutlineSource.IMPORTED, command.crs, command.is_correction, batch.id)
    await history.keep(session, actor, grids, drawing)
    await audit.record_each(session, Kind.GRID_EDITED, actor, told)
    return len(grids)


async def _locked(session: AsyncSession, found: Checked) -> list[Grid]:
    ids: list[UUID] = list(found.drawn)
    query = select(Grid).where(Grid.id.in_(ids)).order_by(Grid.id).with_for_update(key_share=True)
    grids = list(await session.scalars(query.execution_options(populate_existing=True)))
    if any(outlines.version(grid.outline) != found.versions[grid.id] for grid in grids):
        raise ChangedMeanwhile(fields=["seal"])
    return grids
