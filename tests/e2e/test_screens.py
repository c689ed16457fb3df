"""Every screen for every role: no accessibility violation, and the guide's pictures."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk import Desk
from tests.e2e.phone import Phone
from tests.running import ROOT

pytestmark = pytest.mark.e2e
AXE = ROOT / "pwa" / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
Snap = Callable[[Page, str], None]
FIELD = ("", "cases", "pending", "mine", "mine/phone", "mine/rescue", "mine/suggest", "mine/inbox")
DESK = {
    "陈晓燕": {"cases": None, "cases?all=1": "desk-all", "inbox": None, "people": None},
    "郑凯": {
        "people": "desk-people",
        "places/enterprises": None,
        "places/grids": None,
        "places/organizations": None,
        "rules": "desk-rules",
        "suggestions": None,
        "status": "desk-status",
    },
}


def violations(page: Page) -> list[str]:
    """Rules of WCAG 2.2 AA that the page breaks, and where."""
    page.wait_for_timeout(800)
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    return [f"{page.url} {row['id']}: {row['nodes'][0]['html'][:120]}" for row in found]


def test_no_screen_of_the_phone_breaks_an_accessibility_rule(
    phone: Callable[[str], Phone], snap: Snap
) -> None:
    worker = phone("王桂芬")
    found: list[str] = []
    for path in FIELD:
        page = worker.visit(f"/field/{path}")
        expect(page.get_by_role("main").first).to_be_visible()
        found += violations(page)
        if path == "mine":
            snap(page, "field-mine")
    assert found == []


@pytest.mark.parametrize("name", DESK)
def test_no_screen_of_a_desk_breaks_an_accessibility_rule(
    desk: Callable[[str], Desk], snap: Snap, name: str
) -> None:
    officer = desk(name)
    found: list[str] = []
    for path, picture in DESK[name].items():
        page = officer.visit(f"/desk/{path}")
        expect(page.get_by_role("main").first).to_be_visible()
        found += violations(page)
        if picture:
            snap(page, picture)
    assert found == []


def test_a_visitor_steps_in_with_one_click(desk: Callable[[str], Desk], snap: Snap) -> None:
    page = desk("陈晓燕").visit("/")
    expect(page.get_by_role("heading", name="一件隐患怎么走完")).to_be_visible()
    assert violations(page) == []
    snap(page, "welcome")
    page.get_by_role("button", name="以此身份进入").first.click()
    expect(page.get_by_role("link", name="拍隐患")).to_be_visible()
