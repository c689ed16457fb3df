"""Which gridworkers could go along to a place (陪同网格员; S1-29)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.models.grid import Grid
from app.models.inspection import Inspection, InspectionPlace
from app.models.person import Person, Post, Role
from app.models.supervised_object import SupervisedObject
from app.services import access

_OWN = aliased(Grid)


@dataclass(frozen=True)
class Companion:
    """`is_of_grid`: of the place's own grid, and so proposed; the others are of its village."""

    id: UUID
    name: str
    is_of_grid: bool


def day_of(inspection: Inspection, place: InspectionPlace | None = None) -> date:
    """On which day somebody would go along: the day on the spot, else the next one planned."""
    if place and place.looked_on:
        return place.looked_on
    return min(max(inspection.starts_on, access.today()), inspection.until)


async def could(session: AsyncSession, days: Mapping[UUID, date]) -> dict[UUID, list[Companion]]:
    """Gridworkers of each place's grid and village on its day; those of the grid first."""
    rows = await session.execute(
        select(
            SupervisedObject.id,
            Person.id,
            Person.name,
            (Post.grid_id == SupervisedObject.grid_id).label("is_of_grid"),
            Post.starts_on,
            Post.ends_on,
        )
        .join(_OWN, _OWN.id == SupervisedObject.grid_id)
        .join(Grid, Grid.organization_id == _OWN.organization_id)
        .join(Post, Post.grid_id == Grid.id)
        .join(Person, Person.id == Post.person_id)
        .where(
            SupervisedObject.id.in_(days),
            Post.role == Role.GRIDWORKER,
            Person.disabled_at.is_(None),
        )
        .order_by((Post.grid_id == SupervisedObject.grid_id).desc(), Person.name, Person.id)
    )
    found: dict[UUID, dict[UUID, Companion]] = {}
    for object_id, person_id, name, is_of_grid, starts_on, ends_on in rows:
        if starts_on <= days[object_id] and (ends_on is None or ends_on >= days[object_id]):
            of_place = found.setdefault(object_id, {})
            of_place.setdefault(person_id, Companion(person_id, name, is_of_grid))
    return {id_: list(of_place.values()) for id_, of_place in found.items()}
