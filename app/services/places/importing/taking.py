"""Taking the good ones of a file in: all of them or, if anything has moved since, none."""

from typing import Any
from uuid import UUID

from shapely.geometry import mapping
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.db import Sessions
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
from app.services.places.importing.running import Step, run

_TOGETHER = 50  # written in one go; then it is said how far it is


async def take(
    session: AsyncSession,
    actor: Actor,
    command: TakeOutlines,
    body: bytes,
    file: str,
    sessions: Sessions | None = None,
) -> int:
    """How many grids were drawn. ChangedMeanwhile: look at the file again."""
    async with run(sessions, actor, file, is_taking=True) as progress:
        found = await checking.look(session, actor, command, body, progress)
        if found.seal != command.seal:
            raise ChangedMeanwhile(fields=["seal"])
        grids = await _locked(session, found)
        for at in range(0, len(grids), _TOGETHER):
            progress.tell(Step.TAKING, at, len(grids))
            told = [_draw(one, found, command, file) for one in grids[at : at + _TOGETHER]]
            await session.flush()
            await audit.record_each(session, Kind.GRID_EDITED, actor, told)
        progress.tell(Step.TAKING, len(grids), len(grids))
        reference.forget(session)
        await _keep(session, actor, grids, command, file)
        return len(grids)


def _draw(
    grid: Grid, found: Checked, command: TakeOutlines, file: str
) -> tuple[Subject, dict[str, Any]]:
    """What the audit is told of it."""
    drawn, was = found.drawn[grid.id], outlines.version(grid.outline)
    inside = drawn.representative_point()
    grid.outline = dict(mapping(drawn))
    grid.centre_lat, grid.centre_lon = inside.y, inside.x
    versions = {"from": was, "to": outlines.version(grid.outline)}
    marked = {"is_correction": True} if command.is_correction else {}
    data = {"outline_version": versions, "file": file, "crs": command.crs, **marked}
    return Subject("grid", grid.id), data


async def _keep(
    session: AsyncSession, actor: Actor, grids: list[Grid], command: TakeOutlines, file: str
) -> None:
    """All together: what is to be filed of a township is one line."""
    batch = OutlineImport(file=file, taken_at=clock.now(), taken_by_id=actor.person_id)
    session.add(batch)
    await session.flush()
    drawing = Drawing(OutlineSource.IMPORTED, command.crs, command.is_correction, batch.id)
    await history.keep(session, actor, grids, drawing)


async def _locked(session: AsyncSession, found: Checked) -> list[Grid]:
    ids: list[UUID] = list(found.drawn)
    query = select(Grid).where(Grid.id.in_(ids)).order_by(Grid.id).with_for_update(key_share=True)
    grids = list(await session.scalars(query.execution_options(populate_existing=True)))
    if any(outlines.version(grid.outline) != found.versions[grid.id] for grid in grids):
        raise ChangedMeanwhile(fields=["seal"])
    return grids
