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
from app.services.access import PERMISSIONS, Actor, Permission

DEVICE = "演示入口"


@dataclass(frozen=True)
class Part:
    """How many people of a role are offered, and what such a person does, in one line."""

    many: int
    what: str


# in the order of the loop, as the first page tells it
PARTS: dict[Role, Part] = {
    Role.GRIDWORKER: Part(2, "拍照上报隐患；整改完成后回到现场，由本人核验销号"),
    Role.GRID_CHIEF: Part(1, "网格员请假或调走时，代为核验"),
    Role.VILLAGE_CLERK: Part(1, "看本村（社区）的案件，先汇总把关"),
    Role.TOWNSHIP_OFFICER: Part(2, "受理上报：镇里能办的交给站所，办不了的上报县里"),
    Role.COUNTY_OFFICER: Part(1, "按类别把案件派给主管部门，盯期限、催办"),
    Role.SAFETY_SUPERVISOR: Part(1, "接下归属不清、要几家联办的案件，指定牵头部门"),
    Role.HANDLER: Part(2, "接收、整改、交整改照片；不归本部门的说明理由退回"),
    Role.SAFETY_OFFICER: Part(1, "企业自查，自己发现的隐患自己上报"),
    Role.LEADER: Part(1, "看重大隐患、超期案件和挂牌督办"),
    Role.ADMINISTRATOR: Part(1, "管人员、网格、类别和时限规则"),
    Role.SECURITY_ADMINISTRATOR: Part(1, "管岗位和权限、停用账号、重置动态口令"),
    Role.AUDIT_ADMINISTRATOR: Part(1, "只看审计记录：谁在什么时候做了什么"),
}


@dataclass(frozen=True)
class DemoPerson:
    id: UUID
    name: str
    role: str
    organization: str
    what: str
    home: str


async def people(session: AsyncSession, settings: Settings, address: str) -> list[DemoPerson]:
    """Whom a visitor may be, in the order of the loop; NotFound outside the demo."""
    _require_demo(settings, address)
    rows = (await session.execute(_with_posts())).all()
    offered = []
    for role, part in PARTS.items():
        of_role = [row for row in rows if row.role is role]
        offered += [_offer(row, part) for row in of_role[: part.many]]
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


def _offer(row: Row[*tuple[object, ...]], part: Part) -> DemoPerson:
    is_desk = Permission.USE_DESK in PERMISSIONS[row.role]
    return DemoPerson(
        id=row.id,
        name=row.name,
        role=row.role.value,
        organization=row.organization,
        what=part.what,
        home="desk" if is_desk else "field",
    )
