"""A step asks the same for two rows as for many: 20,000 rows have to go in within 30 seconds."""

import re
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from app import jobs
from app.models.supervised_object import ObjectKind, SmallKind
from app.services import access, imports
from app.services.ledger import changing
from app.services.ledger.importing import LEDGER
from app.services.ledger.reading import licences
from tests import factories, sheets
from tests.services.ledger.office import SHOP, Office
from tests.statements import counted

MOST_PER_ROW = 0.1
# What a flush would send for each row, in one go of the driver or not.
ONE_BY_ONE = re.compile(
    r"(update|insert into) (ledger_import_rows|supervised_objects|object_changes)"
    r"(?!.*jsonb_to_recordset)",
    re.IGNORECASE | re.DOTALL,
)
PAPERS = "营业执照,1,,2027-01-31；许可证,2"


async def statements(office: Office, engine: AsyncEngine, name: str, many: int) -> list[int]:
    """How many each of check, taking in and undo takes for new objects of this name."""
    found = []
    sheet = sheets.book([{**SHOP, "名称": f"{name}{number}"} for number in range(many)])
    with jobs.held_back():
        batch = await imports.begin(office.session, office.actor, LEDGER, "台账.xlsx", sheet)
        for then in (None, imports.apply, imports.undo):
            if then:
                await then(office.session, office.actor, LEDGER, batch.id)
            with counted(engine) as sent:
                await imports.advance(office.session, LEDGER, batch.id)
            assert [one for one in sent if ONE_BY_ONE.match(one)] == []
            found.append(len(sent))
    assert (batch.added, batch.kept) == (many, 0)
    return found


async def test_a_step_asks_for_all_its_rows_at_once(office: Office, engine: AsyncEngine) -> None:
    few = await statements(office, engine, "少", 2)
    many = await statements(office, engine, "多", 60)
    for one, other in zip(few, many, strict=True):
        assert other - one <= MOST_PER_ROW * 58, (few, many)


async def test_rows_written_together_are_whole_objects_with_their_history(office: Office) -> None:
    """Both kinds of rows in one step: what the form would fill in, and each line of history."""
    known = await factories.place(office.session, "老店", office.county.grids[0], products="面")
    lines = [
        {**SHOP, "名称": "老店", "主要产品": "粉", "员工人数": 3},
        {**SHOP, "三小类别": "小商铺", "证照": PAPERS, "纬度": 34.5602, "经度": 117.7301},
    ]
    batch = await office.take_in(await office.send(sheets.book(lines)))
    assert (batch.added, batch.changed) == (1, 1)
    new = next(one for one in await office.objects() if one.id != known.id)
    assert (new.kind, new.small_kind) == (ObjectKind.THREE_SMALL_PLACE, SmallKind.SHOP)
    assert (new.is_registered, new.is_key, new.units, new.extra) == (True, False, [], {})
    assert (new.lat, new.lon, new.confirmed_by_id) == (34.5602, 117.7301, office.actor.person_id)
    papers = {(one.kind, one.expires_on) for one in await licences(office.session, new.id)}
    assert papers == {("营业执照", date(2027, 1, 31)), ("许可证", None)}
    created = {"kind": "three_small_place", "name": "运河饭馆"}
    assert await _history(office, new.id) == [("created", None, created, "导入 台账.xlsx")]
    changed = [("products", "面", "粉"), ("staff_count", None, 3)]
    assert sorted(one[:3] for one in await _history(office, known.id)) == changed
    await office.undo(batch)
    await office.session.refresh(known)
    assert (known.products, known.staff_count, known.closed_on) == ("面", None, None)
    closed = ("closed_on", None, access.today().isoformat(), "撤回导入 台账.xlsx")
    assert (await _history(office, new.id))[0] == closed
    assert len(await _history(office, known.id)) == 4


async def test_a_row_of_another_step_about_the_same_object_is_told(office: Office) -> None:
    """Somebody has made one object of two rows between the check and the taking in."""
    few = replace(LEDGER, at_once=1)
    code = {"信用代码": "92370405MA00000152"}
    lines = [{**SHOP, "名称": "甲店"}, {**SHOP, "名称": "乙店", **code}]
    batch = await office.send(sheets.book(lines))
    assert batch.good == 2
    here = office.county.grids[0]
    await factories.place(office.session, "甲店", here, credit_code=code["信用代码"])
    with jobs.held_back():
        await imports.apply(office.session, office.actor, LEDGER, batch.id, is_seen=True)
    while batch.stage in imports.MOVING:
        await imports.advance(office.session, few, batch.id)
    assert batch.wrong == 1
    (row,) = await imports.wrong_rows(office.session, office.actor, LEDGER, batch.id)
    assert (row.line, row.errors) == (3, {"名称": "和第 2 行重复"})


async def _history(office: Office, object_id: UUID) -> list[tuple[Any, ...]]:
    """Newest first."""
    found = await changing.history(office.session, object_id)
    return [(it.change.field, it.change.old, it.change.new, it.change.reason) for it in found]
