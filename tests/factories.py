"""Builders of what a test needs to be there. Every one flushes and returns the row.

`county(session)` is the smallest place in which the whole loop can happen.
"""

from dataclasses import dataclass
from datetime import date, time
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.base import Base, new_id
from app.models.grid import Grid
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Post, Role
from app.models.rules import Category, DeadlineRule, Hop, Level, RoutingRule, Unit, WorkingHours
from app.models.second_factor import SecondFactor
from app.models.supervised_object import ObjectKind, SupervisedObject

LONG_AGO = date(2020, 1, 1)
Row = TypeVar("Row", bound=Base)
_numbers = count(1)


async def organization(
    session: AsyncSession,
    kind: OrganizationKind,
    name: str,
    parent: Organization | None = None,
    **fields: Any,
) -> Organization:
    """A township or village belongs to the township it is or lies in, as `within_id` says."""
    return await _kept(session, _organization(kind, name, parent, **fields))


def _organization(
    kind: OrganizationKind, name: str, parent: Organization | None = None, **fields: Any
) -> Organization:
    row = Organization(**{"id": new_id(), "short_name": name[:20], **fields}, kind=kind, name=name)
    row.parent_id = parent.id if parent else None
    if kind is OrganizationKind.TOWNSHIP_SUBCENTRE:
        row.within_id = row.id
    elif parent and "within_id" not in fields:
        row.within_id = parent.within_id
    return row


async def _kept(session: AsyncSession, row: Row) -> Row:
    session.add(row)
    await session.flush()
    return row


async def grid(
    session: AsyncSession, runner: Organization, parent: Grid | None = None, **fields: Any
) -> Grid:
    """A territorial grid run by `runner`, valid since long ago."""
    return await _kept(session, _grid(runner, parent, **fields))


def _grid(runner: Organization, parent: Grid | None = None, **fields: Any) -> Grid:
    fields = {"id": new_id(), "name": f"{runner.name}网格", "valid_from": LONG_AGO, **fields}
    return Grid(organization_id=runner.id, parent_id=parent.id if parent else None, **fields)


async def person(
    session: AsyncSession,
    role: Role | None = None,
    at: Organization | None = None,
    on: Grid | None = None,
    **fields: Any,
) -> Person:
    """A person whose password is settled, with one post if a role and an organisation are given."""
    row = await _kept(session, _person(**fields))
    if role and at:
        await post(session, row, role, at, on)
    return row


def _person(**fields: Any) -> Person:
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "id": new_id(),
        "name": f"测试{number}",
        "mobile": f"138{number:08d}",
        "must_change_password": False,
        "created_at": clock.now(),
    }
    return Person(**{**defaults, **fields})


async def post(
    session: AsyncSession,
    holder: Person,
    role: Role,
    at: Organization,
    on: Grid | None = None,
    **fields: Any,
) -> Post:
    return await _kept(session, _post(holder, role, at, on, **fields))


def _post(
    holder: Person, role: Role, at: Organization, on: Grid | None = None, **fields: Any
) -> Post:
    return Post(
        person_id=holder.id,
        organization_id=at.id,
        role=role,
        grid_id=on.id if on else None,
        **{"starts_on": LONG_AGO, **fields},
    )


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
    return await _kept(
        session, SupervisedObject(name=name, grid_id=on.id, **{**defaults, **fields})
    )


async def category(session: AsyncSession, code: str = "fire", **fields: Any) -> Category:
    return await _kept(session, _category(code, **fields))


def _category(code: str, **fields: Any) -> Category:
    defaults = {"name": "消防", "name_en": "Fire", "icon": "fire", "position": next(_numbers)}
    return Category(code=code, **{**defaults, **fields})


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
    session.add_all(_category(code, name=name) for code, name in CATEGORIES)
    await session.flush()
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
    """The smallest county in which the whole loop can happen; in few flushes: most want one."""
    kind = OrganizationKind
    centre = _organization(kind.COUNTY_CENTRE, "区网格中心")
    safety = _organization(kind.SAFETY_DEPARTMENT, "区应急管理局", centre)
    fire = _organization(kind.DEPARTMENT, "区消防救援大队", centre)
    housing = _organization(kind.DEPARTMENT, "区住建局", centre)
    power = _organization(kind.DEPARTMENT, "区供电公司", centre)
    here = _township(centre, "运河街道", "文化社区")
    there = _township(centre, "马兰屯镇", "道庄村")
    township, village, _, ground = here
    cast = {
        "gridworker": ("张网格", Role.GRIDWORKER, village, ground),
        "chief": ("王格长", Role.GRID_CHIEF, village, ground),
        "clerk": ("李文书", Role.VILLAGE_CLERK, village, None),
        "township_officer": ("赵镇办", Role.TOWNSHIP_OFFICER, township, None),
        "county_officer": ("孙调度", Role.COUNTY_OFFICER, centre, None),
        "supervisor": ("周督导", Role.SAFETY_SUPERVISOR, safety, None),
        "handler": ("吴承办", Role.HANDLER, fire, None),
        "leader": ("郑领导", Role.LEADER, centre, None),
        "administrator": ("钱管理", Role.ADMINISTRATOR, centre, None),
        "security": ("何安管", Role.SECURITY_ADMINISTRATOR, centre, None),
        "auditor": ("曹审计", Role.AUDIT_ADMINISTRATOR, centre, None),
        "stranger": ("邻网格", Role.GRIDWORKER, there[1], there[3]),
    }
    people = {key: _person(name=name) for key, (name, *_) in cast.items()}
    posts = [_post(people[key], role, at, on) for key, (_, role, at, on) in cast.items()]
    bodies = (centre, safety, fire, housing, power, *here[:2], *there[:2])
    for rows in (bodies, (*here[2:], *there[2:], *people.values()), posts):
        session.add_all(rows)
        await session.flush()
    await rules(session, (fire, housing, power))
    return County(
        centre=centre,
        safety=safety,
        departments=(fire, housing, power),
        townships=(township, there[0]),
        villages=(village, there[1]),
        township_grids=(here[2], there[2]),
        grids=(ground, there[3]),
        **people,
    )


def _township(
    centre: Organization, name: str, village_name: str
) -> tuple[Organization, Organization, Grid, Grid]:
    township = _organization(OrganizationKind.TOWNSHIP_SUBCENTRE, name, centre)
    village = _organization(OrganizationKind.VILLAGE, village_name, township)
    township_grid = _grid(township)
    return township, village, township_grid, _grid(village, township_grid)


async def second_factor(session: AsyncSession, owner: Person) -> None:
    """One that has been confirmed; nobody knows its codes."""
    now = clock.now()
    row = SecondFactor(person_id=owner.id, secret=b"sealed", created_at=now, confirmed_at=now)
    row.last_step = 0
    session.add(row)
    await session.flush()
