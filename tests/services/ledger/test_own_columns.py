"""The county's own columns in Excel: in the template, in, undone, out again (S1-63)."""

import io
from typing import Any

from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app import clock, jobs
from app.models.ledger import FieldKind, LedgerField, ObjectChange
from app.services import imports
from app.services.ledger import ObjectFilters, exporting, importing
from app.services.ledger.importing import LEDGER
from tests import sheets
from tests.services.ledger.office import SHOP, Office

OWN = {
    "boiler": ("锅炉", FieldKind.YES_NO, []),
    "gas": ("燃气", FieldKind.CHOICE, ["管道", "瓶装"]),
    "tonnes": ("储量", FieldKind.NUMBER, []),
    "checked": ("行业", FieldKind.DATE, []),  # called like one of ours
    "old": ("旧列", FieldKind.TEXT, []),
}
TITLES = [*sheets.TITLES, "锅炉", "燃气", "储量", "行业（本县）", "旧列"]
FILLED = {"锅炉": "是", "燃气": "瓶装", "储量": 1.5, "行业（本县）": "2026年3月1日"}


async def define(office: Office) -> dict[str, LedgerField]:
    made = {
        key: LedgerField(key=key, name=name, kind=kind, options=options, position=at)
        for at, (key, (name, kind, options)) in enumerate(OWN.items())
    }
    made["old"].is_active = False
    office.session.add_all(made.values())
    await office.session.flush()
    return made


def shown(body: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()


async def test_they_stand_in_the_template_and_come_back_in_the_export(office: Office) -> None:
    await define(office)
    template = imports.template(LEDGER, await importing.sheet_columns(office.session))
    heads = [str(title) for title in shown(template)[1]]
    assert heads[-4:] == list(FILLED)
    await office.take_in(await office.send(sheets.book([{**SHOP, **FILLED}], TITLES)))
    (shop,) = await office.objects()
    assert shop.extra == {"boiler": True, "gas": "瓶装", "tonnes": 1.5, "checked": "2026-03-01"}
    made = await exporting.export(office.session, office.actor, ObjectFilters())
    head, line = shown(made.body)[:2]
    assert head[-4:] == list(FILLED)
    assert line[-4:] == ["是", "瓶装", 1.5, "2026-03-01"]


async def test_a_wrong_cell_and_a_column_out_of_use_are_told(office: Office) -> None:
    made = await define(office)
    line = {**SHOP, "锅炉": "一台", "燃气": "沼气", "储量": "很多", "旧列": "x"}
    errors = (await office.errors(sheets.book([line], TITLES)))[2]
    assert set(errors) == {"锅炉", "燃气", "储量"}, "a column out of use is no column of the sheet"
    assert errors["燃气"].startswith("只能填：管道、瓶装")

    batch = await office.send(sheets.book([{**SHOP, "储量": 3}], TITLES))
    made["tonnes"].is_active = False  # between the check and the taking in
    await office.take_in(batch)
    (row,) = await imports.wrong_rows(office.session, office.actor, LEDGER, batch.id)
    assert "停用" in row.errors["储量"]


async def test_an_undo_gives_back_each_column_that_nobody_has_filled_in_since(
    office: Office,
) -> None:
    await define(office)
    await office.take_in(await office.send(sheets.book([{**SHOP, "燃气": "管道"}], TITLES)))
    (shop,) = await office.objects()
    second = sheets.book([{**SHOP, "燃气": "瓶装", "储量": 2, "锅炉": "否"}], TITLES)
    batch = await office.take_in(await office.send(second))
    assert shop.extra == {"gas": "瓶装", "tonnes": 2, "boiler": False}
    shop.extra = {**shop.extra, "boiler": True}
    await office.undo(batch)
    assert shop.extra == {"gas": "管道", "boiler": True}
    query = select(ObjectChange.field).where(ObjectChange.object_id == shop.id)
    assert list(await office.session.scalars(query)).count("extra") == 2


async def test_a_sheet_that_writes_about_a_collected_place_confirms_it(office: Office) -> None:
    """And once it is confirmed a second sheet says nothing more."""
    await office.take_in(await office.send(sheets.book([SHOP])))
    (shop,) = await office.objects()
    shop.confirmed_at = shop.confirmed_by_id = None
    shop.returned_at, shop.return_reason = clock.now(), "门牌号不对"
    shop.collected_by_id = office.county.gridworker.id
    await office.session.flush()
    with jobs.held_back() as waiting:
        await office.take_in(await office.send(sheets.book([{**SHOP, "员工人数": 3}])))
        await office.take_in(await office.send(sheets.book([{**SHOP, "员工人数": 4}])))
    (shop,) = await office.objects()
    assert shop.confirmed_by_id == office.actor.person_id
    assert shop.return_reason is None
    assert [name for name, _ in waiting if name == "tell_collector"] == ["tell_collector"]
