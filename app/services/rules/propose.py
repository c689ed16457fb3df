"""What the rules propose to a desk for a case: whom, until when, by which rules (S3-18, S3-19)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import NotFound
from app.models.hazard import Hazard
from app.models.organization import Organization, OrganizationKind
from app.models.rules import Category, Hop, Level, RoutingRule
from app.services import access, clocks, places
from app.services.access import Actor
from app.services.clocks import Due, Subject

_OF_TOWNSHIP = frozenset({OrganizationKind.TOWNSHIP_SUBCENTRE, OrganizationKind.VILLAGE})


@dataclass(frozen=True)
class Proposal:
    """`due_at` None: the rules leave the date to a plan. The sentences say why, for the desk."""

    department: Organization | None
    routing_rule_id: int | None
    due_at: datetime | None
    is_provisional: bool
    deadline_rule_id: int | None
    zh: str
    en: str


async def propose(
    session: AsyncSession,
    actor: Actor,
    hazard_id: UUID,
    category_code: str | None = None,
    level: Level | None = None,
) -> Proposal:
    """For the category and level that triage is about to choose, else for those of the case."""
    hazard = await session.scalar(
        select(Hazard).where(Hazard.id == hazard_id, access.can_see(actor))
    )
    if hazard is None:
        raise NotFound
    subject = Subject(level or hazard.level, category_code or hazard.category_code)
    category = await session.get(Category, subject.category_code)
    if category is None:
        raise NotFound(fields=["category_code"])
    department, rule = await _department(session, hazard, subject.category_code)
    known = await clocks.load(session)
    due = await clocks.due_by_rule(session, known, Hop.RECTIFY, subject, clock.now())
    zh, en = _sentences(category, department, rule, due)
    return Proposal(
        department=department,
        routing_rule_id=rule.id if rule else None,
        due_at=due.at if due else None,
        is_provisional=due.is_provisional if due else False,
        deadline_rule_id=due.rule_id if due else None,
        zh=zh,
        en=en,
    )


async def _department(
    session: AsyncSession, hazard: Hazard, category_code: str
) -> tuple[Organization | None, RoutingRule | None]:
    """Whoever was suggested by name (handed back, rejected), else whom the routing rule names."""
    desk_id = hazard.holder_id or hazard.dispatcher_id or hazard.township_id
    desk = await session.get_one(Organization, desk_id)
    suggested = await _reachable(session, desk, hazard, hazard.suggested_department_id)
    if suggested:
        return suggested, None
    rule = await route(session, desk, category_code)
    found = await _reachable(session, desk, hazard, rule.department_id if rule else None)
    return found, rule if found else None


async def _reachable(
    session: AsyncSession, desk: Organization, hazard: Hazard, id_: UUID | None
) -> Organization | None:
    if id_ is None:
        return None
    query = select(Organization).where(Organization.id == id_, Organization.is_active)
    return await session.scalar(query.where(places.can_lead(desk, hazard.enterprise_id)))


async def route(
    session: AsyncSession, desk: Organization, category_code: str
) -> RoutingRule | None:
    """A township's desk goes by the township's rules, the county's desks by the county's."""
    township_id = desk.within_id if desk.kind in _OF_TOWNSHIP else None
    query = select(RoutingRule).where(
        RoutingRule.category_code == category_code,
        RoutingRule.township_id.is_not_distinct_from(township_id),
    )
    return await session.scalar(query.order_by(RoutingRule.id.desc()).limit(1))


def _sentences(
    category: Category, department: Organization | None, rule: RoutingRule | None, due: Due | None
) -> tuple[str, str]:
    """「因类别“消防通道”按规则 12 建议派发县消防大队，限 12-04 前整改」."""
    whom = _whom(category, department, rule)
    when = _when(due)
    return f"{whom[0]}，{when[0]}", f"{whom[1]}, {when[1]}"


def _whom(
    category: Category, department: Organization | None, rule: RoutingRule | None
) -> tuple[str, str]:
    if department is None:
        return (
            f"类别“{category.name}”没有分派规则，请手工选部门",
            f"no rule routes “{category.name_en}”: choose a department",
        )
    name = department.short_name
    if rule is None:
        return f"按上一次的建议派发{name}", f"to {name}, as suggested before"
    return (
        f"因类别“{category.name}”按规则 {rule.id} 建议派发{name}",
        f"“{category.name_en}” goes to {name} by rule {rule.id}",
    )


def _when(due: Due | None) -> tuple[str, str]:
    if due is None:
        return "期限按整改方案另定", "the date is set by a plan"
    day = clocks.short_day(due.at)
    if due.is_provisional:
        return f"限 {day} 前整改（节假日安排未公布，暂定）", f"due {day} (provisional)"
    return f"限 {day} 前整改", f"due {day}"
