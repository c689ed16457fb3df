"""A shop has changed: reported without signal, decided at the desk, seen on the phone again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.desk import Desk
from tests.e2e.phone import Phone

pytestmark = pytest.mark.e2e
Snap = Callable[[Page, str], None]
GRIDWORKER, TOWNSHIP = "王桂芬", "赵立新"
WORD = "打电话问过，是老板娘的号"


def test_a_change_without_signal_is_returned_amended_accepted_and_seen(
    phone: Callable[[str], Phone], desk: Callable[[str], Desk], snap: Snap
) -> None:
    worker = phone(GRIDWORKER)
    name = _open_first(worker)
    worker.lose_signal()
    _change(worker, "13900001111", snap)
    _open(worker, name)
    expect(worker.page.get_by_text("变化还没上传")).to_be_visible()
    worker.button("关闭").last.click()
    worker.find_signal()
    worker.send_everything()
    officer = desk(TOWNSHIP)
    part = _waiting(officer, name)
    expect(part.get_by_role("row").filter(has_text="联系电话")).to_contain_text("13900001111")
    snap(officer.page, "desk-ledger-change")
    part.get_by_role("button", name="退回").click()
    part.get_by_label("为什么退回").fill(WORD)
    part.get_by_role("button", name="退回").click()
    expect(part.get_by_text(f"已退回：{WORD}")).to_be_visible()
    _amend(worker, name, snap)
    part = _waiting(officer, name)
    part.get_by_role("button", name="同意，改台账").click()
    expect(part).to_have_count(0)
    officer.button("改动记录").click()
    expect(officer.page.get_by_text("在现场报的").first).to_be_visible()
    _open(worker, name)
    number = worker.page.get_by_role("definition").filter(has_text="13900002222")
    expect(number).to_be_visible()


def _amend(worker: Phone, name: str, snap: Snap) -> None:
    _open(worker, name)
    expect(worker.page.get_by_text(f"报的变化退回了：{WORD}")).to_be_visible()
    snap(worker.page, "field-change-returned")
    worker.page.get_by_role("link", name="改好再报").click()
    expect(worker.page.get_by_label("电话（可不填）")).to_have_value("13900001111")
    worker.page.get_by_label("电话（可不填）").fill("13900002222")
    worker.button("报上去").click()
    expect(worker.page).to_have_url(f"{worker.origin}/field/ledger")
    worker.send_everything()


def _open_first(worker: Phone) -> str:
    """A confirmed place of the own ground whose change can be reported."""
    page = worker.visit("/field/ledger")
    cards = page.locator("li .card")
    expect(cards.first).to_contain_text("约")  # the phone knows where it is: nearest first for good
    for name in cards.locator(".name").all_inner_texts():
        cards.filter(has=page.get_by_text(name, exact=True)).first.click()
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        if page.get_by_role("link", name="信息有变").count():
            return name
        worker.button("关闭").last.click()
    raise AssertionError


def _open(worker: Phone, name: str) -> None:
    worker.visit("/field/ledger")
    worker.page.get_by_placeholder("搜名称、地址、信用代码").fill(name)
    card = worker.page.locator("li .card")
    expect(card).to_have_count(1)
    expect(card.locator(".name")).to_have_text(name)
    card.click()
    expect(worker.page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def _change(worker: Phone, number: str, snap: Snap) -> None:
    page = worker.page
    page.get_by_role("link", name="信息有变").click()
    expect(page.get_by_role("heading", name="信息有变")).to_be_visible()
    worker.button("报上去").click()
    expect(page.get_by_text("还没有改什么").first).to_be_visible()
    page.get_by_label("电话（可不填）").fill(number)
    expect(page.get_by_text("台账里是：").first).to_be_visible()
    snap(page, "field-change")
    worker.button("报上去").click()
    expect(page).to_have_url(f"{worker.origin}/field/ledger")


def _waiting(officer: Desk, name: str) -> Locator:
    page = officer.visit("/desk/ledger")
    page.get_by_role("button", name="报来的变化").click()
    page.get_by_role("row").filter(has_text=name).first.click()
    part = page.get_by_role("region", name="现场报来的变化")
    expect(part).to_be_visible()
    return part
