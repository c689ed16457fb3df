"""Bodies, grids, and what each grid has and lacks: of grids, never of persons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid, GridKind
from app.models.organization import Organization, OrganizationKind, Variant
from app.services import accounts, places, slots
from app.services.access import Actor
from app.services.lists.sheet import Everything, Sheet, day, yes
from app.services.places import GridFilters
from app.services.slots import Check, Readiness
from app.services.workbooks import Column

KIND_WORDS: Mapping[OrganizationKind | Variant, str] = {
    OrganizationKind.COUNTY_CENTRE: "县中心",
    OrganizationKind.SAFETY_DEPARTMENT: "安全管理部门",
    OrganizationKind.DEPARTMENT: "部门",
    OrganizationKind.TOWNSHIP_SUBCENTRE: "镇街分中心",
    OrganizationKind.VILLAGE: "村（社区）",
    OrganizationKind.ENTERPRISE: "企业",
    Variant.FUNCTIONAL_ZONE: "功能区",
    Variant.LINE_OFFICE: "行业线办公室",
}
GRID_WORDS: Mapping[GridKind, str] = {
    GridKind.TERRITORIAL: "属地网格",
    GridKind.EXCLUSIVE: "专属网格",
}
# 五定, 四清, 十有, in the order of the documents.
CHECK_WORDS: Mapping[Check, str] = {
    Check.AREA: "定区域",
    Check.PEOPLE: "定人员",
    Check.DUTIES: "定职责",
    Check.TASKS: "定任务",
    Check.REWARDS: "定奖惩",
    Check.CLEAR_AREA: "辖区清",
    Check.CLEAR_PEOPLE: "人员清",
    Check.CLEAR_DUTIES: "职责清",
    Check.CLEAR_BASE: "底数清",
    Check.OFFICE: "办公场所",
    Check.MAP: "区域分布图",
    Check.STRUCTURE: "分级结构图",
    Check.FILE: "网格员档案",
    Check.LEDGER: "单位台账",
    Check.REGULATIONS: "运行制度",
    Check.GRIDWORKER: "专（兼）职网格员",
    Check.COMPUTER: "办公电脑",
    Check.KIT: "巡查工作装具包",
    Check.NOTICE: "公示牌",
}


@dataclass(frozen=True)
class _Body:
    body: Organization
    parent: str


@dataclass(frozen=True)
class _Grid:
    grid: Grid
    runner: Organization
    township: str
    parent: str
    workers: list[str]


async def _organizations(session: AsyncSession, actor: Actor, _: Everything) -> Sequence[_Body]:
    """The tree that the page shows; enterprises stand in the ledger."""
    bodies = await places.organizations(session, actor)
    names: dict[UUID | None, str] = {body.id: body.short_name for body in bodies}
    return [_Body(body, names.get(body.parent_id, "")) for body in bodies]


async def _grids(session: AsyncSession, actor: Actor, asked: GridFilters) -> Sequence[_Grid]:
    rows = await places.grids(session, actor, asked.township_id)
    runners = await places.by_id(session, {row.organization_id for row in rows})
    within = {body.within_id for body in runners.values() if body.within_id}
    townships: dict[UUID | None, str] = {
        id_: body.short_name for id_, body in (await places.by_id(session, within)).items()
    }
    workers = await accounts.gridworkers(session, [row.id for row in rows])
    known = await places.known_grids(session)
    names: dict[UUID | None, str] = {id_: grid.name for id_, grid in known.items()}
    found = []
    for row in rows:
        runner = runners[row.organization_id]
        above = (townships.get(runner.within_id, ""), names.get(row.parent_id, ""))
        found.append(_Grid(row, runner, *above, workers.get(row.id, [])))
    return found


async def _readiness(
    session: AsyncSession, actor: Actor, asked: GridFilters
) -> Sequence[Readiness]:
    return await slots.readiness(session, actor, asked.township_id)


def _external(rows: Sequence[_Grid]) -> list[Column[_Grid]]:
    """A column for every other system in which a grid has a code (S1-9)."""
    systems = sorted({system for row in rows for system in row.grid.external_codes})
    return [_code_in(system) for system in systems]


def _code_in(system: str) -> Column[_Grid]:
    return f"{system}编码", 22, lambda row: row.grid.external_codes.get(system)


def _checked(check: Check) -> Column[Readiness]:
    def told(row: Readiness) -> str:
        return "有" if check in row.met else "缺"

    return CHECK_WORDS[check], 10, told


ORGANIZATIONS: Sheet[_Body, Everything] = Sheet(
    "organizations",
    "机构",
    (
        ("全称", 30, lambda row: row.body.name),
        ("简称", 16, lambda row: row.body.short_name),
        ("种类", 14, lambda row: KIND_WORDS[row.body.variant or row.body.kind]),
        ("上级", 16, lambda row: row.parent),
        ("区划代码", 16, lambda row: row.body.code),
        ("电话", 16, lambda row: row.body.phone),
        ("先汇总", 8, lambda row: yes(row.body.is_summarising)),
        ("已关闭", 8, lambda row: yes(not row.body.is_active)),
    ),
    _organizations,
)
GRIDS: Sheet[_Grid, GridFilters] = Sheet(
    "grids",
    "网格",
    (
        ("网格", 20, lambda row: row.grid.name),
        ("种类", 10, lambda row: GRID_WORDS[row.grid.kind]),
        ("官方编码", 22, lambda row: row.grid.official_code),
        ("由谁管", 16, lambda row: row.runner.short_name),
        ("镇街", 14, lambda row: row.township),
        ("上级网格", 20, lambda row: row.parent),
        ("网格员", 24, lambda row: "、".join(row.workers)),
        ("四至", 30, lambda row: row.grid.bounds),
        ("画了边界", 10, lambda row: yes(row.grid.outline is not None)),
        ("启用日期", 12, lambda row: day(row.grid.valid_from)),
        ("最后一天", 12, lambda row: day(row.grid.valid_to)),
    ),
    _grids,
    more=_external,
)
READINESS: Sheet[Readiness, GridFilters] = Sheet(
    "readiness",
    "五定四清十有",
    (
        ("网格", 20, lambda row: row.facts.grid.name),
        ("官方编码", 22, lambda row: row.facts.grid.official_code),
        ("场所", 8, lambda row: row.facts.objects),
        ("网格员", 8, lambda row: row.facts.workers),
        ("人均", 8, lambda row: row.load),
        *map(_checked, CHECK_WORDS),
    ),
    _readiness,
)
