"""Duty cards: for those who walk a grid, with the duties in force and offices' numbers alone."""

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.obligation import Obligation
from app.services import documents, schemes
from app.services.access import SYSTEM
from app.services.documents.cards import Task
from tests import factories
from tests.conftest import SignInAs
from tests.factories import County
from tests.services.schemes.ground import DIVISIONS


@pytest.fixture
async def county(session: AsyncSession) -> County:
    county = await factories.county(session)
    await schemes.apply(session, SYSTEM, schemes.named("s3"), DIVISIONS)
    return county


async def test_each_who_walks_the_grid_has_one_with_the_duties_in_force(
    session: AsyncSession, county: County
) -> None:
    found = await documents.cards(session, county.grids[0].id)
    assert [(one.place, one.name, one.tasks) for one in found.cards] == [
        ("网格长", "王格长", ()),
        (
            "网格员",
            "张网格",
            (Task("网格员每 15 天巡查生产经营单位和重点部位", is_proposal=False),),
        ),
    ]
    await session.execute(update(Obligation).values(is_proposal=True))
    proposed = await documents.cards(session, county.grids[0].id)
    assert [task.is_proposal for one in proposed.cards for task in one.tasks] == [True]
    await session.execute(update(Obligation).values(is_active=False))
    again = await documents.cards(session, county.grids[0].id)
    assert [one.tasks for one in again.cards] == [(), ()]


async def test_a_proposal_is_marked_on_the_sheet_until_the_county_has_decided(
    session: AsyncSession, county: County, sign_in_as: SignInAs
) -> None:
    admin = await sign_in_as(county.administrator)
    path = f"/api/grids/{county.grids[0].id}"
    assert "建议" not in (await admin.get(f"{path}/papers/cards.svg")).text
    await session.execute(update(Obligation).values(is_proposal=True))
    drawn = (await admin.get(f"{path}/papers/cards.svg")).text
    assert "（建议）" in drawn
    assert "文件没有写" in drawn
    (card,) = [
        one for one in (await admin.get(f"{path}/duty-cards")).json()["cards"] if one["tasks"]
    ]
    assert [task["is_proposal"] for task in card["tasks"]] == [True]
    (duty,) = [
        one
        for one in (await admin.get("/api/obligations")).json()["duties"]
        if one["name"] == card["tasks"][0]["name"]
    ]
    decided = {"name": duty["name"], "basis": duty["basis"], **duty["now"]}
    answer = await admin.put(f"/api/obligations/{duty['key']}", json=decided)
    assert answer.status_code == 200, answer.text
    assert "建议" not in (await admin.get(f"{path}/papers/cards.svg")).text


async def test_numbers_are_those_of_offices_the_nearest_first(
    session: AsyncSession, county: County
) -> None:
    county.townships[0].phone, county.centre.phone = "0632-1", "0632-2"
    await session.flush()
    found = await documents.cards(session, county.grids[0].id)
    assert [(one.office, one.phone) for one in found.calls] == [
        ("运河街道", "0632-1"),
        (county.centre.short_name, "0632-2"),
    ]


async def test_no_private_number_stands_on_a_card(county: County, sign_in_as: SignInAs) -> None:
    admin = await sign_in_as(county.administrator)
    assert (await admin.put("/api/rules/notice", json={"phones": "own"})).status_code == 200
    client = await sign_in_as(county.township_officer)
    answer = await client.get(f"/api/grids/{county.grids[0].id}/duty-cards")
    assert answer.json()["cards"][1]["name"] == "张网格"
    assert str(county.gridworker.mobile) not in answer.text
