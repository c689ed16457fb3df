"""Checklists with their questions, and the audit entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.checklist import ChecklistItem
from app.services import audit, checklists, rules
from app.services.access import Actor
from app.services.audit import AuditFilters, FoundEntry
from app.services.audit.words import FIELD_WORDS, KIND_WORDS, SUBJECT_WORDS
from app.services.checklists import FoundChecklist
from app.services.lists.checklist_words import ITEM_WORDS, meant_for
from app.services.lists.sheet import PAGE, Everything, Sheet, time, walked, yes

_MOST_ENTRIES = 20_000


@dataclass(frozen=True)
class _Item:
    found: FoundChecklist
    item: ChecklistItem
    category: str | None


async def _checklists(session: AsyncSession, _: Actor, __: Everything) -> Sequence[_Item]:
    """Every list with its newest questions, a line each."""
    names = await rules.category_names(session)
    return [
        _Item(found, item, names.get(item.category_code))
        for found in await checklists.everything(session)
        for item in found.newest.items
    ]


async def _audit(session: AsyncSession, actor: Actor, asked: AuditFilters) -> Sequence[FoundEntry]:
    return await walked(
        lambda cursor: audit.entries(session, actor, asked, cursor, PAGE), _MOST_ENTRIES
    )


def _details(data: Mapping[str, Any]) -> str:
    """手机号：138****0000 → 139****3333, a line for each thing that is told."""
    return "\n".join(
        f"{word}：{_value(data[name])}"
        for name, word in FIELD_WORDS.items()
        if data.get(name) is not None
    )


def _value(value: Any) -> str:
    if isinstance(value, Mapping) and {"from", "to"} <= value.keys():
        return f"{_plain(value['from'])} → {_plain(value['to'])}"
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(_plain, value))
    return str(value) if isinstance(value, str | int | float) else "—"


def _by(found: FoundEntry) -> str:
    return found.actor or ("没有登录的人" if found.entry.address else "系统")


CHECKLISTS: Sheet[_Item, Everything] = Sheet(
    "checklists",
    "清单",
    (
        ("清单", 26, lambda row: row.found.checklist.name),
        ("第几版", 8, lambda row: row.found.checklist.version),
        ("在用", 8, lambda row: yes(row.found.checklist.is_active)),
        ("编号", 10, lambda row: row.item.code),
        ("问题", 40, lambda row: row.item.question),
        ("怎么查", 60, lambda row: row.item.how_to),
        ("是什么", 10, lambda row: ITEM_WORDS[row.item.kind]),
        ("隐患类别", 12, lambda row: row.category),
        ("问谁", 40, lambda row: meant_for(row.item.applies_to)),
    ),
    _checklists,
)

AUDIT: Sheet[FoundEntry, AuditFilters] = Sheet(
    "audit",
    "审计记录",
    (
        ("序号", 10, lambda row: row.entry.seq),
        ("时间", 17, lambda row: time(row.entry.at)),
        ("做了什么", 24, lambda row: KIND_WORDS[audit.Kind(row.entry.kind)]),
        ("成功", 8, lambda row: "是" if row.entry.succeeded else "否"),
        ("谁做的", 12, _by),
        ("对谁、对什么", 16, lambda row: row.subject or SUBJECT_WORDS[row.entry.subject_kind]),
        ("内容", 60, lambda row: _details(row.entry.data)),
        ("从哪里", 18, lambda row: row.entry.address),
    ),
    _audit,
    most=_MOST_ENTRIES,
)
