"""The current filter of the cases as an Excel file."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app import clock, db
from app.config import Settings
from app.models.grid import Grid
from app.models.hazard import Hazard, Outcome, State
from app.models.organization import Organization
from app.models.person import Person
from app.models.rules import Category, Level
from app.models.supervised_object import SupervisedObject
from app.services import access, audit, workbooks
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.hazards.commands import HazardFilters
from app.services.hazards.filtering import pins, visible
from app.services.hazards.numbers import number
from app.services.permissions import Permission
from app.services.workbooks import Workbook

MOST_ROWS = 20_000
STATE_WORDS: dict[State, str] = {
    State.REPORTED: "已上报",
    State.FIXED_ON_SITE: "现场已处理",
    State.ESCALATED: "待受理",
    State.ASSIGNED: "整改中",
    State.DONE: "待核验",
    State.VERIFIED: "已核验",
    State.ARCHIVED: "已销号",
    State.MERGED: "已并案",
    State.VOIDED: "已作废",
}
OUTCOME_WORDS: dict[Outcome, str] = {
    Outcome.REMOVED: "已排除",
    Outcome.DISSUADED: "已劝阻",
    Outcome.STOPPED: "已制止",
    Outcome.RECTIFIED: "整改完成",
    Outcome.ORDERED: "责令改正",
    Outcome.PENALISED: "行政处罚",
    Outcome.TRANSFERRED: "移送",
}
LEVEL_WORDS = {Level.GENERAL: "一般", Level.SERIOUS: "较大", Level.MAJOR: "重大"}
_TOWNSHIP, _VILLAGE, _HOLDER, _DEPARTMENT = (aliased(Organization) for _ in range(4))


def _time(moment: datetime | None) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


Cell = Callable[[Settings, Row[*tuple[Any, ...]]], str | float | None]
COLUMNS: tuple[tuple[str, int, Cell], ...] = (
    ("编号", 18, lambda settings, row: number(settings, row.number, row.received_at)),
    ("状态", 10, lambda _, row: STATE_WORDS[row.state]),
    ("级别", 8, lambda _, row: LEVEL_WORDS[row.level]),
    ("类别", 12, lambda _, row: row.category),
    ("隐患描述", 40, lambda _, row: row.note),
    ("地点", 24, lambda _, row: row.place),
    ("监管对象", 24, lambda _, row: row.enterprise),
    ("镇街", 14, lambda _, row: row.township),
    ("村（社区）", 14, lambda _, row: row.village),
    ("网格", 16, lambda _, row: row.grid),
    ("上报人", 10, lambda _, row: row.reporter),
    ("发现时间", 16, lambda _, row: _time(row.occurred_at)),
    ("上报时间", 16, lambda _, row: _time(row.received_at)),
    ("受理单位", 16, lambda _, row: row.holder),
    ("整改单位", 16, lambda _, row: row.department),
    ("整改期限", 16, lambda _, row: _time(row.due_at)),
    ("第几轮", 8, lambda _, row: row.round),
    ("被退回次数", 10, lambda _, row: row.bounces),
    ("评价", 8, lambda _, row: row.rating),
    ("处理结果", 12, lambda _, row: OUTCOME_WORDS[row.outcome] if row.outcome else ""),
    ("文书号", 20, lambda _, row: row.outcome_document),
    ("办结时间", 16, lambda _, row: _time(row.closed_at)),
    ("纬度", 12, lambda _, row: row.lat),
    ("经度", 12, lambda _, row: row.lon),
)


async def export(
    session: AsyncSession, settings: Settings, actor: Actor, filters: HazardFilters
) -> Workbook:
    """At most 20,000 rows in the order of the list."""
    access.require(actor, Permission.EXPORT_HAZARDS)
    seen = visible(actor, filters, await pins(session, filters))
    rows = (await session.execute(_statement(seen))).all()
    asked = filters.model_dump(mode="json", exclude_defaults=True, exclude={"text"})
    told = {"rows": min(len(rows), MOST_ROWS), "filters": asked, "has_text": bool(filters.text)}
    await audit.record(session, Kind.HAZARDS_EXPORTED, actor, Subject("hazards"), told)
    await db.give_back(session)  # the feed serves nothing behind a transaction that has written
    columns = [(title, width, partial(cell, settings)) for title, width, cell in COLUMNS]
    return await workbooks.listed("隐患", columns, rows, MOST_ROWS)


def _statement(seen: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(Hazard)
        .where(seen)
        .join(Category, Category.code == Hazard.category_code)
        .join(Person, Person.id == Hazard.reporter_id)
        .join(_TOWNSHIP, _TOWNSHIP.id == Hazard.township_id)
        .outerjoin(_VILLAGE, _VILLAGE.id == Hazard.village_id)
        .outerjoin(_HOLDER, _HOLDER.id == Hazard.holder_id)
        .outerjoin(_DEPARTMENT, _DEPARTMENT.id == Hazard.department_id)
        .outerjoin(SupervisedObject, SupervisedObject.id == Hazard.enterprise_id)
        .outerjoin(Grid, Grid.id == Hazard.grid_id)
        .with_only_columns(
            *Hazard.__table__.columns,
            Category.name.label("category"),
            Person.name.label("reporter"),
            _TOWNSHIP.short_name.label("township"),
            _VILLAGE.short_name.label("village"),
            _HOLDER.short_name.label("holder"),
            _DEPARTMENT.short_name.label("department"),
            SupervisedObject.name.label("enterprise"),
            Grid.name.label("grid"),
            maintain_column_froms=True,
        )
        .order_by(Hazard.sort_key, Hazard.id)
        .limit(MOST_ROWS + 1)
    )
