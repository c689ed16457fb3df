"""A file as rows of text. It comes from anywhere: nothing in it is believed."""

import io
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.errors import Invalid
from app.services.sheets.cells import letters, tidy

MOST_BYTES = 12 * 1024 * 1024
MOST_ROWS = 50_000
_MOST_UNPACKED = 300 * 1024 * 1024
_MOST_IN_CELL = 10_000  # characters, as in all
_MOST_IN_ALL = 20_000_000
_MOST_IGNORED = 30
_HEAD_WITHIN = 10  # a title and a note may stand above the heads
REASON = "错误原因"  # a column that we have written: known, and not read
Cells = tuple[int, dict[str, str]]


@dataclass(frozen=True)
class Table:
    """`rows`: (line, text by title) of every row that is not empty; `letters`: by title.

    `ignored`: titles that nobody knows here, as they stand in the file; at most 30.
    """

    rows: Sequence[Cells]
    letters: Mapping[str, str]
    ignored: Sequence[str] = ()

    def cell(self, line: int, title: str) -> str:
        """B5; of a column that is not in the sheet only the line."""
        return f"{self.letters.get(title, '')}{line}"


def read(
    body: bytes, titles: Collection[str], needed: Collection[str], most: int = MOST_ROWS
) -> Table:
    """Only in a process of its own, see `apart`."""
    from python_calamine import (  # noqa: PLC0415 - 3 MB until somebody brings a file
        CalamineError,
        CalamineWorkbook,
    )

    _require_honest(body)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        sheet = book.get_sheet_by_index(0)
        grid = sheet.to_python(skip_empty_area=False)
        merged = sheet.merged_cell_ranges or []
    except (CalamineError, ValueError, OSError, KeyError, IndexError) as error:
        raise invalid("打不开，请另存为 .xlsx 再传", "This is not a workbook") from error
    _spread(grid, merged)
    head, heads = _heads(grid, titles, needed)
    places = {title: letters(at) for at, title in enumerate(heads) if title}
    found = list(_named(grid, head, heads, titles, places))
    if not found:
        raise invalid("里面没有数据行", "There are no rows in it")
    if len(found) > most:
        raise invalid(f"超过 {most} 行，请分几个文件", f"More than {most} rows")
    named = zip(map(_text, grid[head]), heads, strict=False)
    ignored = [text[:40] for text, title in named if text and not title]
    return Table(found, places, ignored[:_MOST_IGNORED])


def require_small(body: bytes) -> None:
    """A small file may unpack into a huge one."""
    if len(body) > MOST_BYTES:
        raise invalid("超过 12 MB，请分几个文件", "Larger than 12 MB")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile as error:
        raise invalid("打不开，请另存为 .xlsx 再传", "This is not a workbook") from error
    if unpacked > _MOST_UNPACKED:
        raise invalid("展开以后太大", "It unpacks to too much")


def _require_honest(body: bytes) -> None:
    """Each part is as long as it claims: nothing may unpack into more than was allowed."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            damaged = packed.testzip()
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError) as error:
        raise invalid("打不开，请另存为 .xlsx 再传", "This is not a workbook") from error
    if damaged:
        raise invalid("坏了，请重新保存再传", "It is damaged; save it again")


def _spread(grid: list[list[Any]], merged: Sequence[Any]) -> None:
    """What stands in a merged cell counts for each of its rows; for its columns only the first."""
    for (top, left), (bottom, _) in merged:
        if top >= len(grid) or left >= len(grid[top]):
            continue
        for line in range(top + 1, min(bottom + 1, len(grid))):
            if left < len(grid[line]) and grid[line][left] in ("", None):
                grid[line][left] = grid[top][left]


def _named(
    grid: list[list[Any]],
    head: int,
    titles: Sequence[str],
    known: Collection[str],
    letters: Mapping[str, str],
) -> Iterator[Cells]:
    """One text may stand in every cell of a small file: what goes on from here is counted."""
    total = 0
    columns = [(at, title) for at, title in enumerate(titles) if title in known]
    for line, row in enumerate(grid[head + 1 :], start=head + 2):
        width = len(row)
        texts = {
            title: text
            for at, title in columns
            if at < width and (value := row[at]) != "" and (text := _text(value))
        }
        for title, text in texts.items():
            if len(text) > _MOST_IN_CELL:
                cell, most = f"{letters[title]}{line}", _MOST_IN_CELL
                raise invalid(
                    f"的 {cell} 格超过 {most} 个字，请缩短", f"More in {cell} than {most}"
                )
        total += sum(map(len, texts.values()))
        if total > _MOST_IN_ALL:
            raise invalid("里面的字太多，请分几个文件", "Too much text; send it in several files")
        if texts:
            yield line, texts


def _heads(
    grid: list[list[Any]], known: Collection[str], needed: Collection[str]
) -> tuple[int, list[str]]:
    """The first row with all needed titles; marks like * and hints in brackets do not matter."""
    named = {_bare(title): title for title in [*known, REASON]}
    for number, row in enumerate(grid[:_HEAD_WITHIN]):
        titles = [named.get(_bare(_text(value)), "") for value in row]
        if set(needed) <= set(titles):
            return number, titles
    raise invalid(
        f"没有找到表头：要有{'、'.join(needed)}这几列，请用模板",
        "The heads are missing; use the template",
    )


def _bare(title: str) -> str:
    return title.replace("*", "").replace(" ", "").replace("(", "（").replace(")", "）")


def _text(value: Any) -> str:
    """12.0 is the count 12; a date is its day, whether Excel knew it for one or not."""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return tidy(value) if value is not None else ""


def invalid(zh: str, en: str) -> Invalid:
    return Invalid(fields=["file"], reason_zh=f"这个文件{zh}。", reason_en=f"{en}.")
