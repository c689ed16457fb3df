"""What the parts of a question are called where no screen says it: in files, both ways."""

from collections.abc import Mapping
from typing import Any

from app.models.checklist import ItemKind
from app.services.ledger import divisions
from app.services.ledger.importing import WORDS_OF_KIND

ITEM_WORDS: Mapping[ItemKind, str] = {
    ItemKind.HAZARD: "隐患",
    ItemKind.REPORT: "情况报告",
    ItemKind.APPEAL: "诉求",
    ItemKind.COVERAGE: "到位",
}
# The drawn pairs that the pages have (pwa/src/ui/checkPictures).
PICTURE_WORDS: Mapping[str, str] = {
    "exit": "安全出口",
    "extinguisher": "灭火器",
    "lift": "电梯",
    "fuel": "燃料桶",
    "wall": "承重墙",
    "road": "护栏",
    "powerline": "电线",
    "signboard": "招牌",
    "charging": "电动车充电",
    "stock": "堆货",
    "farmcart": "农用车",
    "wiring": "线路",
    "panel": "配电箱",
    "cylinders": "气瓶",
}
OWN_PICTURES = "own", "有本县图片"  # in place of a pair's name; a file does not carry the pictures
SIZE_WORDS: Mapping[bool, str] = {True: "只问九小场所", False: "九小场所不问"}
KEY_WORDS: Mapping[bool, str] = {True: "只问重点单位", False: "重点单位不问"}


def kinds(rule: Mapping[str, Any]) -> str:
    return "、".join(WORDS_OF_KIND[kind] for kind in rule.get("kinds", ()))


def trades(rule: Mapping[str, Any]) -> str:
    """H62 餐饮业、F52 零售业."""
    titles = divisions()
    return "、".join(f"{code} {titles.get(code, '')}".strip() for code in rule.get("divisions", ()))


def meant_for(rule: Mapping[str, Any]) -> str:
    """In one line whom a question is asked."""
    parts = [
        kinds(rule),
        trades(rule),
        SIZE_WORDS.get(rule.get("is_small"), ""),  # type: ignore[arg-type]
        KEY_WORDS.get(rule.get("is_key"), ""),  # type: ignore[arg-type]
    ]
    return "，".join(part for part in parts if part) or "所有场所都问"
