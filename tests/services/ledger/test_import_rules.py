"""A sheet does nothing that its sender could not do by hand, on the way in and on the way out."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app import clock, jobs
from app.config import Settings
from app.models.event import Change
from app.models.grid import Grid
from app.models.import_batch import ImportStage
from app.models.ledger import ObjectChange
from app.models.ledger_import import LedgerImport
from app.models.person import Person
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access, imports, ledger
from app.services.ledger import Because, EditObject, MoveObject
from app.services.ledger.importing import LEDGER
from tests import factories, sheets
from tests.actors import actor_of
from tests.services.ledger.office import HERE, SHOP, Office
from tests.services.test_organizations import hazard

CODE = {"信用代码": "92370405MA00000152"}
_S = ImportStage
AWAY = Because(reason="已经关门")


async def of_name(office: Office, name: str) -> SupervisedObject:
    found = await office.session.scalars(
        select(SupervisedObject).where(SupervisedObject.name == name)
    )
    return found.one()


async def moved_away(office: Office, settings: Settings, row: SupervisedObject) -> None:
    chief = await actor_of(office.session, settings, office.county.administrator)
    there = MoveObject(grid_id=office.county.grids[1].id, reason="搬到邻镇")
    await ledger.move_object(office.session, chief, row.id, there)


async def told(office: Office, batch: LedgerImport) -> dict[int, dict[str, Any]]:
    rows = await imports.wrong_rows(office.session, office.actor, LEDGER, batch.id)
    return {row.line: row.errors for row in rows}


async def history(office: Office, row: SupervisedObject) -> list[tuple[str, Any, Any]]:
    change = ObjectChange
    query = select(change.field, change.old, change.new).where(change.object_id == row.id)
    found = await office.session.execute(query.order_by(change.seq))
    return [(field, old, new) for field, old, new in found]


async def test_what_left_since_the_check_is_written_by_nobody(
    office: Office, settings: Settings
) -> None:
    """Moved away, by its code and by its name; and the second is a new one here."""
    ground = office.county.grids[0]
    coded = await factories.place(office.session, "甲", ground, credit_code=CODE["信用代码"])
    named = await factories.place(office.session, "运河饭馆", ground)
    lines = [{**SHOP, "名称": "新甲", **CODE}, {**SHOP, "主要产品": "面"}]
    batch = await office.send(sheets.book(lines))
    for row in (coded, named):
        await moved_away(office, settings, row)
    await office.take_in(batch)
    assert (coded.name, named.products) == ("甲", "")
    assert (batch.good, batch.wrong, batch.added, batch.changed) == (1, 1, 1, 0)
    assert "道庄村的台账" in (await told(office, batch))[2]["信用代码"]


@pytest.mark.parametrize("stage", [_S.CHECKING, _S.APPLYING, _S.UNDOING])
async def test_a_batch_whose_sender_is_disabled_ends_and_touches_nothing(
    office: Office, stage: ImportStage
) -> None:
    """At whatever stage: the job would be tried again for ever."""
    known = await factories.place(office.session, "运河饭馆", office.county.grids[0])
    sheet = sheets.book([{**SHOP, "主要产品": "面"}])
    with jobs.held_back():
        batch = await imports.begin(office.session, office.actor, LEDGER, "台账.xlsx", sheet)
        if stage is not _S.CHECKING:
            await office.through(batch)
            await imports.apply(office.session, office.actor, LEDGER, batch.id)
        if stage is _S.UNDOING:
            await office.through(batch)
            await imports.undo(office.session, office.actor, LEDGER, batch.id)
    products = known.products
    await _disable(office)
    await office.through(batch)
    ends = {_S.CHECKING: _S.CHECKED, _S.APPLYING: _S.APPLIED, _S.UNDOING: _S.UNDONE}
    assert batch.stage is ends[stage]
    assert (batch.wrong, batch.kept) == ((0, 1) if stage is _S.UNDOING else (1, 0))
    (errors,) = (await told(office, batch)).values()
    assert "不归您管" in next(iter(errors.values()))
    assert known.products == products


async def _disable(office: Office) -> None:
    sender = update(Person).where(Person.id == office.actor.person_id)
    await office.session.execute(sender.values(disabled_at=clock.now()))


async def test_ground_lost_since_the_check_takes_nothing_in(office: Office) -> None:
    batch = await office.send(sheets.book([SHOP]))
    ended = update(Grid).where(Grid.id == office.county.grids[0].id)
    await office.session.execute(ended.values(valid_to=date(2025, 1, 1)))
    await office.take_in(batch)
    assert (batch.good, batch.wrong, batch.added) == (0, 1, 0)
    assert await office.objects() == []


async def test_two_batches_about_one_new_object_make_one(office: Office) -> None:
    first, second = [await office.send(sheets.book([{**SHOP, **CODE}])) for _ in range(2)]
    for batch in (first, second):
        await office.take_in(batch)
    assert (first.added, second.added, len(await office.objects())) == (1, 0, 1)


async def test_a_move_by_sheet_is_a_move(office: Office) -> None:
    """Members go along with their bundle, who moves alone leaves it; history names the grids."""
    session, here = office.session, office.county.grids[0]
    there = await factories.grid(session, office.county.villages[0], name="二网格")
    street = await factories.place(session, "沿街", here, kind=ObjectKind.BUNDLE)
    first = await factories.place(session, "一店", here, bundle_id=street.id)
    other = await factories.place(session, "后街", here, kind=ObjectKind.BUNDLE)
    second = await factories.place(session, "二店", here, bundle_id=other.id)
    lasts = await session.scalar(select(func.max(Change.seq))) or 0
    coded = {"一店": "92370405MA00000152", "二店": "92370405MA00000283"}
    for row in (first, second):
        row.credit_code = coded[row.name]
    street.credit_code = "91370405MA00000373"
    await session.flush()
    lines = [
        {"名称": name, "所属村（社区）": HERE, "网格": "二网格", "信用代码": code}
        for name, code in {**coded, "沿街": street.credit_code}.items()
    ]
    batch = await office.take_in(await office.send(sheets.book(lines)))
    assert (batch.added, batch.wrong) == (0, 0)
    assert {row.grid_id for row in (street, first, second)} == {there.id}
    assert (first.bundle_id, second.bundle_id) == (street.id, None)
    assert await history(office, second) == [
        ("grid", here.name, there.name),
        ("bundle_id", str(other.id), None),
    ]
    told_grids = select(Change.left_grid_id).where(Change.seq > lasts)
    assert set(await session.scalars(told_grids)) == {here.id, there.id}
    await office.undo(batch)
    assert batch.kept == 0
    assert {row.grid_id for row in (street, first, second)} == {here.id}
    assert (first.bundle_id, second.bundle_id) == (street.id, other.id)


async def test_a_sheet_dissolves_no_bundle_and_puts_none_into_another(office: Office) -> None:
    session, here = office.session, office.county.grids[0]
    street = await factories.place(session, "沿街", here, kind=ObjectKind.BUNDLE)
    member = await factories.place(session, "运河饭馆", here, bundle_id=street.id)
    lines = [{**SHOP, "名称": "沿街", "种类": "企业"}, {**SHOP, "种类": "打包点"}]
    batch = await office.take_in(await office.send(sheets.book(lines)))
    assert (batch.good, batch.wrong, batch.changed) == (0, 2, 0)
    assert await told(office, batch) == {
        2: {"种类": "打包点里还有成员，先在台账里改"},
        3: {"打包点": "打包点不能再打包"},
    }
    assert (street.kind, member.kind) == (ObjectKind.BUNDLE, ObjectKind.ENTERPRISE)
    assert member.bundle_id == street.id


async def test_undoing_a_bundle_leaves_nobody_behind(office: Office) -> None:
    session = office.session
    batch = await office.take_in(await office.send(sheets.book([{**SHOP, "种类": "打包点"}])))
    street = await of_name(office, "运河饭馆")
    shop = await factories.place(session, "一店", office.county.grids[0])
    joined = EditObject(bundle_id=street.id)
    await ledger.edit_object(session, office.actor, shop.id, joined)
    await office.undo(batch)
    assert street.closed_on == access.today()
    assert shop.bundle_id is None


async def test_undo_leaves_what_it_may_not_touch_and_says_why(
    office: Office, settings: Settings
) -> None:
    """An open case, an object that went to others, a grid that is over; the rest comes back."""
    session, here = office.session, office.county.grids[0]
    old = await factories.grid(session, office.county.villages[0], name="老网格")
    back = await factories.place(session, "回不去", old, credit_code=CODE["信用代码"])
    lines = [
        {**SHOP, "名称": "有案件"},
        {**SHOP, "名称": "移走了"},
        {**SHOP, "名称": "没有事"},
        {**SHOP, "名称": "回不去", "主要产品": "面", **CODE},
    ]
    for line in lines:
        line["网格"] = here.name
    batch = await office.take_in(await office.send(sheets.book(lines)))
    assert (batch.added, batch.changed) == (3, 1)
    await hazard(session, office.county, enterprise_id=(await of_name(office, "有案件")).id)
    await moved_away(office, settings, await of_name(office, "移走了"))
    old.organization_id = office.county.villages[1].id
    await session.flush()
    await office.undo(batch)
    assert batch.kept == 3
    assert await told(office, batch) == {
        2: {"停用": "还有没办结的案件，先办完"},
        3: {"名称": "已经不归您管"},
        5: {"网格": "这个网格不归您管"},
    }
    assert [one.name for one in await office.objects()] == ["回不去", "有案件", "移走了"]
    assert (back.grid_id, back.products) == (here.id, "面")


async def test_undo_gives_nothing_back_to_a_grid_that_has_ended(office: Office) -> None:
    session, here = office.session, office.county.grids[0]
    over = await factories.grid(session, office.county.villages[0], name="二网格")
    shop = await factories.place(session, "老店", over, credit_code=CODE["信用代码"])
    line = {**SHOP, "网格": here.name, "主要产品": "面", **CODE}
    batch = await office.take_in(await office.send(sheets.book([line])))
    assert shop.grid_id == here.id
    over.valid_to = access.today() - timedelta(days=1)
    await session.flush()
    await office.undo(batch)
    assert batch.kept == 1
    assert await told(office, batch) == {2: {"网格": "这个网格已经撤销，请换一个"}}
    assert (shop.grid_id, shop.products) == (here.id, "面")


@pytest.mark.parametrize("has_case", [False, True])
async def test_what_a_batch_has_opened_again_is_closed_as_it_was(
    office: Office, has_case: bool
) -> None:
    long_ago = date(2025, 3, 4)
    shop = await factories.place(
        office.session, "运河饭馆", office.county.grids[0], closed_on=long_ago
    )
    batch = await office.take_in(await office.send(sheets.book([SHOP])))
    assert shop.closed_on is None
    if has_case:
        await hazard(office.session, office.county, enterprise_id=shop.id)
    await office.undo(batch)
    assert (shop.closed_on, batch.kept) == ((None, 1) if has_case else (long_ago, 0))


async def test_half_a_position_is_not_given_back(office: Office) -> None:
    shop = await factories.place(
        office.session, "运河饭馆", office.county.grids[0], lat=34.5, lon=117.7
    )
    line = {**SHOP, "纬度": "34.6", "经度": "117.7", "主要产品": "面"}
    batch = await office.take_in(await office.send(sheets.book([line])))
    later = EditObject(lat=34.6, lon=117.8)
    await ledger.edit_object(office.session, office.actor, shop.id, later)
    await office.undo(batch)
    assert (shop.lat, shop.lon, shop.products) == (34.6, 117.8, "")


async def test_what_was_closed_since_stays_closed_once(office: Office) -> None:
    batch = await office.take_in(await office.send(sheets.book([SHOP])))
    shop = await of_name(office, "运河饭馆")
    await ledger.close_object(office.session, office.actor, shop.id, AWAY)
    before = await history(office, shop)
    await office.undo(batch)
    assert await history(office, shop) == before
