"""A county puts a case on file and publishes it; an enterprise reads it and files its own plan."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import library
from tests.e2e.accessibility import violations
from tests.e2e.desk import Desk
from tests.e2e.phone import Phone

pytestmark = pytest.mark.e2e
COUNTY, TOWNSHIP, WORKER, OFFICER = "陈晓燕", "赵立新", "王桂芬", "周建国"
CASE = "一起燃气泄漏事故案例"


def test_a_document_is_kept_published_and_read_on_a_phone(
    phone: Callable[[str], Phone], desk: Callable[[str], Desk], tmp_path: Path
) -> None:
    paper, macro = tmp_path / "案例.pdf", tmp_path / "带宏.docx"
    paper.write_bytes(library.PDF)
    macro.write_bytes(library.office("docx", "word/vbaProject.bin"))
    county = desk(COUNTY)
    page = county.visit("/desk/library/new")
    page.get_by_label("种类").last.select_option(label="典型事故案例")
    page.locator("input[type=file]").set_input_files(macro)
    page.get_by_label("标题", exact=True).fill(CASE)
    county.button("存好").click()
    expect(page.get_by_role("alert")).to_contain_text("文件里有宏")
    page.locator("input[type=file]").set_input_files(paper)
    assert violations(page) == []
    county.button("存好").click()
    expect(page.get_by_role("heading", name=CASE)).to_be_visible()
    county.button("发布").click()
    page.get_by_text("网格员", exact=True).last.click()
    county.button("发布").last.click()
    expect(page.get_by_text("已发布给")).to_be_visible()
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
    expect(page.get_by_role("status")).to_contain_text("标题在手机里")
    worker.page.context.set_offline(False)
