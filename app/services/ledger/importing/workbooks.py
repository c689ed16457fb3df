"""The template with its drop-downs and an example, and the wrong rows with their reasons."""

from collections.abc import Sequence

from app.models.ledger_import import LedgerImportRow
from app.services.sheets import REASON, Column, written

_NOTE = (
    "带 * 的必须填。信用代码相同，或者同一网格里名称相同，就是更新，不会重复。"
    "空着的格子不改原来的内容。日期写成 2026-11-25。"
)
_EXAMPLE = "第 3 行是例子，导入前删掉。"


def template(columns: Sequence[Column]) -> bytes:
    """Blocking."""
    example = {column.title: column.example for column in columns}
    return written("台账", columns, [example], _NOTE + _EXAMPLE)


def wrong_workbook(columns: Sequence[Column], rows: Sequence[LedgerImportRow]) -> bytes:
    """Blocking. The same columns and why: mended, the file can be sent again as it is."""
    lines = [
        {**row.cells, REASON: "；".join(f"{title}：{why}" for title, why in row.errors.items())}
        for row in rows
    ]
    marked = [set(row.errors) for row in rows]
    return written("台账", columns, lines, _NOTE, has_reasons=True, marked=marked)
