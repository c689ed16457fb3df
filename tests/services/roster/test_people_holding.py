"""A row says how a post is held; of a post that is there already it is noted, and undone."""

import pytest

from app.models.person import Employment
from app.services import accounts
from app.services.roster.columns import JOB_TITLE, MOBILE, NAME
from app.services.roster.holding import DUTIES, EMPLOYMENT, SOURCE, TIME, cells
from tests.services.roster.office import NEW, Office

TOLD = {TIME: "兼职", SOURCE: "楼栋长", EMPLOYMENT: "单位聘用", DUTIES: "沿街商铺"}


async def test_a_new_post_and_one_that_is_there_say_it_and_undoing_unsays_it(
    office: Office,
) -> None:
    batch = await office.take_in(NEW)
    again = await office.take_in({**NEW, **TOLD})
    assert (batch.added, again.added, again.changed) == (1, 0, 1)
    (post,) = await office.posts(NEW[MOBILE])
    assert cells(post) == TOLD
    assert post.employment is Employment.HIRED
    third = await office.take_in({**NEW, **TOLD})
    assert third.changed == 0
    await office.undo(again)
    assert set(cells(post).values()) == {""}


async def test_a_new_person_comes_with_it_and_the_source_means_part_time(office: Office) -> None:
    await office.take_in({**NEW, SOURCE: "村里的电工"})
    (post,) = await office.posts(NEW[MOBILE])
    assert (post.is_full_time, post.part_time_source) == (False, "村里的电工")
    assert (await accounts.known_sources(office.session))[-1] == "村里的电工"
    assert len(await accounts.known_sources(office.session)) == 10


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ({TIME: "有时"}, TIME),
        ({TIME: "专职", SOURCE: "安全员"}, SOURCE),
        ({EMPLOYMENT: "借调"}, EMPLOYMENT),
        ({JOB_TITLE: "村（社区）干部", "网格": "", TIME: "专职"}, TIME),
    ],
)
async def test_what_cannot_be_is_told_at_its_cell(
    office: Office, said: dict[str, str], title: str
) -> None:
    row = {key: value for key, value in {**NEW, NAME: "新人", **said}.items() if value}
    assert title in (await office.errors(row))[2]
