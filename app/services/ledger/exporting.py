"""The ledger and its statistics as Excel files, with the columns of Appendix A (S1-63, S1-64)."""

import asyncio
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import db
from app.models.grid import Grid, GridKind
from app.models.ledger import LedgerField
from app.models.organization import Organization, OrganizationKind
from app.models.slot import SlotRole
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access, audit, places, slots, workbooks
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.ledger import fields, reach
from app.services.ledger.commands import ObjectFilters
from app.services.ledger.filtering import conditions
from app.services.ledger.finding import selected
from app.services.ledger.importing.columns import WORDS_OF_KIND
from app.services.ledger.importing.own_columns import shown, title_of
from app.services.ledger.reach import Runner
from app.services.permissions import Permission
from app.services.workbooks import Cell, Column, Workbook

MOST_ROWS = 70_000
_CellOf = Callable[[Row[Any]], Cell]
_FACTORIES = (ObjectKind.LEASED_FACTORY, ObjectKind.DISUSED_FACTORY)


def _within(text: Callable[[SupervisedObject], Any]) -> _CellOf:
    """Only for those within whose reach it is; the list itself is public."""
    return lambda row: text(row.SupervisedObject) if row.is_within else None


# 样表1 企业基本情况 in its order; what we know beside it stands to the right.
COLUMNS: tuple[Column[Row[Any]], ...] = (
    ("企业名称", 26, lambda row: row.SupervisedObject.name),
    ("信用代码", 22, lambda row: row.SupervisedObject.credit_code),
    ("详细地址", 26, lambda row: row.SupervisedObject.address),
    ("主要负责人", 12, _within(lambda it: it.contact_name)),
    ("联系电话", 14, _within(lambda it: it.contact_phone)),
    ("电子邮箱", 20, _within(lambda it: it.email)),
    ("员工人数", 10, _within(lambda it: it.staff_count)),
    ("生产/经营/储存主要产品", 24, _within(lambda it: it.products)),
    ("是否注册营业执照", 16, _within(lambda it: "是" if it.is_registered else "否")),
    ("所属乡/镇/街道", 16, lambda row: row.township.short_name if row.township else None),
    ("所属村/社区", 16, lambda row: row.runner.short_name),
    ("种类", 12, lambda row: WORDS_OF_KIND[row.SupervisedObject.kind]),
    ("网格", 16, lambda row: row.Grid.name),
    ("行业", 14, lambda row: row.SupervisedObject.sector),
    ("行业大类", 10, _within(lambda it: it.division)),
    ("重点单位", 10, lambda row: "是" if row.SupervisedObject.is_key else "否"),
    ("重大危险源等级", 14, _within(lambda it: it.major_source_level)),
    ("是否已确认", 12, lambda row: "是" if row.SupervisedObject.confirmed_at else "否"),
    ("纬度", 12, lambda row: row.SupervisedObject.lat),
    ("经度", 12, lambda row: row.SupervisedObject.lon),
)


async def export(session: AsyncSession, actor: Actor, filters: ObjectFilters) -> Workbook:
    """The current filter, by name; a file that could not hold all says so, in its name too."""
    access.require(actor, Permission.EDIT_LEDGER)
    query = (
        selected(actor)
        .where(reach.can_see(actor), *conditions(actor, filters))
        .order_by(SupervisedObject.name, SupervisedObject.id)
        .limit(MOST_ROWS + 1)
    )
    rows = (await session.execute(query)).all()
    own = [_own(field) for field in await fields.own_fields(session) if field.is_active]
    asked = filters.model_dump(mode="json", exclude_defaults=True, exclude={"text"})
    told = {"rows": min(len(rows), MOST_ROWS), "filters": asked, "has_text": bool(filters.text)}
    await audit.record(session, Kind.LEDGER_EXPORTED, actor, Subject("ledger"), told)
    await db.give_back(session)  # the feed serves nothing behind a transaction that has written
    return await workbooks.listed("企业台帐", (*COLUMNS, *own), rows, MOST_ROWS)


def _own(row: LedgerField) -> Column[Row[Any]]:
    return title_of(row), 14, _within(lambda it: shown(it.extra.get(row.key)))


@dataclass(frozen=True)
class Area:
    """One line of the statistics: a township, a department, the whole."""

    name: str
    people: Sequence[str]
    ledger: int
    entered: int
    factories: int


# The heads of the sample; a county's scheme may call the same places otherwise.
_RESPONSIBLE: tuple[tuple[str, SlotRole], ...] = (
    ("挂点领导及职务", SlotRole.LINKED_LEADER),
    ("网格安全监管责任人及职务", SlotRole.SAFETY_RESPONSIBLE),
    ("直接监管责任人及职务", SlotRole.DIRECT_RESPONSIBLE),
    ("网格管理员及职务", SlotRole.GRID_ADMIN),
)


