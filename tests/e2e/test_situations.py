"""A feast reported on a round: a township passes it on, a department answers, the phone learns."""

from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import expect

from app.clock import COUNTY_ZONE
from app.models.base import new_id
from app.services.checklists.loading import version_id
from app.services.visits import spots
from tests.e2e.accessibility import violations
from tests.e2e.desk import Desk
from tests.e2e.phone import Phone

pytestmark = pytest.mark.e2e
GRIDWORKER, TOWNSHIP, DEPARTMENT = "王桂芬", "赵立新", "吴海波"
FEAST = "周家周日办寿宴，约 200 人，借小学操场"
QUESTION = "村民操办“红白喜事”等公众聚集活动"


def test_a_report_comes_back_answered_to_the_phone_that_sent_it(
    phone: Callable[[str], Phone], desk: Callable[[str], Desk]
) -> None:
    worker = phone(GRIDWORKER)
    _report(worker)
    officer = desk(TOWNSHIP)
    page = officer.visit("/desk/inbox")
    page.get_by_text(FEAST).first.click()
    expect(page.get_by_role("heading", name=QUESTION)).to_be_visible()
    assert violations(page) == []
    page.get_by_text("转部门", exact=True).click()
    page.get_by_role("combobox", name="转给谁").fill("住建")
    page.get_by_role("option").filter(has_text="住建").first.click()
    page.get_by_label("写一句").fill("请去看看临时棚")
    officer.button("转部门").click()
    expect(page.get_by_text("转给").last).to_be_visible()
    expect(page.get_by_label("写一句")).to_have_count(0)
    handler = desk(DEPARTMENT)
    page = handler.visit("/desk/situations")
    page.get_by_role("link", name=QUESTION).first.click()
    expect(page.get_by_text(FEAST).last).to_be_visible()
    page.get_by_text("办结", exact=True).first.click()
    page.get_by_label("写一句").fill("棚子看过，加了两处撑杆")
    handler.button("办结").click()
    expect(page.get_by_label("写一句")).to_have_count(0)
    expect(page.get_by_text("已办结").last).to_be_visible()
    page = worker.visit("/field/mine")
    page.get_by_role("link", name="情况报告").click()
    page.get_by_role("link").filter(has_text=QUESTION).filter(has_text="已办结").first.click()
    expect(page.get_by_text("棚子看过，加了两处撑杆")).to_be_visible()
    assert violations(page) == []


def _report(worker: Phone) -> None:
    """As the page of a round sends it (test_patrols walks through that page)."""
    get, at = worker.page.request.get, datetime.now(COUNTY_ZONE).isoformat()
    seats = get(f"{worker.origin}/api/session").json()["seats"]
    version = version_id("village-9+1", 1)
    items = get(f"{worker.origin}/api/checklists/versions/{version}").json()["items"]
    id_ = new_id()
    drawn = spots(id_, [item["code"] for item in items if item["kind"] == "hazard"])
    answers = [{"code": code, "answer": "fine"} for code in drawn]
    sent = worker.page.request.put(
        f"{worker.origin}/api/visits/{id_}",
        data={
            "grid_id": seats[0]["grid"]["id"],
            "checklist_version_id": str(version),
            "started_at": at,
            "occurred_at": at,
            "rest_fine": True,
            "answers": [*answers, {"code": "NC-R2", "answer": "issue", "note": FEAST}],
        },
        headers={"Origin": worker.origin},
    )
    assert sent.ok, sent.text()
