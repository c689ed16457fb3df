"""Which grids somebody on foot must walk by the plan: a duty for places that has any there."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.obligation import Obligation, Scope
from app.models.person import GRID_ROLES
from app.services import access
from app.services.patrols import subjects
from app.services.patrols.planning import AHEAD
from app.services.patrols.typed import typed

_COVERED = "select distinct grid_id from ({subjects}) s where s.grid_id = any(:grids)"


async def covered(session: AsyncSession, grid_ids: Collection[UUID]) -> set[UUID]:
    """Of these grids. To enter what was found, or to look at oneself, covers no ground."""
    query = subjects.asking().where(
        Obligation.scope.in_((Scope.OBJECT, Scope.GRID)), Obligation.role.in_(GRID_ROLES)
    )
    today = access.today()
    when = {"first": today, "last": today + AHEAD}
    found: set[UUID] = set()
    for duty in await session.scalars(query):
        of = subjects.of(duty)
        if of is not None and duty.starts_on <= when["last"]:
            given = {**subjects.narrowing(duty), **when, "grids": list(grid_ids)}
            found |= set(await session.scalars(typed(_COVERED.format(subjects=of), given)))
    return found
