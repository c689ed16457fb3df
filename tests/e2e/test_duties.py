"""The county decides how often, and sees first what it would make (S1-48); a firm checks itself."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.accessibility import violations
from tests.e2e.desk import Desk
from tests.e2e.phone import Phone

pytestmark = pytest.mark.e2e
Phones = Callable[[str], Phone]
Desks = Callable[[str], Desk]
ADMINISTRATOR, OFFICER = "郑凯", "韩雪梅"


def test_the_county_sees_weighs_and_changes_its_duties(desk: Desks) -> None:
    admin = desk(ADMINISTRATOR)
    page = admin.visit("/desk/rules/duties")
    card = page.get_by_role("article").filter(has_text="每 15 天巡查")
    for told in ("网格员", "每 15 天 1 次", "按场所和网格选", "现在有"):
        expect(card).to_contain_text(told)
    assert violations(page) == []
    card.get_by_role("button", name="修改").click()
    form = page.locator("form")
    form.get_by_label("一期多长").select_option("month")
    form.get_by_label("几次").fill("2")
    form.get_by_role("button", name="先看会产生多少任务").click()
    effect = page.get_by_role("status").filter(has_text="照这样定")
    for told in ("每月约", "平均每人每月", "最忙的网格", "清单：", "起算。在此以前的任务不变"):
        expect(effect).to_contain_text(told)
    assert violations(page) == []
    form.get_by_label("几次").fill("3")  # what was weighed is not what would be saved
    expect(effect).to_have_count(0)
    form.get_by_role("button", name="先看会产生多少任务").click()
    form.get_by_role("button", name="保存").click()
    expect(card).to_contain_text("起改为：")
    expect(card).to_contain_text("每月 3 次")
    expect(card).to_contain_text("本县改过")


def test_what_nobody_could_do_is_refused_in_words(desk: Desks) -> None:
    page = desk(ADMINISTRATOR).visit("/desk/rules/duties")
    page.get_by_role("button", name="新增一条").click()
    form = page.locator("form")
    form.get_by_label("叫什么").fill("挂点领导每月到企业")
    form.locator("label", has_text="谁").locator("select").select_option(
        label="挂点领导（网格上的位置）"
    )
    form.get_by_role("button", name="先看会产生多少任务").click()
    expect(page.get_by_role("alert")).to_contain_text("先选一张")
    form.get_by_label("用哪张清单").select_option(index=1)
    form.get_by_role("button", name="先看会产生多少任务").click()
    expect(page.get_by_role("alert")).not_to_contain_text("先选一张")
    expect(page.get_by_role("alert")).to_be_visible()


def test_an_enterprise_looks_at_itself_unasked(phone: Phones) -> None:
    officer = phone(OFFICER)
    page = officer.page
    page.goto(f"{officer.origin}/field/patrols")
    page.get_by_role("link", name="自查本单位", exact=True).click()
    expect(page.get_by_role("button", name="其余都正常")).to_be_visible()
    assert violations(page) == []
