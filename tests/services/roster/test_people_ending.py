"""An end date of the roster ends what somebody has; large rosters come back in one file."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.models.person import Person, Post
from app.services import access, accounts, imports
from app.services.accounts import EditPost
from app.services.roster import PEOPLE
from app.services.roster.columns import BODY, JOB_TITLE, MOBILE, NAME, SINCE, UNTIL
from tests.services.roster import office as offices
from tests.services.roster.office import HERE, NEW, Office, sheet

IN_TEN = access.today() + timedelta(days=10)


def day(of: date) -> str:
    return of.isoformat()


def line(person: Person, job: str, **more: Any) -> dict[str, Any]:
    return {NAME: person.name, MOBILE: person.mobile, BODY: HERE, JOB_TITLE: job, **more}


async def only(office: Office, person: Person) -> Post:
    (post,) = await office.posts(person.mobile or "")
    return post


async def test_a_post_ends_on_the_day_and_undone_goes_on(office: Office) -> None:
    worker = office.county.gridworker
    leaving = line(worker, "网格员", **{UNTIL: day(IN_TEN)})
    batch = await office.take_in(leaving)
    assert (batch.added, batch.changed, batch.wrong) == (0, 1, 0)
    assert (await only(office, worker)).ends_on == IN_TEN
    again = await office.take_in(leaving)
    assert (again.changed, again.wrong) == (0, 0), "the same file changes nothing"
    await office.undo(batch)
    assert (batch.kept, (await only(office, worker)).ends_on) == (0, None)


async def test_today_is_a_day_on_which_one_may_leave(office: Office) -> None:
    worker = office.county.gridworker
    await office.take_in(line(worker, "网格员", **{UNTIL: day(access.today())}))
    assert (await only(office, worker)).ends_on == access.today()


async def test_an_end_that_was_given_another_day_since_stays(office: Office) -> None:
    worker = office.county.gridworker
    batch = await office.take_in(line(worker, "网格员", **{UNTIL: day(IN_TEN)}))
    post = await only(office, worker)
    other = IN_TEN + timedelta(days=1)
    security = await office.of(office.county.security)
    await accounts.edit_post(office.session, security.actor, post.id, EditPost(ends_on=other))
    await office.undo(batch)
    assert (batch.kept, post.ends_on) == (1, other)


async def test_who_is_new_comes_until_the_day_and_goes_whole_with_the_batch(
    office: Office,
) -> None:
    batch = await office.take_in({**NEW, UNTIL: day(IN_TEN)})
    (post,) = await office.posts(NEW[MOBILE])
    assert (post.starts_on, post.ends_on) == (access.today(), IN_TEN)
    await office.undo(batch)
    assert (batch.kept, await office.posts(NEW[MOBILE])) == (0, [])


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({UNTIL: "2026-01-05"}, "已经过去"),
        ({UNTIL: day(IN_TEN), SINCE: day(IN_TEN + timedelta(days=1))}, "早于"),
        ({UNTIL: "下周"}, "现在是"),
    ],
)
async def test_a_day_on_which_nothing_can_end_is_told_at_its_cell(
    office: Office, more: dict[str, Any], said: str
) -> None:
    (errors,) = (await office.errors({**NEW, **more})).values()
    assert said in errors[UNTIL]


@pytest.mark.parametrize("at_once", [1, 200])
async def test_who_leaves_and_who_follows_stand_in_one_file(
    office: Office, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(offices, "PEOPLE", replace(PEOPLE, at_once=at_once))
    chief = office.county.chief
    grid = office.county.grids[0].name
    follows = {
        **NEW, JOB_TITLE: "网格长", "网格": grid, SINCE: day(IN_TEN + timedelta(days=1)),
    }  # fmt: skip
    (errors,) = (await office.errors(follows)).values()
    assert chief.name in errors[JOB_TITLE]
    leaves = line(chief, "网格长", **{UNTIL: day(IN_TEN), "网格": grid})
    batch = await office.take_in(leaves, follows)
    assert (batch.added, batch.changed, batch.wrong) == (1, 1, 0)
    (post,) = await office.posts(NEW[MOBILE])
    assert post.starts_on == IN_TEN + timedelta(days=1)
    await office.undo(batch)
    assert (batch.kept, (await only(office, chief)).ends_on) == (0, None)


async def test_two_rows_that_end_the_same_are_one_too_many(office: Office) -> None:
    worker = office.county.gridworker
    rows = [line(worker, "网格员", **{UNTIL: day(IN_TEN + timedelta(days=n))}) for n in range(2)]
    (errors,) = (await office.errors(*rows)).values()
    assert "重复" in errors[JOB_TITLE]


async def test_more_than_ten_thousand_lines_come_in_one_file(office: Office) -> None:
    lines = [{**NEW, MOBILE: f"139{n:08d}"} for n in range(10_001)]
    batch = await imports.begin(office.session, office.actor, PEOPLE, "全县.xlsx", sheet(*lines))
    assert batch.total == 10_001
