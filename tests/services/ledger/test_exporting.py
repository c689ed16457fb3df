"""What goes out of the ledger: 企业台帐, 网格化统计表 and the registers, cell by cell."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from app import clock
from app.config import Settings
from app.models.grid import Grid, GridKind
from app.models.ledger import Basis, Licence, ObjectDepartment
from app.models.organization import Organization, OrganizationKind, Variant
from app.models.person import Role
from app.models.slot import SlotAssignment, SlotRole
from app.models.supervised_object import DualPrevention, ObjectKind, SmallKind
from app.models.visit import LastLook
from app.services import access, ledger, lists
from app.services.ledger import ObjectFilters, Register, RegisterFilters, RegisterQuery, exporting
from app.services.ledger.exporting import sheet
from app.services.workbooks import Workbook
from tests import factories
from tests.actors import actor_of
from tests.services.ledger.office import Office
from tests.services.test_organizations import hazard

COUNTY = "台儿庄区"


def table(made: Workbook) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(made.body))
    return [[*row] for row in book.get_sheet_by_index(0).to_python()]


async def slot(office: Office, grid: Grid, role: SlotRole, who: Any, **given: Any) -> None:
    fields = {"title": "", "starts_on": factories.LONG_AGO, **given}
    office.session.add(SlotAssignment(grid_id=grid.id, role=role, person_id=who.id, **fields))
    await office.session.flush()


async def line_of(office: Office) -> tuple[Organization, Organization, Grid]:
    """A line as S4 has it: an office of the county, its section, the section's grid."""
    session, centre = office.session, office.county.centre
    kind = OrganizationKind
    desk = await factories.organization(
        session, kind.TOWNSHIP_SUBCENTRE, "运输办公室", centre, variant=Variant.LINE_OFFICE
    )
    section = await factories.organization(session, kind.DEPARTMENT, "运输股", desk)
    return desk, section, await factories.grid(session, section, kind=GridKind.EXCLUSIVE)


async def test_the_table_is_the_sample_of_the_appendix_counted_by_hand(office: Office) -> None:
    """S1 Appendix A. Two townships, a zone, a line; every number of it stands beside its reason."""
    session, county, today = office.session, office.county, access.today()
    ground, own = county.grids[0], county.township_grids[0]
    over: dict[str, Any] = {"valid_to": today - timedelta(days=1)}
    to_come: dict[str, Any] = {"valid_from": today + timedelta(days=1)}
    village, township = county.villages[0], county.townships[0]

    await factories.grid(session, county.centre, name="县级网格")  # no ground of its own
    # Territorial: 文化社区's two base grids (not the one above them), 道庄村's, the zone's own.
    above = await factories.grid(session, village, own, name="村级网格")
    ground.parent_id = above.id
    await factories.grid(session, village, above, name="二网格")
    await factories.grid(session, village, above, name="明天的网格", **to_come)
    await factories.grid(session, village, above, name="以前的网格", **over)
    zone = await factories.organization(
        session,
        OrganizationKind.TOWNSHIP_SUBCENTRE,
        "化工园区",
        county.centre,
        variant=Variant.FUNCTIONAL_ZONE,
    )
    zone_grid = await factories.grid(session, zone)
    # Exclusive: the line and the housing department's, not an enterprise's, not what is over.
    _, section, line = await line_of(office)
    housing = await factories.grid(session, county.departments[1], kind=GridKind.EXCLUSIVE)
    await factories.grid(session, county.departments[2], kind=GridKind.EXCLUSIVE, **over)
    firm = await factories.organization(session, OrganizationKind.ENTERPRISE, "长运公司", section)
    leaf = await factories.grid(session, firm, line, kind=GridKind.EXCLUSIVE)

    one = factories.place
    for name, grid, fields in (
        ("店", ground, {}),  # 运河街道: known and entered
        ("没确认的店", ground, {"confirmed_at": None}),  # known only
        ("关了的店", ground, {"closed_on": today}),
        ("家", ground, {"kind": ObjectKind.HOUSEHOLD}),
        ("水塘", ground, {"kind": ObjectKind.KEY_LOCATION}),
        ("公园", ground, {"kind": ObjectKind.PUBLIC_FACILITY}),
        ("租赁厂房", ground, {"kind": ObjectKind.LEASED_FACTORY}),
        ("废弃厂房", ground, {"kind": ObjectKind.DISUSED_FACTORY}),
        ("长运", line, {"id": firm.id, "organization_id": firm.id}),
        ("长运的站场", leaf, {"kind": ObjectKind.PROJECT}),
        ("渡口", housing, {"kind": ObjectKind.FERRY}),
        ("化工厂", zone_grid, {}),
    ):
        await one(session, name, grid, **{"kind": ObjectKind.ENTERPRISE, **fields})
    bundle = await one(session, "沿街商铺", ground, kind=ObjectKind.BUNDLE)
    for n in range(2):  # counted once each, their bundle not at all
        await one(session, f"铺{n}", ground, kind=ObjectKind.THREE_SMALL_PLACE, bundle_id=bundle.id)

    for role, who, title, grid, last in (
        (SlotRole.LINKED_LEADER, county.leader, "副县长", own, None),
        (SlotRole.SAFETY_RESPONSIBLE, county.county_officer, "镇长", own, today),
        (SlotRole.SAFETY_RESPONSIBLE, county.clerk, "", own, None),
        (SlotRole.SAFETY_RESPONSIBLE, county.chief, "前镇长", own, today - timedelta(days=1)),
        (SlotRole.GRID_ADMIN, county.chief, "村里的", ground, None),  # of the village
        (SlotRole.DIRECT_RESPONSIBLE, county.supervisor, "股长", line, None),
        (SlotRole.GRID_ADMIN, county.handler, "科长", housing, None),
    ):
        await slot(office, grid, role, who, title=title, ends_on=last)

    rows = table(await exporting.statistics(session, office.actor, COUNTY))

    assert rows[0][0] == "网格化统计表"
    assert rows[1][0] == "单位：台儿庄区网格"
    assert rows[2][0] == "网格单元划分情况"
    assert [row[:2] for row in rows[3:6]] == [
        ["横向属地网格数量", "（4）个网格（社区、村、居）"],
        ["纵向行业（专属）网格数量", "（2）个"],
        [
            "纳入网格化监管范围的生产经营单位数量",
            "纳入网格化监管企业台帐数量8个，网格化管理系统录入企业数量7个，租赁厂房和废弃厂房数量2个。",
        ],
    ]
    assert rows[6][0] == "网格监管责任落实情况"
    assert rows[7] == [
        "乡镇（街道）、部门、功能区（化工园区）名称",
        "挂点领导及职务",
        "网格安全监管责任人及职务",
        "直接监管责任人及职务",
        "网格管理员及职务",
        "纳入网格化监管企业台帐企业数量",
        "网格化管理系统录入企业数量",
        "租赁厂房和废弃厂房数量",
    ]
    assert {row[0]: row[1:] for row in rows[8:]} == {
        township.name: ["郑领导 副县长", "孙调度 镇长、李文书", "", "", 4, 3, 2],
        "马兰屯镇": ["", "", "", "", 0, 0, 0],
        "化工园区": ["", "", "", "", 1, 1, 0],
        "运输股": ["", "", "周督导 股长", "", 2, 2, 0],
        "区住建局": ["", "", "", "吴承办 科长", 1, 1, 0],
    }
    assert {row[0] for row in rows[8:11]} == {township.name, "马兰屯镇", "化工园区"}


