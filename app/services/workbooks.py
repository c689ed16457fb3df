"""Lists as Excel files: one head, one way to be cut, and every text written as text.

No cell is a formula or a link of what people typed.
"""

import asyncio
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from app import clock

Row = TypeVar("Row")
Cell = str | float | None
Column = tuple[str, int, Callable[[Row], Cell]]  # title, width in letters, what stands in the cell


@dataclass(frozen=True)
class Workbook:
    name: str
    body: bytes


async def listed(
    title: str, columns: Sequence[Column[Row]], rows: Sequence[Row], most: int
) -> Workbook:
    """Built beside the event loop. `rows`: one more than `most` if there are more.

    A file that could not hold all says so, in its name too.
    """
    is_cut = len(rows) > most
    body = await asyncio.to_thread(_written, title, columns, rows[:most], is_cut=is_cut)
    return Workbook(file_name(title, f"前{most}条" if is_cut else ""), body)


def opened(buffer: io.BytesIO) -> Any:
    """An empty file in memory, to be written and closed."""
    import xlsxwriter  # noqa: PLC0415 - 3 MB that most servers need a few times a week

    return xlsxwriter.Workbook(buffer, {"in_memory": True})


def file_name(title: str, part: str = "") -> str:
    """With the county's time, so that two exports have two names."""
    made_at = clock.local(clock.now()).strftime("%Y%m%d-%H%M")
    return "-".join(word for word in (title, part, made_at) if word) + ".xlsx"


def write(sheet: Any, line: int, at: int, value: Cell, form: Any = None) -> None:
    if isinstance(value, str):
        sheet.write_string(line, at, value, form)
    elif value is not None:
        sheet.write_number(line, at, value, form)


def _written(
    title: str, columns: Sequence[Column[Row]], rows: Sequence[Row], *, is_cut: bool
) -> bytes:
    buffer = io.BytesIO()
    book = opened(buffer)
    sheet = book.add_worksheet(title)
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    sheet.freeze_panes(1, 1)
    for at, (head, width, _) in enumerate(columns):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, head, bold)
    for line, row in enumerate(rows, start=1):
        for at, (_, _, cell) in enumerate(columns):
            write(sheet, line, at, cell(row), wrapped)
    if is_cut:
        note = f"只导出了前 {len(rows)} 条，后面还有。请先筛选，再分次导出。"
        sheet.write_string(len(rows) + 1, 0, note, bold)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    book.close()
    return buffer.getvalue()
