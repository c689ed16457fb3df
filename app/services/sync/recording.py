"""Saying, within the transaction that changes something, that others must look again."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from sqlalchemy import Insert, Select, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.event import Change
from app.models.hazard import Hazard
from app.services import access
from app.services.access import Actor

CHANNEL = "safegrid"
Kind = Literal["hazard", "rules", "notice"]


def noted(
    kind: Kind, *, hazard_ids: Select[UUID] | None = None, person_ids: Select[UUID] | None = None
) -> Insert:
    """The same as part of a larger statement, which must call pg_notify(CHANNEL) itself."""
    given = {"hazard_id": hazard_ids, "person_id": person_ids}
    ((column, ids),) = ((name, some) for name, some in given.items() if some is not None)
    rows = select(literal(kind), ids.subquery().c[0])
    return insert(Change).from_select(["kind", column], rows)


async def record_change(
    session: AsyncSession,
    kind: Kind,
    *,
    hazard_id: UUID | None = None,
    person_id: UUID | None = None,
    left_grid_id: UUID | None = None,
) -> int:
    """The number of the change. Readers learn of it after COMMIT, never before.

    `person_id`: whom a notice is for. `left_grid_id`: the grid that a case has just left, so
    that phones there forget it.
    """
    values = {"hazard_id": hazard_id, "person_id": person_id, "left_grid_id": left_grid_id}
    written = await session.execute(
        insert(Change)
        .values(kind=kind, **values)
        .returning(Change.seq, func.pg_notify(CHANNEL, ""))
    )
    seq: int = written.one()[0]
    return seq


async def tell_presence(session: AsyncSession, hazard_id: UUID) -> None:
    """Who is at a case has changed: told to open desks after COMMIT, written nowhere."""
    await session.execute(select(func.pg_notify(CHANNEL, str(hazard_id))))


async def visible(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> list[UUID]:
    """Those of these cases that the actor sees."""
    query = select(Hazard.id).where(Hazard.id.in_(ids), access.can_see(actor))
    return list(await session.scalars(query))
