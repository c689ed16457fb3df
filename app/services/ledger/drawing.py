"""Objects for those who plan to look at them: within one's own reach, named or drawn by lot."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid
from app.models.supervised_object import SupervisedObject
from app.services.access import Actor
from app.services.ledger import reach
from app.services.ledger.commands import ObjectFilters
from app.services.ledger.filtering import conditions
from app.services.ledger.reach import Runner


async def within_reach(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> set[UUID]:
    """Which of these are open and within the actor's reach."""
    query = _select(actor).where(SupervisedObject.id.in_(ids), SupervisedObject.closed_on.is_(None))
    return set(await session.scalars(query))


async def draw(
    session: AsyncSession, actor: Actor, filters: ObjectFilters, count: int
) -> list[UUID]:
    """So many by lot, all if there are fewer; members of a bundle come with it."""
    query = _select(actor).where(*conditions(actor, filters), SupervisedObject.bundle_id.is_(None))
    return list(await session.scalars(query.order_by(func.random()).limit(count)))


def _select(actor: Actor) -> Select[UUID]:
    return (
        select(SupervisedObject.id)
        .join(Grid, Grid.id == SupervisedObject.grid_id)
        .join(Runner, Runner.id == Grid.organization_id)
        .where(reach.is_within(actor))
    )
