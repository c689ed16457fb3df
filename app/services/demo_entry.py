"""Stepping in as one of the demo people: demo mode, this very machine, nothing else."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import NotFound
from app.models.organization import Organization
from app.models.person import Person, Post, Role
from app.services import access, accounts
from app.services.access import Actor
from app.services.permissions import PERMISSIONS, Permission

DEVICE = "演示入口"


# How many people of a role are offered, in the order of the loop, as the first page tells it.
OFFERED: dict[Role, int] = {
    Role.GRIDWORKER: 2,
    Role.GRID_CHIEF: 1,
    Role.VILLAGE_CLERK: 1,
    Role.TOWNSHIP_OFFICER: 2,
    Role.COUNTY_OFFICER: 1,
    Role.SAFETY_SUPERVISOR: 1,
    Role.HANDLER: 2,
    Role.SAFETY_OFFICER: 1,
    Role.LEADER: 1,
    Role.ADMINISTRATOR: 1,
    Role.SECURITY_ADMINISTRATOR: 1,
    Role.AUDIT_ADMINISTRATOR: 1,
}


@dataclass(frozen=True)
class DemoPerson:
    id: UUID
    name: str
    role: str
    organization: str
    home: str


async def people(session: AsyncSession, settings: Settings, address: str) -> list[DemoPerson]:
    """Whom a visitor may be, in the order of the loop; NotFound outside the demo."""
    _require_demo(settings, address)
    rows = (await session.execute(_with_posts())).all()
    offered = []
    for role, many in OFFERED.items():
        of_role = [row for row in rows if row.role is role]
        offered += [_offer(row) for row in of_role[:many]]
    return offered


async def enter(
    session: AsyncSession, settings: Settings, address: str, person_id: UUID
) -> tuple[str, Actor]:
    """A session without a password for a person with a post; NotFound outside the demo."""
    _require_demo(settings, address)
    query = _with_posts().where(Person.id == person_id).limit(1)
    if (await session.execute(query)).first() is None:
        raise NotFound
    token = await accounts.start_session(session, person_id, DEVICE, address, clock.now())
    return token, await accounts.who_is(session, settings, token)


def _require_demo(settings: Settings, address: str) -> None:
    """Also the address people come under must be this machine's: a proxy makes all peers local."""
    host = urlsplit(settings.base_url).hostname or ""
    if settings.mode != "demo" or not (is_loopback(address) and is_loopback(host)):
        raise NotFound


def is_loopback(host: str) -> bool:
    """Is it this machine, by name or number?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _with_posts() -> Select[*tuple[object, ...]]:
    """People who can sign in, with each post in force; the same order every time."""
    return (
        select(Person.id, Person.name, Post.role, Organization.name.label("organization"))
        .join(Post, Post.person_id == Person.id)
        .join(Organization, Organization.id == Post.organization_id)
        .where(Person.disabled_at.is_(None), access.in_force(access.today()))
        .order_by(Person.created_at, Person.id, Post.id)
    )


def _offer(row: Row[*tuple[object, ...]]) -> DemoPerson:
    is_desk = Permission.USE_DESK in PERMISSIONS[row.role]
    return DemoPerson(
        id=row.id,
        name=row.name,
        role=row.role.value,
        organization=row.organization,
        home="desk" if is_desk else "field",
    )
