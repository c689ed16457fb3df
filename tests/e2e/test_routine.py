"""A bulletin that was late is kept with one thing decided; the township that has it says done."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from app.clock import COUNTY_ZONE
from tests.e2e.accessibility import violations
from tests.e2e.desk import Desk

pytestmark = pytest.mark.e2e
COUNTY, TOWNSHIP = "陈晓燕", "赵立新"
Desks = Callable[[str], Desk]
Snap = Callable[[Page, str], None]
RIGHT = "把兴盛街的消防通道再看一遍"
WHAT, DONE = "把背街小巷的消防通道再看一遍", "看了 14 条，清了 3 处"


def test_a_late_bulletin_is_kept_and_what_it_decided_is_done_elsewhere(
    desk: Desks, snap: Snap
) -> None:
    county, officer = desk(COUNTY), desk(TOWNSHIP)
    record = _keep_late_bulletin(county, _name_of(officer), snap)
    page = officer.visit("/desk/inbox")
    page.get_by_text(WHAT).first.click()
    expect(page.get_by_role("heading", name="安全监管通报").first).to_be_visible()
    page.locator(".one").get_by_role("button", name="办完了").click()
    page.locator(".one").get_by_label("怎么办的，写一句").fill(DONE)
    page.locator(".one form").get_by_role("button", name="办完了").click()
    expect(page.locator(".one").get_by_text(DONE)).to_be_visible()
    assert violations(page) == []
    page = county.visit("/desk/inbox")
    expect(page.get_by_text(DONE).first).to_be_visible()
    _print_and_correct(county, record, snap)


def _name_of(officer: Desk) -> str:
    seats = officer.page.request.get(f"{officer.origin}/api/session").json()["seats"]
    return str(seats[0]["organization"]["short_name"])


def _keep_late_bulletin(county: Desk, township: str, snap: Snap) -> str:
    page = county.visit("/desk/duties")
    late = page.locator("article.row", has_text="过期").filter(has_text="安全监管通报").first
    expect(late).to_be_visible()
    assert violations(page) == []
    late.get_by_role("link", name="记一笔").click()
    text = page.get_by_label("通报正文")
    expect(text).to_have_value(re.compile("全县网格上报隐患"))
    expect(page.get_by_role("table").first).to_contain_text("合计")
    text.fill(text.input_value() + "\n请各镇街抓紧。")
    county.button("加一件").click()
    page.get_by_label("什么事").fill(WHAT)
    page.get_by_role("combobox", name="谁办").fill(township)
    page.get_by_role("option").filter(has_text=township).first.click()
    due = datetime.now(COUNTY_ZONE).date() + timedelta(days=9)
    page.get_by_role("combobox", name="哪天前").fill(due.isoformat())
    page.keyboard.press("Enter")
    snap(page, "desk-duty-form")
    assert violations(page) == []
    county.button("记下").click()
    expect(page.locator(".one").get_by_text(WHAT)).to_be_visible()
    return page.url.rpartition("/")[2]


def _print_and_correct(county: Desk, record: str, snap: Snap) -> None:
    page = county.visit(f"/desk/print/duties/{record}")
    sheet = page.locator("article.sheet")
    for said in ("安全监管通报", "请各镇街抓紧。", WHAT, DONE, "合计"):
        expect(sheet).to_contain_text(said)
    assert violations(page) == []
    page = county.visit(f"/desk/duties/{record}")
    county.button("更正").click()
    page.get_by_label("标题").fill("安全监管通报（补发）")
    page.get_by_label("为什么更正").fill("漏了期号")
    county.button("更正").click()
    expect(page.get_by_role("heading", name="安全监管通报（补发）")).to_be_visible()
    expect(page.get_by_text("更正以前写的（1 次）")).to_be_visible()
    _correct_what_was_decided(county, record, snap)


def _correct_what_was_decided(county: Desk, record: str, snap: Snap) -> None:
    """It is done: words and day, not who had it; the former words stay, on paper too."""
    page = county.page
    county.button("更正这一件").click()
    form = page.locator(".item form")
    form.get_by_label("什么事").fill(RIGHT)
    expect(form.get_by_role("combobox", name="谁办")).to_have_count(0)
    expect(form.get_by_role("button", name="更正这一件")).to_be_disabled()
    form.get_by_label("为什么更正").fill("街名写错")
    assert violations(page) == []
    form.get_by_role("button", name="更正这一件").click()
    expect(page.locator(".item .what")).to_have_text(RIGHT)
    page.locator(".item .was").scroll_into_view_if_needed()
    snap(page, "desk-duty-corrected")
    expect(page.locator(".item .was")).to_contain_text(f"街名写错。原来写的是：{WHAT}")
    assert violations(page) == []
    page = county.visit(f"/desk/print/duties/{record}")
    for said in (RIGHT, "更正：街名写错", WHAT):
        expect(page.locator("article.sheet")).to_contain_text(said)


def test_late_bodies_are_proposed_and_get_an_instruction(desk: Desks, snap: Snap) -> None:
    county = desk(COUNTY)
    page = county.visit("/desk/duties")
    now = page.locator("article.row", has_text="督查督办").first
    now.get_by_role("link", name="记一笔").click()
    expect(page.get_by_text("现在有超期的单位")).to_be_visible()
    expect(page.get_by_role("checkbox").first).to_be_checked()
    snap(page, "desk-duty-supervision")
    assert violations(page) == []
    page.route("**/api/duties/records/*", _lose_the_answer, times=1)
    county.button("发出督办并记下").click()
    expect(page.get_by_text("连不上服务器")).to_be_visible()
    page.get_by_label("标题").fill("督查督办（改过的）")
    county.button("发出督办并记下").click()
    page.get_by_role("link", name="打开已经记下的").click()
    expect(page.get_by_role("heading", name="督查督办记录")).to_be_visible()
    page.get_by_role("link", name="督办通知：谁看了、谁反馈了").click()
    expect(page.get_by_role("heading", name="谁看过、谁反馈了")).to_be_visible()


def _lose_the_answer(route: Route) -> None:
    """The server has kept it; the page never hears of it."""
    route.fetch()
    route.abort()
