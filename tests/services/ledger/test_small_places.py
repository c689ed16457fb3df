"""Which of the three small places it is (S1-28): in form and sheet, filtered and counted."""

from typing import Any

import pytest

from app.errors import Invalid
from app.models.supervised_object import ObjectKind, SmallKind
from app.services import ledger
from app.services.ledger import AddObject, EditObject, ObjectFilters, ObjectQuery
from tests import factories, sheets
from tests.services.ledger.office import SHOP, Office
from tests.services.ledger.test_import_rules import of_name, told

K = ObjectKind.THREE_SMALL_PLACE


async def test_only_a_three_small_place_is_one_of_the_three(office: Office) -> None:
    session, ground = office.session, office.county.grids[0]
    wrong = AddObject(name="厂", grid_id=ground.id, small_kind=SmallKind.SHOP)
    with pytest.raises(Invalid) as refused:
        await ledger.add_object(session, office.actor, wrong)
    assert refused.value.fields == ["small_kind"]
    right = AddObject(name="店", grid_id=ground.id, kind=K, small_kind=SmallKind.SHOP)
    shop = (await ledger.add_object(session, office.actor, right)).found.object
    workshop = EditObject(small_kind=SmallKind.WORKSHOP)
    await ledger.edit_object(session, office.actor, shop.id, workshop)
    assert shop.small_kind is SmallKind.WORKSHOP
    grown = EditObject(kind=ObjectKind.ENTERPRISE)
    await ledger.edit_object(session, office.actor, shop.id, grown)
    assert shop.small_kind is None
    with pytest.raises(Invalid):
        await ledger.edit_object(session, office.actor, shop.id, workshop)


async def test_they_are_filtered_and_counted(office: Office) -> None:
    ground = office.county.grids[0]
    for name, fields in (
        ("甲", {"small_kind": SmallKind.SHOP}),
        ("乙", {"small_kind": SmallKind.SHOP}),
        ("丙", {"small_kind": SmallKind.ENTERTAINMENT}),
        ("丁", {}),
        ("厂", {"kind": ObjectKind.ENTERPRISE}),
    ):
        await factories.place(office.session, name, ground, **{"kind": K, **fields})
    query = ObjectQuery(small_kind=[SmallKind.SHOP])
    found = (await ledger.objects(office.session, office.actor, query)).items
    assert {one.object.name for one in found} == {"甲", "乙"}
    counts = await ledger.counts(office.session, office.actor, ObjectFilters())
    assert counts.kinds == {K: 4, ObjectKind.ENTERPRISE: 1}
    assert counts.small == {SmallKind.SHOP: 2, SmallKind.ENTERTAINMENT: 1}
    assert counts.small_unknown == 1


@pytest.mark.parametrize(
    ("more", "kind", "small"),
    [
        ({"种类": "三小场所", "三小类别": "小作坊"}, K, SmallKind.WORKSHOP),
        ({"三小类别": "小娱乐场所"}, K, SmallKind.ENTERTAINMENT),  # says what it is
        ({"种类": "三小场所"}, K, None),
        ({}, ObjectKind.ENTERPRISE, None),
    ],
)
async def test_a_sheet_says_which(
    office: Office, more: dict[str, Any], kind: ObjectKind, small: SmallKind | None
) -> None:
    await office.take_in(await office.send(sheets.book([{**SHOP, **more}])))
    made = await of_name(office, SHOP["名称"])
    assert (made.kind, made.small_kind) == (kind, small)


async def test_a_sheet_that_says_it_of_something_else_is_told(office: Office) -> None:
    wrong = {**SHOP, "种类": "企业", "三小类别": "小商铺"}
    assert "三小场所" in (await office.errors(sheets.book([wrong])))[2]["三小类别"]
    await factories.place(office.session, SHOP["名称"], office.county.grids[0])
    batch = await office.take_in(await office.send(sheets.book([{**SHOP, "三小类别": "小商铺"}])))
    assert batch.wrong == 1
    assert "三小场所" in (await told(office, batch))[2]["三小类别"]


async def test_a_sheet_that_makes_it_something_else_can_be_undone(office: Office) -> None:
    fields = {"kind": K, "small_kind": SmallKind.SHOP}
    shop = await factories.place(office.session, SHOP["名称"], office.county.grids[0], **fields)
    batch = await office.take_in(await office.send(sheets.book([{**SHOP, "种类": "企业"}])))
    assert (shop.kind, shop.small_kind) == (ObjectKind.ENTERPRISE, None)
    await office.undo(batch)
    assert (shop.kind, shop.small_kind) == (K, SmallKind.SHOP)
