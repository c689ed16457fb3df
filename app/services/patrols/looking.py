"""When an object was last looked at: noted by whoever writes visits, so that no list searches them.

Seen is what somebody from outside has looked at: a firm's look at itself is not. A phone whose
clock runs ahead was there before it sent.
"""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, func, not_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.person import Post, Role
from app.models.supervised_object import SupervisedObject
from app.models.visit import LastLook, Visit

_AT = func.least(Visit.occurred_at, Visit.received_at)


async def note(session: AsyncSession, visit_ids: Collection[UUID]) -> None:
    """Visits that have just been written. It is the last that their transaction does.

    Whoever comes second to the same object waits for the first one's end, holding nothing that
    the first still wants.
    """
    looks = (
        select(Visit.object_id, func.max(_AT))
        .join(SupervisedObject, SupervisedObject.id == Visit.object_id)
        .where(Visit.id.in_(visit_ids), not_(_is_own()))
        .group_by(Visit.object_id)
        .order_by(Visit.object_id)
    )
    made = insert(LastLook).from_select(["object_id", "seen_at"], looks)
    newer = made.on_conflict_do_update(
        index_elements=[LastLook.object_id],
        set_={"seen_at": made.excluded.seen_at},
        where=LastLook.seen_at < made.excluded.seen_at,
    )
    await session.execute(newer)


def _is_own() -> ColumnElement[bool]:
    """By a safety officer of the object's own body, at any time from the look to its arrival."""
    return exists().where(
        Post.person_id == Visit.person_id,
        Post.role == Role.SAFETY_OFFICER,
        Post.organization_id == SupervisedObject.organization_id,
        and_(
            Post.starts_on <= _day(Visit.received_at),
            or_(Post.ends_on.is_(None), Post.ends_on >= _day(_AT)),
        ),
    )


def _day(moment: SQLColumnExpression[datetime]) -> ColumnElement[date]:
    return func.date(func.timezone(clock.COUNTY_ZONE.key, moment))
