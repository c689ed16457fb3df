"""Builders of what a test needs to be there. Every one flushes and returns the row.

`county(session)` is the smallest place in which the whole loop can happen.
"""

from dataclasses import dataclass
from datetime import date, time
from itertools import count
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.grid import Grid
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Post, Role
from app.models.rules import Category, DeadlineRule, Hop, Level, RoutingRule, Unit, WorkingHours
from app.models.supervised_object import ObjectKind, SupervisedObject

LONG_AGO = date(2020, 1, 1)
_numbers = count(1)


async def organization(
    session: AsyncSession,
    kind: OrganizationKind,
    name: str,
    parent: Organization | None = None,
    **fields: Any,
) -> Organization:
    """A township or village belongs to the township it is or lies in, as `within_id` says."""
    row = Organization(kind=kind, name=name, short_name=name[:20], **fields)
    row.parent_id = parent.id if parent else None
    session.add(row)
    await session.flush()
    if kind is OrganizationKind.TOWNSHIP_SUBCENTRE:
        row.within_id = row.id
    elif parent and "within_id" not in fields:
        row.within_id = parent.within_id
    await session.flush()
    return row


async def grid(
    session: AsyncSession, runner: Organization, parent: Grid | None = None, **fields: Any
) -> Grid:
    """A territorial grid run by `runner`, valid since long ago."""
    fields = {"name": f"{runner.name}网格", "valid_from": LONG_AGO, **fields}
    row = Grid(organization_id=runner.id, parent_id=parent.id if parent else None, **fields)
    session.add(row)
    await session.flush()
    return row