@pytest.mark.parametrize(("most", "is_cut"), [(3, False), (2, True)])
async def test_an_export_that_holds_not_all_says_so(
    office: Office, monkeypatch: pytest.MonkeyPatch, most: int, is_cut: bool
) -> None:
    monkeypatch.setattr(sheet, "MOST_ROWS", most)
    for name in ("甲", "乙", "丙"):
        await factories.place(office.session, name, office.county.grids[0])
    made = await exporting.export(office.session, office.actor, ObjectFilters())
    grid = table(made)
    assert len(grid) == 4
    assert ("只导出了前 2 条" in str(grid[-1][0]), "前2条" in made.name) == (is_cut, is_cut)


async def test_the_ledger_tells_who_answers_who_goes_there_and_what_it_holds(
    office: Office,
) -> None:
    session, county = office.session, office.county
    ground = county.grids[0]
    bundle = await factories.place(session, "沿街商铺", ground, kind=ObjectKind.BUNDLE)
    shop = await factories.place(
        session,
        "饭馆",
        ground,
        kind=ObjectKind.THREE_SMALL_PLACE,
        small_kind=SmallKind.SHOP,
        division="H62",
        seats=40,
        area_m2=80.5,
        dual_prevention=DualPrevention.BUILDING,
        key_persons=[{"duty": "安全管理员", "name": "李安全", "phone": "13800000000"}],
        bundle_id=bundle.id,
        cadre_id=county.gridworker.id,
    )
    for body, basis in ((0, Basis.IN_CHARGE), (1, Basis.IN_CHARGE), (2, Basis.LICENSING)):
        answering = ObjectDepartment(
            object_id=shop.id, organization_id=county.departments[body].id, basis=basis
        )
        session.add(answering)
    papers = {"kind": "食品经营许可证", "number": "JY1", "issuer": "区市场局"}
    session.add(Licence(object_id=shop.id, expires_on=date(2027, 5, 1), **papers))
    await session.flush()
    heads, *rows = table(await exporting.export(session, office.actor, ObjectFilters(text="饭馆")))
    found = dict(zip(heads, rows[0], strict=True))
    assert {title: found[title] for title in _TOLD} == _TOLD


