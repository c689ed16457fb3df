"""Outlines from a file, and those a grid has had, in the words on the screen."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect
from shapely import affinity
from shapely.geometry import mapping, shape

from tests.e2e.accessibility import cut_off, violations
from tests.e2e.desk import Desk

pytestmark = pytest.mark.e2e
Snap = Callable[[Page, str], None]
NOTE_WHAT_IT_SAYS = """() => {
  window.said = new Set()
  const note = () => window.said.add(document.querySelector('.run')?.innerText ?? '')
  const all = { subtree: true, childList: true, characterData: true }
  new MutationObserver(note).observe(document.body, all)
}"""


def file_of(grids: list[dict[str, Any]], outlines: list[Any], code: str = "网格编码") -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"名称": grid["name"], code: grid["official_code"]},
            "geometry": outline,
        }
        for grid, outline in zip(grids, outlines, strict=True)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    made = {"type": "FeatureCollection", "crs": crs, "features": features}
    return json.dumps(made, ensure_ascii=False).encode()


def smaller(grid: dict[str, Any], size: float) -> dict[str, Any]:
    ground = shape(grid["outline"])
    inside = ground.representative_point()
    return dict(mapping(affinity.scale(ground, size, size, origin=(inside.x, inside.y))))


def test_a_file_is_looked_at_taken_and_one_grid_put_back(
    desk: Callable[[str], Desk], snap: Snap
) -> None:
    officer = desk("郑凯")
    page = officer.page
    drawn = [
        one for one in page.request.get(f"{officer.origin}/api/grids").json() if one["outline"]
    ]
    first, second, third, fourth, fifth = drawn[20:25]
    crossing = {"type": "Polygon", "coordinates": [[[117.71, 34.55], [117.72, 34.56],
                [117.72, 34.55], [117.71, 34.56], [117.71, 34.55]]]}  # fmt: skip
    unknown = {**third, "name": "没有的村", "official_code": "370405999999999"}
    file = file_of(
        [first, second, third, unknown, fourth, fifth],
        [smaller(first, 0.9), smaller(second, 1.2), crossing, smaller(third, 0.8),
         fourth["outline"], smaller(fifth, 0.95)],
    )  # fmt: skip

    officer.visit("/desk/places/grids")
    page.get_by_role("link", name="导入边界").click()
    picked: FilePayload = {
        "name": "区边界.geojson",
        "mimeType": "application/geo+json",
        "buffer": file,
    }
    page.locator("input[type=file]").set_input_files(picked)
    expect(page.get_by_text("区边界.geojson，共 6 块")).to_be_visible()
    expect(page.get_by_label("边界是哪种坐标")).to_have_value("cgcs2000")
    officer.button("看合不合").click()
    expect(page.get_by_text("能导入 3 块，导不进 2 块。")).to_be_visible()
    table = page.get_by_role("table", name="导入边界")
    expect(table.get_by_role("row").nth(1)).to_contain_text("边界有交叉")
    expect(table.get_by_role("row").nth(2)).to_contain_text("没有找到这个网格")
    expect(table.get_by_role("row").filter(has_text=second["official_code"])).to_contain_text(
        "压着"
    )
    found = violations(page)
    snap(page, "desk-outline-import-checked")
    with officer.on_a_phone():
        found += cut_off(page, 1)
    with page.expect_download() as download:
        officer.button("下载导不进的 2 块").click()
    left = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert [one["properties"]["原因"] for one in left["features"]] == [
        "边界有交叉或没有面积", "没有找到这个网格",
    ]  # fmt: skip

    officer.button("导入这 3 块").click()
    expect(page.get_by_text("已导入 3 个网格的边界。")).to_be_visible()
    put_back(officer, first, snap, found)
    undo(officer, first, second, found)
    assert not found


def test_a_large_file_says_how_far_it_is_and_goes_on_without_its_page(
    desk: Callable[[str], Desk],
) -> None:
    """Up, judged, taken: each is counted; what is taken goes on when the page is loaded anew."""
    officer = desk("郑凯")
    page = officer.page
    drawn = [
        one for one in page.request.get(f"{officer.origin}/api/grids").json() if one["outline"]
    ][-60:]
    fine = [dict(mapping(shape(smaller(one, 0.97)).segmentize(0.00003))) for one in drawn]
    body = file_of(drawn, fine)
    officer.visit("/desk/places/outlines/import")
    picked: FilePayload = {"name": "大.geojson", "mimeType": "application/json", "buffer": body}
    page.locator("input[type=file]").set_input_files(picked)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1}
    line.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": len(body) / 20})
    page.evaluate(NOTE_WHAT_IT_SAYS)
    officer.button("看合不合").click()
    counted = page.get_by_text(re.compile(r"^[0-9.]+ MB，共 [0-9.]+ MB（\d+%）$"))
    expect(counted).to_be_visible()
    found = violations(page)
    with officer.on_a_phone():
        found += cut_off(page, 1)
    line.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    take = page.get_by_role("button", name=re.compile("^导入这"))
    expect(take).to_be_visible(timeout=180_000)
    said = page.evaluate("() => [...window.said]")
    assert any(re.search(r"比对\s*第 \d+ 块，共 60 块", one) for one in said), said
    of = page.get_by_text(re.compile(r"^第 \d+ 块，共 60 块$"))
    take.click()
    expect(of).to_be_visible(timeout=180_000)
    page.reload()
    expect(page.get_by_text("刚才交来的「大.geojson」还在导入")).to_be_visible()
    past = page.get_by_role("region", name="最近导入的边界")
    expect(past.get_by_role("listitem").first).to_contain_text("大.geojson", timeout=180_000)
    expect(page.get_by_text("刚才交来的")).to_have_count(0)
    past.get_by_role("button", name="撤销这次导入").first.click()
    officer.button("换回以前的边界").click()
    expect(past.get_by_text(re.compile("^已把"))).to_be_visible(timeout=180_000)
    assert not found


def put_back(officer: Desk, grid: dict[str, Any], snap: Snap, found: list[str]) -> None:
    page = officer.page
    officer.visit(f"/desk/places/grids/{grid['id']}/outline")
    past = page.get_by_role("region", name="历次边界")
    expect(past.get_by_role("listitem")).to_have_count(2)
    expect(past.get_by_role("listitem").first).to_contain_text("导入 · 郑凯")
    past.get_by_role("button").filter(has_text="随网格新增").click()
    expect(past.get_by_text(re.compile(r"19\.\d% 的地不一样"))).to_be_visible()
    expect(page.locator(".outline-past")).to_have_count(1)
    found += violations(page)
    past.scroll_into_view_if_needed()
    snap(page, "desk-outline-past")
    with officer.on_a_phone():
        found += cut_off(page, 1)
    officer.button("换回这一版").click()
    officer.button("保存边界").click()
    expect(page.get_by_text("已保存。").first).to_be_visible()
    now = page.request.get(f"{officer.origin}/api/grids/{grid['id']}").json()
    assert shape(now["outline"]).equals_exact(shape(grid["outline"]), 1e-6)


def undo(officer: Desk, redrawn: dict[str, Any], drawn: dict[str, Any], found: list[str]) -> None:
    """The whole import but for the grid that has another outline since."""
    page = officer.page
    officer.visit("/desk/places/outlines/import")
    past = page.get_by_role("region", name="最近导入的边界")
    expect(past.get_by_role("listitem").first).to_contain_text("郑凯")
    past.get_by_role("button", name="撤销这次导入").first.click()
    expect(past).to_contain_text("把「区边界.geojson」画的 3 个网格换回导入以前的边界？")
    found += violations(page)
    with officer.on_a_phone():
        found += cut_off(page, 1)
    officer.button("换回以前的边界").click()
    expect(past.get_by_text("已把 2 个网格换回导入以前的边界。")).to_be_visible()
    expect(
        past.get_by_text(f"1 个没有换回，导入以后又重画了，或者已经停用：{redrawn['name']}")
    ).to_be_visible()
    now = page.request.get(f"{officer.origin}/api/grids/{drawn['id']}").json()
    assert shape(now["outline"]).equals_exact(shape(drawn["outline"]), 1e-9)


def test_a_chinese_map_is_recognised_and_taken_with_its_own_coordinates(
    desk: Callable[[str], Desk],
) -> None:
    officer = desk("郑凯")
    page = officer.page
    drawn = [
        one for one in page.request.get(f"{officer.origin}/api/grids").json() if one["outline"]
    ]
    shifted = [dict(mapping(affinity.translate(shape(one["outline"]), 0.00575, -0.00115)))
               for one in drawn[:12]]  # fmt: skip
    officer.visit("/desk/places/outlines/import")
    picked: FilePayload = {"name": "a.geojson", "mimeType": "application/json",
              "buffer": file_of(drawn[:12], shifted)}  # fmt: skip
    page.locator("input[type=file]").set_input_files(picked)
    officer.button("看合不合").click()
    expect(page.get_by_text(re.compile("像是 GCJ-02"))).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^导入这"))).to_be_disabled()
    officer.button("改用它").click()
    expect(page.get_by_label("边界是哪种坐标")).to_have_value("gcj02")
    expect(page.get_by_text(re.compile("像是"))).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^导入这"))).to_be_enabled()
