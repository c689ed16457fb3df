"""The cells of a sheet that somebody has filled in: how each text is read, what may stand in it."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

_YES, _NO = frozenset("是有√yYvV1"), frozenset("否无×xXnN0")
_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
_DAY_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_FIRST, _LAST = date(2000, 1, 1), date(2100, 1, 1)
YES_NO = ("是", "否")
_A = ord("A")


class CellError(Exception):
    """The sentence says what is wrong and how to mend it."""


Reader = Callable[[str], Any]


@dataclass(frozen=True)
class Column:
    """`field` None: it says where the object is, see `checking`. `options`: the drop-down."""

    title: str
    field: str | None
    read: Reader
    example: str = ""
    is_needed: bool = False
    options: Sequence[str] = ()
    width: int = 14


def tidy(text: object) -> str:
    """One line, half width, without blanks around: 全角数字 and letters become plain."""
    return " ".join(unicodedata.normalize("NFKC", str(text)).split())


def words(most: int) -> Reader:
    def read(text: str) -> str:
        if len(text) > most:
            raise CellError(f"太长，最多 {most} 个字")
        return text

    return read


def one_of(options: Mapping[Any, str]) -> Reader:
    values = {word: value.value for value, word in options.items()}

    def read(text: str) -> Any:
        if text not in values:
            raise CellError(f"只能填：{'、'.join(values)}")
        return values[text]

    return read


def number(low: float, high: float, *, whole: bool) -> Reader:
    def read(text: str) -> float | int:
        plain = text.replace(",", "").replace("，", "")
        if not _NUMBER.fullmatch(plain):
            raise CellError("要填数字")
        value = float(plain)
        if not low <= value <= high:
            raise CellError(f"要在 {low:g} 到 {high:g} 之间")
        if whole and value != int(value):
            raise CellError("要填整数")
        return int(value) if whole else value

    return read


def yes_no(text: str) -> bool:
    if text[0] in _YES:
        return True
    if text[0] in _NO:
        return False
    raise CellError("只能填：是、否")


def day(text: str) -> str:
    """2026-11-25, 2026/11/25, 2026.11.25, 2026年11月25日, 20261125, with a time after it or not."""
    found = _DAY.match(text) or _DAY_DIGITS.fullmatch(text)
    if not found:
        raise CellError("日期写成 2026-11-25 这样")
    try:
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        raise CellError("没有这一天") from None


def near_day(text: str) -> str:
    """A day that forms take too, see commands.Day: a slip in the year is told here."""
    found = day(text)
    if not _FIRST <= date.fromisoformat(found) <= _LAST:
        raise CellError("日期不对，写成 2026-11-25 这样")
    return found


def matching(pattern: re.Pattern[str], sentence: str) -> Reader:
    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise CellError(sentence)
        return text

    return read


def letters(at: int) -> str:
    """A for column 0, AA for 26. Ours: xlsxwriter's brings the whole writer along."""
    said, left = "", at + 1
    while left:
        left, rest = divmod(left - 1, 26)
        said = chr(_A + rest) + said
    return said
