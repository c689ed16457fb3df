"""A redrawn outline stands in the filing list and is filed; what is only drawn better does not."""

import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.accessibility import cut_off, violations
from tests.e2e.desk import Desk
from tests.e2e.test_outline_import import file_of, smaller

pytestmark = pytest.mark.e2e
Snap = Callable[[Page, str], None]
NUMBER = "枣网备〔2026〕22 号"


def townspeople(officer: Desk) -> list[dict[str, Any]]:
    """Village grids of 泥沟镇 that have an outline."""
    grids = officer.page.request.get(f"{officer.origin}/api/grids").json()
    villages = [one for one in grids if one["organization"]["kind"] == "village"]
    return [
        one for one in villages if one["outline"] and one["township"]["name"].startswith("泥沟镇")
    ]


def redraw(officer: Desk, grid: dict[str, Any]) -> None:
    """A corner some pixels to the east, by keyboard; not saved yet."""
    page = officer.visit(f"/desk/places/grids/{grid['id']}/outline")
    expect(page.locator(".outline-corner").first).to_be_visible()
    page.get_by_role("application", name="边界图").focus()
    for key in ("PageDown", "Shift+ArrowRight"):
        page.keyboard.press(key)


def save(officer: Desk) -> None:
    officer.button("保存边界").click()
    expect(officer.page.get_by_text("已保存。").first).to_be_visible()


def test_a_redraw_is_listed_and_filed_and_what_is_drawn_better_is_not(
    desk: Callable[[str], Desk], snap: Snap
) -> None:
    officer = desk("郑凯")
    page = officer.page
    grid = townspeople(officer)[-1]
    redraw(officer, grid)
    save(officer)

    officer.visit("/desk/places/changes")
    row = page.get_by_role("row").filter(has_text=grid["name"])
    expect(row).to_have_count(1)
    for said in ("调整边界", "公顷", "郑凯", "待备案"):
        expect(row).to_contain_text(said)
    row.get_by_role("button", name="记备案").click()
    row.get_by_label("备案号").fill(NUMBER)
    row.get_by_role("button", name="保存").click()
    expect(row).to_contain_text("已备案")
    expect(row).to_contain_text(NUMBER)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载备案包").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        drawn = json.loads(archive.read("边界.geojson"))["features"]
    sides = {
        one["properties"]["原或现"]: one["geometry"]
        for one in drawn
        if one["properties"]["网格"] == grid["name"]
    }
    assert sides["原"] == grid["outline"]
    assert sides["现"] != sides["原"]

    assert not draw_better(officer, grid, snap)
    officer.visit("/desk/places/changes")
    expect(page.get_by_role("row").filter(has_text=grid["name"])).to_have_count(1)


def draw_better(officer: Desk, grid: dict[str, Any], snap: Snap) -> list[str]:
    page = officer.page
    redraw(officer, grid)
    page.get_by_label("只是描准，界线没有变").check()
    found = violations(page)
    page.get_by_label("只是描准，界线没有变").scroll_into_view_if_needed()
    snap(page, "desk-outline-correction")
    with officer.on_a_phone():
        found += cut_off(page, 1)
    save(officer)
    officer.visit(f"/desk/places/grids/{grid['id']}/outline")
    past = page.get_by_role("region", name="历次边界").get_by_role("listitem")
    expect(past.first).to_contain_text("只是描准")
    return found


def test_what_a_file_has_redrawn_is_one_line_of_its_township(
    desk: Callable[[str], Desk], snap: Snap
) -> None:
    officer = desk("郑凯")
    page = officer.page
    grids = townspeople(officer)[-5:-1]
    import_smaller(officer, grids)
    officer.visit("/desk/places/changes")
    many = page.get_by_role("row").filter(has_text="等 4 个网格")
    expect(many).to_contain_text("泥沟镇：")
    expect(many).to_contain_text("待备案")
    found = violations(page)
    snap(page, "desk-changes-revised")
    with officer.on_a_phone():
        found += cut_off(page, 1)
    officer.visit("/desk/print/changes")
    for one in grids:
        expect(page.get_by_role("row").filter(has_text=one["name"])).to_have_count(1)
    assert not found, "\n".join(found)


def import_smaller(officer: Desk, grids: list[dict[str, Any]]) -> None:
    page = officer.visit("/desk/places/outlines/import")
    picked: FilePayload = {
        "name": "镇街边界.geojson",
        "mimeType": "application/geo+json",
        "buffer": file_of(grids, [smaller(one, 0.97) for one in grids]),
    }
    page.locator("input[type=file]").set_input_files(picked)
    officer.button("看合不合").click()
    expect(page.get_by_label("只是描准，界线没有变")).not_to_be_checked()
    officer.button(f"导入这 {len(grids)} 块").click()
    expect(page.get_by_text(f"已导入 {len(grids)} 个网格的边界。")).to_be_visible()


def test_a_line_that_changed_before_the_press_is_read_again_and_then_filed(
    desk: Callable[[str], Desk],
) -> None:
    officer = desk("郑凯")
    page = officer.page
    grid = townspeople(officer)[-6]
    address = f"{officer.origin}/api/grids/{grid['id']}"
    headers = {"Origin": officer.origin}

    def rename(name: str) -> None:
        assert page.request.patch(address, data={"name": name}, headers=headers).ok

    rename("河西新网格")
    officer.visit("/desk/places/changes")
    row = page.get_by_role("row").filter(has_text="河西新网格")
    row.get_by_role("button", name="记备案").click()
    row.get_by_label("备案号").fill(NUMBER)
    rename("河东新网格")
    row.get_by_role("button", name="保存").click()
    row = page.get_by_role("row").filter(has_text="河东新网格")
    expect(row.get_by_role("alert")).to_contain_text("这一行刚刚变了，现在是：更名 河东新网格")
    expect(row).to_contain_text("待备案")
    found = violations(page)
    with officer.on_a_phone():
        found += cut_off(page, 1)
    row.get_by_role("button", name="保存").click()
    expect(row).to_contain_text("已备案")
    rename(grid["name"])
    assert not found, "\n".join(found)
