"""The page of schemes: duties by their names, and what cannot be applied yet cannot be pressed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from playwright.sync_api import expect

from tests.e2e.accessibility import cut_off, violations
from tests.e2e.desk import Desk
from tests.running import RunningApp

pytestmark = pytest.mark.e2e
ADMINISTRATOR = "郑凯"
SELF_CHECK = "企业安全员每周自查本单位至少 1 次"
# As if a scheme had asked for it twice a week from the day after tomorrow, whose tasks are out.
_WAITS = """update obligations
  set coming = '{"min_count": 2}', coming_on = current_date + 2 where key = 'F4'"""
_SAID = """update applied_schemes set content = jsonb_set(content, '{obligation}', (
    select jsonb_agg(case when one->>'key' = 'F4' then one || '{"min_count": 2}' else one end)
    from jsonb_array_elements(content->'obligation') as one))"""
_OUT = "select max(period_end) > current_date + 1 from patrol_tasks where obligation_key = 'F4'"


@contextmanager
def waiting(county: RunningApp) -> Iterator[None]:
    """A change of the enterprises' self-checks waits for its day; afterwards all is as before."""
    with psycopg.connect(county.database_url.replace("+psycopg", "", 1), autocommit=True) as link:
        assert link.execute(_OUT).fetchall() == [(True,)], "no look of that time is out"
        kept = link.execute("select id, content::text from applied_schemes").fetchall()
        link.execute(_WAITS)
        link.execute(_SAID.encode())
        try:
            yield
        finally:
            link.execute("update obligations set coming = null, coming_on = null where key = 'F4'")
            for known, content in kept:
                link.execute(
                    "update applied_schemes set content = %s::jsonb where id = %s", (content, known)
                )


def test_what_would_be_refused_cannot_be_pressed_and_says_why(
    county: RunningApp, desk: Callable[[str], Desk]
) -> None:
    admin = desk(ADMINISTRATOR)
    with waiting(county):
        page = admin.visit("/desk/rules/scheme")
        admin.button("看会改什么").click()
        change = page.get_by_role("region", name="套用到本县")
        row = change.get_by_role("row").filter(has_text=SELF_CHECK)
        expect(row).to_contain_text("每周 1 次")
        expect(row).to_contain_text("那天起才能再改")
        expect(change.get_by_role("alert")).to_contain_text("有 1 项任务频次还不能再改")
        expect(change.get_by_role("button", name="照这样套用")).to_be_disabled()
        assert violations(page) == []
    admin.button("取消").click()
    admin.button("看会改什么").click()
    expect(change).to_be_visible()
    expect(change.get_by_role("row").filter(has_text=SELF_CHECK)).to_have_count(0)
    expect(change.get_by_role("button", name="照这样套用（0 条）")).to_have_count(0)


def test_duties_are_told_by_their_names(desk: Callable[[str], Desk]) -> None:
    admin = desk(ADMINISTRATOR)
    page = admin.visit("/desk/rules/scheme")
    page.get_by_role("button", name="市、乡镇、社区（村）、基础网格四级").first.click()
    admin.button("看会改什么").click()
    change = page.get_by_role("region", name="套用到本县")
    expect(change.get_by_role("row").filter(has_text="年度目标和综治双考核")).to_be_visible()
    assert "F13" not in change.inner_text()
    with admin.on_a_phone():  # what it becomes is in sight without scrolling sideways
        expect(change.get_by_text("改成").first).to_be_hidden()  # the head; cards say it themselves
        tables = change.locator(".scroll")
        assert tables.count() >= 3
        assert tables.evaluate_all("all => all.every((one) => one.scrollWidth <= one.clientWidth)")


MEANS = "文件没有写，是安格的建议，可以改。"


def test_what_no_document_says_is_marked_wherever_an_administrator_decides_it(
    desk: Callable[[str], Desk],
) -> None:
    """At the scheme, in the difference, at the routes and the bodies; at a phone's size too."""
    admin = desk(ADMINISTRATOR)
    page = admin.visit("/desk/rules/scheme")
    expect(page.get_by_text(MEANS)).to_be_visible()
    page.get_by_text("各类隐患派给谁（10 条）").click()
    row = page.get_by_role("row").filter(has_text="消防大队")
    expect(row.get_by_text("建议", exact=True)).to_be_visible()
    page.get_by_text("机构（16 个）").click()
    page.get_by_text("频次要求").click()
    found = violations(page)
    page.get_by_role("button", name="交通运输行业线").first.click()
    admin.button("看会改什么").click()
    change = page.get_by_role("region", name="套用到本县")
    office = change.get_by_role("row").filter(has_text="港口航运渡口")
    expect(office.first.get_by_text("建议", exact=True)).to_be_visible()
    named = change.get_by_role("row").filter(has_text="道路客运行业")
    expect(named.first.get_by_text("建议", exact=True)).to_have_count(0)
    for path in ("/desk/rules/routing", "/desk/places/organizations"):
        admin.visit(path)
        expect(page.get_by_text(MEANS)).to_be_visible()
        expect(page.get_by_text("建议", exact=True).nth(3)).to_be_visible()
        found += violations(page)
        with admin.on_a_phone():
            found += cut_off(page, 1)
            expect(page.get_by_text("建议", exact=True).nth(1)).to_be_in_viewport()
    assert not found
