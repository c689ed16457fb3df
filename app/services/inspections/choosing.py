"""What may be put into a plan: bodies, people, places of one's reach, picked or drawn by lot."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Post, Role
from app.models.supervised_object import ObjectKind
from app.services import access, checklists, ledger
from app.services.access import Actor
from app.services.inspections.commands import Draw, InspectorQuery
from app.services.ledger import ObjectFilters
from app.services.permissions import PERMISSIONS, Permission

BODIES = frozenset(
    {
        OrganizationKind.COUNTY_CENTRE,
        OrganizationKind.SAFETY_DEPARTMENT,
        OrganizationKind.DEPARTMENT,
        OrganizationKind.TOWNSHIP_SUBCENTRE,
    }
)
# A leader goes along and heads the party (S4-9); the others put down what was found.
GOING = (*(role for role in Role if Permission.INSPECT in PERMISSIONS[role]), Role.LEADER)
_MOST_PEOPLE = 300


@dataclass(frozen=True)
class FoundInspector:
    id: UUID
    name: str
    organization: Organization


async def inspectors(
    session: AsyncSession, actor: Actor, query: InspectorQuery
) -> list[FoundInspector]:
    """Names of those who could go for these bodies; nothing else about them."""
    access.require(actor, Permission.INSPECT)
    rows = await session.execute(
        select(Person.id, Person.name, Organization)
        .join(Post, Post.person_id == Person.id)
        .join(Organization, Organization.id == Post.organization_id)
        .where(*_may_go(query.organization_id))
        .order_by(Person.name, Person.id, Organization.id)
        .limit(_MOST_PEOPLE)
    )
    found = {row[0]: FoundInspector(*row) for row in rows}  # once, for the first of several bodies
    return list(found.values())


async def going(
    session: AsyncSession, person_ids: Collection[UUID], bodies: Collection[UUID]
) -> dict[UUID, UUID]:
    """For which of these bodies each of them goes; NotFound for who works in none."""
    rows = await session.execute(
        select(Post.person_id, Post.organization_id)
        .join(Person, Person.id == Post.person_id)
        .join(Organization, Organization.id == Post.organization_id)
        .where(Post.person_id.in_(person_ids), *_may_go(bodies))
        .order_by(Post.organization_id)
    )
    found = {row.person_id: row.organization_id for row in rows}
    if set(person_ids) - set(found):
        raise NotFound(fields=["inspector_ids"])
    return found


def _may_go(bodies: Collection[UUID]) -> Sequence[ColumnElement[bool]]:
    return (
        Organization.id.in_(bodies),
        Organization.kind.in_(BODIES),
        Post.role.in_(GOING),
        access.in_force(access.today()),
        Person.disabled_at.is_(None),
    )


async def require_joining(session: AsyncSession, lead: UUID, ids: Collection[UUID]) -> None:
    """Desks and departments that work, beside the leading one; else NotFound."""
    query = select(Organization.id).where(
        Organization.id.in_(ids), Organization.kind.in_(BODIES), Organization.is_active
    )
    if set(await session.scalars(query)) != set(ids) or lead in ids:
        raise NotFound(fields=["joining_ids"])


async def list_of(session: AsyncSession, key: str | None) -> UUID | None:
    """The newest version of a checklist in use; else NotFound."""
    if key is None:
        return None
    version = (await checklists.newest(session)).get(key)
    if version is None:
        raise NotFound(fields=["checklist_key"])
    return version


async def require_places(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> None:
    """Open and within one's own reach; else NotFound."""
    if await ledger.within_reach(session, actor, ids) != set(ids):
        raise NotFound(fields=["object_ids"])


async def drawn(session: AsyncSession, actor: Actor, draw: Draw) -> list[UUID]:
    """By lot among what is open, confirmed and looked at by itself; homes only if asked for."""
    kinds = draw.kinds or [kind for kind in ObjectKind if kind is not ObjectKind.HOUSEHOLD]
    filters = ObjectFilters(
        kind=kinds,
        township_id=draw.township_id,
        village_id=draw.village_id,
        grid_id=draw.grid_id,
        is_key=draw.only_key or None,
        is_confirmed=True,
    )
    return await ledger.draw(session, actor, filters, draw.count)