_TOLD = {
    "三小类别": "小商铺",
    "九小类别": "小餐饮",
    "座位": 40,
    "面积（平方米）": 80.5,
    "双重预防机制": "在建",
    "主管部门": "区住建局、区消防救援大队",
    "发证部门": "区供电公司",
    "证照": "食品经营许可证，JY1，区市场局，2027-05-01",
    "主要人员": "安全管理员，李安全，13800000000",
    "打包点": "沿街商铺",
    "网格长": "王格长",
    "网格员": "张网格",
    "包保责任人": "张网格",
}


async def test_the_roster_looks_upwards_for_the_chief_of_a_line(
    office: Office, settings: Settings
) -> None:
    """S4-34: every enterprise with its chief and its worker; a cadre by its place on the grid."""
    session, county = office.session, office.county
    _, section, line = await line_of(office)
    firm = await factories.organization(session, OrganizationKind.ENTERPRISE, "长运公司", section)
    leaf = await factories.grid(session, firm, line, kind=GridKind.EXCLUSIVE)
    await slot(office, line, SlotRole.GRID_CHIEF, county.leader)
    await factories.person(session, Role.GRIDWORKER, section, line, name="股室干部")
    await slot(office, line, SlotRole.GUARANTOR_CADRE, county.clerk)
    await factories.place(session, "长运", line)
    await factories.place(session, "站场", leaf)
    chief = await actor_of(session, settings, county.administrator)
    heads, *rows = table(await exporting.export(session, chief, ObjectFilters()))
    titles = ("企业名称", "网格长", "网格员")
    found = {tuple(row[heads.index(title)] for title in titles) for row in rows}
    assert found == {("长运", "郑领导", "股室干部"), ("站场", "郑领导", "")}


async def test_what_is_written_about_papers_stays_within_reach(
    office: Office, settings: Settings
) -> None:
    """A township's file names a neighbour's shop, and no more than hangs over its door."""
    session, county = office.session, office.county
    there = await factories.place(session, "邻镇店", county.grids[1])
    session.add(Licence(object_id=there.id, kind="营业执照", number="1", issuer=""))
    await session.flush()
    heads, row = table(await exporting.export(session, office.actor, ObjectFilters()))
    assert [row[heads.index(title)] for title in ("证照", "主管部门", "主要人员")] == ["", "", ""]
    chief = await actor_of(session, settings, county.administrator)
    _, row = table(await exporting.export(session, chief, ObjectFilters()))
    assert row[heads.index("证照")] == "营业执照，1"


async def test_registers_list_the_gravest_first_and_only_what_is_mine(
    office: Office, settings: Settings
) -> None:
    """S3-31, S3-38: what is watched by itself, with who answers, papers, looks and open cases."""
    session, county = office.session, office.county
    ground = county.grids[0]
    for name, grid, fields in (
        ("油库", ground, {"major_source_level": 3, "is_key": True}),
        ("气站", ground, {"major_source_level": 1}),
        ("商场", ground, {"is_key": True}),
        ("没确认的", ground, {"major_source_level": 2, "confirmed_at": None}),
        ("邻镇气站", county.grids[1], {"major_source_level": 2}),
        ("普通店", ground, {}),
    ):
        await factories.place(session, name, grid, **fields)
    found = (await ledger.register(session, office.actor, RegisterQuery())).items
    assert [one.found.object.name for one in found] == ["气站", "油库"]
    gas = found[0].found.object
    session.add_all(
        Licence(object_id=gas.id, kind=kind, number="", issuer="", expires_on=day)
        for kind, day in (("甲", date(2020, 1, 1)), ("乙", date(2999, 1, 1)), ("丙", None))
    )
    session.add(LastLook(object_id=gas.id, seen_at=clock.now()))
    session.add(
        ObjectDepartment(
            object_id=gas.id,
            organization_id=county.departments[0].id,
            basis=Basis.IN_CHARGE,
        )
    )
    await hazard(session, county, enterprise_id=gas.id)
    first = (await ledger.register(session, office.actor, RegisterQuery(limit=1))).items[0]
    assert (first.in_charge, first.chief, first.gridworker) == (
        "区消防救援大队",
        "王格长",
        "张网格",
    )
    assert (first.expires_on, first.expired, first.open_cases) == (date(2020, 1, 1), 1, 1)
    assert first.last_look is not None

    keys = RegisterFilters(of=Register.KEY_UNITS)
    made = await lists.export(session, office.actor, lists.REGISTERS[keys.of], keys)
    assert {row[0] for row in table(made)[1:]} == {"商场", "油库"}
    assert made.name.startswith("重点单位登记表")
    chief = await actor_of(session, settings, county.administrator)
    whole = await lists.export(
        session, chief, lists.REGISTERS[Register.MAJOR_SOURCES], RegisterFilters()
    )
    assert [row[0] for row in table(whole)] == ["名称", "气站", "邻镇气站", "油库"]
