"""Bundles are filled at a desk, by a sheet and on the phone; what is watched alone stays out."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import Invalid, NotFound
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import ledger
from app.services.ledger import Because, ChangeMembers, EditObject, ObjectQuery
from tests import factories, sheets
from tests.actors import actor_of
from tests.services.ledger.office import SHOP, Office
from tests.services.ledger.test_collecting import Scene
from tests.services.ledger.test_import_rules import of_name, told

BUNDLE: dict[str, Any] = {**SHOP, "名称": "沿街商铺", "种类": "打包点"}


async def bundle(office: Office, name: str = "沿街商铺", **fields: Any) -> SupervisedObject:
    ground = office.county.grids[0]
    return await factories.place(office.session, name, ground, kind=ObjectKind.BUNDLE, **fields)


async def shops(office: Office, *names: str, **fields: Any) -> list[SupervisedObject]:
    ground = office.county.grids[0]
    return [await factories.place(office.session, name, ground, **fields) for name in names]


async def change(office: Office, of: SupervisedObject, **sent: Any) -> Any:
    command = ChangeMembers.model_validate(sent)
    return await ledger.change_members(office.session, office.actor, of.id, command)


async def test_several_come_in_and_leave_at_once(office: Office) -> None:
    whole, (first, second, third) = await bundle(office), await shops(office, "甲", "乙", "丙")
    made = await change(office, whole, add=[first.id, second.id])
    assert {one.name for one in made.members} == {"甲", "乙"}
    made = await change(office, whole, add=[second.id, third.id], remove=[first.id])
    assert {one.name for one in made.members} == {"乙", "丙"}
    history = await ledger.history(office.session, office.actor, first.id)
    assert [(one.change.field, one.change.new) for one in history] == [
        ("bundle_id", None),
        ("bundle_id", str(whole.id)),
    ]
    assert len(await ledger.history(office.session, office.actor, second.id)) == 1  # said twice
    free = ObjectQuery(grid_id=office.county.grids[0].id, is_bundled=False)
    found = (await ledger.objects(office.session, office.actor, free)).items
    assert [one.object.name for one in found] == ["甲"]
    shown = await ledger.read_whole(office.session, office.actor, second.id)
    assert shown.bundle
    assert shown.bundle.name == "沿街商铺"


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"kind": ObjectKind.BUNDLE}, "不能再打包"),
        ({"is_key": True}, "重点单位要单独巡查"),
        ({"major_source_level": 4}, "重大危险源"),
        ({"is_in_lianghua": True}, "两化"),
    ],
)
async def test_who_cannot_come_in_is_named_and_nobody_does(
    office: Office, fields: dict[str, Any], word: str
) -> None:
    """S2-44 bundles what is small: a bundle, a key unit, a major source is looked at by itself."""
    whole, (good,) = await bundle(office), await shops(office, "甲")
    (bad,) = await shops(office, "坏的", **fields)
    with pytest.raises(Invalid) as refused:
        await change(office, whole, add=[good.id, bad.id])
    assert refused.value.fields == ["add"]
    assert "「坏的」" in refused.value.details["reason_zh"]
    assert word in refused.value.details["reason_zh"]
    assert good.bundle_id is None
    edit = EditObject(bundle_id=whole.id)
    with pytest.raises(Invalid) as refused:
        await ledger.edit_object(office.session, office.actor, bad.id, edit)
    assert refused.value.fields == ["bundle_id"]


async def test_a_member_that_becomes_a_key_unit_leaves_first(office: Office) -> None:
    whole = await bundle(office)
    (shop,) = await shops(office, "甲", bundle_id=whole.id)
    with pytest.raises(Invalid) as refused:
        await ledger.edit_object(office.session, office.actor, shop.id, EditObject(is_key=True))
    assert "先从打包点里去掉" in refused.value.details["reason_zh"]
    both = EditObject(is_key=True, bundle_id=None)
    await ledger.edit_object(office.session, office.actor, shop.id, both)
    assert (shop.is_key, shop.bundle_id) == (True, None)
    shop.bundle_id = whole.id  # as it stood before there was this rule
    await ledger.edit_object(office.session, office.actor, shop.id, EditObject(products="面"))
    assert shop.products == "面"


async def test_other_grids_closed_ones_and_strangers_stay_out(
    office: Office, settings: Settings
) -> None:
    whole, county = await bundle(office), office.county
    there = await factories.place(office.session, "邻镇店", county.grids[1])
    (shop,) = await shops(office, "甲")
    with pytest.raises(NotFound) as missing:  # of another township's ledger
        await change(office, whole, add=[there.id])
    assert missing.value.fields == ["add"]
    with pytest.raises(NotFound):
        await change(office, whole, remove=[uuid4()])
    chief = await actor_of(office.session, settings, county.administrator)
    command = ChangeMembers(add=[there.id])
    with pytest.raises(Invalid) as refused:
        await ledger.change_members(office.session, chief, whole.id, command)
    assert "不在这个网格" in refused.value.details["reason_zh"]
    with pytest.raises(Invalid):
        await change(office, shop, add=[shop.id])
    gone = Because(reason="市场拆了")
    await ledger.close_object(office.session, office.actor, whole.id, gone)
    with pytest.raises(Invalid) as refused:
        await change(office, whole, add=[shop.id])
    assert "不是在用的打包点" in refused.value.details["reason_zh"]


async def test_a_sheet_makes_bundles_and_their_members_in_any_order(office: Office) -> None:
    """Members stand above their bundle; by its name, by its code, into one that was there."""
    known = await bundle(office, "老街")
    code = "92370405MA00000152"
    lines = [
        {**SHOP, "名称": "甲", "打包点": "沿街商铺"},
        {**SHOP, "名称": "乙", "打包点": code.lower()},
        {**SHOP, "名称": "丙", "打包点": "老街"},
        {**BUNDLE, "信用代码": code},
    ]
    batch = await office.send(sheets.book(lines))
    assert (batch.good, batch.wrong) == (4, 0)
    await office.take_in(batch)
    assert (batch.added, batch.wrong) == (4, 0)
    made = await of_name(office, "沿街商铺")
    bundles = {one.name: one.bundle_id for one in await office.objects()}
    assert (bundles["甲"], bundles["乙"], bundles["丙"]) == (made.id, made.id, known.id)
    out = await office.take_in(
        await office.send(sheets.book([{**SHOP, "名称": "甲", "打包点": "无"}]))
    )
    assert (out.changed, (await of_name(office, "甲")).bundle_id) == (1, None)
    await office.undo(out)
    assert (await of_name(office, "甲")).bundle_id == made.id


@pytest.mark.parametrize(
    ("more", "title", "word"),
    [
        ({"打包点": "没有的"}, "打包点", "没有叫「没有的」的打包点"),
        ({"打包点": "沿街商铺", "种类": "打包点"}, "打包点", "不能再打包"),
        ({"打包点": "沿街商铺", "重点单位": "是"}, "打包点", "单独巡查"),
        ({"打包点": "沿街商铺", "重大危险源等级": 2}, "打包点", "单独巡查"),
        ({"打包点": "邻村街"}, "打包点", "没有叫"),
    ],
)
async def test_a_cell_that_names_no_fitting_bundle_says_why(
    office: Office, more: dict[str, Any], title: str, word: str
) -> None:
    await bundle(office)
    await factories.place(office.session, "邻村街", office.county.grids[1], kind=ObjectKind.BUNDLE)
    errors = await office.errors(sheets.book([{**SHOP, **more}]))
    assert word in errors[2][title]


async def test_what_the_ledger_knows_keeps_a_row_out_of_a_bundle(office: Office) -> None:
    """The cell is in order, the object is a key unit: told when it is taken in."""
    await bundle(office)
    (shop,) = await shops(office, "运河饭馆", is_key=True)
    batch = await office.take_in(await office.send(sheets.book([{**SHOP, "打包点": "沿街商铺"}])))
    assert (batch.changed, batch.wrong, shop.bundle_id) == (0, 1, None)
    assert "单独巡查" in (await told(office, batch))[2]["打包点"]


async def test_a_bundle_that_goes_wrong_leaves_its_members_out(office: Office) -> None:
    """Between the check and the taking in somebody has closed it."""
    known = await bundle(office)
    batch = await office.send(sheets.book([{**SHOP, "打包点": "沿街商铺"}]))
    gone = Because(reason="市场拆了")
    await ledger.close_object(office.session, office.actor, known.id, gone)
    await office.take_in(batch)
    assert (batch.added, batch.wrong) == (0, 1)
    assert "没有叫" in (await told(office, batch))[2]["打包点"]


async def test_the_phone_adds_to_a_bundle_it_knows_and_none_is_lost(
    session: AsyncSession, settings: Settings
) -> None:
    """One that was closed while the phone had no signal keeps nobody out."""
    county = await factories.county(session)
    worker, clerk = [
        await actor_of(session, settings, person) for person in (county.gridworker, county.clerk)
    ]
    scene = Scene(session, county, worker, clerk)
    ground = county.grids[0]
    whole = await factories.place(session, "沿街", ground, kind=ObjectKind.BUNDLE)
    there = await factories.place(session, "邻村", county.grids[1], kind=ObjectKind.BUNDLE)
    made = await scene.collect(bundle_id=str(whole.id), name="新开的店")
    assert made.found
    assert made.found.object.bundle_id == whole.id
    await ledger.close_object(session, clerk, whole.id, Because(reason="市场拆了"))
    for late in (whole, there):
        made = await scene.collect(bundle_id=str(late.id), name=f"晚到的店{late.name}")
        assert made.found
        assert made.found.object.bundle_id is None
        (line, _) = await ledger.history(session, clerk, made.found.object.id)
        assert (line.change.field, line.change.old) == ("bundle_id", str(late.id))
        assert "打包点" in line.change.reason
