"""An enterprise that is a grid is in use again: who had a place has it with the same press."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
import pytest
from playwright.sync_api import expect

from app.models.base import new_id
from tests.e2e.accessibility import violations
from tests.e2e.conftest import Snap
from tests.e2e.desk import Desk
from tests.running import RunningApp

pytestmark = pytest.mark.e2e
TOWNSHIP = "赵立新"
# As a scheme whose lowest level are the enterprises would have made it (S0-18).
_GRID = """insert into grids (id, kind, name, organization_id, external_codes, valid_from)
  values (%s, 'exclusive', %s, %s, '{}', current_date - 30)"""
_PLACE = """insert into slot_assignments (id, grid_id, role, person_id, title, starts_on)
  select gen_random_uuid(), %s, 'direct_responsible', p.id, '副主任', current_date - 30
  from people p where p.name = %s limit 1"""
_QUIET = """select o.id, o.name from supervised_objects o
  join grids g on g.id = o.grid_id join organizations v on v.id = g.organization_id
  where o.organization_id is not null and o.closed_on is null and v.within_id = %s
    and not exists (select from hazards h where h.enterprise_id = o.id
      and h.state not in ('archived', 'merged', 'voided'))
  order by o.id limit 1"""


@contextmanager
def leaf(county: RunningApp, township: str) -> Iterator[tuple[UUID, str]]:
    """An enterprise of the township that is a grid of its own, with somebody in a place on it."""
    url, grid_id = county.database_url.replace("+psycopg", "", 1), new_id()
    with psycopg.connect(url, autocommit=True) as link:
        found = link.execute(_QUIET, [township]).fetchone()
        assert found, "no enterprise of the township is without an open case"
        link.execute(_GRID, [grid_id, found[1], found[0]])
        assert link.execute(_PLACE, [grid_id, TOWNSHIP]).rowcount == 1
        try:
            yield found[0], found[1]
        finally:
            link.execute("update grids set valid_to = current_date where id = %s", [grid_id])


def test_an_enterprise_in_use_again_has_its_people_with_the_same_press(
    county: RunningApp, desk: Callable[[str], Desk], snap: Snap
) -> None:
    officer = desk(TOWNSHIP)
    seat = officer.context.request.get(f"{officer.origin}/api/session").json()["seats"][0]
    with leaf(county, seat["organization"]["id"]) as (place, name):
        page = officer.visit(f"/desk/ledger/{place}")
        officer.button("停用").click()
        page.get_by_label("原因").fill("停产整顿")
        officer.button("保存").click()
        expect(page.get_by_text("起停用。")).to_be_visible()
        officer.button("重新启用").click()
        form = page.get_by_role("group", name="停用前谁负责")
        ticked = form.get_by_role("checkbox", name=TOWNSHIP)
        expect(ticked).to_be_checked()
        assert violations(page) == []
        with officer.on_a_phone():
            assert violations(page) == []
        snap(page, "desk-ledger-reopen")
        page.get_by_label("原因").fill("验收合格，复工")
        officer.button("重新启用").click()
        expect(page.get_by_text("起停用。")).to_have_count(0)
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        with psycopg.connect(county.database_url.replace("+psycopg", "", 1)) as link:
            again = link.execute(
                "select count(*) from slot_assignments s join grids g on g.id = s.grid_id"
                " where g.organization_id = %s and g.valid_to is null and s.ends_on is null",
                [place],
            ).fetchone()
        assert again == (1,)
