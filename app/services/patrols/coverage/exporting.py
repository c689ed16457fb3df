"""The list of what was not seen as an Excel file: the current filter, the longest first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, db
from app.models.patrol import DelayReason
from app.services import access, audit, places, workbooks
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.ledger.importing.columns import WORDS_OF_KIND
from app.services.patrols.coverage.commands import UnseenFilters
from app.services.patrols.coverage.sight import UnseenWhy
from app.services.patrols.coverage.unseen import Unseen, found, selected
from app.services.permissions import Permission
from app.services.workbooks import Workbook

MOST_ROWS = 70_000
WORDS_OF_WHY: Mapping[UnseenWhy, str] = {
    UnseenWhy.NO_GRID: "网格已停用",
    UnseenWhy.NOBODY: "网格上没有人",
    UnseenWhy.UNCONFIRMED: "还没确认，排不进计划",
    UnseenWhy.PUT_OFF: "推后了，还没看",
    UnseenWhy.PLANNED: "有任务，还没到日子",
    UnseenWhy.NEXT_ROUND: "这一轮没有任务了，等下一轮",
    UnseenWhy.WITH_GRID: "随网格巡查，不单独排任务",
    UnseenWhy.NO_PLAN: "没有计划管到它",
}
WORDS_OF_REASON: Mapping[DelayReason, str] = {
    DelayReason.CLOSED: "关门没人",
    DelayReason.WEATHER: "天气",
    DelayReason.DANGER: "有危险进不去",
    DelayReason.AWAY: "请假、开会、别的任务",
    DelayReason.OTHER: "别的原因",
}


@dataclass(frozen=True)
class _Line:
    row: Unseen
    township: str | None


COLUMNS: tuple[tuple[str, int, Callable[[_Line], str | int | None]], ...] = (
    ("场所", 28, lambda it: it.row.object.name),
    ("种类", 12, lambda it: WORDS_OF_KIND[it.row.object.kind]),
    ("重点", 8, lambda it: "是" if it.row.object.is_key else None),
    ("镇街", 14, lambda it: it.township),
    ("网格", 18, lambda it: it.row.grid.name),
    ("地址", 26, lambda it: it.row.object.address),
    ("最近一次看", 12, lambda it: _day(it.row.seen_at) or "没看过"),
    ("多少天没看", 12, lambda it: it.row.days),
    ("为什么", 24, lambda it: WORDS_OF_WHY[it.row.why]),
    ("推后的原因", 18, lambda it: WORDS_OF_REASON[it.row.reason] if it.row.reason else None),
    ("推后几次", 10, lambda it: it.row.rollovers or None),
    ("下次", 12, lambda it: it.row.due_on.isoformat() if it.row.due_on else None),
    ("任务", 18, lambda it: it.row.duty),
)


async def export(session: AsyncSession, actor: Actor, filters: UnseenFilters) -> Workbook:
    """The list by object as it is filtered."""
    access.require(actor, Permission.SEE_PATROLS)
    rows = found(await selected(session, actor, filters, MOST_ROWS + 1))
    lines = await _lines(session, rows)
    asked = filters.model_dump(mode="json", exclude_defaults=True)
    told = {"rows": min(len(lines), MOST_ROWS), "filters": asked}
    await audit.record(session, Kind.COVERAGE_EXPORTED, actor, Subject("coverage"), told)
    await db.give_back(session)  # the feed serves nothing behind a transaction that has written
    return await workbooks.listed("巡查覆盖", COLUMNS, lines, MOST_ROWS)


async def _lines(session: AsyncSession, rows: Sequence[Unseen]) -> list[_Line]:
    known = await places.known_grids(session)
    homes = {row.grid.id: known[row.grid.id].township_id for row in rows}
    bodies = await places.by_id(session, {id_ for id_ in homes.values() if id_})
    names: dict[UUID | None, str] = {id_: body.short_name for id_, body in bodies.items()}
    return [_Line(row, names.get(homes[row.grid.id])) for row in rows]


def _day(moment: datetime | None) -> str | None:
    return clock.local(moment).date().isoformat() if moment else None
