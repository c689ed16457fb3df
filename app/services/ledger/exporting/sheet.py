"""企业台帐: the ledger as an Excel file, 样表1 of Appendix A first (S1-33, S1-63, S4-34)."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app import db
from app.models.ledger import Basis, LedgerField
from app.models.slot import SlotRole
from app.models.supervised_object import SupervisedObject
from app.services import access, audit, workbooks
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.ledger import fields, reach, sectors, small
from app.services.ledger.commands import ObjectFilters
from app.services.ledger.exporting.gathering import Line, gathered
from app.services.ledger.filtering import conditions
from app.services.ledger.finding import selected
from app.services.ledger.importing import papers
from app.services.ledger.importing.columns import WORDS_OF_DUAL, WORDS_OF_KIND
from app.services.ledger.importing.own_columns import shown, title_of
from app.services.permissions import Permission
from app.services.workbooks import Cell, Column, Workbook

MOST_ROWS = 70_000
_CellOf = Callable[[Line], Cell]


def _within(text: Callable[[SupervisedObject], Any]) -> _CellOf:
    """Only for those within whose reach it is; the list itself is public."""
    return lambda line: text(line.object) if line.row.is_within else None


def _beside(text: Callable[[Line], Any]) -> _CellOf:
    return lambda line: text(line) if line.row.is_within else None


def _yes(is_so: bool) -> str:
    return "是" if is_so else "否"


def _person(role: SlotRole) -> _CellOf:
    return _beside(lambda line: line.people.get(role))


# 样表1 企业基本情况 in its order; what we know beside it stands to the right. What the import knows
# too is called and written as there.
COLUMNS: tuple[Column[Line], ...] = (
    ("企业名称", 26, lambda line: line.object.name),
    ("信用代码", 22, lambda line: line.object.credit_code),
    ("详细地址", 26, lambda line: line.object.address),
    ("主要负责人", 12, _within(lambda it: it.contact_name)),
    ("联系电话", 14, _within(lambda it: it.contact_phone)),
    ("电子邮箱", 20, _within(lambda it: it.email)),
    ("员工人数", 10, _within(lambda it: it.staff_count)),
    ("生产/经营/储存主要产品", 24, _within(lambda it: it.products)),
    ("是否注册营业执照", 16, _within(lambda it: _yes(it.is_registered))),
    ("所属乡/镇/街道", 16, lambda it: it.row.township.short_name if it.row.township else None),
    ("所属村/社区", 16, lambda line: line.row.runner.short_name),
    ("种类", 12, lambda line: WORDS_OF_KIND[line.object.kind]),
    ("三小类别", 12, lambda line: small.WORDS.get(line.object.small_kind)),
    ("网格", 16, lambda line: line.row.Grid.name),
    ("网格长", 12, _person(SlotRole.GRID_CHIEF)),
    ("网格员", 16, _person(SlotRole.GRIDWORKER)),
    ("包保责任人", 12, _beside(lambda it: it.cadre or it.people.get(SlotRole.GUARANTOR_CADRE))),
    ("打包点", 16, lambda line: line.bundle),
    ("行业", 14, lambda line: line.object.sector),
    ("行业大类", 10, _within(lambda it: it.division)),
    ("九小类别", 14, _within(sectors.nine_small)),
    ("面积（平方米）", 10, _within(lambda it: it.area_m2)),
    ("座位", 8, _within(lambda it: it.seats)),
    ("床位", 8, _within(lambda it: it.beds)),
    ("重点单位", 10, lambda line: _yes(line.object.is_key)),
    ("重大危险源等级", 14, _within(lambda it: it.major_source_level)),
    ("双重预防机制", 12, _within(lambda it: WORDS_OF_DUAL.get(it.dual_prevention))),
    ("纳入两化系统", 12, _within(lambda it: _yes(it.is_in_lianghua))),
    ("主管部门", 18, _beside(lambda line: line.departments.get(Basis.IN_CHARGE))),
    ("发证部门", 18, _beside(lambda line: line.departments.get(Basis.LICENSING))),
    ("证照", 40, _beside(lambda line: papers.written(line.licences))),
    ("主要人员", 30, _within(lambda it: papers.persons_written(it.key_persons))),
    ("科室车间班组岗位", 40, _within(lambda it: papers.units_written(it.units))),
    ("上级直接管理", 16, _within(lambda it: it.external_owner)),
    ("是否已确认", 12, lambda line: _yes(line.object.confirmed_at is not None)),
    ("纬度", 12, lambda line: line.object.lat),
    ("经度", 12, lambda line: line.object.lon),
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
    rows = await gathered(session, (await session.execute(query)).all())
    own = [_own(field) for field in await fields.own_fields(session) if field.is_active]
    asked = filters.model_dump(mode="json", exclude_defaults=True, exclude={"text"})
    told = {"rows": min(len(rows), MOST_ROWS), "filters": asked, "has_text": bool(filters.text)}
    await audit.record(session, Kind.LEDGER_EXPORTED, actor, Subject("ledger"), told)
    await db.give_back(session)  # the feed serves nothing behind a transaction that has written
    return await workbooks.listed("企业台帐", (*COLUMNS, *own), rows, MOST_ROWS)


def _own(row: LedgerField) -> Column[Line]:
    return title_of(row), 14, _within(lambda it: shown(it.extra.get(row.key)))
