"""Sheets as offices send them: seeded, with a share of wrong cells."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

import xlsxwriter

from app.services.ledger.importing.columns import COLUMNS

TITLES = [column.title for column in COLUMNS]
# A column, what somebody typed into it, and a part of what they are told.
FAULTS: tuple[tuple[str, str, str], ...] = (
    ("员工人数", "十几个", "要填数字"),
    ("员工人数", "3.5", "整数"),
    ("种类", "公司", "只能填"),
    ("行业大类", "Z99", "行业大类"),
    ("联系电话", "打给老王", "电话"),
    ("电子邮箱", "没有", "邮箱"),
    ("重大危险源等级", "9", "1 到 4"),
    ("所属村（社区）", "无名村", "没有这个村"),
    ("营业执照", "办理中", "是、否"),
    ("名称", "", "不能空"),
    ("纬度", "北纬34度", "要填数字"),
)


@dataclass(frozen=True)
class Sheet:
    """`wrong`: line → (title, part of the sentence)."""

    body: bytes
    wrong: dict[int, tuple[str, str]]


def book(
    lines: Iterable[Mapping[str, Any]], titles: Sequence[str] = (), *, merged: Sequence[Any] = ()
) -> bytes:
    """Heads in the first row; strings as strings, numbers as numbers, dates as Excel's dates.

    `merged`: (first row, column, last row, column, text), counted from 0.
    """
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet, day = workbook.add_worksheet("台账"), workbook.add_format({"num_format": "yyyy-mm-dd"})
    heads = list(titles) or TITLES
    sheet.write_row(0, 0, heads)
    for line, values in enumerate(lines, start=1):
        for at, title in enumerate(heads):
            value = values.get(title, "")
            if isinstance(value, date):
                sheet.write_datetime(line, at, value, day)
            elif isinstance(value, str):
                sheet.write_string(line, at, value)
            else:
                sheet.write_number(line, at, value)
    for area in merged:
        sheet.merge_range(*area)
    workbook.close()
    return buffer.getvalue()


def many(villages: Sequence[str], count: int, seed: int, wrong_share: float = 0.05) -> Sheet:
    """`count` objects over these villages; every wrong row has exactly one wrong cell."""
    dice = Random(seed)
    lines, wrong = [], {}
    for number in range(count):
        row: dict[str, Any] = {
            "名称": f"第{number}号店",
            "种类": dice.choice(["企业", "个体工商户", "三小场所"]),
            "所属村（社区）": dice.choice(villages),
            "详细地址": f"沿街 {number} 号",
            "主要负责人": dice.choice("王李张刘陈") + "老板",
            "联系电话": f"1390000{number % 10_000:04d}",
            "员工人数": dice.randint(1, 40),
            "行业大类": dice.choice(["H62 餐饮业", "F52", "C34 通用设备制造业"]),
            "面积（平方米）": dice.randint(10, 900),
            "营业执照": dice.choice("是否"),
        }
        if dice.random() < wrong_share:
            title, text, sentence = dice.choice(FAULTS)
            row[title] = text
            wrong[number + 2] = (title, sentence)
        lines.append(row)
    return Sheet(book(lines), wrong)
