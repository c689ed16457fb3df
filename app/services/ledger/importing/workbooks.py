"""The template with its drop-downs and an example, and the wrong rows with their reasons."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from app.models.ledger_import import LedgerImportRow
from app.services.ledger.importing.columns import REASON, Column

_ROWS_WITH_OPTIONS = 20_000
_NOTE = (
    "带 * 的必须填。信用代码相同，或者同一网格里名称相同，就是更新，不会重复。"
    "空着的格子不改原来的内容。日期写成 2026-11-25。"
)
_EXAMPLE = "第 3 行是例子，导入前删掉。"


def template(columns: Sequence[Column]) -> bytes:
    """Blocking."""
    example = {column.title: column.example for column in columns}
    return _sheet(columns, [example], _NOTE + _EXAMPLE, has_reasons=False)


def wrong_workbook(columns: Sequence[Column], rows: Sequence[LedgerImportRow]) -> bytes:
    """Blocking. The same columns and why: mended, the file can be sent again as it is."""
    lines = [
        {**row.cells, REASON: "；".join(f"{title}：{why}" for title, why in row.errors.items())}
        for row in rows
    ]
    marked = [set(row.errors) for row in rows]
    return _sheet(columns, lines, _NOTE, has_reasons=True, marked=marked)


def _sheet(
    columns: Sequence[Column],
    lines: Sequence[dict[str, Any]],
    note: str,
    *,
    has_reasons: bool,
    marked: Sequence[set[str]] = (),
) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet, choices = book.add_worksheet("台账"), book.add_worksheet("选项")
    choices.hide()
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text, wrong = book.add_format({"num_format": "@"}), book.add_format({"bg_color": "#FDECEE"})
    titles = [*(column.title for column in columns), *([REASON] if has_reasons else [])]
    sheet.write_string(0, 0, note)
    for at, title in enumerate(titles):
        column = columns[at] if at < len(columns) else None
        sheet.set_column(at, at, column.width if column else 60, text)
        sheet.write_string(1, at, f"{title} *" if column and column.is_needed else title, bold)
        if column and column.options:
            _offer(sheet, choices, at, column.options)
    for line, values in enumerate(lines):
        marks = marked[line] if marked else set()
        for at, title in enumerate(titles):
            form = wrong if title in marks else text
            sheet.write_string(line + 2, at, str(values.get(title, "")), form)
    sheet.freeze_panes(2, 1)
    book.close()
    return buffer.getvalue()


def _offer(sheet: Any, choices: Any, at: int, options: Sequence[str]) -> None:
    """Longer lists than the 255 characters that Excel takes inline: on a sheet of their own."""
    choices.write_column(0, at, list(options))
    letter = xlsxwriter.utility.xl_col_to_name(at)
    source = f"=选项!${letter}$1:${letter}${len(options)}"
    rule = {"validate": "list", "source": source, "error_type": "warning"}
    sheet.data_validation(2, at, _ROWS_WITH_OPTIONS, at, rule)