async def person(
    session: AsyncSession,
    role: Role | None = None,
    at: Organization | None = None,
    on: Grid | None = None,
    **fields: Any,
) -> Person:
    """A person whose password is settled, with one post if a role and an organisation are given."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "name": f"测试{number}",
        "mobile": f"138{number:08d}",
        "must_change_password": False,
        "created_at": clock.now(),
    }
    row = Person(**{**defaults, **fields})
    session.add(row)
    await session.flush()
    if role and at:
        await post(session, row, role, at, on)
    return row


async def post(
    session: AsyncSession,
    holder: Person,
    role: Role,
    at: Organization,
    on: Grid | None = None,
    **fields: Any,
) -> Post:
    row = Post(
        person_id=holder.id,
        organization_id=at.id,
        role=role,
        grid_id=on.id if on else None,
        **{"starts_on": LONG_AGO, **fields},
    )
    session.add(row)
    await session.flush()
    return row


async def enterprise(
    session: AsyncSession, name: str, within: Organization, on: Grid, **fields: Any
) -> SupervisedObject:
    """With accounts of its own."""
    body = await organization(session, OrganizationKind.ENTERPRISE, name, within)
    return await place(session, name, on, id=body.id, organization_id=body.id, **fields)


async def place(session: AsyncSession, name: str, on: Grid, **fields: Any) -> SupervisedObject:
    """A supervised object, an enterprise unless said otherwise, confirmed."""
    now = clock.now()
    defaults = {
        "kind": ObjectKind.ENTERPRISE,
        "address": "测试路 1 号",
        "sector": "餐饮",
        "created_at": now,
        "confirmed_at": now,
    }
    row = SupervisedObject(name=name, grid_id=on.id, **{**defaults, **fields})
    session.add(row)
    await session.flush()
    return row


async def category(session: AsyncSession, code: str = "fire", **fields: Any) -> Category:
    defaults = {"name": "消防", "name_en": "Fire", "icon": "fire", "position": next(_numbers)}
    row = Category(code=code, **{**defaults, **fields})
    session.add(row)
    await session.flush()
    return row


@dataclass(frozen=True)
class County:
    """Two townships, each with a village and its grid; three departments; one person per part."""

    centre: Organization
    safety: Organization
    departments: tuple[Organization, Organization, Organization]  # fire, housing, electricity
    townships: tuple[Organization, Organization]
    villages: tuple[Organization, Organization]
    township_grids: tuple[Grid, Grid]
    grids: tuple[Grid, Grid]
    gridworker: Person
    chief: Person
    clerk: Person
    township_officer: Person
    county_officer: Person
    supervisor: Person
    handler: Person
    leader: Person
    administrator: Person
    security: Person  # the security administrator, who grants roles
    auditor: Person
    stranger: Person  # a gridworker of the other township


DEADLINES = (
    (Hop.TRIAGE, None, 4, Unit.WORKING_HOURS),
    (Hop.SIGN_FOR, None, 1, Unit.WORKING_DAYS),
    (Hop.RECTIFY, Level.GENERAL, 7, Unit.CALENDAR_DAYS),
    (Hop.RECTIFY, Level.SERIOUS, 15, Unit.CALENDAR_DAYS),
    (Hop.RECTIFY, Level.MAJOR, 30, Unit.CALENDAR_DAYS),
    (Hop.VERIFY, None, 3, Unit.WORKING_DAYS),
)
SPANS = ((time(8, 30), time(12, 0)), (time(14, 0), time(17, 30)))
CATEGORIES = (("fire", "消防"), ("building", "房屋建筑"), ("electricity", "用电"))


async def rules(session: AsyncSession, departments: tuple[Organization, ...] = ()) -> None:
    """Three categories, deadlines for every hop, two spans a day, a department per category."""
    for code, name in CATEGORIES:
        await category(session, code, name=name)
    session.add_all(
        DeadlineRule(hop=hop, level=level, amount=amount, unit=unit)
        for hop, level, amount, unit in DEADLINES
    )
    session.add_all(WorkingHours(opens=opens, closes=closes) for opens, closes in SPANS)
    session.add_all(
        RoutingRule(category_code=code, department_id=department.id)
        for (code, _), department in zip(CATEGORIES, departments, strict=False)
    )
    await session.flush()


async def county(session: AsyncSession) -> County:
    """The smallest county in which the whole loop can happen."""
    kind = OrganizationKind
    centre = await organization(session, kind.COUNTY_CENTRE, "区网格中心")
    safety = await organization(session, kind.SAFETY_DEPARTMENT, "区应急管理局", centre)
    fire = await organization(session, kind.DEPARTMENT, "区消防救援大队", centre)
    housing = await organization(session, kind.DEPARTMENT, "区住建局", centre)
    power = await organization(session, kind.DEPARTMENT, "区供电公司", centre)
    await rules(session, (fire, housing, power))
    here = await _township(session, centre, "运河街道", "文化社区")
    there = await _township(session, centre, "马兰屯镇", "道庄村")
    township, village, township_grid, ground = here
    return County(
        centre=centre,
        safety=safety,
        departments=(fire, housing, power),
        townships=(township, there[0]),
        villages=(village, there[1]),
        township_grids=(township_grid, there[2]),
        grids=(ground, there[3]),
        gridworker=await person(session, Role.GRIDWORKER, village, ground, name="张网格"),
        chief=await person(session, Role.GRID_CHIEF, village, ground, name="王格长"),
        clerk=await person(session, Role.VILLAGE_CLERK, village, name="李文书"),
        township_officer=await person(session, Role.TOWNSHIP_OFFICER, township, name="赵镇办"),
        county_officer=await person(session, Role.COUNTY_OFFICER, centre, name="孙调度"),
        supervisor=await person(session, Role.SAFETY_SUPERVISOR, safety, name="周督导"),
        handler=await person(session, Role.HANDLER, fire, name="吴承办"),
        leader=await person(session, Role.LEADER, centre, name="郑领导"),
        administrator=await person(session, Role.ADMINISTRATOR, centre, name="钱管理"),
        security=await person(session, Role.SECURITY_ADMINISTRATOR, centre, name="何安管"),
        auditor=await person(session, Role.AUDIT_ADMINISTRATOR, centre, name="曹审计"),
        stranger=await person(session, Role.GRIDWORKER, there[1], there[3], name="邻网格"),
    )


async def _township(
    session: AsyncSession, centre: Organization, name: str, village_name: str
) -> tuple[Organization, Organization, Grid, Grid]:
    township = await organization(session, OrganizationKind.TOWNSHIP_SUBCENTRE, name, centre)
    village = await organization(session, OrganizationKind.VILLAGE, village_name, township)
    township_grid = await grid(session, township)
    return township, village, township_grid, await grid(session, village, township_grid)
