"""Which questions a visit had to ask: those of its list that are meant for its place."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Incomplete, Invalid
from app.models.checklist import ChecklistItem
from app.models.ledger import ObjectChange
from app.models.supervised_object import SupervisedObject
from app.models.visit import Visit
from app.services import checklists, ledger
from app.services.checklists import Facts

# What the rule asks of a place, and who is in a bundle.
_TOLD_BY = ("kind", "is_key", "division", "area_m2", "seats", "beds", "staff_count", "bundle_id")
OLDEST_COPY = timedelta(days=30)  # of the ledger in a phone that has had no signal


async def asked_at(session: AsyncSession, visit: Visit) -> list[ChecklistItem]:
    """The questions that the phone asked. More than are meant for the place is never too many.

    Raises Invalid for an unknown list or question, Incomplete for one that was left out though it
    is meant for the place and nothing that tells so has changed since the phone read the ledger.
    """
    query = select(ChecklistItem).where(ChecklistItem.version_id == visit.checklist_version_id)
    items = list(await session.scalars(query.order_by(ChecklistItem.position)))
    if visit.asked is None:
        return items
    codes = set(visit.asked)
    if codes - {item.code for item in items}:
        raise Invalid(
            fields=["asked"],
            reason_zh="清单里没有这一条。",
            reason_en="The list has no such question.",
        )
    left_out = [code for code in await _meant(session, visit, items) if code not in codes]
    if left_out:
        named = "、".join(left_out)
        raise Incomplete(
            fields=["asked"],
            missing=["asked"],
            missing_zh=f"这几条对这里适用：{named}",
            missing_en=f"these are meant for this place: {named}",
        )
    return [item for item in items if item.code in codes]


async def _meant(session: AsyncSession, visit: Visit, items: list[ChecklistItem]) -> list[str]:
    """Codes; none where the place may have been another one for the phone."""
    place = await session.get(SupervisedObject, visit.object_id) if visit.object_id else None
    if place is None:
        return [item.code for item in items]
    query = select(SupervisedObject).where(
        SupervisedObject.bundle_id == place.id,
        SupervisedObject.closed_on.is_(None),
        SupervisedObject.confirmed_at.is_not(None),
    )
    members = list(await session.scalars(query))
    if await _was_other(session, [place, *members], visit.occurred_at - OLDEST_COPY):
        return []
    meant = checklists.asked(items, facts_of(place), [facts_of(member) for member in members])
    return [item.code for item in meant]


async def _was_other(
    session: AsyncSession, places: Sequence[SupervisedObject], since: datetime
) -> bool:
    """New in the bundle, or told otherwise, after the oldest copy was read.

    Who has left it since was asked for too, and asking more is never too many.
    """
    if any(place.confirmed_at is None or place.confirmed_at > since for place in places[1:]):
        return True
    query = select(ObjectChange.seq).where(
        ObjectChange.field.in_(_TOLD_BY),
        ObjectChange.at > since,
        ObjectChange.object_id.in_([place.id for place in places]),
    )
    return await session.scalar(query.limit(1)) is not None


def facts_of(row: SupervisedObject) -> Facts:
    """What the rule may ask of an object of the ledger."""
    return Facts(row.kind, row.is_key, row.division, ledger.is_small(row))
