"""How many of the hazards that inspections have found are put right (S4-25)."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Subquery, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.models.hazard import Hazard, State
from app.models.inspection import Inspection, InspectionAnswer, InspectionPlace
from app.models.visit import Answered
from app.services.access import Actor
from app.services.inspections import reach

# 当场整改, or finished and found to be right. Voided: it was none, and is not counted.
PUT_RIGHT = (State.FIXED_ON_SITE, State.VERIFIED, State.ARCHIVED)


@dataclass(frozen=True)
class Counts:
    """Of the places that the reader sees; `hazards` without those that were voided."""

    places: int = 0
    looked: int = 0
    left_out: int = 0
    issues: int = 0
    hazards: int = 0
    put_right: int = 0


NOTHING = Counts()


async def counts(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Counts]:
    """Of many inspections in two statements, through the one clause of visibility."""
    seen = (Inspection.id.in_(ids), reach.sees_place(actor))
    looked, left = InspectionPlace.looked_on, InspectionPlace.left_out_reason
    by_place = await session.execute(
        select(Inspection.id, func.count(), func.count(looked), func.count(left))
        .join(InspectionPlace, InspectionPlace.inspection_id == Inspection.id)
        .where(*seen)
        .group_by(Inspection.id)
    )
    found = {row[0]: row[1:] for row in by_place}
    end = ends()
    is_one = end.c.state != State.VOIDED
    by_answer = await session.execute(
        select(
            Inspection.id,
            func.count(),
            func.count().filter(is_one),
            func.count().filter(end.c.state.in_(PUT_RIGHT)),
        )
        .join(InspectionPlace, InspectionPlace.inspection_id == Inspection.id)
        .join(
            InspectionAnswer,
            (InspectionAnswer.inspection_id == InspectionPlace.inspection_id)
            & (InspectionAnswer.object_id == InspectionPlace.object_id),
        )
        .outerjoin(end, end.c.root == InspectionAnswer.hazard_id)
        .where(*seen, InspectionAnswer.answer == Answered.ISSUE)
        .group_by(Inspection.id)
    )
    more = {row[0]: row[1:] for row in by_answer}
    return {id_: Counts(*row, *more.get(id_, ())) for id_, row in found.items()}


async def states(session: AsyncSession, hazard_ids: Collection[UUID]) -> dict[UUID, State]:
    """Where each stands; a case that became part of another one stands where that one does."""
    end = ends()
    rows = await session.execute(select(end.c.root, end.c.state).where(end.c.root.in_(hazard_ids)))
    return {row.root: row.state for row in rows}


def ends() -> Subquery:
    """`root`: a case of an inspection, `state`: of the case at the end of its mergings."""
    start = select(InspectionAnswer.hazard_id.label("root"), InspectionAnswer.hazard_id.label("id"))
    chain = start.where(InspectionAnswer.hazard_id.is_not(None)).cte("chain", recursive=True)
    step = aliased(Hazard)
    chain = chain.union_all(
        select(chain.c.root, step.merged_into_id)
        .join(step, step.id == chain.c.id)
        .where(step.merged_into_id.is_not(None))
    )
    return (
        select(chain.c.root, Hazard.state)
        .join(Hazard, Hazard.id == chain.c.id)
        .where(Hazard.merged_into_id.is_(None))
        .subquery()
    )
