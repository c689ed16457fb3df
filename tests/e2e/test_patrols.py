"""A patrol without signal, killed half way, with one hazard; then both desks see what was seen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from chinese_calendar import is_workday
from playwright.sync_api import Locator, Page, expect

from app import clock
from tests.e2e.desk import Desk, pick
from tests.e2e.phone import SAVED, Phone

pytestmark = pytest.mark.e2e
Phones = Callable[[str], Phone]
Desks = Callable[[str], Desk]
Snap = Callable[[Page, str], None]
GRIDWORKER, OTHER, TOWNSHIP, COUNTY, ADMIN = "王桂芬", "李长河", "赵立新", "陈晓燕", "郑凯"
CAMPAIGN = "元旦前专项检查"
NOTE = "后门用铁链锁着，推不开"


def test_a_visit_without_signal_survives_a_flat_battery_and_both_desks_see_its_hazard(
    phone: Phones, desk: Desks, snap: Snap
) -> None:
    worker = phone(GRIDWORKER)
    place = _todays_first(worker, snap)
    worker.lose_signal()
    _card(worker.page, place).first.get_by_role("link").click()
    question = _look_around(worker, snap)
    worker.die()
    worker.wake(is_online=False)
    worker.visit("/field/patrols")
    _card(worker.page, place).first.get_by_role("link").click()
    expect(worker.page.get_by_label("什么情况")).to_have_value(NOTE)
    _hand_in(worker)
    worker.visit("/field/pending")
    expect(worker.page.get_by_text("巡查记录")).to_be_visible()
    expect(worker.page.get_by_text("上报隐患").first).to_be_visible()
    worker.find_signal()
    worker.send_everything()
    for name in (TOWNSHIP, COUNTY):
        _sees(desk(name), place, question, snap)


def test_what_cannot_be_done_says_why_and_nothing_wrong_costs_three_taps(
    phone: Phones, desk: Desks, snap: Snap
) -> None:
    worker = phone(OTHER)
    if is_workday(clock.local(clock.now()).date()):
        place = _put_one_off(worker, snap)
    else:
        place = _put_off_before(worker)
    put_off = _put_off(worker.page, place)
    put_off_before = put_off.count() - 1
    put_off.first.get_by_role("link").click()
    _answer_the_drawn(worker.page)
    _hand_in(worker)
    expect(put_off).to_have_count(put_off_before)
    worker.send_everything()
    county = desk(COUNTY)
    page = county.visit("/desk/patrols/board")
    expect(page.get_by_role("columnheader", name="推后的原因")).to_be_visible()
    snap(page, "desk-patrols-board")


def test_what_a_township_has_looked_at_once_is_on_the_phone_and_its_progress_on_the_desk(
    phone: Phones, desk: Desks, snap: Snap
) -> None:
    officer = desk(TOWNSHIP)
    page = officer.visit("/desk/patrols/campaigns")
    officer.button("安排专项检查").click()
    page.get_by_label("叫什么").fill(CAMPAIGN)
    page.get_by_label("依据（可不填）").fill("县安委办〔2026〕12 号")
    page.get_by_role("combobox", name="用哪张清单").fill("九方面")
    page.get_by_role("option").filter(has_text="九方面").first.click()
    page.get_by_role("combobox", name="查到哪天").fill(
        (clock.local(clock.now()) + timedelta(days=10)).date().isoformat()
    )
    page.keyboard.press("Enter")
    expect(page.get_by_text("符合条件的有")).to_be_visible()
    snap(page, "desk-campaign-form")
    officer.button("发下去").click()
    row = page.get_by_role("listitem").filter(has_text=CAMPAIGN)
    expect(row.get_by_text("查了 0 /")).to_be_visible()
    worker = phone(GRIDWORKER)
    card = worker.visit("/field/patrols").get_by_role("listitem").filter(has_text=CAMPAIGN).first
    expect(card.get_by_text("专项 ·")).to_be_visible()
    card.get_by_role("link").click()
    _answer_the_drawn(worker.page)
    _hand_in(worker)
    worker.send_everything()
    page = officer.visit("/desk/patrols/campaigns")
    expect(row.get_by_text("查了 1 /")).to_be_visible()
    snap(page, "desk-campaigns")
    row.get_by_role("button", name="看进度").click()
    expect(page.get_by_role("columnheader", name="推后的原因")).to_be_visible()
    expect(page.get_by_role("button", name=CAMPAIGN)).to_be_visible()
    officer.visit("/desk/patrols/campaigns")
    row.get_by_role("button", name="结束").click()
    officer.button("结束这次检查").click()
    expect(row.get_by_role("button", name="结束")).to_have_count(0)


def test_an_edited_list_is_a_new_version(desk: Desks, snap: Snap) -> None:
    page = desk(ADMIN).visit("/desk/rules/checklists")
    pick(page, "哪张清单", "村日常巡查清单（九查一报告）")
    expect(page.get_by_label("怎么查").first).to_have_value(
        "看山边、河道有没有新挖的坑、夜里的挖机和运料车。只看只报，不要上前拦。一般由自然资源、应急处理（建议）。"
    )
    page.get_by_label("怎么查").first.fill("看山边、河道有没有新挖的坑。")
    page.get_by_label("改了什么").fill("说得短一点")
    snap(page, "desk-checklists")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("第 2 版")).to_be_visible()
    expect(page.get_by_text("说得短一点")).to_be_visible()


def _card(page: Page, place: str) -> Locator:
    return page.get_by_role("listitem").filter(has_text=place)


def _put_off(page: Page, place: str) -> Locator:
    """Among the next days."""
    return _card(page, place).and_(page.locator(".later li")).filter(has_text="推了")


def _put_one_off(worker: Phone, snap: Snap) -> str:
    """The first place of today's list is to be looked at on the next working day."""
    place = _todays_first(worker, None)
    cards, put_off = _card(worker.page, place), _put_off(worker.page, place)
    before, put_off_before = cards.count(), put_off.count()
    cards.first.get_by_role("button", name="今天做不了").click()
    worker.page.get_by_text("关门，没人在", exact=True).click()
    snap(worker.page, "field-patrol-delay")
    worker.button("推到下一个工作日").click()
    expect(worker.page.get_by_text("任务推后了").first).to_be_visible()
    expect(cards).to_have_count(before - 1)
    worker.send_everything()
    worker.visit("/field/patrols")
    expect(put_off).to_have_count(put_off_before + 1)
    return place


