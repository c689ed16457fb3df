"""Findings that were thrown away on a phone after their visit had arrived (decision 29)."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.hazard import Hazard
from app.models.visit import Visit, VisitAnswer
from app.services.access import Actor


async def note_discarded(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> None:
    """No case will come: it counts as no finding any more. The answer keeps the id as it was sent.

    Only in visits of one's own, and only what is no case. Safe to repeat.
    """
    if not ids:
        return
    mine = exists().where(Visit.id == VisitAnswer.visit_id, Visit.person_id == actor.person_id)
    is_case = exists().where(Hazard.id == VisitAnswer.hazard_id)
    gone = await session.scalars(
        update(VisitAnswer)
        .where(VisitAnswer.hazard_id.in_(ids), ~VisitAnswer.is_discarded, mine, ~is_case)
        .values(is_discarded=True)
        .returning(VisitAnswer.visit_id)
        .execution_options(synchronize_session=False)
    )
    for visit_id, count in Counter(gone).items():
        await session.execute(
            update(Visit)
            .where(Visit.id == visit_id)
            .values(issue_count=Visit.issue_count - count)
            .execution_options(synchronize_session=False)
        )
