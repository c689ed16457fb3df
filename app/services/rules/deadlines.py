"""How long a hop may take, by level and category; the most specific rule wins."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid, NotFound
from app.models.rules import Category, DeadlineRule
from app.services.access import Actor
from app.services.audit import Subject
from app.services.rules.changing import changed, require_editor, values
from app.services.rules.commands import EditDeadline


async def add_deadline(session: AsyncSession, actor: Actor, command: EditDeadline) -> DeadlineRule:
    """One rule for one (hop, level, category)."""
    require_editor(actor)
    await _require_right(session, command, None)
    rule = DeadlineRule(**command.model_dump())
    session.add(rule)
    await session.flush()
    await changed(session, actor, Subject("deadline", rule.id), None, values(rule))
    return rule


async def put_deadline(
    session: AsyncSession, actor: Actor, rule_id: int, command: EditDeadline
) -> DeadlineRule:
    """Change a rule. Clocks that run keep the due date they were given."""
    require_editor(actor)
    rule = await _get(session, rule_id)
    if _is_general(rule) and not (_is_general(command) and command.hop is rule.hop):
        raise _last_general("改了")
    await _require_right(session, command, rule_id)
    before = values(rule)
    for name, value in command.model_dump().items():
        setattr(rule, name, value)
    await changed(session, actor, Subject("deadline", rule_id), before, values(rule))
    return rule


async def delete_deadline(session: AsyncSession, actor: Actor, rule_id: int) -> None:
    """Special rules may go; the general one of a hop is what every case falls back to."""
    require_editor(actor)
    rule = await _get(session, rule_id)
    if _is_general(rule):
        raise _last_general("删了")
    await session.delete(rule)
    await changed(session, actor, Subject("deadline", rule_id), values(rule), None)


def _is_general(rule: DeadlineRule | EditDeadline) -> bool:
    return rule.level is None and rule.category_code is None


async def _get(session: AsyncSession, rule_id: int) -> DeadlineRule:
    rule = await session.get(DeadlineRule, rule_id, with_for_update=True)
    if rule is None:
        raise NotFound
    return rule


async def _require_right(session: AsyncSession, command: EditDeadline, own_id: int | None) -> None:
    code = command.category_code
    if code is not None and await session.get(Category, code) is None:
        raise Invalid(
            fields=["category_code"],
            reason_zh="没有这个类别。",
            reason_en="There is no such category.",
        )
    twins = await session.scalars(
        select(DeadlineRule.id).where(
            DeadlineRule.hop == command.hop,
            DeadlineRule.level.is_not_distinct_from(command.level),
            DeadlineRule.category_code.is_not_distinct_from(code),
        )
    )
    if any(twin != own_id for twin in twins):
        raise Invalid(
            fields=["hop", "level", "category_code"],
            reason_zh="这一环节、级别、类别已有一条时限，改那一条。",
            reason_en="This hop, level and category have a rule already; change that one.",
        )


def _last_general(done: str) -> Invalid:
    return Invalid(
        fields=["level", "category_code"],
        reason_zh=f"这是这个环节的通用时限，{done}就有案件没有期限。可以只改天数。",
        reason_en="This is the hop's general deadline; without it cases would have none. "
        "You may change its amount.",
    )
