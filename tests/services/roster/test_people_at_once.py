"""Many rows are written at once: no statement a row; one that is refused takes no other along."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app import clock
from app.errors import Invalid
from app.models.base import new_id
from app.models.person import Person
from app.services.roster import PEOPLE
from app.services.roster.columns import GRID, JOB_TITLE, MOBILE, NAME
from app.services.roster.halving import each_whole
from tests import factories
from tests.services.roster import office as offices
from tests.services.roster.office import NEW, Office
from tests.statements import counted


def people(count: int, series: int) -> list[dict[str, Any]]:
    return [{**NEW, NAME: f"第{n}人", MOBILE: f"13{series}{n:08d}"} for n in range(count)]


async def test_more_people_take_no_more_statements(office: Office, engine: AsyncEngine) -> None:
    """Checked, taken in and undone."""
    few: list[str] = []
    many: list[str] = []
    for count, series, found in ((2, 3, []), (2, 4, few), (40, 5, many)):
        with counted(engine) as sent:
            batch = await office.take_in(*people(count, series))
            assert batch.added == count
            await office.undo(batch)
            assert batch.kept == 0
        found.extend(sent)
    assert len(few) > 10  # else nothing was counted
    assert len(many) <= len(few) + 2


async def test_one_that_is_refused_takes_no_other_along(session: AsyncSession) -> None:
    async def enter(names: Sequence[str]) -> Sequence[str]:
        for name in names:
            session.add(Person(id=new_id(), name=name, created_at=clock.now()))
            if name.startswith("坏"):
                raise Invalid(fields=["mobile"], reason_zh="不行。", reason_en="No.")
        await session.flush()
        return names

    asked = ["一", "二", "坏三", "四", "五", "坏六", "七"]
    found = await each_whole(session, asked, enter)
    no = {MOBILE: "不行"}
    assert found == ["一", "二", no, "四", "五", no, "七"]
    there = set(await session.scalars(select(Person.name).where(Person.name.in_(asked))))
    assert there == {"一", "二", "四", "五", "七"}


@pytest.mark.parametrize("at_once", [1, 3, 200])
async def test_a_place_of_one_is_given_once_however_the_file_is_cut(
    office: Office, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """Gridworkers of one grid are many, its chief is one; a line said twice is one too many."""
    monkeypatch.setattr(offices, "PEOPLE", replace(PEOPLE, at_once=at_once))
    await factories.grid(office.session, office.county.villages[0], name="二网格")
    here = {**NEW, GRID: "二网格"}
    errors = await office.errors(
        here,
        {**here, NAME: "同网格", MOBILE: "13911110002"},
        {**here, NAME: "网格长", MOBILE: "13911110003", JOB_TITLE: "网格长"},
        {**here, NAME: "又一个", MOBILE: "13911110004", JOB_TITLE: "网格长"},
        here,
    )
    assert errors == {
        5: {JOB_TITLE: "第 4 行已经把这个岗位给了网格长"},
        6: {JOB_TITLE: "和第 2 行重复"},
    }
