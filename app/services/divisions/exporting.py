"""The filing package as an Excel file: what changed, from when, who decided (S1-5)."""

from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app import db
from app.models.division import DivisionKind
from app.services import workbooks
from app.services.access import Actor
from app.services.divisions.reading import MOST, FoundChange, Part, changes
from app.services.workbooks import Workbook

WORDS: dict[DivisionKind, str] = {
    DivisionKind.SPLIT: "拆分",
    DivisionKind.MERGE: "合并",
    DivisionKind.CLOSE: "撤销并入",
}
COLUMNS: tuple[tuple[str, int, Callable[[FoundChange], str]], ...] = (
    ("变动", 10, lambda it: WORDS[it.change.kind]),
    ("生效日期", 12, lambda it: it.change.starts_on.isoformat()),
    ("原网格", 30, lambda it: _named(it.before)),
    ("原编码", 22, lambda it: _coded(it.before)),
    ("现网格", 30, lambda it: _named(it.after)),
    ("现编码", 22, lambda it: _coded(it.after)),
    ("依据", 24, lambda it: it.change.document),
    ("谁定的", 12, lambda it: it.decided_by),
    ("备案", 10, lambda it: "已备案" if it.change.filed_on else "待备案"),
    ("备案日期", 12, lambda it: it.change.filed_on.isoformat() if it.change.filed_on else ""),
    ("备案号", 24, lambda it: it.change.filed_number or ""),
)


async def export(session: AsyncSession, actor: Actor) -> Workbook:
    """Every change, the newest first."""
    rows = await changes(session, actor)
    await db.give_back(session)  # nothing is open behind the writing of a file
    return await workbooks.listed("网格划分备案表", COLUMNS, rows, MOST)


def _named(parts: Sequence[Part]) -> str:
    return "、".join(part.name for part in parts)


def _coded(parts: Sequence[Part]) -> str:
    return "、".join(part.official_code or "—" for part in parts)
