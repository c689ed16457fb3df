"""Are there rules for everything and people for every part?"""

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import aliased

from app.models.grid import Grid, GridKind
from app.models.hazard import Hazard, State
from app.models.organization import Organization, OrganizationKind
from app.models.person import GRID_ROLES, Person, Post, Role
from app.models.rules import Category, DeadlineRule, Hop, Level, RoutingRule
from app.services import access, clocks, places
from app.services.clocks.deadlines import BY_PLAN
from app.services.doctor.findings import Finding, Severity, Ward, graded, listed

CALENDAR_WARNING, CALENDAR_DANGER = 60, 14  # days
HOPS_ZH = {  # where a case can stop; a term for the whole is the county's own choice
    Hop.TRIAGE: "受理",
    Hop.SIGN_FOR: "接收",
    Hop.RECTIFY: "整改",
    Hop.VERIFY: "核验",
}
LEVELS_ZH = {Level.GENERAL: "一般", Level.SERIOUS: "较大", Level.MAJOR: "重大"}


async def calendar(ward: Ward) -> Finding:
    """Holidays are announced in November for the next year: who waits longer counts wrongly."""
    until = await clocks.calendar_known_until(ward.session)
    left = (until - access.today()).days
    return graded(-left, -CALENDAR_WARNING + 1, -CALENDAR_DANGER + 1, until=until, left=left)


async def routing(ward: Ward) -> Finding:
    """Active categories that no rule of the county sends to a department that exists."""
    department = aliased(Organization)
    routed = exists(
        select(RoutingRule.id)
        .join(department, department.id == RoutingRule.department_id)
        .where(
            RoutingRule.category_code == Category.code,
            RoutingRule.township_id.is_(None),
            department.is_active,
        )
    )
    names = await ward.session.scalars(select(Category.name).where(Category.is_active, ~routed))
    return listed(Severity.WARNING, list(names))


async def deadlines(ward: Ward) -> Finding:
    """Hops and levels for which no rule gives a time, whatever the category."""
    query = select(DeadlineRule.hop, DeadlineRule.level)
    rules = {(hop, level) for hop, level in await ward.session.execute(
        query.where(DeadlineRule.category_code.is_(None))
    )}  # fmt: skip
    missing = [
        f"{HOPS_ZH[hop]} · {LEVELS_ZH[level]}"
        for hop in HOPS_ZH
        for level in Level
        if (hop, level) not in BY_PLAN and not {(hop, None), (hop, level)} & rules
    ]
    return listed(Severity.WARNING, missing)


async def departments(ward: Ward) -> Finding:
    kinds = (OrganizationKind.DEPARTMENT, OrganizationKind.SAFETY_DEPARTMENT)
    roles = (Role.HANDLER, Role.SAFETY_SUPERVISOR)
    return await _bodies_without(ward, kinds, roles, Severity.WARNING)


async def enterprises(ward: Ward) -> Finding:
    """Only those that have something to rectify: most places never need an officer here."""
    has_to = exists(
        select(Hazard.id).where(
            Hazard.department_id == Organization.id, Hazard.state == State.ASSIGNED
        )
    )
    kinds = (OrganizationKind.ENTERPRISE,)
    return await _bodies_without(ward, kinds, (Role.SAFETY_OFFICER,), Severity.DANGER, has_to)


async def townships(ward: Ward) -> Finding:
    kinds = (OrganizationKind.TOWNSHIP_SUBCENTRE,)
    return await _bodies_without(ward, kinds, (Role.TOWNSHIP_OFFICER,), Severity.DANGER)


async def county(ward: Ward) -> Finding:
    kinds = (OrganizationKind.COUNTY_CENTRE,)
    return await _bodies_without(ward, kinds, (Role.COUNTY_OFFICER,), Severity.DANGER)


async def grids(ward: Ward) -> Finding:
    """Territorial grids without smaller ones in them, and without anybody on the ground."""
    day = access.today()
    names = await ward.session.scalars(
        select(Grid.name).where(
            Grid.kind == GridKind.TERRITORIAL,
            places.is_in_force(day),
            ~places.has_parts(day),
            ~_staffed(GRID_ROLES).where(Post.grid_id == Grid.id).exists(),
        )
    )
    return listed(Severity.WARNING, list(names))


async def _bodies_without(
    ward: Ward,
    kinds: tuple[OrganizationKind, ...],
    roles: tuple[Role, ...],
    severity: Severity,
    *only: ColumnElement[bool],
) -> Finding:
    names = await ward.session.scalars(
        select(Organization.name).where(
            Organization.is_active,
            Organization.kind.in_(kinds),
            *only,
            ~_staffed(roles).where(Post.organization_id == Organization.id).exists(),
        )
    )
    return listed(severity, list(names))


def _staffed(roles: tuple[Role, ...]) -> Select[Post]:
    """Posts of these roles, in force today, of people who can sign in."""
    return (
        select(Post)
        .join(Person, Person.id == Post.person_id)
        .where(Post.role.in_(roles), Person.disabled_at.is_(None), _in_force())
    )


def _in_force() -> ColumnElement[bool]:
    return access.in_force(access.today())
