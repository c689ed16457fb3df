"""The list of inspections as an Excel file."""

from sqlalchemy.ext.asyncio import AsyncSession

from app import db
from app.services import access, audit, workbooks
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.inspections.commands import InspectionFilters
from app.services.inspections.reading import FoundInspection, counted, narrowed, selected
from app.services.inspections.words import KIND_WORDS, STATUS_WORDS
from app.services.permissions import Permission
from app.services.workbooks import Column, Workbook

MOST_ROWS = 5_000
COLUMNS: tuple[Column[FoundInspection], ...] = (
    ("编号", 8, lambda row: float(row.inspection.number)),
    ("检查", 28, lambda row: row.inspection.name),
    ("方式", 10, lambda row: KIND_WORDS[row.inspection.kind]),
    ("状态", 8, lambda row: STATUS_WORDS[row.inspection.status]),
    ("牵头单位", 18, lambda row: row.lead.short_name),
    ("依据", 24, lambda row: row.inspection.basis),
    ("检查清单", 20, lambda row: row.list_name),
    ("开始", 12, lambda row: row.inspection.starts_on.isoformat()),
    ("结束", 12, lambda row: row.inspection.until.isoformat()),
    ("场所", 6, lambda row: row.counts.places),
    ("已查", 6, lambda row: row.counts.looked),
    ("没查", 6, lambda row: row.counts.left_out),
    ("问题", 6, lambda row: row.counts.issues),
    ("隐患", 6, lambda row: row.counts.hazards),
    ("已整改", 8, lambda row: row.counts.put_right),
    ("结论", 40, lambda row: row.inspection.conclusion),
)


async def export(session: AsyncSession, actor: Actor, query: InspectionFilters) -> Workbook:
    """What the reader sees of the current choice; who took it away leaves a row."""
    access.require(actor, Permission.SEE_INSPECTIONS)
    statement = selected(actor).where(*narrowed(actor, query)).limit(MOST_ROWS + 1)
    found = await counted(session, actor, (await session.execute(statement)).all())
    told = query.model_dump(mode="json", exclude_none=True, include={"show", "kind"})
    counts = {**told, "count": min(len(found), MOST_ROWS)}
    await audit.record(session, Kind.INSPECTIONS_EXPORTED, actor, Subject("inspections"), counts)
    await db.give_back(session)
    return await workbooks.listed("检查", COLUMNS, found, MOST_ROWS)
