"""The last day of a grid: whoever and whatever is there must go on somewhere (decision 31)."""

from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.models.division import DivisionChange, DivisionKind, DivisionPart, Side
from app.models.grid import Grid
from app.models.hazard import OPEN_STATES, Hazard
from app.models.person import Post
from app.models.supervised_object import SupervisedObject


async def require_undivided(session: AsyncSession, grid: Grid) -> None:
    """What a change has ended has an heir: in force again, both would have the same ground.

    What an undone change had made has one too: the grid that lives again.
    """
    ended = and_(DivisionPart.side == Side.BEFORE, DivisionChange.undone_on.is_(None))
    taken_back = and_(
        DivisionPart.side == Side.AFTER,
        DivisionChange.undone_on.is_not(None),
        DivisionChange.kind != DivisionKind.CLOSE,
    )
    part = (
        select(DivisionPart.grid_id)
        .join(DivisionChange, DivisionChange.id == DivisionPart.change_id)
        .where(DivisionPart.grid_id == grid.id, or_(ended, taken_back))
    )
    if await session.scalar(part.limit(1)):
        raise _invalid(
            "这个网格是调整时结束的，日期不能再改；要改请再办一次「调整网格」",
            "A change of the division has ended it; answer with another change",
        )


async def require_no_people(session: AsyncSession, grid: Grid, last_day: date) -> None:
    """Nor may it end before it begins."""
    if last_day < grid.valid_from:
        raise _invalid("结束日期早于开始日期", "It would end before it starts")
    beyond = or_(Post.ends_on.is_(None), Post.ends_on > last_day)
    count = await session.scalar(_count(Post).where(Post.grid_id == grid.id, beyond))
    if count:
        raise _invalid(
            f"那天以后还有 {count} 人负责这个网格，先结束任职",
            f"{count} people are responsible beyond that day; end their posts first",
        )


async def require_nothing_open(session: AsyncSession, grid: Grid) -> None:
    """A change of the division takes cases and places along, a mere last day leaves them behind."""
    cases = await session.scalar(
        _count(Hazard).where(Hazard.grid_id == grid.id, Hazard.state.in_(OPEN_STATES))
    )
    objects = await session.scalar(
        _count(SupervisedObject).where(
            SupervisedObject.grid_id == grid.id, SupervisedObject.closed_on.is_(None)
        )
    )
    if cases or objects:
        raise _invalid(
            f"网格里还有 {objects} 处场所、{cases} 件没办结的案件，请用「调整网格」撤销并入，"
            "它们会一起过去",
            f"{objects} places and {cases} open cases are there; close it by a change of the "
            "division, which takes them along",
        )


def _count(of: Any) -> Select[int]:
    return select(func.count()).select_from(of)


def _invalid(zh: str, en: str) -> Invalid:
    return Invalid(fields=["valid_to"], reason_zh=zh + "。", reason_en=en + ".")
