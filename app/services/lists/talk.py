"""Appeals, situations, instructions and who has read them, suggestions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.appeal import AppealStatus
from app.models.instruction import InstructionStatus
from app.models.situation import SituationStatus
from app.services import appeals, instructions, notifications, situations
from app.services.access import Actor
from app.services.appeals import AppealFilters, AppealQuery, FoundAppeal
from app.services.instructions import (
    AddresseeFilters,
    AddresseeQuery,
    FoundAddressee,
    FoundInstruction,
    InstructionFilters,
    InstructionQuery,
)
from app.services.lists.sheet import Everything, Sheet, day, every_page, paged, time, walked, yes
from app.services.notifications import FoundSuggestion
from app.services.situations import FoundSituation, SituationFilters, SituationQuery

APPEAL_WORDS: dict[AppealStatus, str] = {
    AppealStatus.OPEN: "等答复",
    AppealStatus.ANSWERED: "答复了，等对方认可",
    AppealStatus.CLOSED: "已办结",
}
SITUATION_WORDS: dict[SituationStatus, str] = {
    SituationStatus.REPORTED: "等处理",
    SituationStatus.NOTED: "已知悉",
    SituationStatus.PASSED_ON: "已转部门",
    SituationStatus.RAISED: "已转上一级",
    SituationStatus.SETTLED: "已办结",
}
INSTRUCTION_WORDS: dict[InstructionStatus, str] = {
    InstructionStatus.OPEN: "在办",
    InstructionStatus.CLOSED: "已结束",
    InstructionStatus.WITHDRAWN: "已撤回",
}


class ReceiptFilters(AddresseeFilters):
    """Of one instruction that my desk has sent."""

    instruction_id: UUID


async def _receipts(
    session: AsyncSession, actor: Actor, asked: ReceiptFilters
) -> Sequence[FoundAddressee]:
    return await walked(
        lambda cursor: instructions.addressees(
            session, actor, asked.instruction_id, paged(AddresseeQuery, asked, cursor)
        )
    )


async def _suggestions(
    session: AsyncSession, actor: Actor, _: Everything
) -> Sequence[FoundSuggestion]:
    return await notifications.suggestions(session, actor)


def _said(row: FoundAddressee) -> str:
    return "\n".join(
        f"{time(one.feedback.received_at)} {one.person}：{one.feedback.text}" for one in row.said
    )


APPEALS: Sheet[FoundAppeal, AppealFilters] = Sheet(
    "appeals",
    "诉求",
    (
        ("编号", 8, lambda row: row.appeal.number),
        ("诉求", 30, lambda row: row.appeal.subject),
        ("哪里、哪一家", 26, lambda row: row.appeal.place),
        ("提的人", 10, lambda row: row.asker),
        ("收到", 17, lambda row: time(row.appeal.received_at)),
        ("承办单位", 18, lambda row: row.holder.short_name),
        ("状态", 18, lambda row: APPEAL_WORDS[row.appeal.status]),
    ),
    every_page(appeals.find, AppealQuery),
)
SITUATIONS: Sheet[FoundSituation, SituationFilters] = Sheet(
    "situations",
    "情况报告",
    (
        ("编号", 8, lambda row: row.situation.number),
        ("哪一条", 30, lambda row: row.item.question),
        ("情况", 50, lambda row: row.situation.text),
        ("哪里", 26, lambda row: row.situation.place),
        ("报告的人", 10, lambda row: row.reporter),
        ("收到", 17, lambda row: time(row.situation.received_at)),
        ("承办单位", 18, lambda row: row.holder.short_name),
        ("状态", 12, lambda row: SITUATION_WORDS[row.situation.status]),
    ),
    every_page(situations.find, SituationQuery),
)
INSTRUCTIONS: Sheet[FoundInstruction, InstructionFilters] = Sheet(
    "instructions",
    "工作通知",
    (
        ("通知", 30, lambda row: row.instruction.subject),
        ("内容", 50, lambda row: row.instruction.text),
        ("发出单位", 18, lambda row: row.organization.short_name),
        ("发出人", 10, lambda row: row.sender),
        ("发出时间", 17, lambda row: time(row.instruction.sent_at)),
        ("要反馈", 8, lambda row: yes(row.instruction.wants_feedback)),
        ("反馈期限", 12, lambda row: day(row.instruction.due_on)),
        ("状态", 8, lambda row: INSTRUCTION_WORDS[row.instruction.status]),
        ("发给", 8, lambda row: row.counts.addressees if row.counts else None),
        ("看过", 8, lambda row: row.counts.read if row.counts else None),
        ("反馈了", 8, lambda row: row.counts.answered if row.counts else None),
        ("超期没反馈", 10, lambda row: row.counts.late if row.counts else None),
        ("发给我们的", 20, lambda row: "、".join(one.addressee.name for one in row.mine)),
    ),
    every_page(instructions.find, InstructionQuery),
)

RECEIPTS: Sheet[FoundAddressee, ReceiptFilters] = Sheet(
    "receipts",
    "通知回执",
    (
        ("发给", 24, lambda row: row.addressee.name),
        ("没有人在岗", 10, lambda row: yes(row.is_vacant)),
        ("看的时间", 17, lambda row: time(row.addressee.read_at)),
        ("谁看的", 10, lambda row: row.reader),
        ("反馈时间", 17, lambda row: time(row.addressee.answered_at)),
        ("反馈", 60, _said),
    ),
    _receipts,
)
SUGGESTIONS: Sheet[FoundSuggestion, Everything] = Sheet(
    "suggestions",
    "意见建议",
    (
        ("时间", 17, lambda row: time(row.suggestion.at)),
        ("谁提的", 10, lambda row: row.person),
        ("意见", 50, lambda row: row.suggestion.text),
        ("答复", 50, lambda row: row.suggestion.answer),
        ("答复时间", 17, lambda row: time(row.suggestion.answered_at)),
    ),
    _suggestions,
)
