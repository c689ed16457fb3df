"""A ledger's sheet at the desk: what it would overwrite is looked at first, and undo asks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.services.ledger.credit_codes import warning
from tests import sheets
from tests.e2e.accessibility import violations
from tests.e2e.desk import Desk

pytestmark = pytest.mark.e2e
Desks = Callable[[str], Desk]
Snap = Callable[[Page, str], None]
TOWNSHIP = "赵立新"
CODE = "92370405MA00000152"


def ground(officer: Desk) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two grids of the officer's ledger, each as a sheet names it."""
    answer = officer.context.request.get(
        f"{officer.origin}/api/objects", params={"is_mine": "true", "limit": "200"}
    )
    mine = [row for row in answer.json()["items"] if row["is_editable"]]
    found = {
        row["grid"]["id"]: {
            "所属村（社区）": row["runner"]["short_name"],
            "网格": row["grid"]["name"],
        }
        for row in mine
    }
    first, second = list(found.values())[:2]
    return first, second


def send(page: Page, tmp_path: Path, titles: list[str], *lines: dict[str, Any]) -> None:
    file = tmp_path / "台账.xlsx"
    file.write_bytes(sheets.book(lines, titles))
    page.locator("input[type=file]").set_input_files(file)


def test_nobody_is_renamed_or_moved_before_it_was_looked_at(
    tmp_path: Path, desk: Desks, snap: Snap
) -> None:
    assert warning(CODE) is None
    officer = desk(TOWNSHIP)
    here, there = ground(officer)
    page = officer.visit("/desk/ledger/import")
    send(page, tmp_path, sheets.TITLES, {"名称": "甲三门市", "信用代码": CODE, **here})
    expect(page.get_by_text("新增 1 个，更新 0 个，不变 0 个。")).to_be_visible(timeout=30_000)
    officer.button("导入正确的 1 行").click()
    expect(page.get_by_text("已新增 1 个")).to_be_visible(timeout=30_000)
    lines = [
        {"名称": "乙五门市", "信用代码": CODE, **there, "主要产品": "五金"},
        {"名称": "曼谷小店", "纬度": "13.75", "经度": "100.5", **here},
        {"名称": "短码小店", "信用代码": "1234", **here},
        {"名称": "填反小店", "纬度": "117.75", "经度": "34.56", **here},
    ]
    send(page, tmp_path, [*sheets.TITLES, "备注"], *lines)
    expect(page.get_by_text("新增 2 个，更新 1 个，不变 0 个。")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("这些列不认识，不会读入：备注")).to_be_visible()
    expect(page.get_by_text("纬度和经度像是填反了")).to_be_visible()
    renamed = page.get_by_role("listitem").filter(has_text="甲三门市")
    expect(renamed.get_by_text("乙五门市")).to_be_visible()
    take_in = officer.button("导入正确的 3 行")
    expect(take_in).to_be_disabled()
    assert violations(page) == []
    snap(page, "desk-ledger-import-changes")
    page.get_by_text("有疑问的", exact=True).click()
    expect(page.get_by_text("离县界约")).to_be_visible()
    expect(page.get_by_text("应为 18 位")).to_be_visible()
    page.get_by_role("checkbox", name="其中 1 家改名、1 家换网格，我看过了").check()
    take_in.click()
    expect(page.get_by_text("已新增 2 个，更新 1 个。")).to_be_visible(timeout=30_000)
    officer.button("撤回这一批").click()
    expect(page.get_by_text("新增的 2 个停用，更新的 1 个改回")).to_be_visible()
    officer.button("取消").click()
    expect(page.get_by_text("新增的 2 个停用")).to_have_count(0)
    officer.button("撤回这一批").click()
    officer.button("撤回").click()
    expect(page.get_by_text("已撤回").first).to_be_visible(timeout=30_000)
    found = officer.context.request.get(
        f"{officer.origin}/api/objects", params={"text": "门市", "is_mine": "true"}
    )
    assert [row["name"] for row in found.json()["items"] if row["credit_code"] == CODE] == [
        "甲三门市"
    ]
