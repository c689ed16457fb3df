"""Excel in: every wrong cell is told in words, the good rows go in, and come out again."""

import io
import os
from collections.abc import Awaitable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app import clock, jobs
from app.config import Settings
from app.errors import Invalid, NotFound, NotPermitted, NotYet
from app.models.import_batch import ImportStage
from app.models.ledger import ObjectChange
from app.models.ledger_import import LedgerImport, LedgerImportRow
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access, imports, ledger
from app.services.ledger import EditObject, ObjectFilters, exporting
from app.services.ledger.importing import LEDGER
from app.services.ledger.importing.columns import COLUMNS, NEEDED
from app.services.personal import retention
from app.services.sheets import CellError, day, read
from tests import factories, sheets
from tests.actors import actor_of
from tests.services.ledger import office as desk
from tests.services.ledger.office import HERE, SHOP, Office
from tests.statements import counted

ROWS = int(os.environ.get("LEDGER_ROWS", "300"))  # 20,000 is what the product promises


async def test_every_wrong_cell_is_told_and_the_rest_goes_in(office: Office) -> None:
    sheet = sheets.many([HERE], ROWS, seed=4)
    batch = await office.send(sheet.body)
    assert (batch.stage, batch.total) == (ImportStage.CHECKED, ROWS)
    assert (batch.good, batch.wrong) == (ROWS - len(sheet.wrong), len(sheet.wrong))
    rows = await imports.wrong_rows(office.session, office.actor, LEDGER, batch.id, most=None)
    assert {row.line for row in rows} == set(sheet.wrong)
    for row in rows:
        title, sentence = sheet.wrong[row.line]
        assert sentence in row.errors[title], row.errors
        assert len(row.errors) == 1
    assert await office.objects() == []
    await office.take_in(batch)
    assert (batch.stage, batch.added, batch.changed) == (ImportStage.APPLIED, batch.good, 0)
    assert len(await office.objects()) == batch.good


async def test_the_wrong_rows_come_back_with_reasons_and_go_in_once_mended(
    office: Office,
) -> None:
    batch = await office.send(sheets.book([{**SHOP, "员工人数": "十个", "主要产品": "包子"}]))
    rows = await imports.wrong_rows(office.session, office.actor, LEDGER, batch.id)
    body = imports.wrong_workbook(LEDGER, COLUMNS, rows)
    grid = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    assert "员工人数：要填数字" in str(grid[2][-1])
    lines = read(body, sheets.TITLES, NEEDED).rows
    assert [cells for _, cells in lines] == [
        {"名称": "运河饭馆", "所属村（社区）": HERE, "员工人数": "十个", "主要产品": "包子"}
    ]
    mended = sheets.book([{**lines[0][1], "员工人数": "10"}])
    batch = await office.take_in(await office.send(mended))
    (shop,) = await office.objects()
    assert (shop.staff_count, shop.products, shop.grid_id) == (
        10,
        "包子",
        office.county.grids[0].id,
    )


async def test_only_the_template_has_an_example_to_be_deleted(office: Office) -> None:
    """In the file of wrong rows the third line is somebody's work."""
    batch = await office.send(sheets.book([{**SHOP, "员工人数": "十个"}]))
    rows = await imports.wrong_rows(office.session, office.actor, LEDGER, batch.id)
    of_template, of_wrong = (
        str(CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()[0])
        for body in (
            imports.template(LEDGER, COLUMNS),
            imports.wrong_workbook(LEDGER, COLUMNS, rows),
        )
    )
    assert "第 3 行是例子" in of_template
    assert "例子" not in of_wrong
    assert "空着的格子不改原来的内容" in of_wrong


async def test_merged_cells_dates_and_full_width_digits(office: Office) -> None:
    lines: list[dict[str, Any]] = [
        {
            "名称": "一店",
            "员工人数": "１２",
            "信用代码": "９２370405ma00000152",
            "座位": 12.0,
        },
        {"名称": "二店", "员工人数": "1,200", "营业执照": "√"},
        {"名称": "三店", "所属村（社区）": HERE, "营业执照": "×"},
    ]
    at = sheets.TITLES.index("所属村（社区）")
    body = sheets.book(lines, merged=[(1, at, 2, at, HERE)])
    batch = await office.take_in(await office.send(body))
    assert (batch.good, batch.wrong) == (3, 0)
    first, second, third = sorted(
        await office.objects(), key=lambda row: "一二三".index(row.name[0])
    )
    assert (first.staff_count, first.credit_code, first.seats) == (12, "92370405MA00000152", 12)
    assert (second.staff_count, second.is_registered) == (1200, True)
    assert not third.is_registered


