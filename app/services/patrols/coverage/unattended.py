"""Grids that somebody should walk and nobody does: as the list of coverage shows them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid
from app.models.organization import WALKING_KINDS, Organization
from app.models.supervised_object import SupervisedObject
from app.services import places
from app.services.patrols.coverage.sight import IS_LOOKED_AT, manned


def is_walked() -> ColumnElement[bool]:
    """Of Grid: it has gridworkers and a chief. Those of enterprises and desks have none."""
    return exists(
        select(Organization.id).where(
            Organization.id == Grid.organization_id, Organization.kind.in_(WALKING_KINDS)
        )
    )


async def unattended(session: AsyncSession, day: date) -> Sequence[UUID]:
    """In force, with nothing hanging under or something on it, and nobody on foot that day."""
    has_something = exists().where(SupervisedObject.grid_id == Grid.id, IS_LOOKED_AT)
    query = select(Grid.id).where(
        places.is_in_force(day),
        or_(~places.has_parts(day), has_something),
        is_walked(),
        Grid.id.not_in(select(manned(day).c.grid_id)),
    )
    found = await session.scalars(query.order_by(Grid.official_code.nulls_last(), Grid.id))
    return found.all()
