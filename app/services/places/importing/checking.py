"""The dry run: what taking a file in would mean. Nothing is written."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import db
from app.db import Sessions
from app.errors import Invalid
from app.models.grid import Grid
from app.models.organization import Organization
from app.services import access
from app.services.access import Actor
from app.services.permissions import Permission
from app.services.places import neighbours
from app.services.places.importing import apart
from app.services.places.importing.commands import ImportOutlines, Match
from app.services.places.importing.judging import Checked, Scene
from app.services.places.importing.running import Run, Step, run
from app.services.places.known import by_id, known_grids
from app.services.places.standing import is_in_force

_one_by_one = asyncio.Semaphore(1)  # a large file takes a processor for seconds, and 50 MB


async def check(
    session: AsyncSession,
    actor: Actor,
    command: ImportOutlines,
    body: bytes,
    file: str = "",
    sessions: Sessions | None = None,
) -> Checked:
    """Raise Invalid for a file that is none; what is wrong with one feature stands in its row.

    `sessions`: by which it is told how far it is.
    """
    async with run(sessions, actor, file) as progress:
        return await look(session, actor, command, body, progress)


async def look(
    session: AsyncSession, actor: Actor, command: ImportOutlines, body: bytes, progress: Run
) -> Checked:
    """The same, as a part of something longer."""
    access.require(actor, Permission.EDIT_PLACES)
    if command.match is Match.NAME and command.township_id is None:
        raise Invalid(
            fields=["township_id"],
            reason_zh="按名称对，要先选镇街：不同镇街有同名的网格。",
            reason_en="Choose the township: grids of others may have the same names.",
        )
    async with _one_by_one:
        progress.tell(Step.READING)  # it waits for nobody any more
        scene = await _scene(session, command)
        await db.give_back(session)  # a large file is judged for seconds
        return await asyncio.to_thread(apart.judged, body, command, scene, progress.tell)


async def _scene(session: AsyncSession, command: ImportOutlines) -> Scene:
    day = access.today()
    query = (
        select(Grid)
        .join(Organization, Organization.id == Grid.organization_id)
        .where(is_in_force(day))
    )
    if command.township_id:
        query = query.where(Organization.within_id == command.township_id)
    grids = list(await session.scalars(query.order_by(Grid.id)))
    known = await known_grids(session)
    return Scene(
        grids=grids,
        known={id_: one for id_, one in known.items() if one.is_in_force(day)},
        bodies=await by_id(session, {grid.organization_id for grid in grids}),
        hung=await neighbours.hung(session),
    )
