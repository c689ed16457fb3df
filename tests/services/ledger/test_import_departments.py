"""Who answers for an object, by sheet: many at once, and back again (S0-11)."""

import io
from typing import Any
from uuid import UUID

from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.models.ledger import Basis, ObjectChange, ObjectDepartment
from app.models.ledger_import import LedgerImport
from app.models.organization import Organization, OrganizationKind
from app.models.supervised_object import SupervisedObject
from app.services import imports
from app.services.ledger import (
    ObjectFilters,
    SuperviseObject,
    exporting,
    importing,
    supervise_object,
)
from app.services.ledger.commands import Supervision
from app.services.ledger.importing import LEDGER, RowsAsked
from tests import factories, sheets
from tests.services.ledger.office import HERE, SHOP, Office


async def department(office: Office, name: str, short_name: str) -> Organization:
    body = Organization(kind=OrganizationKind.DEPARTMENT, name=name, short_name=short_name)
    office.session.add(body)
    await office.session.flush()
    return body


async def both(office: Office) -> tuple[Organization, Organization]:
    return (
        await department(office, "台儿庄区交通运输局", "区交通局"),
        await department(office, "台儿庄区行政审批局", "区审批局"),
    )


async def links(office: Office, id_: UUID | None) -> set[tuple[str, Basis]]:
    link = ObjectDepartment
    query = select(Organization.short_name, link.basis).join(
        link, link.organization_id == Organization.id
    )
    found = await office.session.execute(query.where(link.object_id == id_))
    return {(name, basis) for name, basis in found}


async def told(office: Office, batch: LedgerImport) -> dict[str, tuple[str, str]]:
    page = await importing.rows(office.session, office.actor, batch.id, RowsAsked())
    return {one.title: (one.old, one.new) for row in page.rows for one in row.differences}


async def test_departments_come_by_sheet_are_told_and_go_back(office: Office) -> None:
    """Several in a cell, by their long name or short; a basis that is not named stays as it is."""
    _, permits = await both(office)
    shop = await factories.place(office.session, "运河饭馆", office.county.grids[0])
    before = SuperviseObject(
        departments=[Supervision(organization_id=permits.id, basis=Basis.LICENSING)]
    )
    await supervise_object(office.session, office.actor, shop.id, before)
    lines = [
        {**SHOP, "主管部门": "区交通局、台儿庄区行政审批局"},
        {**SHOP, "名称": "新店", "主管部门": "区交通局", "发证部门": "区审批局"},
    ]
    batch = await office.send(sheets.book(lines))
    assert (batch.adding, batch.updating) == (1, 1)
    assert await told(office, batch) == {"主管部门": ("", "区交通局、区审批局")}
    await office.take_in(batch)
    assert (batch.added, batch.changed) == (1, 1)
    in_charge, licensing = Basis.IN_CHARGE, Basis.LICENSING
    now = {("区交通局", in_charge), ("区审批局", in_charge), ("区审批局", licensing)}
    assert await links(office, shop.id) == now
    new = await office.session.scalar(
        select(SupervisedObject).where(SupervisedObject.name == "新店")
    )
    assert new
    assert await links(office, new.id) == {("区交通局", in_charge), ("区审批局", licensing)}
    again = await office.send(sheets.book(lines))
    assert (again.adding, again.updating, again.same) == (0, 0, 2)
    await office.undo(batch)
    assert batch.kept == 0
    assert await links(office, shop.id) == {("区审批局", licensing)}
    reasons = select(ObjectChange.reason).where(
        ObjectChange.object_id == shop.id, ObjectChange.field == "departments"
    )
    assert set(await office.session.scalars(reasons)) == {
        "",
        "导入 台账.xlsx",
        "撤回导入 台账.xlsx",
    }


