"""The filing package as an Excel file: what changed, from when, who decided (S1-5).

What has been undone is a line of its own above the change: both are filed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

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


@dataclass(frozen=True)
class Line:
    what: str
    on: date
    before: Sequence[Part]
    after: Sequence[Part]
    document: str
    reason: str
    by: str
    filed_on: date | None
    filed_number: str | None


COLUMNS: tuple[tuple[str, int, Callable[[Line], str]], ...] = (
    ("变动", 18, lambda it: it.what),
    ("生效日期", 12, lambda it: it.on.isoformat()),
    ("原所属", 20, lambda it: _bodies(it.before)),
    ("原网格", 30, lambda it: _named(it.before)),
    ("原编码", 22, lambda it: _coded(it.before)),
    ("现所属", 20, lambda it: _bodies(it.after)),
    ("现网格", 30, lambda it: _named(it.after)),
    ("现编码", 22, lambda it: _coded(it.after)),
    ("依据", 24, lambda it: it.document),
    ("撤销原因", 24, lambda it: it.reason),
    ("谁定的", 12, lambda it: it.by),
    ("备案", 10, lambda it: "已备案" if it.filed_on else "待备案"),
    ("备案日期", 12, lambda it: it.filed_on.isoformat() if it.filed_on else ""),
    ("备案号", 24, lambda it: it.filed_number or ""),
)


async def export(session: AsyncSession, actor: Actor) -> Workbook:
    """Every change, the newest first."""
    rows = [line for found in await changes(session, actor) for line in _lines(found)]
    await db.give_back(session)  # nothing is open behind the writing of a file
    return await workbooks.listed("网格划分备案表", COLUMNS, rows, 2 * MOST)


def _lines(found: FoundChange) -> Iterator[Line]:
    row, what = found.change, WORDS[found.change.kind]
    if row.undone_on:
        is_before_day = row.undone_on < row.starts_on
        yield Line(
            f"{'生效前收回' if is_before_day else '撤销调整'}（{what}）",
            row.undone_on,
            found.after,
            found.before,
            row.undone_document,
            row.undone_reason,
            found.undone_by or "",
            row.undone_filed_on,
            row.undone_filed_number,
        )
    yield Line(
        what,
        row.starts_on,
        found.before,
        found.after,
        row.document,
        "",
        found.decided_by,
        row.filed_on,
        row.filed_number,
    )


def _named(parts: Sequence[Part]) -> str:
    return "、".join(part.name for part in parts)


def _bodies(parts: Sequence[Part]) -> str:
    return "、".join(dict.fromkeys(part.body for part in parts))


def _coded(parts: Sequence[Part]) -> str:
    return "、".join(part.official_code or "—" for part in parts)
