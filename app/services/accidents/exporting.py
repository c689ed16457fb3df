"""The list of accidents as an Excel file."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, db
from app.services import access, audit, workbooks
from app.services.access import Actor
from app.services.accidents import clocks, reach
from app.services.accidents.clocks import Status
from app.services.accidents.commands import AccidentQuery
from app.services.accidents.reading import FoundAccident, narrowed, selected
from app.services.accidents.words import KIND_WORDS, STATUS_WORDS
from app.services.audit import Kind, Subject
from app.services.clocks import full
from app.services.permissions import Permission
from app.services.workbooks import Column, Workbook

MOST_ROWS = 5_000
# As the screens say it, without how much.
_CLOCK_WORDS: dict[Status, str] = {
    "waiting": "还没开始算",
    "running": "没到时限",
    "late": "超时没报",
    "missed": "超时才报",
    "met": "按时",
    "stopped": "不再算",
}


def _time(moment: datetime | None) -> str:
    return full(moment) if moment else ""


def _clock(found: FoundAccident, at: int) -> str:
    return _CLOCK_WORDS[clocks.both(found.accident, clock.now())[at].status]


COLUMNS: tuple[Column[FoundAccident], ...] = (
    ("编号", 8, lambda row: float(row.accident.number)),
    ("类型", 10, lambda row: KIND_WORDS[row.accident.kind] if row.accident.kind else ""),
    ("状态", 8, lambda row: STATUS_WORDS[row.accident.status]),
    ("事故时间", 17, lambda row: _time(row.accident.happened_at)),
    ("镇街", 14, lambda row: row.township),
    ("村（社区）", 14, lambda row: row.village),
    ("地点", 24, lambda row: row.accident.place or row.object),
    ("事故单位", 24, lambda row: row.accident.company),
    ("死亡", 6, lambda row: row.accident.dead),
    ("受伤", 6, lambda row: row.accident.injured),
    ("失联", 6, lambda row: row.accident.missing),
    ("直接经济损失（万元）", 12, lambda row: row.accident.loss_wan),
    ("简要经过", 40, lambda row: row.accident.course),
    ("已采取的措施", 30, lambda row: row.accident.measures),
    ("报告人", 10, lambda row: row.reporter),
    ("收到首报", 17, lambda row: _time(row.accident.received_at)),
    ("镇街接报", 17, lambda row: _time(row.accident.township_received_at)),
    ("县里接报", 17, lambda row: _time(row.accident.county_received_at)),
    ("1 小时报到县", 10, lambda row: _clock(row, 0)),
    ("已上报", 17, lambda row: _time(row.accident.reported_up_at)),
    ("2 小时上报", 10, lambda row: _clock(row, 1)),
)


async def export(session: AsyncSession, actor: Actor, query: AccidentQuery) -> Workbook:
    """Every accident of the current choice; who took it away leaves a row."""
    access.require(actor, Permission.HANDLE_ACCIDENTS)
    statement = selected().where(reach.can_see(actor), *narrowed(actor, query))
    order = reach.newest_first()
    rows = await session.execute(statement.order_by(*order).limit(MOST_ROWS + 1))
    found = [FoundAccident(*row) for row in rows]
    told = query.model_dump(mode="json", exclude_none=True, include={"show", "status"})
    counted = {**told, "count": min(len(found), MOST_ROWS)}
    await audit.record(session, Kind.ACCIDENTS_EXPORTED, actor, Subject("accidents"), counted)
    await db.give_back(session)
    return await workbooks.listed("事故快报", COLUMNS, found, MOST_ROWS)
