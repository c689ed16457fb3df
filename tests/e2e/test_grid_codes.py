"""A county decides how its grid codes are built, and what happens to a code that does not fit."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.desk import Desk

pytestmark = pytest.mark.e2e


def test_a_county_decides_how_its_grid_codes_are_built(desk: Callable[[str], Desk]) -> None:
    """What would not fit is told first; a code that does not fit is refused with the structure."""
    admin = desk("郑凯")
    page, url = admin.page, f"{admin.origin}/api"
    grids = page.request.get(f"{url}/grids").json()
    coded = [one for one in grids if one["official_code"] and one["kind"] == "territorial"]
    admin.visit("/desk/rules/codes")
    expect(page.get_by_text("有编码的都合这个规则。")).to_be_visible()
    page.get_by_role("combobox", name="流水号").select_option("4")
    expect(page.get_by_text(f"{len(coded)} 个网格的编码不合这个规则。")).to_be_visible()
    page.get_by_text("看不合编码规则的网格").click()
    first = min(coded, key=lambda one: (one["official_code"], one["id"]))
    link = page.get_by_role("link", name=first["name"], exact=True).first
    expect(link).to_be_visible()
    try:
        admin.button("保存").click()
        expect(page.get_by_text("已保存").first).to_be_visible()
        link.click()
        code = page.get_by_label("官方编码")
        expect(code).to_have_value(first["official_code"])
        code.fill(first["official_code"][:-1] + "9")
        admin.button("保存").click()
        expect(page.get_by_text("12 位区划代码＋4 位流水号，共 16 位，例如")).to_be_visible()
        code.fill(first["official_code"])  # what the grid has, it keeps
        page.get_by_label("综治", exact=True).fill("ZZ-0031")
        admin.button("保存").click()
        expect(page.get_by_text("综治 ZZ-0031")).to_be_visible()
    finally:
        headers = {"Origin": admin.origin}
        page.request.put(f"{url}/rules/grid-codes", data={}, headers=headers)
        page.request.patch(
            f"{url}/grids/{first['id']}", data={"external_codes": {}}, headers=headers
        )


def test_a_new_grid_is_drafted_with_its_code_at_another_system(desk: Callable[[str], Desk]) -> None:
    """It stands in the draft, and can be mended there."""
    officer = desk("赵立新")
    page = officer.visit("/desk/places/grids")
    officer.button("新增网格").click()
    page.get_by_role("combobox", name="由谁管").click()
    page.get_by_role("option").filter(has_text="村").first.click()
    page.get_by_label("网格名称").fill("新城花园网格")
    page.get_by_label("综治", exact=True).fill("ZZ-0032")
    page.get_by_label("为什么要调").fill("新建小区")
    officer.button("报县里确认").click()
    expect(page.get_by_text("外部编码：综治 ZZ-0032")).to_be_visible()
    officer.button("改一改，再报").click()
    expect(page.get_by_label("综治", exact=True)).to_have_value("ZZ-0032")
    page.get_by_label("综治", exact=True).fill("ZZ-0033")
    officer.button("改好了，再报县里").click()
    expect(page.get_by_text("外部编码：综治 ZZ-0033")).to_be_visible()
    officer.button("收回").click()
    officer.button("收回").last.click()
    expect(page.get_by_text("已收回。").first).to_be_visible()
