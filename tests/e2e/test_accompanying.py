"""A desk asks a gridworker along; it stands on the phone, also without signal, and on the paper."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import expect

from app.clock import COUNTY_ZONE
from app.models.base import new_id
from tests.e2e.accessibility import THEMES, cut_off, violations
from tests.e2e.desk import Desk
from tests.e2e.phone import Phone

pytestmark = pytest.mark.e2e
NAME = "节前液化气联合检查"


def announced(officer: Desk, who: str) -> str:
    """Planned by the desk for a place on the grid of this gridworker."""
    day, request = datetime.now(COUNTY_ZONE).date().isoformat(), officer.context.request
    grids = request.get(f"{officer.origin}/api/grids").json()
    grid = next(one["id"] for one in grids if who in one["gridworkers"])
    places = request.get(f"{officer.origin}/api/objects?grid_id={grid}&limit=1").json()["items"]
    body = request.get(f"{officer.origin}/api/session").json()["seats"][0]["organization"]["id"]
    id_ = str(new_id())
    plan = {
        "kind": "announced_check", "name": NAME, "lead_id": body, "starts_on": day, "until": day,
        "plan": "两人一组", "object_ids": [places[0]["id"]], "checklist_key": "leader-inspection",
    }  # fmt: skip
    made = request.put(
        f"{officer.origin}/api/inspections/{id_}", data=plan, headers={"Origin": officer.origin}
    )
    assert made.ok, made.text()
    return id_


def test_a_gridworker_is_asked_along_and_stands_on_the_record(
    phone: Callable[[str], Phone], desk: Callable[[str], Desk]
) -> None:
    officer = desk("陈晓燕")
    id_ = announced(officer, "王桂芬")
    page = officer.visit(f"/desk/inspections/{id_}")
    officer.button("请各网格的网格员陪同（1 家）").click()
    expect(page.locator(".along")).to_contain_text("王桂芬（本网格）")
    assert violations(page) == []
    worker = phone("王桂芬")  # asked before this phone first has its tasks
    worker.visit("/field/mine/inbox")
    expect(worker.page.get_by_text(f"请配合检查「{NAME}」").first).to_be_visible()
    worker.visit()
    card = worker.page.get_by_role("region", name="配合检查")
    expect(card.get_by_text(NAME).first).to_be_visible()
    worker.lose_signal()
    worker.visit()
    expect(card.get_by_text(NAME).first).to_be_visible()
    assert violations(worker.page, THEMES) + cut_off(worker.page, 1.67) == []
    worker.find_signal()
    officer.button("记结果").click()
    officer.button("没有发现问题，记下").click()
    expect(page.get_by_text("陪同网格员：王桂芬")).to_be_visible()
    officer.visit(f"/desk/print/inspections/{id_}")
    expect(page.get_by_role("row", name=re.compile("陪同网格员 王桂芬"))).to_be_visible()
