"""The faces that a desk shows on other days: nothing found, a form open, several chosen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.accessibility import violations
from tests.e2e.desk import Desk, hold, let_go
from tests.e2e.phone import Phone

pytestmark = pytest.mark.e2e
NOWHERE = "01900000-0000-7000-8000-000000000000"


def test_the_desks_other_faces_break_no_rule(desk: Callable[[str], Desk]) -> None:
    officer = desk("周婷")
    page = officer.visit("/desk/cases?text=没有这样的词")
    expect(page.get_by_text("没有符合的案件。去掉一两个条件再看看。")).to_be_visible()
    found = violations(page)
    page = officer.visit(f"/desk/cases/{NOWHERE}")
    expect(page.get_by_role("alert").first).to_be_visible()
    found += violations(page)
    page = officer.visit(f"/desk/cases/{officer.first_of(queue='holder')['id']}")
    for key, words in {"1": "牵头部门", "2": "与哪一件重复", "3": "再说几句", "4": "原因"}.items():
        expect(officer.panel.get_by_role("button").first).to_be_visible()
        page.keyboard.press(key)
        expect(officer.panel.get_by_text(words).first).to_be_visible()
        found += violations(page)
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    found += violations(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_text("收到日期 从").first).to_be_visible()
    found += violations(page)
    page = officer.visit("/desk/cases?all=1")
    boxes = page.get_by_role("checkbox", name="选中")
    expect(boxes.nth(1)).to_be_visible()
    for n in range(2):
        boxes.nth(n).check()
    expect(page.get_by_text("已选 2 件")).to_be_visible()
    found += violations(page)
    page.get_by_role("button", name="地图").click()
    expect(page.get_by_text("图上")).to_be_visible()
    found += violations(page)
    assert not found, "\n".join(found)


def test_escape_closes_the_form_and_not_the_case_while_the_rules_are_asked(
    desk: Callable[[str], Desk],
) -> None:
    """The focus is not in the form yet: on a slow line that takes seconds."""
    officer = desk("周婷")
    asked = hold(officer.page, "**/api/rules/proposal*")
    case_id = officer.first_of(queue="holder", state="escalated")["id"]
    page = officer.visit(f"/desk/cases/{case_id}")
    expect(officer.panel.get_by_role("button").first).to_be_visible()
    page.keyboard.press("1")
    expect(officer.panel.get_by_text("牵头部门").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(officer.panel.get_by_text("牵头部门")).to_have_count(0)
    expect(officer.panel.get_by_role("button").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(officer.panel).to_have_count(0)
    assert asked


def test_what_was_typed_is_there_when_the_officer_comes_back_from_another_case(
    desk: Callable[[str], Desk],
) -> None:
    """Left by Escape or for the next case: kept. Cancelled: gone."""
    officer, words = desk("周婷"), "照片看不清，请再拍一张近的"
    page = officer.visit(f"/desk/cases/{officer.first_of(queue='holder', state='escalated')['id']}")
    typed = officer.panel.get_by_role("textbox").last
    officer.begin("退回补充")
    typed.fill(words)
    page.keyboard.press("Escape")
    expect(officer.panel.get_by_role("textbox")).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("k")
    officer.begin("退回补充")
    expect(officer.panel.get_by_text("上次没写完的还在")).to_be_visible()
    expect(typed).to_have_value(words)
    assert violations(page) == []
    officer.panel.get_by_role("button", name="取消").click()
    officer.begin("退回补充")
    expect(typed).to_have_value("")


def test_a_step_for_many_waits_for_the_answers_about_just_these(
    desk: Callable[[str], Desk],
) -> None:
    """One is ticked, the answers are about two: nothing can be begun on those."""
    officer = desk("周婷")
    page = officer.visit("/desk/cases?state=escalated&queue=holder")
    boxes = page.get_by_role("checkbox", name="选中")
    for n in range(2):
        boxes.nth(n).check()
    assign = page.get_by_role("region", name="批量办理").get_by_role("button", name="派发")
    expect(assign).to_be_enabled()
    asked = hold(page, "**/api/hazards/bulk-preview")
    boxes.nth(0).uncheck()
    expect(assign).to_be_disabled()
    let_go(page, asked)
    expect(assign).to_be_enabled()


def test_the_door_says_what_is_wrong(desk: Callable[[str], Desk]) -> None:
    officer = desk("周婷")
    officer.context.clear_cookies()
    for entry in ("desk", "field"):
        page = officer.visit(f"/{entry}/sign-in")
        page.get_by_label("手机号或用户名").fill("19900009999")
        page.get_by_label("密码", exact=True).fill("不是这个密码")
        officer.button("登录").click()
        expect(page.get_by_role("alert").first).to_be_visible()
        assert violations(page) == []


def paste_over(page: Page, text: str) -> Locator:
    """As somebody does who keeps passwords elsewhere: copied there, pasted here."""
    name, secret = page.get_by_label("手机号或用户名"), page.get_by_label("密码", exact=True)
    expect(secret).to_have_attribute("type", "password")
    expect(secret).to_have_attribute("autocomplete", "current-password")
    name.fill(text)
    name.press("ControlOrMeta+a")
    name.press("ControlOrMeta+c")
    secret.focus()
    secret.press("ControlOrMeta+v")
    expect(secret).to_have_value(text)
    return secret


def test_a_password_is_masked_may_be_pasted_and_the_way_out_is_in_sight(
    desk: Callable[[str], Desk], phone: Callable[[str], Phone]
) -> None:
    """ASVS V6.2.6, V6.2.7, V7.4.4, at a desk and on a phone."""
    officer, worker = desk("周婷"), phone("王桂芬")
    officer.visit().get_by_role("button", name=re.compile("的菜单$")).click()
    officer.button("退出登录").click()
    paste_over(officer.page, "kx7-qmn4-wv2p")
    page = worker.visit("/field/mine")
    page.get_by_role("link", name="换人、退出").click()
    worker.button("退出").click()
    secret = paste_over(page, "kx7-qmn4-wv2p")
    worker.button("显示密码").click()
    expect(secret).to_have_attribute("type", "text")
    for one in (officer, worker):
        assert one.context.request.get(f"{one.origin}/api/session").status == 401
