"""The list of errands as an Excel file: by place and day, never by person."""

from sqlalchemy.ext.asyncio import AsyncSession

from app import db
from app.models.errand import DeliveryOutcome, ErrandKind
from app.services import access, audit, workbooks
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.clocks import full
from app.services.errands.commands import ErrandFilters
from app.services.errands.reading import FoundErrand, narrowed, selected
from app.services.permissions import Permission
from app.services.workbooks import Column, Workbook

MOST_ROWS = 10_000
KIND_WORDS: dict[ErrandKind, str] = {
    ErrandKind.DELIVERY: "送达文书",
    ErrandKind.PUBLICITY: "宣传",
    ErrandKind.CALL: "走访",
}
OUTCOME_WORDS: dict[DeliveryOutcome, str] = {
    DeliveryOutcome.SIGNED: "已签收",
    DeliveryOutcome.REFUSED: "拒收",
    DeliveryOutcome.ABSENT: "人不在",
}


def _reached(row: FoundErrand) -> float | None:
    return None if row.errand.reached is None else float(row.errand.reached)


COLUMNS: tuple[Column[FoundErrand], ...] = (
    ("时间", 17, lambda row: full(row.errand.occurred_at)),
    ("做什么", 10, lambda row: KIND_WORDS[row.errand.kind]),
    ("村（社区）", 14, lambda row: row.runner),
    ("网格", 14, lambda row: row.grid),
    ("地点", 26, lambda row: row.object or row.errand.place),
    ("文书、内容", 30, lambda row: row.errand.topic),
    ("结果", 8, lambda row: OUTCOME_WORDS[row.errand.outcome] if row.errand.outcome else ""),
    ("签收人", 10, lambda row: row.errand.receiver),
    ("人数", 8, _reached),
    ("说明", 30, lambda row: row.errand.note),
    ("记录人", 10, lambda row: row.person),
    ("传上来", 17, lambda row: full(row.errand.received_at)),
)


async def export(session: AsyncSession, actor: Actor, query: ErrandFilters) -> Workbook:
    """Every errand of the current choice; who took it away leaves a row."""
    access.require(actor, Permission.SEE_PATROLS)
    statement = selected().where(*await narrowed(session, actor, query)).limit(MOST_ROWS + 1)
    found = [FoundErrand(*row) for row in await session.execute(statement)]
    told = query.model_dump(mode="json", exclude_defaults=True)
    counted = {**told, "count": min(len(found), MOST_ROWS)}
    await audit.record(session, Kind.ERRANDS_EXPORTED, actor, Subject("errands"), counted)
    await db.give_back(session)
    return await workbooks.listed("送达宣传走访", COLUMNS, found, MOST_ROWS)
