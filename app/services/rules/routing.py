"""Category to competent department, for the county or for one township (S3-19, S1-24)."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid, NotFound
from app.models.organization import Organization, OrganizationKind
from app.models.rules import Category, RoutingRule
from app.services.access import Actor
from app.services.audit import Subject
from app.services.rules.changing import changed, require_editor, values
from app.services.rules.commands import EditRouting

_ASSIGNABLE = frozenset({OrganizationKind.DEPARTMENT, OrganizationKind.SAFETY_DEPARTMENT})


async def add_routing(session: AsyncSession, actor: Actor, command: EditRouting) -> RoutingRule:
    """A county rule names a county department, a township's rule one of its own stations."""
    require_editor(actor)
    await _require_right(session, command, None)
    rule = RoutingRule(**command.model_dump())
    session.add(rule)
    await session.flush()
    await changed(session, actor, Subject("routing", rule.id), None, values(rule))
    return rule


async def put_routing(
    session: AsyncSession, actor: Actor, rule_id: int, command: EditRouting
) -> RoutingRule:
    """Change a rule; its number stays, people quote it."""
    require_editor(actor)
    rule = await _get(session, rule_id)
    await _require_right(session, command, rule_id)
    before = values(rule)
    for name, value in command.model_dump().items():
        setattr(rule, name, value)
    await changed(session, actor, Subject("routing", rule_id), before, values(rule))
    return rule


async def delete_routing(session: AsyncSession, actor: Actor, rule_id: int) -> None:
    """Cases of this category are then assigned by hand."""
    require_editor(actor)
    rule = await _get(session, rule_id)
    await session.delete(rule)
    await changed(session, actor, Subject("routing", rule_id), values(rule), None)


async def _get(session: AsyncSession, rule_id: int) -> RoutingRule:
    rule = await session.get(RoutingRule, rule_id, with_for_update=True)
    if rule is None:
        raise NotFound
    return rule


async def _require_right(session: AsyncSession, command: EditRouting, own_id: int | None) -> None:
    category = await session.get(Category, command.category_code)
    if category is None or not category.is_active:
        raise _invalid("category_code", "没有这个类别，或已停用", "There is no such category")
    await _require_tier(session, command.township_id, command.department_id)
    twins = await session.scalars(
        select(RoutingRule.id).where(
            RoutingRule.category_code == command.category_code,
            RoutingRule.township_id.is_not_distinct_from(command.township_id),
        )
    )
    others = [twin for twin in twins if twin != own_id]
    if others:
        raise _invalid(
            "category_code",
            f"规则 {others[0]} 已经管这个类别，改那一条",
            f"Rule {others[0]} covers this category already; change that one",
        )


async def _require_tier(
    session: AsyncSession, township_id: UUID | None, department_id: UUID
) -> None:
    """The township must be one; the department must be a body of that very tier."""
    if township_id is not None:
        township = await session.get(Organization, township_id)
        if township is None or township.kind is not OrganizationKind.TOWNSHIP_SUBCENTRE:
            raise _invalid("township_id", "没有这个镇（街道）", "There is no such township")
    department = await session.get(Organization, department_id)
    if department is None or department.kind not in _ASSIGNABLE or not department.is_active:
        raise _invalid("department_id", "没有这个部门，或已停用", "There is no such department")
    if department.within_id != township_id:
        raise _invalid(
            "department_id",
            "县级规则只能指向县级部门，镇街规则只能指向本镇街的站所",
            "A county rule names a county department, a township's rule one of its own",
        )


def _invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
