"""Open cases of a grid that has ended go over to the grid that follows, by a recorded step."""

from collections.abc import Callable, Collection
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.grid import Grid
from app.models.hazard import OPEN_STATES, Hazard
from app.services import events
from app.services.access import SYSTEM
from app.services.events import Fact
from app.services.hazard_flow import REGROUNDED


async def carry(
    session: AsyncSession,
    change_id: UUID,
    grid_ids: Collection[UUID],
    grid_of: Callable[[Hazard], Grid],
) -> int:
    """How many. Village, township, holder and clocks stay: only the ground below them is new."""
    query = (
        select(Hazard)
        .where(Hazard.grid_id.in_(grid_ids), Hazard.state.in_(OPEN_STATES))
        .order_by(Hazard.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    rows = list(await session.scalars(query))
    names = {
        row.id: row.name for row in await session.scalars(select(Grid).where(Grid.id.in_(grid_ids)))
    }
    for hazard in rows:
        left, there = hazard.grid_id, grid_of(hazard)
        assert left is not None  # the query asks for it
        hazard.grid_id = there.id
        fact = Fact(
            id=uuid5(hazard.id, f"division:{change_id}"),
            kind=REGROUNDED,
            body_sha256="",
            at=clock.now(),
            occurred_at=None,
            from_state=hazard.state,
            seat=None,
            data={
                "left": {"id": str(left), "name": names[left]},
                "ground": {"id": str(there.id), "name": there.name},
            },
            left_grid_id=left,
        )
        await events.write(session, SYSTEM, hazard, fact)
    await session.flush()
    return len(rows)
