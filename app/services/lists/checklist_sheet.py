"""One checklist as a sheet, and a sheet read as the list that it would become.

Reading keeps nothing: what comes of it stands in the form, where it is looked at, and goes out as
every other edit (`checklists.put`), against the version that was looked at.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.checklist import ChecklistItem, ItemKind
from app.services import checklists, rules, sheets, workbooks
from app.services.access import Actor
from app.services.checklists.commands import EditItem
from app.services.ledger import divisions
from app.services.ledger.importing import WORDS_OF_KIND
from app.services.lists import checklist_words as words
from app.services.rules.changing import require_editor
from app.services.sheets import CellError, Checking, Column, Fault
from app.services.workbooks import Workbook

MOST = 60
_CODE, _QUESTION, _CATEGORY, _KIND = "编号", "问题", "隐患类别", "是什么"
NEEDED = (_CODE, _QUESTION, _KIND)
_NOTE = (
    "带 * 的必须填。一行一条，先后就是手机上的先后；同一条的编号不要改。"
    "几类、几个行业用顿号隔开，空着就是都问。改好在「规则 → 清单」里导入，看过再保存。"
)
_OWN, _OWN_WORDS = words.OWN_PICTURES
_PHOTOS = ("photo_right", "photo_wrong", "photo_caption")
_MARK = re.compile(r"[、,，;；]")
_CODE_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9+_.-]{0,19}")


@dataclass(frozen=True)
class ReadChecklist:
    """`items` None: something is wrong. `added`, `edited`, `dropped`: codes, against the newest."""

    items: list[EditItem] | None
    faults: Sequence[Fault]
    added: Sequence[str]
    edited: Sequence[str]
    dropped: Sequence[str]


def _code(text: str) -> str:
    if not _CODE_FORM.fullmatch(text):
        raise CellError("只能用字母、数字和 - _ + .，最多 20 个，例如 SQ-05")
    return text


def _several(options: Mapping[str, str], example: str) -> sheets.Reader:
    """Values by word, several in one cell; of a trade its code is enough."""

    def read(text: str) -> list[str]:
        parts = [part.strip() for part in _MARK.split(text) if part.strip()]
        wrong = [part for part in parts if part not in options]
        if wrong:
            raise CellError(f"没有「{'、'.join(wrong)}」，例如 {example}")
        return list(dict.fromkeys(options[part] for part in parts))

    return read


def _either(options: Mapping[bool, str]) -> sheets.Reader:
    values = {word: value for value, word in options.items()}

    def read(text: str) -> bool:
        if text not in values:
            raise CellError(f"只能填：{'、'.join(values)}")
        return values[text]

    return read


def _word(options: Mapping[str, str]) -> sheets.Reader:
    """The code of a word."""
    codes = {word: code for code, word in options.items()}

    def read(text: str) -> str:
        if text not in codes:
            raise CellError(f"只能填：{'、'.join(codes)}")
        return codes[text]

    return read


def _trades() -> dict[str, str]:
    titles = divisions()
    named = {f"{code} {title}": code for code, title in titles.items()}
    return named | {code: code for code in titles}


def columns(categories: Mapping[str, str]) -> tuple[Column, ...]:
    """`categories`: names of those in use, by code."""
    kinds = {word: kind.value for kind, word in WORDS_OF_KIND.items()}
    both = (words.SIZE_WORDS, words.KEY_WORDS)
    size, key = (tuple(each.values()) for each in both)
    return (
        Column(_CODE, "code", _code, is_needed=True, width=10),
        Column(_QUESTION, "question", sheets.words(200), is_needed=True, width=40),
        Column("怎么查", "how_to", sheets.words(2000), width=60),
        Column(
            _KIND,
            "kind",
            sheets.one_of(words.ITEM_WORDS),
            is_needed=True,
            options=tuple(words.ITEM_WORDS.values()),
        ),
        Column(_CATEGORY, "category_code", _word(categories), options=tuple(categories.values())),
        Column(
            "对错图",
            "picture",
            _word({**words.PICTURE_WORDS, _OWN: _OWN_WORDS}),
            options=tuple(words.PICTURE_WORDS.values()),
        ),
        Column("只问这几类", "kinds", _several(kinds, "企业、三小场所"), width=24),
        Column("只问这些行业", "divisions", _several(_trades(), "H62、F52"), width=30),
        Column("规模", "is_small", _either(words.SIZE_WORDS), options=size),
        Column("重点单位", "is_key", _either(words.KEY_WORDS), options=key),
    )


async def checklist_sheet(session: AsyncSession, key: str) -> Workbook:
    """The newest version with drop-downs, to be edited and read again."""
    found = await checklists.one(session, key)
    names = await rules.category_names(session)
    lines = [_line(item, names) for item in found.newest.items]
    table = columns(await _in_use(session))
    body = await asyncio.to_thread(sheets.written, "清单", table, lines, _NOTE)
    part = f"第{found.checklist.version}版"
    return Workbook(workbooks.file_name(found.checklist.name, part), body)


def _line(item: ChecklistItem, names: Mapping[str | None, str]) -> dict[str, str]:
    rule = item.applies_to
    return {
        _CODE: item.code,
        _QUESTION: item.question,
        "怎么查": item.how_to,
        _KIND: words.ITEM_WORDS[item.kind],
        _CATEGORY: names.get(item.category_code, ""),
        "对错图": _picture(item),
        "只问这几类": words.kinds(rule),
        "只问这些行业": words.trades(rule),
        "规模": words.SIZE_WORDS.get(rule.get("is_small", ""), ""),
        "重点单位": words.KEY_WORDS.get(rule.get("is_key", ""), ""),
    }


def _picture(item: ChecklistItem) -> str:
    if item.photo_caption:
        return _OWN_WORDS
    return words.PICTURE_WORDS.get(item.picture or "", "")


async def read_checklist_sheet(
    session: AsyncSession, actor: Actor, key: str, body: bytes
) -> ReadChecklist:
    """What the list would be; NotFound for a list that is not there."""
    require_editor(actor)
    before = (await checklists.one(session, key)).newest.items
    table_columns = columns(await _in_use(session))
    titles = [column.title for column in table_columns]
    table = await sheets.opened(body, titles, NEEDED, MOST)
    checking = Checking(table, table_columns)
    items = [_item(checking, line, texts) for line, texts in table.rows]
    _require_apart(checking)
    if checking.faults:
        return ReadChecklist(None, checking.faults, (), (), ())
    return _against(
        {row.code: EditItem.model_validate(_values(row)) for row in before},
        {item.code: item for item in items if item is not None},
    )


def _with_own(item: EditItem, old: EditItem | None) -> EditItem:
    """Where the cell says so, the pictures that the item of this code has; a new one has none."""
    if item.picture != _OWN:
        return item
    kept = {name: getattr(old, name) if old else None for name in _PHOTOS}
    return item.model_copy(update={"picture": None, **kept})


def _against(old: Mapping[str, EditItem], new: Mapping[str, EditItem]) -> ReadChecklist:
    """What reads the same stays as it was, with its own line breaks."""
    new = {code: _with_own(item, old.get(code)) for code, item in new.items()}
    same = {code for code in new if code in old and _same(new[code]) == _same(old[code])}
    return ReadChecklist(
        [old[code] if code in same else item for code, item in new.items()],
        (),
        added=[code for code in new if code not in old],
        edited=[code for code in new if code in old and code not in same],
        dropped=[code for code in old if code not in new],
    )


def _item(checking: Checking, line: int, texts: Mapping[str, str]) -> EditItem | None:
    values = checking.values(line, texts)
    if values is None:
        return None
    if values["kind"] == ItemKind.HAZARD and "category_code" not in values:
        checking.note(line, _CATEGORY, "", "是隐患就要选一个隐患类别")
        return None
    names = ("kinds", "divisions", "is_small", "is_key")
    rule = {name: values.pop(name) for name in names if name in values}
    return EditItem.model_validate({**values, "applies_to": rule})


def _require_apart(checking: Checking) -> None:
    """Each code once."""
    first: dict[str, int] = {}
    for line, texts in checking.table.rows:
        code = texts.get(_CODE, "")
        if code and first.setdefault(code, line) != line:
            checking.note(line, _CODE, code, f"编号重复，第 {first[code]} 行也是")


def _values(item: ChecklistItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in EditItem.model_fields}


def _same(item: EditItem) -> dict[str, Any]:
    """As the two are compared: a sheet keeps one line of a text, without double blanks."""
    told = item.model_dump(mode="json")
    texts = {name: sheets.tidy(told[name]) for name in ("question", "how_to")}
    return {**told, **texts}


async def _in_use(session: AsyncSession) -> dict[str, str]:
    active = await rules.active_categories(session)
    names = await rules.category_names(session)
    return {code: name for code, name in names.items() if code in active}
