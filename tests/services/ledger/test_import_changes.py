"""The check tells what a sheet would overwrite; a new name or grid goes in only once looked at."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app import jobs
from app.errors import Invalid, NotFound
from app.models.audit import AuditEntry
from app.models.import_batch import ImportStage
from app.models.ledger import ObjectChange
from app.models.ledger_import import LedgerImport, LedgerImportRow
from app.models.supervised_object import ObjectKind
from app.services import access, imports
from app.services.ledger import importing
from app.services.ledger.importing import LEDGER, RowsAsked, Which
from app.services.personal import masked_number
from tests import factories, sheets
from tests.actors import actor_of
from tests.services.ledger.office import HERE, SHOP, Office
from tests.statements import counted

CODE = {"信用代码": "92370405MA00000152"}
Told = dict[int, dict[str, tuple[str, str, bool]]]


async def changes(office: Office, batch: LedgerImport, **asked: Any) -> Told:
    page = await importing.rows(office.session, office.actor, batch.id, RowsAsked(**asked))
    return {
        row.line: {one.title: (one.old, one.new, one.is_marked) for one in row.differences}
        for row in page.rows
    }


def counts(batch: LedgerImport) -> tuple[int, int, int, int, int]:
    return batch.adding, batch.updating, batch.same, batch.renaming, batch.moving


async def test_the_check_says_what_taking_in_would_do(office: Office) -> None:
    session, here = office.session, office.county.grids[0]
    there = await factories.grid(session, office.county.villages[0], name="二网格")
    coded = await factories.place(
        session, "老店", here, credit_code=CODE["信用代码"], staff_count=3
    )
    await factories.place(session, "不变", there, products="面")
    named = await factories.place(session, "运河饭馆", there, contact_phone="13912345678")
    lines: list[dict[str, Any]] = [
        {"名称": "乙五", "所属村（社区）": HERE, "网格": "二网格", "员工人数": 9, **CODE},
        {"名称": "不变", "所属村（社区）": HERE, "网格": "二网格", "主要产品": "面"},
        {**SHOP, "网格": "二网格", "种类": "个体工商户", "联系电话": "13900000000"},
        {**SHOP, "名称": "新店", "网格": "二网格"},
        {**SHOP, "名称": "错店", "网格": "二网格", "员工人数": "十个"},
    ]
    batch = await office.send(sheets.book(lines))
    assert (batch.good, batch.wrong) == (4, 1)
    assert counts(batch) == (1, 2, 1, 1, 1)
    renamed = {
        "名称": ("老店", "乙五", True),
        "网格": (f"{HERE} {here.name}", f"{HERE} 二网格", True),
        "员工人数": ("3", "9", False),
    }
    other = {
        "种类": ("企业", "个体工商户", False),
        "联系电话": (str(masked_number("13912345678")), "13900000000", False),
    }
    assert await changes(office, batch) == {2: renamed, 4: other}
    assert await changes(office, batch, which=Which.MARKED) == {2: renamed}
    assert (coded.name, named.kind) == ("老店", ObjectKind.ENTERPRISE)
    await office.take_in(batch)
    assert (batch.added, batch.changed) == (batch.adding, batch.updating)


async def test_no_new_name_and_no_other_grid_without_a_look(office: Office) -> None:
    """Also past the page: the service refuses, and the history names the batch as the cause."""
    here = office.county.grids[0]
    shop = await factories.place(office.session, "老店", here, credit_code=CODE["信用代码"])
    batch = await office.send(sheets.book([{**SHOP, **CODE}]))
    with pytest.raises(Invalid) as refused:
        await imports.apply(office.session, office.actor, LEDGER, batch.id)
    assert "1 家改名、0 家换网格" in refused.value.problem()["zh"]
    assert (batch.stage, shop.name) == (ImportStage.CHECKED, "老店")
    await office.take_in(batch)
    assert shop.name == "运河饭馆"
    (change,) = await office.session.scalars(
        select(ObjectChange).where(ObjectChange.object_id == shop.id)
    )
    assert (change.field, change.old, change.new) == ("name", "老店", "运河饭馆")
    assert change.reason == "导入 台账.xlsx（改名、换网格导入前看过）"
    audited = select(AuditEntry.data).where(AuditEntry.kind == "ledger.imported")
    (details,) = await office.session.scalars(audited)
    assert (details["renaming"], details["moving"]) == (1, 0)


async def test_what_nobody_overwrites_asks_for_no_look(office: Office) -> None:
    await factories.place(office.session, "运河饭馆", office.county.grids[0])
    batch = await office.send(sheets.book([{**SHOP, "主要产品": "面"}]))
    with jobs.held_back():
        await imports.apply(office.session, office.actor, LEDGER, batch.id)
    assert (await office.through(batch)).changed == 1


@pytest.mark.parametrize("since", ["renamed", "checked by an older version"])
async def test_only_what_was_looked_at_goes_in(office: Office, since: str) -> None:
    """Days may lie between the check and the taking in."""
    shop = await factories.place(
        office.session, "老店", office.county.grids[0], credit_code=CODE["信用代码"]
    )
    batch = await office.send(sheets.book([{**SHOP, **CODE}]))
    if since == "renamed":
        shop.name = "另一家"
    else:
        row = await office.session.scalar(select(LedgerImportRow))
        assert row
        row.differs = None
    await office.session.flush()
    await office.take_in(batch)
    assert (batch.good, batch.wrong, batch.changed) == (0, 1, 0)
    assert shop.name == ("另一家" if since == "renamed" else "老店")
    (row,) = await imports.wrong_rows(office.session, office.actor, LEDGER, batch.id)
    assert "检查以后" in row.errors["名称"]


async def test_what_has_closed_or_waits_is_said_to_be_opened_and_confirmed(office: Office) -> None:
    here = office.county.grids[0]
    closed = await factories.place(office.session, "运河饭馆", here, closed_on=access.today())
    waiting = await factories.place(office.session, "新店", here, confirmed_at=None)
    batch = await office.send(sheets.book([SHOP, {**SHOP, "名称": "新店"}]))
    assert await changes(office, batch) == {
        2: {"停用": (access.today().isoformat(), "在用", False)},
        3: {"是否已确认": ("否", "是", False)},
    }
    await office.take_in(batch)
    assert closed.closed_on is None
    assert waiting.confirmed_at


async def test_who_moves_leaves_its_bundle_and_that_is_said(office: Office) -> None:
    session, here = office.session, office.county.grids[0]
    await factories.grid(session, office.county.villages[0], name="二网格")
    street = await factories.place(session, "沿街", here, kind=ObjectKind.BUNDLE)
    shop = await factories.place(
        session, "运河饭馆", here, bundle_id=street.id, credit_code=CODE["信用代码"]
    )
    batch = await office.send(sheets.book([{**SHOP, "网格": "二网格", **CODE}]))
    (told,) = (await changes(office, batch)).values()
    assert told["打包点"] == ("沿街", "", False)
    await office.take_in(batch)
    assert shop.bundle_id is None


async def test_a_kind_that_cannot_be_is_wrong_at_the_check_already(office: Office) -> None:
    await factories.place(office.session, "运河饭馆", office.county.grids[0])
    errors = await office.errors(sheets.book([{**SHOP, "三小类别": "小商铺"}]))
    assert "只有三小场所" in errors[2]["三小类别"]


async def test_many_changes_come_page_by_page_in_few_statements(
    office: Office, engine: AsyncEngine
) -> None:
    here = office.county.grids[0]
    for number in range(7):
        await factories.place(office.session, f"{number}店", here)
    lines = [{**SHOP, "名称": f"{number}店", "主要产品": "面"} for number in range(7)]
    batch = await office.send(sheets.book(lines))
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        with counted(engine) as sent:
            asked = RowsAsked(after=after, limit=3)
            page = await importing.rows(office.session, office.actor, batch.id, asked)
        assert len(sent) <= 3, sent
        seen += [row.line for row in page.rows]
        after = page.after
    assert seen == list(range(2, 9))


async def test_a_check_asks_no_more_for_what_is_new(office: Office, engine: AsyncEngine) -> None:
    """Nothing to compare with: nothing is asked."""
    batches = []
    for lines in ([SHOP], [{**SHOP, "名称": f"{number}店"} for number in range(50)]):
        with jobs.held_back():
            batches.append(
                await imports.begin(
                    office.session, office.actor, LEDGER, "台账.xlsx", sheets.book(lines)
                )
            )
    many = []
    for batch in batches:
        with counted(engine) as sent:
            await imports.advance(office.session, LEDGER, batch.id)
        many.append(len([one for one in sent if one.lstrip().startswith("SELECT")]))
    assert many[0] == many[1]


async def test_nobody_reads_anothers_changes(office: Office, settings: Any) -> None:
    batch = await office.send(sheets.book([SHOP]))
    clerk = await actor_of(office.session, settings, office.county.clerk)
    with pytest.raises(NotFound):
        await importing.rows(office.session, clerk, batch.id, RowsAsked())
