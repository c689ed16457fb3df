"""Posts that were given by mistake."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.person import Post
from app.services import audit
from app.services.access import Actor
from app.services.accounts import posts
from app.services.audit import Kind, Subject


async def take_away(
    session: AsyncSession, actor: Actor, given: Mapping[UUID, tuple[UUID, date | None]]
) -> bool:
    """Posts under which nobody can have acted: for whoever has made sure of that.

    `given`: by post, to whom and until when. False, with nothing changed, if one of them is gone,
    has another last day or is on leave meanwhile.
    """
    await posts.grantable_each(session, actor, {person_id for person_id, _ in given.values()})
    query = select(Post).where(Post.id.in_(given)).order_by(Post.id).with_for_update()
    rows = (await session.scalars(query.execution_options(populate_existing=True))).all()
    if len(rows) < len(given) or any(
        (row.person_id, row.ends_on) != given[row.id] or row.on_leave_until for row in rows
    ):
        return False
    told = [
        (
            Subject("post", row.id),
            {
                "person_id": row.person_id,
                "role": row.role,
                "organization_id": row.organization_id,
            },
        )
        for row in rows
    ]
    await session.execute(delete(Post).where(Post.id.in_(given)))
    await audit.record_each(session, Kind.POST_REMOVED, actor, told)
    return True
