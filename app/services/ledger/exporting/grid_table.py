"""网格化统计表 of Appendix A, cell by cell as the sample has it (S1-64, S1-65)."""

import asyncio
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app import db
from app.models.grid import Grid, GridKind
from app.models.organization import Organization, OrganizationKind, Variant
from app.models.slot import SlotRole
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access, audit, places, slots, workbooks
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.permissions import Permission
from app.services.workbooks import Cell, Workbook

_K = OrganizationKind
# 生产经营单位. A bundle is none, its members are; premises without a business have their own count.
BUSINESSES = (
    ObjectKind.ENTERPRISE,
    ObjectKind.INDIVIDUAL_BUSINESS,
    ObjectKind.PROJECT,
    ObjectKind.FERRY,
    ObjectKind.THREE_SMALL_PLACE,
)
FACTORIES = (ObjectKind.LEASED_FACTORY, ObjectKind.DISUSED_FACTORY)
# The heads of the sample; a county's scheme may call the same places otherwise.
_RESPONSIBLE: tuple[tuple[str, SlotRole], ...] = (
    ("挂点领导及职务", SlotRole.LINKED_LEADER),
    ("网格安全监管责任人及职务", SlotRole.SAFETY_RESPONSIBLE),
    ("直接监管责任人及职务", SlotRole.DIRECT_RESPONSIBLE),
    ("网格管理员及职务", SlotRole.GRID_ADMIN),
)
_HEADS = (
    "乡镇（街道）、部门、功能区（化工园区）名称",
    *(title for title, _ in _RESPONSIBLE),
    "纳入网格化监管企业台帐企业数量",
    "网格化管理系统录入企业数量",
    "租赁厂房和废弃厂房数量",
)
_Part = aliased(Grid)


@dataclass(frozen=True)
class Counts:
    """`ledger`: businesses that are known; `entered`: those that are confirmed."""

    ledger: int = 0
    entered: int = 0
    factories: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.ledger + other.ledger,
            self.entered + other.entered,
            self.factories + other.factories,
        )


@dataclass(frozen=True)
class Area:
    """One line: a township, a department, a functional zone."""

    name: str
    people: Sequence[str]
    counts: Counts


@dataclass(frozen=True)
class Table:
    unit: str
    territorial: int
    exclusive: int
    areas: Sequence[Area]


async def statistics(session: AsyncSession, actor: Actor, county: str) -> Workbook:
    """网格化统计表 of the whole county, as of today."""
    access.require(actor, Permission.EDIT_LEDGER)
    table = Table(
        f"{county}网格",
        await _count(session, GridKind.TERRITORIAL, _is_ground()),
        await _count(session, GridKind.EXCLUSIVE, Organization.kind != _K.ENTERPRISE),
        await _areas(session),
    )
    told = {"statistics": True}
    await audit.record(session, Kind.LEDGER_EXPORTED, actor, Subject("ledger"), told)
    await db.give_back(session)
    body = await asyncio.to_thread(_written, table)
    return Workbook(workbooks.file_name("网格化统计表"), body)


def _name_of(body: Organization) -> str:
    """运河街道, not the name of its sub-centre."""
    return body.short_name if body.kind is _K.TOWNSHIP_SUBCENTRE else body.name


async def _count(session: AsyncSession, kind: GridKind, of: Any) -> int:
    query = (
        select(func.count())
        .select_from(Grid)
        .join(Organization, Organization.id == Grid.organization_id)
        .where(Grid.kind == kind, places.is_in_force(access.today()), of)
    )
    return await session.scalar(query) or 0


def _is_ground() -> Any:
    """社区、村、居: not what stands above the grids of a village, a township's and the county's.

    A functional zone without villages is ground of its own (S1-1).
    """
    day = access.today()
    parts = select(_Part.id).where(
        _Part.parent_id == Grid.id,
        _Part.kind == GridKind.TERRITORIAL,
        _Part.valid_from <= day,
        or_(_Part.valid_to.is_(None), _Part.valid_to >= day),
    )
    is_zone = Organization.variant == Variant.FUNCTIONAL_ZONE
    return or_(Organization.kind == _K.VILLAGE, is_zone) & ~exists(parts.correlate(Grid))


async def _areas(session: AsyncSession) -> list[Area]:
    """Townships and zones, then departments: people and numbers of one body on one line."""
    bodies = {body.id: body for body in await session.scalars(select(Organization))}
    counts: dict[UUID, Counts] = {}
    for runner_id, found in (await _counted(session)).items():
        area = _area_of(runner_id, bodies)
        counts[area] = counts.get(area, Counts()) + found
    people, grids = await _people(session, bodies)
    shown = [body for body in bodies.values() if _is_shown(body, {*counts, *grids}, counts)]
    shown.sort(key=lambda body: (_ORDER.get(body.kind, 9), body.code or "~", body.name))
    return [
        Area(
            _name_of(body),
            ["、".join(people.get((body.id, role), [])) for _, role in _RESPONSIBLE],
            counts.get(body.id, Counts()),
        )
        for body in shown
    ]


