"""GB/T 4754 divisions, and which of the nine small places (九小) an object's sizes make it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from app.models.supervised_object import SupervisedObject
from app.services import presets


@cache
def divisions() -> Mapping[str, str]:
    """Code → title, e.g. H62 → 餐饮业."""
    return {
        letter + number: title
        for letter, section in presets.read("sectors").items()
        for number, title in section["divisions"].items()
    }


@dataclass(frozen=True)
class Small:
    """A place of these divisions is small if `size` is known and not above `most`."""

    name: str
    divisions: tuple[str, ...]
    size: str
    most: int


# 山东省公安派出所消防监督检查规定, art. 30. A school with beds boards its pupils; without, it is
# measured by its places.
NINE_SMALL: tuple[Small, ...] = (
    Small("小商店", ("F52",), "area_m2", 300),
    Small("小餐饮", ("H62",), "seats", 100),
    Small("小旅馆", ("H61",), "beds", 50),
    Small("小歌舞娱乐场所", ("R90",), "area_m2", 200),
    Small("小休闲健身场所", ("R89",), "area_m2", 200),
    Small("小美容洗浴场所", ("O80",), "area_m2", 200),
    Small("小医院", ("Q84",), "beds", 30),
    Small("小学校（幼儿园）", ("P83",), "beds", 50),
    Small("小学校（幼儿园）", ("P83",), "seats", 500),
    Small("小生产加工企业", tuple(f"C{number}" for number in range(13, 44)), "staff_count", 50),
)


def is_small(row: SupervisedObject) -> bool | None:
    """Whether it is one of the nine; None while its division or its size is not known."""
    if row.division is None:
        return None
    rules = [small for small in NINE_SMALL if row.division in small.divisions]
    if all(getattr(row, small.size) is None for small in rules) and rules:
        return None
    return nine_small(row) is not None


def nine_small(row: SupervisedObject) -> str | None:
    """The first class of the table whose size is known; None if that one is too large."""
    for small in NINE_SMALL:
        size = getattr(row, small.size)
        if row.division in small.divisions and size is not None:
            return small.name if size <= small.most else None
    return None
