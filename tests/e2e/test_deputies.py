"""Who walks during a leave is looked for by name, not only among the first of a list."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.accessibility import cut_off, violations
from tests.e2e.desk import Desk

pytestmark = pytest.mark.e2e


def test_a_deputy_of_another_village_is_found_by_name(desk: Callable[[str], Desk]) -> None:
    officer = desk("赵立新")
    page = officer.page
    roster = page.request.get(
        f"{officer.origin}/api/people", params={"role": "gridworker", "may_stand_in": "true"}
    ).json()["items"]
    other = next(one for one in roster if one["posts"][0]["organization"]["short_name"] != "孟庄村")
    (person,) = page.request.get(f"{officer.origin}/api/people", params={"text": "王桂芬"}).json()[
        "items"
    ]
    officer.visit(f"/desk/people/{person['id']}")
    officer.button("请假").first.click()
    picker = page.get_by_role("group", name="巡查谁代")
    expect(picker.get_by_role("radio", name="先不定")).to_be_checked()
    expect(picker.get_by_role("radio", name="孙秀兰")).to_be_visible()
    expect(picker.get_by_role("radio", name="王桂芬")).to_have_count(0)
    picker.get_by_role("searchbox").fill(other["name"])
    choice = picker.get_by_role("radio", name=other["name"]).first
    choice.check()
    expect(picker.get_by_role("radio", name="孙秀兰")).to_have_count(0)
    found = violations(page)
    with officer.on_a_phone():
        found += cut_off(page, 1)
    officer.button("保存").click()
    expect(page.get_by_text(f"巡查由{other['name']}代")).to_be_visible()
    officer.button("请假").first.click()
    officer.button("去掉日期").click()
    expect(page.get_by_text("巡查由")).to_have_count(0)
    assert not found