async def statistics(session: AsyncSession, actor: Actor) -> Workbook:
    """网格化统计表. `ledger` counts what is known, `entered` what is confirmed (S1-65)."""
    access.require(actor, Permission.EDIT_LEDGER)
    grids = await _grids(session)
    areas = await _areas(session)
    await audit.record(
        session, Kind.LEDGER_EXPORTED, actor, Subject("ledger"), {"statistics": True}
    )
    await db.give_back(session)
    body = await asyncio.to_thread(_table, grids, areas)
    return Workbook(workbooks.file_name("网格化统计表"), body)


async def _grids(session: AsyncSession) -> dict[GridKind, int]:
    query = (
        select(Grid.kind, func.count())
        .where(places.is_not_over(access.today()))
        .group_by(Grid.kind)
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def _areas(session: AsyncSession) -> list[Area]:
    """Townships with what lies in them, departments that have grids with what lies on those."""
    area = func.coalesce(Runner.within_id, Runner.id)
    query = (
        select(
            area.label("id"),
            func.count().label("ledger"),
            func.count(SupervisedObject.confirmed_at).label("entered"),
            func.count().filter(SupervisedObject.kind.in_(_FACTORIES)).label("factories"),
        )
        .select_from(SupervisedObject)
        .join(Grid, Grid.id == SupervisedObject.grid_id)
        .join(Runner, Runner.id == Grid.organization_id)
        .where(SupervisedObject.closed_on.is_(None), SupervisedObject.kind != ObjectKind.HOUSEHOLD)
        .group_by(area)
    )
    counts = {row.id: row for row in await session.execute(query)}
    kinds = (OrganizationKind.TOWNSHIP_SUBCENTRE, OrganizationKind.DEPARTMENT)
    asked = select(Organization).where(Organization.kind.in_(kinds), Organization.is_active)
    order = (Organization.kind.desc(), Organization.code)
    bodies = (await session.scalars(asked.order_by(*order))).all()
    grids = await _grids_of(session, bodies)
    people = await _people(session, grids)
    found = []
    for body in bodies:
        count = counts.get(body.id)
        if not count and body.id not in grids.values() and body.kind is OrganizationKind.DEPARTMENT:
            continue
        names = ["、".join(people.get((body.id, role), [])) for _, role in _RESPONSIBLE]
        numbers = (count.ledger, count.entered, count.factories) if count else (0, 0, 0)
        found.append(Area(body.name, names, *numbers))
    return found


async def _grids_of(session: AsyncSession, bodies: Sequence[Organization]) -> dict[UUID, UUID]:
    """The body by the grid that it runs itself today."""
    ids = [body.id for body in bodies]
    query = select(Grid.id, Grid.organization_id).where(
        Grid.organization_id.in_(ids), places.is_not_over(access.today())
    )
    return {row.id: row.organization_id for row in await session.execute(query)}


async def _people(
    session: AsyncSession, grids: Mapping[UUID, UUID]
) -> dict[tuple[UUID, SlotRole], list[str]]:
    """Who is in the places of a body's grids today, with the title; nobody twice (S1-64)."""
    day = access.today()
    found: dict[tuple[UUID, SlotRole], list[str]] = {}
    for grid_id, people in (await slots.holders(session, grids)).items():
        for one in people:
            names = found.setdefault((grids[grid_id], one.role), [])
            words = f"{one.name} {one.title}".strip()
            if one.is_in_force(day) and words not in names:
                names.append(words)
    return found


def _table(grids: dict[GridKind, int], areas: Sequence[Area]) -> bytes:
    """Blocking."""
    buffer = io.BytesIO()
    book = workbooks.opened(buffer)
    sheet, bold = book.add_worksheet("网格化统计表"), book.add_format({"bold": True})
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 7, 22)
    totals = [sum(getattr(area, name) for area in areas) for name in ("ledger", "entered")]
    factories = sum(area.factories for area in areas)
    facts: tuple[tuple[str, str | int], ...] = (
        ("网格单元划分情况", ""),
        ("横向属地网格数量（社区、村、居）", grids.get(GridKind.TERRITORIAL, 0)),
        ("纵向行业（专属）网格数量", grids.get(GridKind.EXCLUSIVE, 0)),
        ("纳入网格化监管范围的生产经营单位数量", ""),
        ("纳入网格化监管企业台帐数量", totals[0]),
        ("网格化管理系统录入企业数量", totals[1]),
        ("租赁厂房和废弃厂房数量", factories),
        ("网格监管责任落实情况", ""),
    )
    for line, (name, value) in enumerate(facts):
        workbooks.write(sheet, line, 0, name, bold if value == "" else None)
        workbooks.write(sheet, line, 1, value)
    heads = ["名称", *(title for title, _ in _RESPONSIBLE), "纳入网格化监管企业台帐企业数量"]
    heads += ["网格化管理系统录入企业数量", "租赁厂房和废弃厂房数量"]
    for at, title in enumerate(heads):
        sheet.write_string(len(facts), at, title, bold)
    for line, area in enumerate(areas, start=len(facts) + 1):
        cells: list[Cell] = [area.name, *area.people, area.ledger, area.entered, area.factories]
        for at, cell in enumerate(cells):
            workbooks.write(sheet, line, at, cell)
    book.close()
    return buffer.getvalue()
