"""The template with its drop-downs and examples, and the wrong rows with their reasons."""

from collections.abc import Sequence

from app.services.imports.declaring import B, Import, R
from app.services.sheets import REASON, Column, written

_EXAMPLE = "第 3 行是例子，导入前删掉。"


def template(kind: Import[B, R], columns: Sequence[Column]) -> bytes:
    """Blocking."""
    example = {column.title: column.example for column in columns}
    return written(kind.sheet, columns, [example], kind.note + _EXAMPLE, explained=kind.explained)


def wrong_workbook(kind: Import[B, R], columns: Sequence[Column], rows: Sequence[R]) -> bytes:
    """Blocking. The same columns and why: mended, the file can be sent again as it is."""
    lines = [
        {**row.cells, REASON: "；".join(f"{title}：{why}" for title, why in row.errors.items())}
        for row in rows
    ]
    marked = [set(row.errors) for row in rows]
    return written(kind.sheet, columns, lines, kind.note, has_reasons=True, marked=marked)
