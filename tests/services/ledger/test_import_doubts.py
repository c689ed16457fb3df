"""Positions and codes that look wrong are told of before a sheet is taken in; none is refused."""

from typing import Any

import pytest

from app.models.ledger_import import LedgerImport
from app.services import places
from app.services.ledger import importing
from app.services.ledger.importing import RowsAsked, Which
from tests import sheets
from tests.services.ledger.office import SHOP, Office

HERE = {"纬度": "34.5602", "经度": "117.7301"}


async def doubts(office: Office, batch: LedgerImport) -> dict[int, dict[str, Any]]:
    asked = RowsAsked(which=Which.WARNED)
    page = await importing.rows(office.session, office.actor, batch.id, asked)
    return {row.line: dict(row.warnings) for row in page.rows}


async def test_swapped_coordinates_are_said_to_be_swapped(office: Office) -> None:
    errors = await office.errors(sheets.book([{**SHOP, "纬度": "117.75", "经度": "34.56"}]))
    assert set(errors[2]) == {"纬度"}
    assert "填反了" in errors[2]["纬度"]
    assert "117.75" in errors[2]["纬度"]


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"纬度": "34.5"}, "经度", "要一起填"),
        ({"经度": "117.7"}, "纬度", "要一起填"),
        ({"纬度": "91", "经度": "117.7"}, "纬度", "要在 -90 到 90 之间"),
        ({"纬度": "34.5", "经度": "东经"}, "经度", "要填数字"),
    ],
)
async def test_every_other_fault_of_a_position_keeps_its_own_sentence(
    office: Office, cells: dict[str, str], column: str, said: str
) -> None:
    errors = await office.errors(sheets.book([{**SHOP, **cells}]))
    assert set(errors[2]) == {column}
    assert said in errors[2][column]


async def test_what_lies_outside_the_county_is_told_with_the_distance(office: Office) -> None:
    lines = [
        {**SHOP, **HERE},
        {**SHOP, "名称": "曼谷", "纬度": "13.75", "经度": "100.5"},
        {**SHOP, "名称": "邻县", "纬度": "34.5602", "经度": "117.0"},
    ]
    batch = await office.send(sheets.book(lines))
    assert (batch.good, batch.wrong, batch.warned) == (3, 0, 2)
    told = await doubts(office, batch)
    assert set(told) == {3, 4}
    far = places.metres_outside(13.75, 100.5) / 1000
    assert 2_500 < far < 3_000
    assert f"县界约 {far:,.0f} 公里" in told[3]["纬度"]
    assert "公里" in told[4]["纬度"]
    await office.take_in(batch)
    assert batch.added == 3


async def test_a_code_that_cannot_be_is_doubted_before_it_is_taken_in(office: Office) -> None:
    lines = [
        {**SHOP, "信用代码": "1234"},
        {**SHOP, "名称": "甲", "信用代码": "92370405MA00000153"},
        {**SHOP, "名称": "乙"},
    ]
    batch = await office.send(sheets.book(lines))
    assert (batch.good, batch.warned) == (3, 2)
    told = await doubts(office, batch)
    assert told[2] == {"信用代码": "统一社会信用代码应为 18 位，请核对"}
    assert "校验位" in told[3]["信用代码"]


def test_distances_from_the_border() -> None:
    assert places.metres_outside(34.5602, 117.7301) == 0
    near, far = (places.metres_outside(34.5602, lon) for lon in (118.2, 118.3))
    assert 0 < near < far
    assert 8_000 < far - near < 10_000
