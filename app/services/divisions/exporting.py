"""The filing list as an Excel file: what changed, from when, who decided (S1-5).

What has been undone is a line of its own above the change: both are filed. So is a grid that was
redrawn, renamed, given another code, added or ended by itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import db
from app.models.grid_revision import HAS_AFTER, HAS_BEFORE, GridRevisionPart, RevisionCause
from app.services import workbooks
from app.services.access import SYSTEM, Actor
from app.services.divisions.reading import MOST, FoundChange, Part, changes
from app.services.divisions.revisions import FoundRevision, revisions
from app.services.divisions.unread import CHANGES
from app.services.workbooks import Workbook

TITLE = "网格划分备案表"
CAUSES: dict[RevisionCause, str] = {
    RevisionCause.HAND: "",
    RevisionCause.SCHEME: "套用方案",
    RevisionCause.LEDGER: "企业台账",
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
    # grid → outline before, after; None: a change
    redrawn: Mapping[UUID, tuple[UUID | None, UUID | None]] | None = None
    hectares: tuple[str, str] = ("", "")
    number: int = 0


COLUMNS: tuple[tuple[str, int, Callable[[Line], str]], ...] = (
    ("序号", 6, lambda it: str(it.number)),
    ("变动", 18, lambda it: it.what),
    ("生效日期", 12, lambda it: it.on.isoformat()),
    ("原所属", 20, lambda it: _bodies(it.before)),
    ("原网格", 30, lambda it: _named(it.before)),
    ("原编码", 22, lambda it: _coded(it.before)),
    ("现所属", 20, lambda it: _bodies(it.after)),
    ("现网格", 30, lambda it: _named(it.after)),
    ("现编码", 22, lambda it: _coded(it.after)),
    ("原面积（公顷）", 16, lambda it: it.hectares[0]),
    ("现面积（公顷）", 16, lambda it: it.hectares[1]),
    ("依据", 24, lambda it: it.document),
    ("撤销原因", 24, lambda it: it.reason),
    ("谁定的", 12, lambda it: it.by),
    ("备案", 10, lambda it: "已备案" if it.filed_on else "待备案"),
    ("备案日期", 12, lambda it: it.filed_on.isoformat() if it.filed_on else ""),
    ("备案号", 24, lambda it: it.filed_number or ""),
)


async def export(session: AsyncSession, actor: Actor) -> Workbook:
    """Every change, the newest first."""
    rows = await lines(session, actor)
    await db.give_back(session)  # nothing is open behind the writing of a file
    return await table(rows)


async def lines(session: AsyncSession, actor: Actor) -> list[Line]:
    """Of changes and of single grids, the newest day first; an undoing above its change."""
    changed = [(one.change.starts_on, [*_lines(one)]) for one in await changes(session, actor)]
    revised = [(one.row.revised_on, [_revised(one)]) for one in await revisions(session, actor)]
    made = sorted(changed + revised, key=lambda group: group[0], reverse=True)
    flat = [line for _, group in made for line in group]
    return [replace(line, number=n) for n, line in enumerate(flat, start=1)]


async def table(rows: Sequence[Line]) -> Workbook:
    return await workbooks.listed(TITLE, COLUMNS, rows, 3 * MOST)


def _revised(found: FoundRevision) -> Line:
    row, parts = found.row, found.parts
    before = [Part(one.grid_id, one.name_before, one.code_before, one.body) for one in parts]
    after = [Part(one.grid_id, one.name, one.code, one.body) for one in parts]
    return Line(
        found.what,
        row.revised_on,
        before if row.kind in HAS_BEFORE else [],
        after if row.kind in HAS_AFTER else [],
        CAUSES[row.cause],
        "",
        found.decided_by or SYSTEM.name,
        row.filed_on,
        row.filed_number,
        {one.grid_id: (one.outline_before_id, one.outline_id) for one in parts},
        (_hectares(parts, "area_before"), _hectares(parts, "area")),
    )


def _hectares(parts: Sequence[GridRevisionPart], which: str) -> str:
    """In the order of the grids; — where the line stayed."""
    sizes = [getattr(one, which) for one in parts]
    if all(size is None for size in sizes):
        return ""
    return "、".join("—" if size is None else f"{size / 10_000:.2f}" for size in sizes)


def _lines(found: FoundChange) -> Iterator[Line]:
    row, what = found.change, CHANGES[found.change.kind]
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
