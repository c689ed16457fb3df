"""Open cases of a grid that has ended go over to the grid that follows, by a recorded step.

In another village they get that village; whoever held or dispatched them as the desk of the old one
hands them to the desk of the same kind there. Departments keep what they have, clocks their times.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.grid import Grid
from app.models.hazard import OPEN_STATES, Hazard, Party
from app.models.organization import Organization
from app.services import clocks, events, moving, places
from app.services.access import SYSTEM
from app.services.events import Fact
from app.services.hazard_flow import REGROUNDED
from app.services.hazards.step import named
from app.services.moving import Moved, text

DESKS = ("holder_id", "dispatcher_id")
_PUT_BACK = ("village_id", *DESKS)


@dataclass(frozen=True)
class Carrying:
    """Why they go over: `cause` makes one event id a case, `said` stands in each event."""

    cause: str
    grid_of: Callable[[Hazard], Grid]
    said: dict[str, Any] = field(default_factory=dict)
    before: dict[UUID, Moved] = field(default_factory=dict)  # undone: how each was carried


async def open_on(
    session: AsyncSession, grid_ids: Collection[UUID], *, locked: bool
) -> list[Hazard]:
    is_open = Hazard.state.in_(OPEN_STATES)
    return await moving.open_on(session, Hazard, is_open, grid_ids, locked=locked)


async def carry(
    session: AsyncSession, rows: Sequence[Hazard], grids: Sequence[Grid], why: Carrying
) -> list[Moved]:
    """`grids`: that the cases may leave; the township is the same everywhere."""
    left = {grid.id: grid for grid in grids}
    moved = []
    for hazard in rows:
        there = why.grid_of(hazard)
        if hazard.grid_id is None or there.id == hazard.grid_id:
            continue
        was, here = _kept(hazard), left[hazard.grid_id]
        data = await _put(session, hazard, here, there, why)
        await _write(session, hazard, here, there, data, why)
        moved.append(Moved(hazard.id, was, _kept(hazard)))
    await session.flush()
    return moved


def _kept(hazard: Hazard) -> dict[str, Any]:
    own = {name: text(getattr(hazard, name)) for name in ("grid_id", *_PUT_BACK)}
    return {**own, "version": hazard.version}


async def _put(
    session: AsyncSession, hazard: Hazard, here: Grid, there: Grid, why: Carrying
) -> dict[str, Any]:
    """Onto the other ground; what is to be said of it."""
    if here.organization_id == there.organization_id:
        hazard.grid_id = there.id
        return {}
    known = await places.by_id(
        session, {here.organization_id, there.organization_id, hazard.township_id}
    )
    old, new = known[here.organization_id], known[there.organization_id]
    await _involve(session, hazard.id, old.id)
    hazard.grid_id = there.id  # and its village in the same statement: they hold together
    holder_id = hazard.holder_id
    before = why.before.get(hazard.id)
    if before and before.became["version"] == hazard.version:  # nobody has touched it since
        for name in _PUT_BACK:
            value = before.was[name]
            setattr(hazard, name, UUID(value) if value else None)
    else:
        desk = new if new.is_summarising and not hazard.is_urgent else known[hazard.township_id]
        hazard.village_id = new.id
        for name in DESKS:
            if getattr(hazard, name) == old.id:
                setattr(hazard, name, desk.id)
    said = {"left_body": named(old), "body": named(new)}
    if holder_id != hazard.holder_id and hazard.holder_id:
        said["holder"] = named(await session.get_one(Organization, hazard.holder_id))
        hazard.claimed_by_id = hazard.claimed_until = hazard.snoozed_until = None
        await clocks.hand_over(session, hazard)
    return said


async def _involve(session: AsyncSession, hazard_id: UUID, body_id: UUID) -> None:
    """Who has seen the case as the ground's body goes on seeing it."""
    row = {"hazard_id": hazard_id, "organization_id": body_id}
    await session.execute(insert(Party).values(row).on_conflict_do_nothing())


async def _write(
    session: AsyncSession,
    hazard: Hazard,
    here: Grid,
    there: Grid,
    data: dict[str, Any],
    why: Carrying,
) -> None:
    fact = Fact(
        id=uuid5(hazard.id, why.cause),
        kind=REGROUNDED,
        body_sha256="",
        at=clock.now(),
        occurred_at=None,
        from_state=hazard.state,
        seat=None,
        data={
            "left": {"id": str(here.id), "name": here.name},
            "ground": {"id": str(there.id), "name": there.name},
            **data,
            **why.said,
        },
        left_grid_id=here.id,
    )
    await events.write(session, SYSTEM, hazard, fact)