@pytest.mark.parametrize(
    "text",
    ["2026-11-25", "2026/11/25", "2026.11.25", "2026年11月25日", "20261125", "2026-11-25 00:00:00"],
)
def test_dates_are_read_however_they_are_written(text: str) -> None:
    assert day(text) == "2026-11-25"


@pytest.mark.parametrize("text", ["2026-02-30", "去年", "25.11.2026", "26-11-25"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        day(text)


async def test_excels_own_dates_and_numbers_are_text_as_people_read_it() -> None:
    line = {"名称": date(2026, 11, 25), "所属村（社区）": 12.0, "网格": 1.5}
    ((_, cells),) = read(sheets.book([line]), sheets.TITLES, NEEDED).rows
    assert cells == {"名称": "2026-11-25", "所属村（社区）": "12", "网格": "1.5"}


async def test_the_same_code_or_the_same_name_on_the_grid_is_the_same_object(
    office: Office,
) -> None:
    grid = office.county.grids[0]
    coded = await factories.place(
        office.session, "旧名", grid, credit_code="92370405MA00000152", contact_name="王老板"
    )
    named = await factories.place(office.session, "运河饭馆", grid, sector="餐饮")
    lines = [
        {"名称": "新名", "所属村（社区）": HERE, "信用代码": "92370405MA00000152", "员工人数": 5},
        {**SHOP, "主要产品": "羊肉汤"},
    ]
    batch = await office.take_in(await office.send(sheets.book(lines)))
    assert (batch.added, batch.changed) == (0, 2)
    assert (coded.name, coded.staff_count, coded.contact_name) == ("新名", 5, "王老板")
    assert (named.products, named.sector, named.kind) == ("羊肉汤", "餐饮", ObjectKind.ENTERPRISE)
    again = await office.take_in(await office.send(sheets.book(lines)))
    assert (again.added, again.changed) == (0, 0)


async def test_a_batch_is_undone_but_not_what_was_changed_since(office: Office) -> None:
    known = await factories.place(
        office.session, "运河饭馆", office.county.grids[0], products="面", staff_count=3
    )
    lines = [{**SHOP, "主要产品": "羊肉汤", "员工人数": 9}, {**SHOP, "名称": "新店"}]
    batch = await office.take_in(await office.send(sheets.book(lines)))
    later = EditObject(staff_count=11)
    await ledger.edit_object(office.session, office.actor, known.id, later)
    await office.undo(batch)
    assert batch.stage is ImportStage.UNDONE
    assert (known.products, known.staff_count) == ("面", 11)
    new = await office.session.scalar(
        select(SupervisedObject).where(SupervisedObject.name == "新店")
    )
    assert new
    assert new.closed_on == access.today()
    reasons = select(ObjectChange.reason).where(ObjectChange.object_id == known.id)
    assert "撤回导入 台账.xlsx" in set(await office.session.scalars(reasons))
    batch = await office.take_in(await office.send(sheets.book(lines)))
    await office.session.refresh(new)
    assert batch.added == 0
    assert new.closed_on is None


async def test_places_are_named_as_offices_name_them(office: Office) -> None:
    second = await factories.grid(office.session, office.county.villages[0], name="二网格")
    both = [
        {**SHOP, "所属乡镇（街道）": "马兰屯镇"},
        {"名称": "甲", "所属村（社区）": HERE},
        {"名称": "乙", "所属村（社区）": HERE, "网格": "三网格"},
        {"名称": "丙", "所属村（社区）": HERE, "网格": "二网格"},
        {"名称": "丁", "所属村（社区）": "道庄村"},
    ]
    errors = await office.errors(sheets.book(both))
    assert set(errors) == {2, 3, 4, 6}
    assert "不在马兰屯镇" in errors[2]["所属乡镇（街道）"]
    assert "哪个" in errors[3]["网格"]
    assert "没有这个网格" in errors[4]["网格"]
    assert "不归您管" in errors[6]["所属村（社区）"]
    rows = await office.session.scalars(
        select(LedgerImportRow.values).where(LedgerImportRow.line == 5)
    )
    assert [values["grid_id"] for values in rows if values] == [str(second.id)]


async def test_the_second_row_about_the_same_object_is_wrong(office: Office) -> None:
    code = {"信用代码": "92370405MA00000152"}
    lines = [SHOP, SHOP, {**SHOP, "名称": "甲", **code}, {**SHOP, "名称": "乙", **code}]
    errors = await office.errors(sheets.book(lines))
    assert errors == {3: {"名称": "和第 2 行重复"}, 5: {"信用代码": "和第 4 行重复"}}


async def test_one_object_under_two_keys_is_the_same_object(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once by its code, once by its name; in one step of the check or in two."""
    code = {"信用代码": "92370405MA00000152"}
    await factories.place(
        office.session, "老店", office.county.grids[0], credit_code=code["信用代码"]
    )
    lines = [
        {**SHOP, "名称": "改名", **code},
        {**SHOP, "名称": "老店"},
        {**SHOP, "信用代码": "92370405MA00000283"},
        SHOP,
        {**SHOP, "名称": "别家"},
    ]
    for at_once in (LEDGER.at_once, 1):
        monkeypatch.setattr(desk, "LEDGER", replace(LEDGER, at_once=at_once))
        errors = await office.errors(sheets.book(lines))
        assert errors == {3: {"名称": "和第 2 行重复"}, 5: {"名称": "和第 4 行重复"}}


async def test_what_is_open_is_meant_before_what_has_closed(office: Office) -> None:
    grid, closed = office.county.grids[0], {"closed_on": date(2025, 1, 1)}
    code = {"信用代码": "92370405MA00000152"}
    gone = await factories.place(office.session, "运河饭馆", grid, **closed)
    here = await factories.place(office.session, "运河饭馆", grid)
    gone_too = await factories.place(office.session, "运河饭馆", grid, **closed)
    coded = await factories.place(
        office.session, "甲", grid, credit_code=code["信用代码"], **closed
    )
    batch = await office.take_in(await office.send(sheets.book([{**SHOP, **code}])))
    assert (batch.added, batch.changed, here.credit_code) == (0, 1, code["信用代码"])
    assert gone.closed_on
    assert gone_too.closed_on
    assert coded.closed_on


async def test_nobody_takes_what_stands_in_anothers_ledger(office: Office) -> None:
    code = {"信用代码": "92370405MA00000152"}
    there = await factories.place(
        office.session, "邻店", office.county.grids[1], credit_code=code["信用代码"]
    )
    errors = await office.errors(sheets.book([{**SHOP, **code}]))
    assert "道庄村的台账" in errors[2]["信用代码"]
    there.closed_on = access.today()
    await office.session.flush()
    assert await office.errors(sheets.book([{**SHOP, **code}])) == {}


async def test_what_went_to_another_ledger_is_not_opened_again_here(office: Office) -> None:
    """Closed here when it moved over there; while both are open the sheet means the own one."""
    code = {"信用代码": "92370405MA00000152"}
    mine, others = office.county.grids[:2]
    coded = {"credit_code": code["信用代码"]}
    here = await factories.place(office.session, "老店", mine, **coded)
    there = await factories.place(office.session, "邻店", others, **coded)
    sheet = sheets.book([{**SHOP, **code}])
    assert await office.errors(sheet) == {}
    here.closed_on = access.today()
    await office.session.flush()
    batch = await office.take_in(await office.send(sheet))
    assert (batch.good, batch.wrong, batch.changed) == (0, 1, 0)
    (row,) = await imports.wrong_rows(office.session, office.actor, LEDGER, batch.id)
    assert "道庄村的台账" in row.errors["信用代码"]
    assert (here.closed_on, there.closed_on) == (access.today(), None)


async def test_no_kind_in_the_sheet_is_no_other_kind(office: Office) -> None:
    street = await factories.place(
        office.session, "沿街", office.county.grids[0], kind=ObjectKind.BUNDLE
    )
    lines = [{**SHOP, "名称": "沿街", "主要产品": "杂货"}, SHOP]
    batch = await office.take_in(await office.send(sheets.book(lines)))
    assert (batch.added, batch.changed) == (1, 1)
    assert (street.kind, street.products) == (ObjectKind.BUNDLE, "杂货")
    assert [one.kind for one in await office.objects()] == [
        ObjectKind.BUNDLE,
        ObjectKind.ENTERPRISE,
    ]


async def test_a_step_asks_for_no_more_than_its_rows_name(
    office: Office, engine: AsyncEngine
) -> None:
    """The ledger of a county has 60,000 objects; a step has 2,000 rows."""
    ground = office.county.grids[0]
    for number in range(30):
        await factories.place(office.session, f"别家{number}", ground)
    office.session.expunge_all()
    with jobs.held_back():
        batch = await imports.begin(office.session, office.actor, LEDGER, "x", sheets.book([SHOP]))
    loaded = await rows_read(engine, office.through(batch))
    assert loaded < 20


async def rows_read(engine: AsyncEngine, doing: Awaitable[object]) -> int:
    """How many rows the database answered with."""
    many = 0

    def note(_connection: Any, cursor: Any, *_rest: Any) -> None:
        nonlocal many
        many += max(cursor.rowcount, 0)

    event.listen(engine.sync_engine, "after_cursor_execute", note)
    try:
        await doing
    finally:
        event.remove(engine.sync_engine, "after_cursor_execute", note)
    return many


@pytest.mark.parametrize(
    "body",
    [b"", b"PK\x03\x04", b"name,village\n", sheets.book([{}]), sheets.book([SHOP], ["名称"])],
)
async def test_what_is_no_sheet_of_ours_is_refused_in_words(office: Office, body: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        await office.send(body)
    assert "这个文件" in refused.value.problem()["zh"]


async def test_the_template_reads_back_as_its_own_example(office: Office) -> None:
    ((line, cells),) = read(imports.template(LEDGER, COLUMNS), sheets.TITLES, NEEDED).rows
    assert line == 3
    assert cells["名称"] == "大运河机械厂"
    batch = await office.send(sheets.book([cells]))
    assert batch.good == 1


async def test_nobody_sees_or_moves_anothers_batch(office: Office, settings: Settings) -> None:
    batch = await office.send(sheets.book([SHOP]))
    clerk = await actor_of(office.session, settings, office.county.clerk)
    for act in (imports.batch, imports.apply, imports.undo, imports.wrong_rows):
        with pytest.raises(NotFound):
            await act(office.session, clerk, LEDGER, batch.id)
    worker = await actor_of(office.session, settings, office.county.gridworker)
    with pytest.raises(NotPermitted):
        await imports.begin(office.session, worker, LEDGER, "x", sheets.book([SHOP]))
    with pytest.raises(NotYet):
        await imports.undo(office.session, office.actor, LEDGER, batch.id)


async def forget_rows(office: Office) -> None:
    long_ago = clock.now() - timedelta(days=31)
    await office.session.execute(update(LedgerImport).values(created_at=long_ago))
    assert (await retention.forget(office.session))["ledger_import_rows"]


async def test_a_batch_whose_rows_are_over_moves_no_more(office: Office) -> None:
    applied = await office.take_in(await office.send(sheets.book([SHOP])))
    checked = await office.send(sheets.book([{**SHOP, "名称": "新店"}]))
    await forget_rows(office)
    for act, batch in ((imports.undo, applied), (imports.apply, checked)):
        with pytest.raises(Invalid) as refused:
            await act(office.session, office.actor, LEDGER, batch.id)
        assert "过期" in refused.value.problem()["zh"]
    assert (applied.stage, checked.stage) == (ImportStage.APPLIED, ImportStage.CHECKED)


async def test_a_batch_whose_rows_are_over_on_the_way_comes_to_its_end(office: Office) -> None:
    batch = await office.take_in(await office.send(sheets.book([SHOP])))
    with jobs.held_back():
        await imports.undo(office.session, office.actor, LEDGER, batch.id)
    await forget_rows(office)
    await imports.advance(office.session, LEDGER, batch.id)
    assert batch.stage is ImportStage.UNDONE


async def test_looking_at_a_batch_waits_for_no_step(office: Office, engine: AsyncEngine) -> None:
    """A step holds the batch for as long as its 2,000 rows take."""
    batch = await office.send(sheets.book([SHOP]))
    with counted(engine) as sent:
        await imports.batch(office.session, office.actor, LEDGER, batch.id)
        await imports.wrong_rows(office.session, office.actor, LEDGER, batch.id)
    assert len(sent) == 3
    assert not [statement for statement in sent if "FOR " in statement]
    with counted(engine) as sent:
        await office.take_in(batch)
    assert "FOR NO KEY UPDATE" in sent[0]


async def test_the_export_has_the_columns_of_appendix_a(office: Office) -> None:
    await office.take_in(await office.send(sheets.many([HERE], 20, seed=1, wrong_share=0).body))
    made = await exporting.export(office.session, office.actor, ObjectFilters())
    grid = CalamineWorkbook.from_filelike(io.BytesIO(made.body)).get_sheet_by_index(0).to_python()
    assert [str(title) for title in grid[0][:11]] == [
        "企业名称", "信用代码", "详细地址", "主要负责人", "联系电话", "电子邮箱", "员工人数",
        "生产/经营/储存主要产品", "是否注册营业执照", "所属乡/镇/街道", "所属村/社区",
    ]  # fmt: skip
    assert len(grid) == 21
    assert {row[9] for row in grid[1:]} == {"运河街道"}
