"""Licences and key persons come in with the sheet and go out as they came (S1-33)."""

from typing import Any

import pytest

from app.services import ledger
from app.services.ledger import EditObject, ObjectFilters, exporting
from app.services.ledger.commands import LicenceGiven
from app.services.ledger.importing import papers
from app.services.sheets import CellError, tidy
from tests import factories, sheets
from tests.services.ledger.office import SHOP, Office
from tests.services.ledger.test_exporting import table
from tests.services.ledger.test_import_rules import of_name

PAPERS = (
    "营业执照，92370405MA00000152，区行政审批局，长期；食品经营许可证，JY1，，2027年5月1日；登记证"
)
PEOPLE = "安全管理员，李安全，13800000000；厂长，王厂长"


async def known(office: Office) -> list[tuple[Any, ...]]:
    shop = await of_name(office, SHOP["名称"])
    whole = await ledger.read_whole(office.session, office.actor, shop.id)
    return [(one.kind, one.number, one.issuer, str(one.expires_on)) for one in whole.licences]


async def test_they_come_in_and_go_out_as_they_came(office: Office) -> None:
    sheet = sheets.book([{**SHOP, "证照": PAPERS, "主要人员": PEOPLE}])
    await office.take_in(await office.send(sheet))
    assert set(await known(office)) == {
        ("营业执照", "92370405MA00000152", "区行政审批局", "None"),
        ("食品经营许可证", "JY1", "", "2027-05-01"),
        ("登记证", "", "", "None"),
    }
    shop = await of_name(office, SHOP["名称"])
    assert shop.key_persons == [
        {"duty": "安全管理员", "name": "李安全", "phone": "13800000000"},
        {"duty": "厂长", "name": "王厂长", "phone": None},
    ]
    heads, row = table(await exporting.export(office.session, office.actor, ObjectFilters()))
    out = {title: row[heads.index(title)] for title in ("证照", "主要人员")}
    again = await office.take_in(await office.send(sheets.book([{**SHOP, **out}])))
    assert (again.changed, again.wrong) == (0, 0)  # what went out says the same


async def test_a_value_with_a_separator_comes_back_as_it_was(office: Office) -> None:
    """What the cell cannot say is not written over by what it says instead."""
    await office.take_in(await office.send(sheets.book([SHOP])))
    shop = await of_name(office, SHOP["名称"])
    edit = EditObject.model_validate(
        {
            "licences": [
                {"kind": "食品经营许可证", "number": "JY1;JY2", "issuer": "县局,镇所"},
                {"kind": "营业执照", "number": "（1）", "expires_on": "2099-12-31"},
            ],
            "key_persons": [{"duty": "厂长，安全员", "name": "王|王", "phone": "1；2"}],
        }
    )
    await ledger.edit_object(office.session, office.actor, shop.id, edit)
    old, people = await known(office), shop.key_persons
    heads, row = table(await exporting.export(office.session, office.actor, ObjectFilters()))
    out = {title: row[heads.index(title)] for title in ("证照", "主要人员")}
    assert "食品经营许可证，JY1、JY2，县局、镇所" in out["证照"]
    again = await office.take_in(await office.send(sheets.book([{**SHOP, **out}])))
    assert (again.changed, again.wrong) == (0, 0)
    await office.session.refresh(shop)
    assert (await known(office), shop.key_persons) == (old, people)


@pytest.mark.parametrize(
    ("title", "text", "word"),
    [
        ("证照", "，JY1", "写成「名称,编号,发证机关,有效期至」"),
        ("证照", "营业执照，1，局，2027-05-01，多了", "写成"),
        ("证照", "营业执照，1，局，明年", "日期写成"),
        ("证照", "营业执照，1，局，2027-02-30", "没有这一天"),
        ("证照", "营业执照，1，局，2207-02-01", "日期不对"),
        ("证照", "营业执照，1，局，1907-02-01", "日期不对"),
        ("证照", "；".join(["证"] * 31), "最多 30 个"),
        ("主要人员", "李安全", "写成「职务,姓名,电话」"),
        ("主要人员", "；".join(["工，人"] * 21), "最多 20 个"),
        ("主要人员", "安全管理员，" + "长" * 201, "太长"),
    ],
)
async def test_what_is_wrong_in_such_a_cell_is_told(title: str, text: str, word: str) -> None:
    read = papers.licences if title == "证照" else papers.key_persons
    with pytest.raises(CellError, match=word):
        read(tidy(text))


@pytest.mark.parametrize("text", ["长期", "9999-12-31", "9999年12月31日", "20991231"])
async def test_a_licence_without_an_end_is_taken_in(office: Office, text: str) -> None:
    sheet = sheets.book([{**SHOP, "证照": f"营业执照，1，局，{text}"}])
    batch = await office.take_in(await office.send(sheet))
    assert (batch.added, batch.wrong) == (1, 0)
    assert await known(office) == [("营业执照", "1", "局", "None")]


async def test_a_cell_replaces_all_an_empty_one_nothing_and_undo_gives_back(
    office: Office,
) -> None:
    shop = await factories.place(office.session, SHOP["名称"], office.county.grids[0])
    old = EditObject(licences=[LicenceGiven(kind="旧证", number="1")])
    await ledger.edit_object(office.session, office.actor, shop.id, old)
    await office.take_in(await office.send(sheets.book([{**SHOP, "主要产品": "面"}])))
    assert [one[0] for one in await known(office)] == ["旧证"]
    batch = await office.take_in(await office.send(sheets.book([{**SHOP, "证照": "新证，2"}])))
    assert (batch.changed, [one[0] for one in await known(office)]) == (1, ["新证"])
    lines = await ledger.history(office.session, office.actor, shop.id)
    assert (lines[0].change.field, lines[0].change.reason) == ("licences", "导入 台账.xlsx")
    await office.undo(batch)
    assert [one[:2] for one in await known(office)] == [("旧证", "1")]


async def test_undo_leaves_papers_that_somebody_has_corrected_since(office: Office) -> None:
    shop = await factories.place(office.session, SHOP["名称"], office.county.grids[0])
    batch = await office.take_in(await office.send(sheets.book([{**SHOP, "证照": "新证，2"}])))
    better = EditObject(licences=[LicenceGiven(kind="新证", number="3")])
    await ledger.edit_object(office.session, office.actor, shop.id, better)
    await office.undo(batch)
    assert [one[:2] for one in await known(office)] == [("新证", "3")]
