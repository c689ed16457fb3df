"""A county merges two villages' grids and thinks better of it, in the words on the screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import cut_off, violations
from tests.e2e.desk import Desk

pytestmark = pytest.mark.e2e
Snap = Callable[[Page, str], None]


def choose(page: Page, label: str, *names: str) -> None:
    """From a list in which one types."""
    for name in names:
        box = page.get_by_role("combobox", name=label)
        box.click()
        box.fill(name)
        page.get_by_role("option").filter(has_text=name).first.click()
    page.keyboard.press("Escape")


def test_two_villages_become_one_and_it_is_undone(desk: Callable[[str], Desk], snap: Snap) -> None:
    officer = desk("郑凯")
    page = officer.visit("/desk/places/changes/new")
    page.get_by_text("合并", exact=True).click()
    choose(page, "哪些网格", "前程村", "后程村")
    expect(page.get_by_text("原网格分属几个村")).to_be_visible()
    page.get_by_label("依据").fill("区民政〔2026〕8 号")
    page.get_by_label("归哪个村（社区）").select_option(label="前程村")
    page.get_by_label("名称").fill("程村联合网格")
    officer.button("会发生什么").click()
    shown = page.get_by_role("status").filter(has_text="会发生什么")
    expect(shown).to_contain_text("前程村 程村联合网格")
    expect(shown).to_contain_text("换村（社区）的")
    shown.scroll_into_view_if_needed()
    found = violations(page)
    snap(page, "desk-change-villages")
    with officer.on_a_phone():
        found += cut_off(page, 1)
    officer.button("确定调整").click()
    expect(page.get_by_text("已调整。")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="程村联合网格")
    expect(row).to_contain_text("后程村")
    row.get_by_role("link", name="撤销调整").click()
    expect(page.get_by_text("回到原网格")).to_be_visible()
    page.get_by_label("依据").fill("区民政〔2026〕9 号")
    page.get_by_label("为什么撤销").fill("并村还没批下来")
    officer.button("确定撤销").click()
    expect(page.get_by_text("已撤销，都回到原来的网格")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="程村联合网格")).to_have_count(2)
    expect(page.get_by_text("原因：并村还没批下来")).to_be_visible()
    found += violations(page)
    with officer.on_a_phone():
        found += cut_off(page, 1)
    assert not found, "\n".join(found)
