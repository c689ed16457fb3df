"""A sheet to fill in: marks of what is needed, drop-downs, and the rows that are there already."""

import io
from collections.abc import Sequence
from typing import Any

from app.services.sheets.cells import Column, letters
from app.services.sheets.reading import REASON

_ROWS_WITH_OPTIONS = 20_000


def written(
    name: str,
    columns: Sequence[Column],
    lines: Sequence[dict[str, Any]],
    note: str,
    *,
    has_reasons: bool = False,
    marked: Sequence[set[str]] = (),
    explained: Sequence[tuple[str, str]] = (),
) -> bytes:
    """Blocking. `marked`: titles of the wrong cells by line. `explained`: a page of its own."""
    from app.services import workbooks  # noqa: PLC0415 - whoever only reads a sheet writes none

    buffer = io.BytesIO()
    book = workbooks.opened(buffer)
    sheet, choices = book.add_worksheet(name), book.add_worksheet("选项")
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
    if explained:
        _explain(book, explained)
    book.close()
    return buffer.getvalue()


def _explain(book: Any, lines: Sequence[tuple[str, str]]) -> None:
    page = book.add_worksheet("填写说明")
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 16)
    page.set_column(1, 1, 90)
    for line, (title, words) in enumerate(lines):
        page.write_string(line, 0, title, bold)
        page.write_string(line, 1, words, wrapped)


def _offer(sheet: Any, choices: Any, at: int, options: Sequence[str]) -> None:
    """Longer lists than the 255 characters that Excel takes inline: on a sheet of their own."""
    choices.write_column(0, at, list(options))
    letter = letters(at)
    source = f"=选项!${letter}$1:${letter}${len(options)}"
    rule = {"validate": "list", "source": source, "error_type": "warning"}
    sheet.data_validation(2, at, _ROWS_WITH_OPTIONS, at, rule)
