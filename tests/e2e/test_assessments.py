"""A year is opened; a township says of itself, is assessed, objects and is answered: final."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from app.clock import COUNTY_ZONE
from tests.e2e.accessibility import violations
from tests.e2e.desk import Desk, hold, let_go, pick

pytestmark = pytest.mark.e2e
COUNTY, TOWNSHIP = "陈晓燕", "赵立新"
Desks = Callable[[str], Desk]
Snap = Callable[[Page, str], None]
OBJECTION, ANSWER, ITEM = "方案十月已经备案，请核实", "核实了，不再扣分", "有无自查小结"


def test_a_year_goes_round(desk: Desks, snap: Snap) -> None:
    county, officer = desk(COUNTY), desk(TOWNSHIP)
    seats = officer.page.request.get(f"{officer.origin}/api/session").json()["seats"]
    township = str(seats[0]["organization"]["short_name"])
    _open_last_year(county, snap)
    _say_of_itself(officer, snap)
    _assess(county, township, snap)
    _object(officer)
    paper = _settle(county, township)
    page = officer.visit(f"/desk/print/assessments/{paper}")
    sheet = page.locator("article.sheet")
    for said in (ITEM, OBJECTION, ANSWER, "已定"):
        expect(sheet).to_contain_text(said)
    assert violations(page) == []


def _open_last_year(county: Desk, snap: Snap) -> None:
    """The demo county's own year stands; the form gets an item of the county's own."""
    page = county.visit("/desk/assessments")
    expect(page.get_by_text("不排名次")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="开一年的考核").click()
    page.get_by_label("年份").fill(str(datetime.now(COUNTY_ZONE).year - 1))
    county.page.get_by_role("button", name="加一条").last.click()
    page.get_by_label("条目", exact=True).last.fill(ITEM)
    expect(page.get_by_text("满分 105 分")).to_be_visible()
    snap(page, "desk-assessment-open")
    assert violations(page) == []
    county.button("开考核，通知各单位").click()
    expect(page.get_by_role("link", name="开一年的考核")).to_be_visible()


def _say_of_itself(officer: Desk, snap: Snap) -> None:
    """Led there by the inbox."""
    page = officer.visit("/desk/inbox")
    year = datetime.now(COUNTY_ZONE).year - 1
    page.get_by_text(re.compile(f"{year} 年.*开始了")).first.click()
    officer.button("自评").click()
    _leave_half_written(officer)
    officer.button("交自评").click()
    expect(page.get_by_text("每一项都要写一句。还差")).to_be_visible()
    for field in page.locator(".one textarea").all():
        field.fill("全年按方案做了，有记录")
    snap(page, "desk-assessment-self")
    assert violations(page) == []
    officer.button("交自评").click()
    expect(page.locator(".one").get_by_text("已自评，待考评")).to_be_visible()


def _leave_half_written(officer: Desk) -> None:
    """It is there again when the page comes back, until it is thrown away."""
    page, said = officer.page, "写到一半"
    page.locator(".one textarea").first.fill(said)
    page.reload()
    expect(page.get_by_text("上次没写完的内容还在")).to_be_visible()
    officer.button("自评").click()
    expect(page.locator(".one textarea").first).to_have_value(said)
    assert violations(page) == []
    officer.button("不要这些了").click()
    officer.button("删掉").click()
    expect(page.locator(".one textarea").first).to_have_value("")
    expect(page.get_by_text("上次没写完的内容还在")).to_have_count(0)


def _assess(county: Desk, township: str, snap: Snap) -> None:
    page = _paper(county, township)
    county.button("考评").click()
    county.button("加一处扣分").click()
    pick(page, "哪一项", f"{ITEM}（5 分）")
    page.get_by_label("扣几分").fill("2")
    page.get_by_label("扣分原因").fill("没有小结")
    county.button("存考评").click()
    expect(page.get_by_text("还有没写全的")).to_be_visible()
    pick(page, "依据", "不在系统里，写一句")
    page.get_by_label("依据是什么").fill("抽查档案")
    page.get_by_role("combobox", name="哪一天的").fill("2025-11-20")
    page.keyboard.press("Enter")
    expect(page.get_by_text("合计 103 / 105 分")).to_be_visible()
    snap(page, "desk-assessment-assess")
    assert violations(page) == []
    county.button("存考评").click()
    expect(page.locator(".one").get_by_text("扣 2 分：没有小结")).to_be_visible()
    county.button("告知单位").click()
    expect(page.locator(".one").get_by_text("结果已告知")).to_be_visible()


def _object(officer: Desk) -> None:
    page = officer.visit("/desk/inbox")
    page.get_by_text(re.compile("结果出来了")).first.click()
    expect(page.locator(".one").get_by_text("103 / 105 分")).to_be_visible()
    officer.button("写说明").click()
    page.get_by_label("对哪一项有异议").fill(OBJECTION)
    officer.button("交说明").click()
    expect(page.locator(".one").get_by_text("有说明，待定")).to_be_visible()
    expect(page.locator(".one").get_by_role("button", name="写说明")).to_have_count(0)


def _settle(county: Desk, township: str) -> str:
    page = _paper(county, township)
    expect(page.get_by_text(OBJECTION)).to_be_visible()
    county.button("考评").click()
    page.get_by_role("button", name="删去第 1 处").click()
    county.button("存考评").click()
    expect(page.locator(".one").get_by_text("105 / 105 分")).to_be_visible()
    county.button("定下结果").click()
    page.get_by_label("对说明的答复").fill(ANSWER)
    page.locator(".one form").get_by_role("button", name="定下结果").click()
    expect(page.locator(".one").get_by_text("已定").first).to_be_visible()
    page.get_by_text("原来的考评").first.click()
    expect(page.locator(".one details").get_by_text("扣 2 分：没有小结").first).to_be_visible()
    return page.url.rpartition("/")[2]


def _paper(county: Desk, township: str) -> Page:
    """Until the year that was asked for is there, no paper of the other one can be opened."""
    page = county.visit("/desk/assessments")
    year = datetime.now(COUNTY_ZONE).year - 1
    paper = page.get_by_role("list", name="各单位").get_by_role("link", name=township, exact=True)
    expect(paper).to_be_visible()
    asked = hold(page, "**/api/assessments/*")
    page.locator("label").filter(has_text=f"{year} 年").click()
    expect(page.get_by_role("list", name="各单位")).to_have_attribute("inert", "")
    let_go(page, asked)
    paper.click()
    expect(page.locator(".one").get_by_role("heading", name="系统里已有的数")).to_be_visible()
    return page
