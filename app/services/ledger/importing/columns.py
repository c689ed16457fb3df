"""The columns of the sheet: what each is called, how its text is read, what may stand in it."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.models.supervised_object import DualPrevention, ObjectKind
from app.services.ledger import credit_codes, sectors

WORDS_OF_KIND: Mapping[ObjectKind, str] = {
    ObjectKind.ENTERPRISE: "企业",
    ObjectKind.INDIVIDUAL_BUSINESS: "个体工商户",
    ObjectKind.PROJECT: "在建工程",
    ObjectKind.FERRY: "渡口",
    ObjectKind.THREE_SMALL_PLACE: "三小场所",
    ObjectKind.HOUSEHOLD: "住户",
    ObjectKind.KEY_LOCATION: "重点部位",
    ObjectKind.LEASED_FACTORY: "租赁厂房",
    ObjectKind.DISUSED_FACTORY: "废弃厂房",
    ObjectKind.PUBLIC_FACILITY: "公共设施",
    ObjectKind.BUNDLE: "打包点",
}
WORDS_OF_DUAL: Mapping[DualPrevention, str] = {
    DualPrevention.NONE: "未建",
    DualPrevention.BUILDING: "在建",
    DualPrevention.RUNNING: "运行",
}
_YES, _NO = frozenset("是有√yYvV1"), frozenset("否无×xXnN0")
_PHONE = re.compile(r"[\d+\-() ,、/]{5,40}")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
_DAY_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


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
    values = {word: value for value, word in options.items()}

    def read(text: str) -> Any:
        if text not in values:
            raise CellError(f"只能填：{'、'.join(values)}")
        return values[text].value

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


def _code(text: str) -> str | None:
    if len(text) > 40:  # noqa: PLR2004 - whatever this is, it is no code
        raise CellError("信用代码太长")
    return credit_codes.normalise(text)


def _division(text: str) -> str:
    code = text[:3].upper()
    if code not in sectors.divisions():
        raise CellError("没有这个行业大类，从下拉里选，例如 H62 餐饮业")
    return code


def _matching(pattern: re.Pattern[str], sentence: str) -> Reader:
    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise CellError(sentence)
        return text

    return read


def _divisions() -> list[str]:
    return [f"{code} {title}" for code, title in sectors.divisions().items()]


_OPTIONS = ("是", "否")
COLUMNS: tuple[Column, ...] = (
    Column("名称", "name", words(80), "大运河机械厂", is_needed=True, width=26),
    Column("种类", "kind", one_of(WORDS_OF_KIND), "企业", options=tuple(WORDS_OF_KIND.values())),
    Column("所属乡镇（街道）", None, words(40), "运河街道", width=16),
    Column("所属村（社区）", None, words(40), "文化社区", is_needed=True, width=16),
    Column("网格", None, words(80), "", width=16),
    Column("详细地址", "address", words(200), "运河街 1 号", width=26),
    Column("营业执照", "is_registered", yes_no, "是", options=_OPTIONS),
    Column("信用代码", "credit_code", _code, "92370405MA00000152", width=22),
    Column("主要负责人", "contact_name", words(40), "王老板"),
    Column("联系电话", "contact_phone", _matching(_PHONE, "电话里只能有数字"), "0632-6611234"),
    Column("电子邮箱", "email", _matching(_MAIL, "邮箱写得不对"), "", width=20),
    Column("员工人数", "staff_count", number(0, 1_000_000, whole=True), "12"),
    Column("主要产品", "products", words(200), "机床配件", width=24),
    Column("行业大类", "division", _division, "C34 通用设备制造业", options=_divisions(), width=26),
    Column("行业", "sector", words(200), "机械加工"),
    Column("面积（平方米）", "area_m2", number(0, 10_000_000, whole=False), "1200"),
    Column("座位", "seats", number(0, 1_000_000, whole=True)),
    Column("床位", "beds", number(0, 1_000_000, whole=True)),
    Column("重点单位", "is_key", yes_no, "否", options=_OPTIONS),
    Column("重大危险源等级", "major_source_level", number(1, 4, whole=True)),
    Column(
        "双重预防机制",
        "dual_prevention",
        one_of(WORDS_OF_DUAL),
        "运行",
        options=tuple(WORDS_OF_DUAL.values()),
    ),
    Column("纳入两化系统", "is_in_lianghua", yes_no, "是", options=_OPTIONS),
    Column("上级直接管理", "external_owner", words(200)),
    Column("纬度", "lat", number(-90, 90, whole=False), "34.5602"),
    Column("经度", "lon", number(-180, 180, whole=False), "117.7301"),
)
NEEDED = tuple(column.title for column in COLUMNS if column.is_needed)
REASON = "错误原因"
