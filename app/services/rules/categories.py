"""Categories: the tiles on the phone. Switched off, never deleted: old cases keep theirs."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.models.rules import Category
from app.services import reference
from app.services.access import Actor
from app.services.audit import Subject
from app.services.rules.changing import changed, require_editor, values
from app.services.rules.commands import EditCategory


async def active_categories(session: AsyncSession) -> frozenset[str]:
    """Codes under which a hazard can be reported."""
    return await reference.kept(session, _active)


async def _active(session: AsyncSession) -> frozenset[str]:
    return frozenset(await session.scalars(select(Category.code).where(Category.is_active)))


async def category_names(session: AsyncSession) -> dict[str | None, str]:
    """By code, also of those that are no longer in use."""
    rows = await session.execute(select(Category.code, Category.name).order_by(Category.position))
    return {row.code: row.name for row in rows}


async def put_category(
    session: AsyncSession, actor: Actor, code: str, command: EditCategory
) -> Category:
    """Add or change; the last active one cannot be switched off, or nobody could report."""
    require_editor(actor)
    category = await session.get(Category, code, with_for_update={"key_share": True})
    before = values(category) if category else None
    if category is None:
        category = Category(code=code)
        session.add(category)
    elif category.is_active and not command.is_active:
        await _require_another(session, code)
    for name, value in command.model_dump().items():
        setattr(category, name, value)
    await changed(session, actor, Subject("category", code), before, values(category))
    return category


async def _require_another(session: AsyncSession, code: str) -> None:
    query = select(func.count()).where(Category.is_active, Category.code != code)
    if not await session.scalar(query):
        raise Invalid(
            fields=["is_active"],
            reason_zh="至少要留一个类别，不然没法上报。",
            reason_en="One category must stay, or nobody could report.",
        )
