"""Codes of grids: village code and a sequence of three digits, where nobody above gives them.

The standard only asks that a code be unique (S1-9); the structure is what provinces do.
"""

import re
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models.grid import Grid
from app.models.organization import Organization
from app.services import access
from app.services.access import Actor
from app.services.permissions import Permission
from app.services.places import reach

_MOST = 999


async def next_code(session: AsyncSession, actor: Actor, organization_id: UUID) -> str | None:
    """The lowest free one above those that were ever given; 000 is the body's own grid."""
    access.require(actor, Permission.DRAFT_PLACES)
    body = await session.get(Organization, organization_id)
    if body is None:
        raise NotFound(fields=["organization_id"])
    reach.require_own(actor, body, "organization_id")
    if body.code is None:
        return None
    known = await session.scalars(
        select(Grid.official_code).where(Grid.official_code.startswith(body.code))
    )
    tails = (re.fullmatch(rf"{body.code}(\d{{3}})", code or "") for code in known)
    highest = max((int(tail[1]) for tail in tails if tail), default=0)
    return f"{body.code}{highest + 1:03d}" if highest < _MOST else None
