"""What somebody has seen that a grid has: by whoever looks after the ground (S2-32 to S2-41)."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotPermitted
from app.models.slot import GridProvision
from app.services import access, audit, places
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.permissions import PERMISSIONS, Permission
from app.services.places import KnownGrid
from app.services.slots.commands import NoteProvision
from app.services.slots.filling import standing_grid


def may_note(actor: Actor, grid: KnownGrid | None) -> bool:
    """A village of its own grids, a township of those of its villages, the administrator of all."""
    if Permission.EDIT_PLACES in actor.permissions:
        return True
    if grid is None:
        return False
    noting = {
        s.organization_id for s in actor.seats if Permission.NOTE_GRIDS in PERMISSIONS[s.role]
    }
    return not noting.isdisjoint({grid.village_id, grid.township_id})


async def note_provision(
    session: AsyncSession, actor: Actor, grid_id: UUID, command: NoteProvision
) -> None:
    """One thing at a time: two who look at the same grid take nothing back from each other.

    Repeatable; the day and the person of what was noted before stay.
    """
    access.require(actor, Permission.NOTE_GRIDS)
    await standing_grid(session, grid_id)
    if not may_note(actor, (await places.known_grids(session)).get(grid_id)):
        raise NotPermitted(
            why="这个网格由本村（社区）、本镇街记。",
            why_en="The village and the township of this grid note what it has.",
        )
    values = {
        "grid_id": grid_id,
        "what": command.what,
        "noted_on": access.today(),
        "noted_by_id": actor.person_id,
    }
    known = (GridProvision.grid_id == grid_id, GridProvision.what == command.what)
    change = (
        insert(GridProvision).values(**values).on_conflict_do_nothing()
        if command.is_there
        else delete(GridProvision).where(*known)
    )
    before = await session.scalar(select(GridProvision.noted_on).where(*known))
    if (before is not None) == command.is_there:
        return
    await session.execute(change)
    told = {"from": not command.is_there, "to": command.is_there}
    about = Subject("grid", grid_id)
    given = {"what": command.what.value, "is_there": told}
    await audit.record(session, Kind.PROVISIONS_NOTED, actor, about, given)
