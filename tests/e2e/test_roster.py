"""People come in from Excel, get their codes on paper, and let their phones in (decision 48)."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect
from python_calamine import CalamineWorkbook

from tests import sheets
from tests.e2e.accessibility import violations
from tests.e2e.desk import Desk
from tests.e2e.phone import Phone
from tests.e2e.test_entry import join
from tests.running import RunningApp
from tests.services.roster.office import TITLES

pytestmark = pytest.mark.e2e
Desks = Callable[[str], Desk]
Snap = Callable[[Page, str], None]
TOWNSHIP = "赵立新"
CODE = re.compile(r"^[a-z0-9]{4}(-[a-z0-9]{4}){2}$")


def example_of(officer: Desk) -> dict[str, str]:
    """The example row of the template: a grid of this township with its body and its post."""
    answer = officer.context.request.get(f"{officer.origin}/api/people/template.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.body())).get_sheet_by_index(0)
    _, heads, example = rows.to_python()[:3]
    titles = (str(head).removesuffix(" *") for head in heads)
    return dict(zip(titles, (str(cell) for cell in example), strict=True))


def send(page: Page, tmp_path: Path, *lines: dict[str, str]) -> None:
    file = tmp_path / "名册.xlsx"
    file.write_bytes(sheets.book(lines, TITLES))
    page.locator("input[type=file]").set_input_files(file)


def make_codes(officer: Desk, body: str) -> Page:
    page = officer.visit("/desk/print/invitations")
    expect(page.get_by_role("heading", name="邀请码")).to_be_visible()
    page.get_by_role("combobox", name="给哪里的人").fill(body)
    page.get_by_role("option", name=re.compile(f"^{body}")).click()
    officer.button("出邀请码").click()
    return page


def code_of(page: Page, name: str) -> str:
    """As it stands on the paper beside its picture."""
    picture = page.get_by_alt_text(f"{name}的邀请码")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    return page.locator("section").filter(has_text=name).get_by_text(CODE).inner_text()


def test_people_come_in_from_excel_and_their_phones_by_the_printed_code(
    playwright: Playwright,
    county: RunningApp,
    films: dict[str, Path],
    tmp_path: Path,
    desk: Desks,
    snap: Snap,
) -> None:
    officer = desk(TOWNSHIP)
    line = example_of(officer)
    page = officer.visit("/desk/people")
    page.get_by_role("link", name="从 Excel 导入").click()
    first = {**line, "姓名": "白露", "手机号": "13977770001"}
    second = {**line, "姓名": "谷雨", "手机号": "13977770002"}
    wrong = {**line, "姓名": "惊蛰", "手机号": "1397777", "单位": line["单位"][:-1] + "乡"}
    send(page, tmp_path, first, second, wrong)
    expect(page.get_by_text("对 2 行，错 1 行。").first).to_be_visible()
    expect(page.get_by_text("手机号：手机号要 11 位数字")).to_be_visible()
    expect(page.get_by_text(f"是不是「{line['单位']}」")).to_be_visible()
    assert violations(page) == []
    snap(page, "desk-people-import")
    officer.button("导入正确的 2 行").click()
    expect(page.get_by_text("新登记 2 人")).to_be_visible()

    page = make_codes(officer, line["单位"])
    code = code_of(page, "白露")
    assert violations(page) == []
    snap(page, "desk-invitations")
    assert page.pdf(format="A4").startswith(b"%PDF")
    phone = Phone(playwright, tmp_path / "own", county.url, films["hazard"])
    try:
        join(phone, code)
        phone.button("设好，进入").click()
        expect(phone.page.get_by_role("link", name="拍隐患")).to_be_visible()
    finally:
        phone.close()
    page.reload()  # what was shown once is gone
    expect(page.get_by_role("heading", name="邀请码")).to_be_visible()
    expect(page.get_by_text(code)).to_have_count(0)


def test_a_batch_comes_out_again(tmp_path: Path, desk: Desks) -> None:
    officer = desk(TOWNSHIP)
    line = example_of(officer)
    page = officer.visit("/desk/people/import")
    send(page, tmp_path, {**line, "姓名": "芒种", "手机号": "13977770003"})
    officer.button("导入正确的 1 行").click()
    officer.button("撤回这一批").click()
    expect(page.get_by_text("人退出名册，给已登记的人加的岗位")).to_be_visible()
    officer.button("撤回").click()
    expect(page.get_by_text("已撤回").first).to_be_visible()
    found = officer.context.request.get(f"{officer.origin}/api/people", params={"text": "芒种"})
    assert found.json()["items"] == []
