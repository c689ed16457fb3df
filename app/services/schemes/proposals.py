"""What of a county still is as the scheme in force proposes it, without its document's word.

A body under the name, a route to the department that was proposed: what the county has decided
otherwise is no proposal any more. Of duties the row itself knows (Obligation.is_proposal).
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.rules import Category, RoutingRule
from app.services import presets
from app.services.access import Actor
from app.services.schemes import applying, bodies, rules


@dataclass(frozen=True)
class Proposals:
    """`routes`: numbers of the rules."""

    bodies: frozenset[UUID]
    routes: frozenset[int]


async def proposals(session: AsyncSession, actor: Actor) -> Proposals:
    """For whoever may change them."""
    applying.require_editor(actor)
    scheme = await applying.in_force(session)
    if scheme is None:
        return Proposals(frozenset(), frozenset())
    known = await bodies.load(session)
    found = bodies.as_proposed(known, scheme, presets.divisions())
    names = dict((await session.execute(select(Category.code, Category.name))).all())
    given = {
        (*one.where, one.department_id)
        for one in rules.routes(known, scheme, names)
        if one.is_proposal
    }
    rows = await session.scalars(select(RoutingRule))
    routes = {
        row.id for row in rows if (row.category_code, row.township_id, row.department_id) in given
    }
    return Proposals(frozenset(found), frozenset(routes))
