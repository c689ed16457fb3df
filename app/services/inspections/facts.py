"""Rows of one inspection as they are, for the rule and for the reader."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.hazard import State
from app.models.inspection import InspectionAnswer, InspectionPlace
from app.services.inspections import settling


async def places_of(session: AsyncSession, inspection_id: UUID) -> Sequence[InspectionPlace]:
    query = select(InspectionPlace).where(InspectionPlace.inspection_id == inspection_id)
    return (await session.scalars(query)).all()


async def answers_of(session: AsyncSession, inspection_id: UUID) -> Sequence[InspectionAnswer]:
    """In the order in which they were said, place by place."""
    row = InspectionAnswer
    query = select(row).where(row.inspection_id == inspection_id)
    return (await session.scalars(query.order_by(row.object_id, row.position))).all()


async def states_of(
    session: AsyncSession, answers: Collection[InspectionAnswer]
) -> dict[UUID, State]:
    ids = [row.hazard_id for row in answers if row.hazard_id]
    return await settling.states(session, ids) if ids else {}
