"""Which questions of the list are meant for each of the places: the rule of visits, for many."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.checklist import ChecklistItem
from app.models.supervised_object import SupervisedObject
from app.services import checklists
from app.services.visits import facts_of


async def asked_at(
    session: AsyncSession, places: Sequence[SupervisedObject], items: Sequence[ChecklistItem]
) -> dict[UUID, list[str]]:
    """Codes by place, as the ledger tells of it now; a bundle is asked what its members are."""
    if not items:
        return {}
    query = select(SupervisedObject).where(
        SupervisedObject.bundle_id.in_([place.id for place in places]),
        SupervisedObject.closed_on.is_(None),
        SupervisedObject.confirmed_at.is_not(None),
    )
    members: dict[UUID | None, list[SupervisedObject]] = {}
    for row in await session.scalars(query):
        members.setdefault(row.bundle_id, []).append(row)
    return {
        place.id: [
            item.code
            for item in checklists.asked(
                items, facts_of(place), [facts_of(each) for each in members.get(place.id, ())]
            )
        ]
        for place in places
    }