_ORDER = {_K.TOWNSHIP_SUBCENTRE: 1, _K.DEPARTMENT: 2, _K.SAFETY_DEPARTMENT: 2}


def _is_shown(body: Organization, busy: Collection[UUID], counts: Mapping[UUID, Counts]) -> bool:
    """Every township and zone; what else has grids of its own. Nobody's numbers are left out."""
    if body.id in counts:
        return True
    is_line_office = body.variant is Variant.LINE_OFFICE
    if body.kind is _K.TOWNSHIP_SUBCENTRE and not is_line_office:
        return body.is_active
    return body.id in busy and body.kind in _ORDER and body.is_active


def _area_of(runner_id: UUID, bodies: Mapping[UUID, Organization]) -> UUID:
    """A department answers for its own grids, an enterprise's grid belongs to its line."""
    body = bodies[runner_id]
    if body.kind is _K.ENTERPRISE and body.parent_id:
        return _area_of(body.parent_id, bodies)
    return body.id if body.kind is _K.DEPARTMENT else body.within_id or body.id


async def _counted(session: AsyncSession) -> dict[UUID, Counts]:
    """By the body that runs the grid."""
    one = SupervisedObject
    is_business = one.kind.in_(BUSINESSES)
    query = (
        select(
            Grid.organization_id,
            func.count().filter(is_business),
            func.count().filter(is_business, one.confirmed_at.is_not(None)),
            func.count().filter(one.kind.in_(FACTORIES)),
        )
        .join(Grid, Grid.id == one.grid_id)
        .where(one.closed_on.is_(None))
        .group_by(Grid.organization_id)
    )
    rows = (await session.execute(query)).all()
    return {row[0]: Counts(*row[1:]) for row in rows if any(row[1:])}


async def _people(
    session: AsyncSession, bodies: Mapping[UUID, Organization]
) -> tuple[dict[tuple[UUID, SlotRole], list[str]], set[UUID]]:
    """Who is in the places of a body's own grids today, with the title; and who has such grids."""
    day = access.today()
    own = select(Grid.id, Grid.organization_id).where(places.is_in_force(day))
    runs = {row.id: row.organization_id for row in await session.execute(own)}
    grids = {id_: body for id_, body in runs.items() if bodies[body].kind in _ORDER}
    found: dict[tuple[UUID, SlotRole], list[str]] = {}
    for grid_id, people in (await slots.holders(session, grids)).items():
        for one in people:
            names = found.setdefault((grids[grid_id], one.role), [])
            words = f"{one.name} {one.title}".strip()
            if one.is_in_force(day) and words not in names:
                names.append(words)
    return found, set(grids.values())


def _written(table: Table) -> bytes:
    """Blocking. The sample's cells in its order, eight columns wide."""
    buffer = io.BytesIO()
    book = workbooks.opened(buffer)
    sheet = book.add_worksheet("网格化统计表")
    look = {"border": 1, "text_wrap": True, "valign": "vcenter"}
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    head = book.add_format({**look, "bold": True, "align": "center"})
    cell = book.add_format(look)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 7, 20)
    last = len(_HEADS) - 1
    sheet.merge_range(0, 0, 0, last, "网格化统计表", title)
    sheet.merge_range(1, 0, 1, last, f"单位：{table.unit}")
    sheet.merge_range(2, 0, 2, last, "网格单元划分情况", head)
    for line, (name, words) in enumerate(_facts(table), start=3):
        sheet.write_string(line, 0, name, cell)
        sheet.merge_range(line, 1, line, last, words, cell)
    sheet.merge_range(6, 0, 6, last, "网格监管责任落实情况", head)
    for at, words in enumerate(_HEADS):
        sheet.write_string(7, at, words, head)
    for line, area in enumerate(table.areas, start=8):
        counts = area.counts
        cells: list[Cell] = [area.name, *area.people]
        for at, value in enumerate([*cells, counts.ledger, counts.entered, counts.factories]):
            workbooks.write(sheet, line, at, value, cell)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(7)
    book.close()
    return buffer.getvalue()


def _facts(table: Table) -> tuple[tuple[str, str], ...]:
    whole = Counts()
    for area in table.areas:
        whole += area.counts
    businesses = (
        f"纳入网格化监管企业台帐数量{whole.ledger}个，"
        f"网格化管理系统录入企业数量{whole.entered}个，"
        f"租赁厂房和废弃厂房数量{whole.factories}个。"
    )
    return (
        ("横向属地网格数量", f"（{table.territorial}）个网格（社区、村、居）"),
        ("纵向行业（专属）网格数量", f"（{table.exclusive}）个"),
        ("纳入网格化监管范围的生产经营单位数量", businesses),
    )
