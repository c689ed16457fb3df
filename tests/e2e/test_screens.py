"""Every page that the routers know, for axe; and the pictures of the guide that no loop takes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.depth import IS_DEEP
from tests.e2e import routes
from tests.e2e.accessibility import THEMES, cut_off, violations
from tests.e2e.desk import Desk
from tests.e2e.phone import Phone
from tests.e2e.screens import DESK, FIELD, VISITS
from tests.e2e.visiting import Cases, open_first, settle, walk_to

pytestmark = pytest.mark.e2e
Snap = Callable[[Page, str], None]
# To load the pages anew is half of what it costs to look at one. With every change each third
# screen stands without what another has fetched; the others are come to as by a link.
BY_ADDRESS = 1 if IS_DEEP else 3


def go_to(who: Desk | Phone, entry: str, path: str, number: int) -> Page:
    if number % BY_ADDRESS == 0:
        who.visit(entry + path)
    else:
        walk_to(who.page, path)
    settle(who.page)
    return who.page


@pytest.mark.parametrize("entry", VISITS)
def test_no_route_is_forgotten(entry: str) -> None:
    assert set(VISITS[entry]) == routes.of(entry)


def test_no_screen_of_the_phone_breaks_an_accessibility_rule(
    phone: Callable[[str], Phone], snap: Snap
) -> None:
    """In all three themes, and nothing is cut off at the largest letters."""
    worker = phone("王桂芬")
    cases, found = Cases(worker.page, worker.origin), []
    paths = [one for visit in FIELD.values() for one in visit.paths.items()]
    for number, (path, picture) in enumerate(paths):
        page = go_to(worker, "/field", cases.fill(path), number)
        found += violations(page, THEMES) + cut_off(page, 1.67)
        if picture:
            snap(page, picture)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", sorted({visit.who for visit in DESK.values()}))
def test_no_screen_of_a_desk_breaks_an_accessibility_rule(
    desk: Callable[[str], Desk], snap: Snap, name: str
) -> None:
    """At a large screen; on a phone's width nothing is wider than the window."""
    officer = desk(name)
    cases, found = Cases(officer.page, officer.origin), []
    mine = (visit for visit in DESK.values() if visit.who == name)
    for number, (path, picture) in enumerate(one for visit in mine for one in visit.paths.items()):
        page = go_to(officer, "/desk", "/" + cases.fill(path), number)
        open_first(page, path)
        found += violations(page)
        if picture:
            snap(page, picture)
        with officer.on_a_phone():
            found += cut_off(page, 1)
    assert not found, "\n".join(found)


def test_a_visitor_steps_in_with_one_click(desk: Callable[[str], Desk], snap: Snap) -> None:
    officer = desk("陈晓燕")
    page = officer.visit("/")
    expect(page.get_by_role("heading", name="一件隐患怎么走完")).to_be_visible()
    found = violations(page)
    snap(page, "welcome")
    with officer.on_a_phone():
        found += cut_off(page, 1)
    assert not found, "\n".join(found)
    page.get_by_role("button", name="以此身份进入").first.click()
    expect(page.get_by_role("link", name="拍隐患")).to_be_visible()
