"""A file as rows of text. It comes from anywhere: nothing in it is believed."""

import io
import zipfile
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from app.errors import Invalid
from app.services.ledger.importing.columns import NEEDED, REASON, tidy
from app.services.ledger.refusing import invalid

MOST_BYTES = 12 * 1024 * 1024
MOST_ROWS = 50_000
_MOST_UNPACKED = 300 * 1024 * 1024
_HEAD_WITHIN = 10  # a title and a note may stand above the heads
Cells = tuple[int, dict[str, str]]


def rows(body: bytes, titles: Collection[str]) -> list[Cells]:
    """Blocking. (line, text by title) of every row that is not empty; Invalid in words if none."""
    _require_small(body)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        sheet = book.get_sheet_by_index(0)
        grid = sheet.to_python(skip_empty_area=False)
        merged = sheet.merged_cell_ranges or []
    except (CalamineError, ValueError, OSError, KeyError, IndexError) as error:
        raise _invalid("打不开，请另存为 .xlsx 再传", "This is not a workbook") from error
    _spread(grid, merged)
    found = list(_named(grid, titles))
    if not found:
        raise _invalid("里面没有数据行", "There are no rows in it")
    if len(found) > MOST_ROWS:
        raise _invalid(f"超过 {MOST_ROWS} 行，请分几个文件", f"More than {MOST_ROWS} rows")
    return found


def _require_small(body: bytes) -> None:
    """A small file may unpack into a huge one."""
    if len(body) > MOST_BYTES:
        raise _invalid("超过 12 MB，请分几个文件", "Larger than 12 MB")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile as error:
        raise _invalid("打不开，请另存为 .xlsx 再传", "This is not a workbook") from error
    if unpacked > _MOST_UNPACKED:
        raise _invalid("展开以后太大", "It unpacks to too much")


def _spread(grid: list[list[Any]], merged: Sequence[Any]) -> None:
    """What stands in a merged cell counts for each of its rows; for its columns only the first."""
    for (top, left), (bottom, _) in merged:
        if top >= len(grid) or left >= len(grid[top]):
            continue
        for line in range(top + 1, min(bottom + 1, len(grid))):
            if left < len(grid[line]) and grid[line][left] in ("", None):
                grid[line][left] = grid[top][left]


def _named(grid: list[list[Any]], known: Collection[str]) -> Iterator[Cells]:
    head, titles = _heads(grid, known)
    for line, row in enumerate(grid[head + 1 :], start=head + 2):
        texts = {
            title: text
            for title, value in zip(titles, row, strict=False)
            if title in known and (text := _text(value))
        }
        if texts:
            yield line, texts


def _heads(grid: list[list[Any]], known: Collection[str]) -> tuple[int, list[str]]:
    """The first row with all needed titles; marks like * and hints in brackets do not matter."""
    named = {_bare(title): title for title in [*known, REASON]}
    for number, row in enumerate(grid[:_HEAD_WITHIN]):
        titles = [named.get(_bare(_text(value)), "") for value in row]
        if set(NEEDED) <= set(titles):
            return number, titles
    raise _invalid(
        f"没有找到表头：要有{'、'.join(NEEDED)}这几列，请用模板",
        "The heads are missing; use the template",
    )


def _bare(title: str) -> str:
    return title.replace("*", "").replace(" ", "").replace("(", "（").replace(")", "）")


def _text(value: Any) -> str:
    """12.0 is the count 12; a date is its day, whether Excel knew it for one or not."""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return tidy(value) if value is not None else ""


def _invalid(zh: str, en: str) -> Invalid:
    return invalid("file", f"这个文件{zh}", en)