def _put_off_before(worker: Phone) -> str:
    """On a day off nothing is due; what was put off waits for the next working day."""
    page = worker.visit("/field/patrols")
    expect(page.get_by_text("今天没有要看的地方。")).to_be_visible()
    return page.locator(".later li").filter(has_text="推了").locator(".name").first.inner_text()


def _todays_first(worker: Phone, snap: Snap | None) -> str:
    """The name of the first place on the list; its next look may stand below it."""
    page = worker.visit("/field/patrols")
    first = page.locator("li .name").first
    expect(first).to_be_visible()
    if snap:
        snap(page, "field-patrols")
    return first.inner_text()


def _answer_the_drawn(page: Page) -> None:
    drawn = page.locator(".drawn > li")
    expect(drawn).to_have_count(2)
    for n in range(2):
        drawn.nth(n).get_by_text("正常", exact=True).click()


def _look_around(worker: Phone, snap: Snap) -> str:
    """Two questions one by one; 有问题 at a third, photographed in place."""
    page = worker.page
    _answer_the_drawn(page)
    row = page.locator(".items:not(.drawn) > li").first
    question = row.locator(".question").inner_text()
    row.get_by_role("button", name="怎么查").click()
    snap(page, "field-visit-how")
    worker.button("关闭").click()
    row.get_by_text("有问题", exact=True).click()
    row.get_by_role("button", name="拍照").click()
    worker.take_photo()
    page.get_by_label("什么情况").fill(NOTE)
    expect(row.get_by_role("button", name="删掉第 1 张")).to_be_visible()
    snap(page, "field-visit-hazard")
    return question


def _hand_in(worker: Phone) -> None:
    worker.button("其余都正常，交").click()
    expect(worker.page.get_by_text(SAVED).first).to_be_visible()
    expect(worker.page).to_have_url(f"{worker.origin}/field/patrols")


def _sees(officer: Desk, place: str, question: str, snap: Snap) -> None:
    page = officer.visit("/desk/patrols/visits")
    page.get_by_text("有发现", exact=True).click()
    told = page.get_by_role("link", name=question)
    row = page.get_by_role("row").filter(has_text=place).filter(has=told).first
    expect(row).to_be_visible()
    snap(page, "desk-patrols-visits")
    row.get_by_role("link", name=place).click()
    expect(page.get_by_role("heading", name="其余都正常")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=question)).to_contain_text("有问题")
    page.get_by_role("button", name="回到列表").click()
    row.get_by_role("link", name=question).click()
    expect(page.get_by_text(NOTE).first).to_be_visible()