async def test_none_takes_them_away_and_an_empty_cell_leaves_them(office: Office) -> None:
    traffic, permits = await both(office)
    shop = await factories.place(office.session, "运河饭馆", office.county.grids[0])
    given = [
        Supervision(organization_id=traffic.id, basis=Basis.IN_CHARGE),
        Supervision(organization_id=permits.id, basis=Basis.LICENSING),
    ]
    command = SuperviseObject(departments=given)
    await supervise_object(office.session, office.actor, shop.id, command)
    batch = await office.send(sheets.book([{**SHOP, "发证部门": "无"}]))
    assert await told(office, batch) == {"发证部门": ("区审批局", "")}
    await office.take_in(batch)
    assert await links(office, shop.id) == {("区交通局", Basis.IN_CHARGE)}


async def test_undo_leaves_departments_that_somebody_has_given_since(office: Office) -> None:
    _, permits = await both(office)
    shop = await factories.place(office.session, "运河饭馆", office.county.grids[0])
    batch = await office.take_in(
        await office.send(sheets.book([{**SHOP, "主管部门": "区交通局", "主要产品": "面"}]))
    )
    later = SuperviseObject(
        departments=[Supervision(organization_id=permits.id, basis=Basis.IN_CHARGE)]
    )
    await supervise_object(office.session, office.actor, shop.id, later)
    await office.undo(batch)
    assert (shop.products, batch.kept) == ("", 0)
    assert await links(office, shop.id) == {("区审批局", Basis.IN_CHARGE)}


async def test_an_unknown_department_is_told_with_the_known_ones(office: Office) -> None:
    await both(office)
    await department(office, "邻区交通运输局", "区交通局")
    lines = [
        {**SHOP, "主管部门": "区旅游局"},
        {**SHOP, "名称": "甲", "发证部门": "区审批局，区交通局"},
        {**SHOP, "名称": "乙", "主管部门": "文化社区"},
    ]
    errors = await office.errors(sheets.book(lines))
    assert set(errors) == {2, 3, 4}
    assert "「区旅游局」没有这个部门，可以填：" in errors[2]["主管部门"]
    assert "区审批局" in errors[2]["主管部门"]
    assert errors[3]["发证部门"] == "「区交通局」有几个，写全称"
    assert "「文化社区」没有这个部门" in errors[4]["主管部门"]


async def test_the_template_offers_the_countys_departments(office: Office) -> None:
    await both(office)
    columns = await importing.sheet_columns(office.session)
    body = imports.template(LEDGER, columns)
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    choices = book.get_sheet_by_name("选项").to_python(skip_empty_area=False)
    titles = [column.title for column in columns]
    for title in ("主管部门", "发证部门"):
        offered = {str(line[titles.index(title)]) for line in choices}
        assert {"区交通局", "区审批局"} <= offered


async def test_what_the_export_has_of_departments_the_import_reads(office: Office) -> None:
    await both(office)
    lines: list[dict[str, Any]] = [
        {**SHOP, "主管部门": "区交通局、区审批局", "发证部门": "区审批局"}
    ]
    await office.take_in(await office.send(sheets.book(lines)))
    made = await exporting.export(office.session, office.actor, ObjectFilters())
    heads, line = (
        CalamineWorkbook.from_filelike(io.BytesIO(made.body)).get_sheet_by_index(0).to_python()[:2]
    )
    row = dict(zip(map(str, heads), map(str, line), strict=True))
    cells = {title: row[title] for title in ("主管部门", "发证部门")}
    batch = await office.send(sheets.book([{**SHOP, **cells}]))
    assert (batch.good, batch.same) == (1, 1)


async def test_columns_that_nobody_knows_are_named(office: Office) -> None:
    titles = ["名称", "主管单位", "所属村（社区）", "备注", "错误原因"]
    lines = [{"名称": "甲", "所属村（社区）": HERE, "备注": "x", "主管单位": "y"}]
    batch = await office.send(sheets.book(lines, titles))
    assert (batch.good, batch.ignored) == (1, ["主管单位", "备注"])
    assert (await office.send(sheets.book([SHOP]))).ignored == []
