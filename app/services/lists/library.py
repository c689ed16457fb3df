"""The library, and who has to have a document and has none."""

from collections.abc import Sequence
from functools import partial

from app.models.library import Filing, PaperForm, Shelf
from app.services import library
from app.services.library import (
    FoundDocument,
    LibraryFilters,
    LibraryQuery,
    OwedFilters,
    OwedQuery,
    OwedRow,
)
from app.services.lists.sheet import Sheet, day, every_page
from app.services.workbooks import Column

SHELF_WORDS: dict[Shelf, str] = {
    Shelf.ENTERPRISE: "企业档案",
    Shelf.MEETING: "会议",
    Shelf.TRAINING: "培训",
    Shelf.INSPECTION: "检查",
    Shelf.RECTIFICATION: "隐患整改",
    Shelf.DRILL: "演练",
    Shelf.RULES: "制度职责",
    Shelf.PLANS: "方案预案",
    Shelf.STUDY: "学习宣传",
    Shelf.OTHER: "其他",
}
FORM_WORDS: dict[PaperForm, str] = {PaperForm.PAPER: "纸质", PaperForm.ELECTRONIC: "电子"}
FILING_WORDS: dict[Filing, str] = {
    Filing.SUBMITTED: "已报，等备案",
    Filing.FILED: "已备案",
    Filing.RETURNED: "退回修改",
}


def _kept(row: FoundDocument) -> str:
    words = (row.custodian or "", row.document.custodian_post, row.document.place_kept)
    return "，".join(word for word in words if word)


LIBRARY: Sheet[FoundDocument, LibraryFilters] = Sheet(
    "library",
    "资料",
    (
        ("大类", 10, lambda row: SHELF_WORDS[row.kind.shelf]),
        ("种类", 18, lambda row: row.kind.name),
        ("谁的", 24, lambda row: row.whose),
        ("标题", 40, lambda row: row.document.title),
        ("文号", 20, lambda row: row.document.reference),
        ("日期", 12, lambda row: day(row.document.issued_on)),
        ("年度", 8, lambda row: row.document.year),
        ("形式", 8, lambda row: FORM_WORDS[row.document.form]),
        ("保管", 30, _kept),
        ("第几版", 8, lambda row: row.document.version),
        ("备案", 14, lambda row: FILING_WORDS[row.document.filing] if row.document.filing else ""),
        ("最近演练", 12, lambda row: day(row.drilled_on)),
    ),
    every_page(library.find, LibraryQuery),
)


def _cells(rows: Sequence[OwedRow]) -> Sequence[Column[OwedRow]]:
    """Two columns for each kind that was asked for."""
    named = {
        at: cell.kind.name for row in rows for at, cell in enumerate(row.cells) if cell is not None
    }
    found: list[Column[OwedRow]] = []
    for at, name in sorted(named.items()):
        found.append((name, 34, partial(_title, at)))
        found.append((f"{name}：怎么样", 24, partial(_standing, at)))
    return found


def _title(at: int, row: OwedRow) -> str:
    cell = row.cells[at]
    return cell.document.title if cell and cell.document else ""


def _standing(at: int, row: OwedRow) -> str:
    cell = row.cells[at]
    if cell is None:
        return "不要求"
    if cell.document is None:
        return "没有"
    if cell.document.filing:
        return FILING_WORDS[cell.document.filing]
    if cell.due_on:
        return f"{day(cell.due_on)} 到期" if cell.is_missing else f"到 {day(cell.due_on)}"
    return "有"


OWED: Sheet[OwedRow, OwedFilters] = Sheet(
    "owed_documents",
    "该有的资料",
    (("谁", 26, lambda row: row.name),),
    every_page(library.find_owed, OwedQuery),
    more=_cells,
)
