"""A department says what it did about a case; the county finds it by that."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.accessibility import violations
from tests.e2e.conftest import Snap
from tests.e2e.desk import Desk

pytestmark = pytest.mark.e2e
DEPARTMENT, COUNTY = "吴海波", "陈晓燕"
NUMBER = "台住建罚〔2026〕15号"


def test_a_penalty_stands_at_the_case_and_is_found_by_it(
    desk: Callable[[str], Desk], snap: Snap
) -> None:
    handler = desk(DEPARTMENT)
    case = handler.first_of(queue="department", state="assigned")
    page = handler.visit(f"/desk/cases/{case['id']}?queue=department")
    handler.begin("整改完成")
    usual = handler.panel.get_by_role("radio", name="整改完成")
    expect(usual).to_be_checked()
    expect(handler.panel.get_by_label("文书号")).to_have_count(0)
    handler.panel.get_by_text("行政处罚", exact=True).click()
    handler.panel.get_by_label("文书号（可不填）").fill(NUMBER)
    assert violations(page) == []
    with handler.on_a_phone():
        assert violations(page) == []
    snap(page, "desk-case-outcome")
    handler.button("取消").click()
    handler.begin("记录执法情况")
    handler.panel.get_by_text("行政处罚", exact=True).click()
    handler.panel.get_by_label("文书号（可不填）").fill(NUMBER)
    handler.panel.get_by_label("说明").fill("已作出处罚决定")
    handler.confirm("记录执法情况", is_patient=True)
    expect(page.get_by_text(f"行政处罚 · {NUMBER}").first).to_be_visible()
    officer = desk(COUNTY)
    page = officer.visit("/desk/cases?outcome=penalised")
    expect(page.get_by_role("button", name="去掉：行政处罚")).to_be_visible()
    expect(page.get_by_role("link").filter(has_text=case["note"][:10]).first).to_be_visible()
