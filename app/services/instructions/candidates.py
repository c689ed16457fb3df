"""To whom one could write: how many each circle has, and bodies and grids by name."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.models.grid import Grid
from app.models.organization import Organization
from app.services import access
from app.services.access import Actor
from app.services.instructions import reach
from app.services.instructions.commands import CandidateQuery, Circle
from app.services.permissions import Permission

_MOST = 60


@dataclass(frozen=True)
class Candidate:
    """A grid says whose it is; a body its township."""

    circle: Circle
    id: UUID
    name: str
    within: str | None


@dataclass(frozen=True)
class Candidates:
    """`counts` of whole circles; `items` at most 60 whose name contains the text."""

    counts: dict[Circle, int]
    items: list[Candidate]
    is_only_linked: bool


async def candidates(session: AsyncSession, actor: Actor, query: CandidateQuery) -> Candidates:
    access.require(actor, Permission.SEND_INSTRUCTIONS)
    under = reach.below(actor)
    counts = {circle: await _count(session, circle, under) for circle in Circle}
    found: list[Candidate] = []
    for circle in Circle:
        if counts[circle] and len(found) < _MOST:
            found += await _named(session, circle, under, query.text, _MOST - len(found))
    present = {circle: count for circle, count in counts.items() if count}
    return Candidates(present, found, under.is_only_linked)


async def _count(session: AsyncSession, circle: Circle, under: reach.Below) -> int:
    if circle is Circle.GRIDS:
        query = select(func.count(Grid.id)).where(reach.grids(under))
    else:
        query = select(func.count(Organization.id)).where(reach.bodies(circle, under))
    return await session.scalar(query) or 0


async def _named(
    session: AsyncSession, circle: Circle, under: reach.Below, text: str, most: int
) -> list[Candidate]:
    if circle is Circle.GRIDS:
        body = Organization
        query = (
            select(Grid.id, Grid.name, body.short_name)
            .join(body, body.id == Grid.organization_id)
            .where(reach.grids(under), Grid.name.contains(text, autoescape=True))
            .order_by(body.short_name, Grid.name, Grid.id)
        )
    else:
        above = aliased(Organization)
        query = (
            select(Organization.id, Organization.short_name, above.short_name)
            .outerjoin(above, above.id == Organization.within_id)
            .where(reach.bodies(circle, under), Organization.name.contains(text, autoescape=True))
            .order_by(above.short_name, Organization.short_name, Organization.id)
        )
    rows = await session.execute(query.limit(most))
    return [Candidate(circle, *row) for row in rows]
