"""科室、车间、班组、岗位 of an enterprise: in the form, the history and the sheet (S0-35)."""

from typing import Any

import pytest

from app.errors import Invalid
from app.services import ledger
from app.services.ledger import EditObject, ObjectFilters, exporting
from app.services.ledger.importing import papers
from app.services.sheets import CellError, tidy
from tests import sheets
from tests.services.ledger.office import SHOP, Office
from tests.services.ledger.test_exporting import table
from tests.services.ledger.test_import_rules import of_name

TITLE = "科室车间班组岗位"
CELL = "车间，机加工车间，，周主任；班组，甲班，机加工车间，吴班长；岗位，冲床，甲班"
SHOPFLOOR = {"kind": "workshop", "name": "机加工车间", "parent": "", "person": "周主任"}
TEAM = {"kind": "team", "name": "甲班", "parent": "机加工车间", "person": "吴班长"}
POST = {"kind": "post", "name": "冲床", "parent": "甲班", "person": ""}


async def test_they_come_in_and_go_out_as_they_came(office: Office) -> None:
    await office.take_in(await office.send(sheets.book([{**SHOP, TITLE: CELL}])))
    shop = await of_name(office, SHOP["名称"])
    assert shop.units == [SHOPFLOOR, TEAM, POST]
    heads, row = table(await exporting.export(office.session, office.actor, ObjectFilters()))
    out = {TITLE: row[heads.index(TITLE)]}
    again = await office.take_in(await office.send(sheets.book([{**SHOP, **out}])))
    assert (again.changed, again.wrong) == (0, 0)
    assert shop.units == [SHOPFLOOR, TEAM, POST]


async def test_a_sheet_with_no_tree_says_so_in_its_column(office: Office) -> None:
    cell = "班组，甲班，没有这个车间，吴班长"
    batch = await office.send(sheets.book([{**SHOP, TITLE: cell}]))
    taken = await office.take_in(batch)
    assert (taken.added, taken.wrong) == (0, 1)


async def test_the_form_replaces_them_and_history_masks_the_people(office: Office) -> None:
    await office.take_in(await office.send(sheets.book([SHOP])))
    shop = await of_name(office, SHOP["名称"])
    edit = EditObject.model_validate({"units": [SHOPFLOOR, TEAM]})
    await ledger.edit_object(office.session, office.actor, shop.id, edit)
    lines = await ledger.history(office.session, office.actor, shop.id)
    (line,) = [told.change for told in lines if told.change.field == "units"]
    assert [one["person"] for one in line.new] == ["周**", "吴**"]
    assert [one["name"] for one in line.new] == ["机加工车间", "甲班"]


@pytest.mark.parametrize(
    ("units", "word"),
    [
        ([SHOPFLOOR, SHOPFLOOR], "重名"),
        ([{**TEAM, "parent": "没有这个车间"}], "不在表里"),
        ([{**SHOPFLOOR, "parent": "甲班"}, {**TEAM, "parent": ""}], "不比它高一级"),
        ([{**TEAM, "parent": "甲班"}], "不比它高一级"),
    ],
)
async def test_what_is_no_tree_is_refused(office: Office, units: Any, word: str) -> None:
    await office.take_in(await office.send(sheets.book([SHOP])))
    shop = await of_name(office, SHOP["名称"])
    edit = EditObject.model_validate({"units": units})
    with pytest.raises(Invalid) as refused:
        await ledger.edit_object(office.session, office.actor, shop.id, edit)
    assert refused.value.fields == ["units"]
    assert word in refused.value.problem()["zh"]


@pytest.mark.parametrize("text", ["甲班", "车队，一队", "；".join(["岗位，工"] * 61)])
async def test_what_is_wrong_in_such_a_cell_is_told(text: str) -> None:
    with pytest.raises(CellError, match=r"写成|最多"):
        papers.units_of(tidy(text))


@pytest.mark.parametrize("name", ["{fields.__class__}", "{reason_zh}", "%s%n", "{0}"])
async def test_what_people_wrote_is_quoted_and_never_a_format(office: Office, name: str) -> None:
    await office.take_in(await office.send(sheets.book([SHOP])))
    shop = await of_name(office, SHOP["名称"])
    edit = EditObject.model_validate({"units": [{**TEAM, "name": name, "parent": "没有"}]})
    with pytest.raises(Invalid) as refused:
        await ledger.edit_object(office.session, office.actor, shop.id, edit)
    told = refused.value.problem()
    assert f"「{name}」的上级「没有」不在表里" in told["zh"]
    assert f"What {name} belongs to" in told["en"]
