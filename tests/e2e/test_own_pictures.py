"""A county shows its own doors beside a question; a gridworker sees them where no signal is."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk import Desk, pick
from tests.e2e.phone import Phone
from tests.e2e.pictures import drawn

pytestmark = pytest.mark.e2e
Phones = Callable[[str], Phone]
Desks = Callable[[str], Desk]
Snap = Callable[[Page, str], None]
GRIDWORKER, ADMIN = "王桂芬", "郑凯"
WORDS = "楼道堆满杂物，走不过去；清空了才对"
HERE = """async () => {
    const [{ name }] = (await indexedDB.databases()).filter(({ name }) => name.startsWith('grid-'))
    const opened = await new Promise((done, fail) => {
        const request = indexedDB.open(name)
        request.onsuccess = () => done(request.result)
        request.onerror = () => fail(request.error)
    })
    const keys = await new Promise((done) => {
        const request = opened.transaction('thumbs').objectStore('thumbs').getAllKeys()
        request.onsuccess = () => done(request.result)
    })
    opened.close()
    return keys.filter((key) => key.length === 64).length
}"""

IN_SIGHT = """() => addEventListener('resize', () =>
    setTimeout(() => document.querySelector('.own').scrollIntoView({ block: 'center' })))"""


def test_own_pictures_are_chosen_at_the_desk_and_seen_on_the_phone_without_signal(
    phone: Phones, desk: Desks, snap: Snap, tmp_path: Path
) -> None:
    worker = phone(GRIDWORKER)
    page = desk(ADMIN).visit("/desk/rules/checklists")
    pick(page, "哪张清单", "九方面联合检查清单")
    item = page.locator("ol > li").nth(5)
    question = item.get_by_label("问题", exact=True).input_value()
    pick(item, "对错图", "本县自己的照片")
    pdf = tmp_path / "规定.pdf"
    pdf.write_bytes(b"%PDF-1.7")
    item.get_by_label("选「错的样子」").set_input_files(pdf)
    expect(item.get_by_role("alert")).to_contain_text("这是 PDF 文件")
    for side, is_fixed in (("错", False), ("对", True)):
        photo = drawn(tmp_path, "corridor", is_fixed=is_fixed)
        item.get_by_label(f"选「{side}的样子」").set_input_files(photo)
        expect(item.get_by_role("button", name=f"拿掉「{side}的样子」")).to_be_visible()
    item.get_by_label("照片说明").fill(WORDS)
    _seen(page, 4)  # in the form, and as the phone will show them
    page.evaluate(IN_SIGHT)
    snap(page, "desk-checklist-own")
    page.get_by_label("改了什么").fill("第 6 条配上本县的照片")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("第 6 条配上本县的照片")).to_be_visible()

    worker.visit("/field/patrols")
    _wait_for_pictures(worker.page)
    worker.lose_signal()
    worker.visit("/field/patrols")
    worker.button("路过顺便看看").click()
    worker.page.get_by_role("link").filter(has_text="九方面").click()
    row = worker.page.get_by_role("listitem").filter(has_text=question).first
    row.get_by_role("button", name="怎么查").click()
    expect(worker.page.get_by_text(WORDS)).to_be_visible()
    _seen(worker.page, 2)
    snap(worker.page, "field-visit-own")


def _wait_for_pictures(page: Page) -> None:
    """Until both lie in the phone's database."""
    for _ in range(60):
        if page.evaluate(HERE) == 2:
            return
        page.wait_for_timeout(500)
    pytest.fail("the pictures have not come")


def _seen(page: Page, count: int) -> None:
    """Pictures that are shown, not only named."""
    pictures = page.get_by_role("img", name=WORDS)
    expect(pictures).to_have_count(count)
    for n in range(count):
        picture = pictures.nth(n)
        picture.scroll_into_view_if_needed()
        page.wait_for_function("(img) => img.naturalWidth > 0", arg=picture.element_handle())
