"""Visits, tasks, what was done of the plan, campaigns, findings of inspections."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.patrol import TaskStatus
from app.models.visit import Answered
from app.services import campaigns, inspections, patrols, places, visits
from app.services.access import Actor
from app.services.campaigns import FoundCampaign
from app.services.hazards.exporting import STATE_WORDS
from app.services.inspections import Finding, InspectionFilters
from app.services.inspections.words import KIND_WORDS as INSPECTION_WORDS
from app.services.lists.sheet import MOST, Everything, Sheet, day, every_page, time, yes
from app.services.patrols import BoardLine, BoardQuery, FoundTask, TaskFilters, TaskQuery
from app.services.patrols.coverage.exporting import WORDS_OF_REASON
from app.services.visits import FoundVisit, VisitFilters, VisitQuery

TASK_WORDS: dict[TaskStatus, str] = {
    TaskStatus.OPEN: "还没做",
    TaskStatus.DONE: "已做",
    TaskStatus.MISSED: "漏掉",
    TaskStatus.DROPPED: "不用做了",
}
_Line = tuple[BoardLine, str]  # with the name of the township


async def _board(session: AsyncSession, actor: Actor, asked: BoardQuery) -> Sequence[_Line]:
    lines = await patrols.board(session, actor, asked)
    bodies = await places.by_id(session, {line.township_id for line in lines if line.township_id})
    return [
        (line, bodies[line.township_id].short_name if line.township_id else "") for line in lines
    ]


async def _campaigns(session: AsyncSession, actor: Actor, _: Everything) -> Sequence[FoundCampaign]:
    return await campaigns.everything(session, actor)


async def _findings(
    session: AsyncSession, actor: Actor, asked: InspectionFilters
) -> Sequence[Finding]:
    return await inspections.findings(session, actor, asked, MOST)


def _found(row: FoundVisit) -> str:
    """Each finding in a line: of which member, the question, and what was said."""
    issues = [one for one in row.answers if one.answer.answer is Answered.ISSUE]
    return "\n".join(
        "，".join(word for word in (one.member, one.question, one.answer.note) if word)
        for one in issues
    )


def _reasons(row: FoundTask) -> str:
    """Each once, in the order in which they were given; with the words of the last."""
    said = [WORDS_OF_REASON[one.reason] for one in row.delays if one.reason]
    return "、".join([*dict.fromkeys(said), *(one.note for one in row.delays[-1:] if one.note)])


def _why(line: _Line) -> str:
    words = {reason.value: word for reason, word in WORDS_OF_REASON.items()}
    return "、".join(f"{words.get(why, '没说原因')} {n}" for why, n in line[0].reasons.items())


VISITS: Sheet[FoundVisit, VisitFilters] = Sheet(
    "visits",
    "巡查记录",
    (
        ("时间", 17, lambda row: time(row.visit.occurred_at)),
        ("网格", 16, lambda row: row.grid.name if row.grid else None),
        ("场所", 26, lambda row: row.place.name if row.place else None),
        ("地址", 26, lambda row: row.place.address if row.place else None),
        ("清单", 22, lambda row: row.list_name),
        ("第几版", 8, lambda row: row.list_number),
        ("问了几条", 10, lambda row: row.questions),
        ("发现问题", 10, lambda row: row.visit.issue_count),
        ("问题", 46, _found),
        ("说明", 30, lambda row: row.visit.note),
        ("巡查人", 10, lambda row: row.person),
        ("传上来", 17, lambda row: time(row.visit.received_at)),
        ("补录", 8, lambda row: yes(row.is_late_entry)),
        ("没有上岗证", 10, lambda row: yes(row.visit.is_unqualified)),
    ),
    every_page(visits.find, VisitQuery),
)
TASKS: Sheet[FoundTask, TaskFilters] = Sheet(
    "tasks",
    "巡查任务",
    (
        ("任务", 20, lambda row: row.duty),
        ("网格", 16, lambda row: row.grid.name if row.grid else None),
        ("场所", 26, lambda row: row.place.name if row.place else None),
        ("地址", 26, lambda row: row.place.address if row.place else None),
        ("包含", 30, lambda row: "、".join(member.name for member in row.members)),
        ("状态", 10, lambda row: TASK_WORDS[row.task.status]),
        ("原定日期", 12, lambda row: day(row.task.original_due_on)),
        ("推后到", 12, lambda row: day(row.task.due_on if row.task.rollovers else None)),
        ("推后几次", 10, lambda row: row.task.rollovers or None),
        ("推后的原因", 30, _reasons),
        ("本期最后一天", 12, lambda row: day(row.task.period_end)),
        ("做的日期", 12, lambda row: day(row.task.done_on)),
    ),
    every_page(patrols.find, TaskQuery),
)
BOARD: Sheet[_Line, BoardQuery] = Sheet(
    "board",
    "巡查完成情况",
    (
        ("网格", 18, lambda line: line[0].grid_name),
        ("镇街", 14, lambda line: line[1]),
        ("计划", 8, lambda line: line[0].planned),
        ("已做", 8, lambda line: line[0].done),
        ("过了期才做", 10, lambda line: line[0].done_late),
        ("推后还没做", 10, lambda line: line[0].late),
        ("漏掉", 8, lambda line: line[0].missed),
        ("推后的原因", 40, _why),
    ),
    _board,
)
CAMPAIGNS: Sheet[FoundCampaign, Everything] = Sheet(
    "campaigns",
    "专项检查",
    (
        ("专项检查", 28, lambda row: row.campaign.name),
        ("哪个单位安排", 18, lambda row: row.body.short_name),
        ("依据", 24, lambda row: row.campaign.basis),
        ("清单", 22, lambda row: row.list_name),
        ("开始", 12, lambda row: day(row.campaign.starts_on)),
        ("查到", 12, lambda row: day(row.campaign.until)),
        ("结束", 12, lambda row: day(row.campaign.ended_on)),
        ("任务", 8, lambda row: row.planned),
        ("已查", 8, lambda row: row.done),
        ("推后还没查", 10, lambda row: row.late),
        ("没查", 8, lambda row: row.missed),
        ("不用查了", 10, lambda row: row.dropped),
        ("发现问题", 10, lambda row: row.issues),
    ),
    _campaigns,
)
FINDINGS: Sheet[Finding, InspectionFilters] = Sheet(
    "findings",
    "检查发现的问题",
    (
        ("检查", 28, lambda row: row.inspection.name),
        ("方式", 10, lambda row: INSPECTION_WORDS[row.inspection.kind]),
        ("牵头单位", 18, lambda row: row.lead.short_name),
        ("检查日期", 12, lambda row: day(row.place.looked_on)),
        ("场所", 26, lambda row: row.object.name),
        ("地址", 26, lambda row: row.object.address),
        ("编号", 10, lambda row: row.answer.code),
        ("清单上的条目", 30, lambda row: row.question or "清单以外"),
        ("问题", 40, lambda row: row.answer.note),
        ("整改措施", 30, lambda row: row.answer.measure),
        ("隐患", 10, lambda row: STATE_WORDS[row.state] if row.state else None),
    ),
    _findings,
)
