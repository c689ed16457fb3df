"""A county puts a case on file and publishes it; an enterprise reads it and files its own plan."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests import library
from tests.e2e.accessibility import violations
from tests.e2e.desk import Desk
from tests.e2e.phone import Phone

pytestmark = pytest.mark.e2e
COUNTY, TOWNSHIP, WORKER, ENTERPRISE = "陈晓燕", "赵立新", "王桂芬", "韩雪梅"
PLAN = "网格化安全管理工作方案"
CASE, PAPER = "一起燃气泄漏事故案例", "一起触电事故案例"


def test_a_document_is_kept_published_and_read_on_a_phone(
    phone: Callable[[str], Phone], desk: Callable[[str], Desk], tmp_path: Path
) -> None:
    paper, macro = tmp_path / "案例.pdf", tmp_path / "带宏.docx"
    paper.write_bytes(library.PDF)
    macro.write_bytes(library.office("docx", "word/vbaProject.bin"))
    county = desk(COUNTY)
    page = county.visit("/desk/library/new")
    page.locator("form select").first.select_option(label="典型事故案例")
    page.locator("input[type=file]").set_input_files(macro)
    page.get_by_label("标题", exact=True).fill(CASE)
    county.button("存好").click()
    expect(page.get_by_role("alert")).to_contain_text("文件里有宏")
    page.locator("input[type=file]").set_input_files(paper)
    assert violations(page) == []
    county.button("存好").click()
    expect(page.get_by_role("heading", name=CASE)).to_be_visible()
    for audience in ("网格员", "辖区企业"):
        county.button("发布").click()
        page.get_by_text(audience, exact=True).last.click()
        county.button("发布").last.click()
        expect(page.get_by_text(f"陈晓燕发布给{audience}")).to_be_visible()
    assert violations(page) == []
    worker = phone(WORKER)
    page = worker.visit("/field/library")
    page.get_by_role("link", name=CASE).click()
    with page.expect_download() as saving:
        page.get_by_role("link", name="下载").click()
    assert saving.value.suggested_filename == f"{CASE}.pdf"
    assert Path(saving.value.path()).read_bytes() == library.PDF
    assert violations(page) == []
    worker.page.context.set_offline(True)
    page.go_back()
    expect(page.get_by_role("link", name=CASE)).to_be_visible()
    expect(page.get_by_text("标题在手机里")).to_be_visible()
    worker.page.context.set_offline(False)


def test_a_document_whose_answer_was_lost_is_kept_once(desk: Callable[[str], Desk]) -> None:
    county = desk(COUNTY)
    page = county.visit("/desk/library/new")
    page.locator("form select").first.select_option(label="典型事故案例")
    page.get_by_text("纸质", exact=True).click()
    page.get_by_label("放在哪里").fill("应急办三号柜")
    page.get_by_label("标题", exact=True).fill(PAPER)
    page.route("**/api/library/*", _lose_the_answer, times=1)
    county.button("存好").click()
    expect(page.get_by_text("没连上网")).to_be_visible()
    page.get_by_label("标题", exact=True).fill(f"{PAPER}（改过的）")
    county.button("存好").click()
    expect(page.get_by_role("alert")).to_contain_text("上一次其实已经存下了")
    assert violations(page) == []
    county.button("打开已经存下的").click()
    expect(page.get_by_role("heading", name=PAPER, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=PAPER)).to_have_count(1)


def _lose_the_answer(route: Route) -> None:
    """The server has kept it; the page never hears of it."""
    route.fetch()
    route.abort()


def test_an_enterprise_reads_what_was_published_and_sends_its_plan_again(
    phone: Callable[[str], Phone], desk: Callable[[str], Desk], tmp_path: Path
) -> None:
    newer = tmp_path / "方案.docx"
    newer.write_bytes(library.office())
    officer = phone(ENTERPRISE)
    page = officer.visit("/field/library")
    expect(page.get_by_role("heading", name="发布给我的")).to_be_visible()
    expect(page.get_by_role("heading", name="我们的")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name=PLAN).click()
    expect(page.get_by_text("没有写车间、班组的责任人")).to_be_visible()
    page.get_by_role("button", name="换新版本").click()
    page.locator("input[type=file]").set_input_files(newer)
    page.get_by_label("为什么换").fill("补上了责任人")
    assert violations(page) == []
    page.get_by_role("button", name="存好").click()
    expect(page.get_by_text("已报，等备案")).to_be_visible()
    township = desk(TOWNSHIP)
    page = township.visit("/desk/library")
    page.get_by_role("link", name=PLAN).click()
    township.button("备案").click()
    township.button("备案").last.click()
    expect(page.get_by_role("definition").filter(has_text="已备案")).to_be_visible()
