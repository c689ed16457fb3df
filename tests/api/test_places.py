"""Places and rules over HTTP."""

from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from tests import factories
from tests.conftest import SignInAs
from tests.factories import County
from tests.services.test_organizations import hazard

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[117.72, 34.55], [117.74, 34.55], [117.74, 34.57], [117.72, 34.55]]],
}


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


@pytest.fixture
async def administrator(county: County, sign_in_as: SignInAs) -> httpx.AsyncClient:
    return await sign_in_as(county.administrator)


async def test_a_village_with_a_grid_and_an_enterprise_is_set_up(
    administrator: httpx.AsyncClient, county: County
) -> None:
    """From nothing to a place that can be reported from."""
    village = {
        "kind": "village",
        "name": "新立村",
        "short_name": "新立",
        "code": "370405001299",
        "parent_id": str(county.townships[0].id),
    }
    answer = await administrator.post("/api/organizations", json=village)
    assert answer.status_code == 201
    made = answer.json()
    assert made["within_id"] == str(county.townships[0].id)
    grid = {
        "name": "新立一网格",
        "official_code": "370405001299001",
        "organization_id": made["id"],
        "outline": SQUARE,
        "valid_from": "2026-01-01",
    }
    answer = await administrator.post("/api/grids", json=grid)
    assert answer.status_code == 201
    drawn = answer.json()
    assert drawn["outline"]["type"] == "Polygon"
    assert (drawn["township"]["id"], drawn["gridworkers"]) == (str(county.townships[0].id), [])
    shop = {
        "name": "新立超市",
        "credit_code": "92370405MA00000151",
        "address": "新立村 1 号",
        "sector": "零售",
        "grid_id": drawn["id"],
        "lat": 34.56,
        "lon": 117.73,
        "contact_name": "李",
        "contact_phone": "0632-6611234",
    }
    answer = await administrator.post("/api/objects", json=shop)
    assert answer.status_code == 201
    assert "校验位" in answer.json()["credit_code_warning"]
    answer = await administrator.patch(f"/api/objects/{answer.json()['id']}", json={"is_key": True})
    assert answer.json()["is_key"] is True
    query = {"near_lat": "34.561", "near_lon": "117.73", "text": "新立"}
    (found,) = (await administrator.get("/api/objects", params=query)).json()["items"]
    assert found["distance_m"] == pytest.approx(111.2, abs=0.5)


async def test_a_body_is_closed_only_when_nothing_hangs_on_it(
    session: AsyncSession, administrator: httpx.AsyncClient, county: County
) -> None:
    fire = county.departments[0]
    await hazard(session, county, holder_id=fire.id)
    answer = await administrator.patch(f"/api/organizations/{fire.id}", json={"is_active": False})
    assert answer.status_code == 422
    assert answer.json()["fields"] == ["is_active"]
    assert "未办结" in answer.json()["zh"]


async def test_everybody_reads_names_rules_and_the_map(
    sign_in_as: SignInAs, county: County
) -> None:
    client = await sign_in_as(county.stranger)
    bodies = (await client.get("/api/organizations", params={"kind": "department"})).json()
    assert len(bodies) == 3
    grids = (await client.get("/api/grids", params={"is_mine": "true"})).json()
    assert [grid["gridworkers"] for grid in grids] == [["邻网格"]]
    rules = (await client.get("/api/rules")).json()
    assert {row["code"] for row in rules["categories"]} == {"fire", "building", "electricity"}
    assert date.fromisoformat(rules["calendar_known_until"])
    days = (await client.get("/api/rules/calendar/2026")).json()
    assert {
        "on": "2026-10-01",
        "is_workday": False,
        "reason": "国庆节",
        "source": "state_council",
    } in days
    county_map = (await client.get("/api/county/map")).json()
    assert county_map["outline"]["type"] == "Polygon"
    assert county_map["townships"] == []


async def test_departments_in_reach_of_a_case(
    session: AsyncSession, sign_in_as: SignInAs, county: County
) -> None:
    case = await hazard(session, county, holder_id=county.centre.id)
    officer = await sign_in_as(county.county_officer)
    path = "/api/organizations/reachable"
    found = (await officer.get(path, params={"hazard_id": str(case.id)})).json()
    assert {row["kind"] for row in found} == {"department", "safety_department"}
    stranger = await sign_in_as(county.stranger)
    for hazard_id in (case.id, uuid4()):
        answer = await stranger.get(path, params={"hazard_id": str(hazard_id)})
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/api/objects", {"cursor": "🦆"}),
        ("/api/objects", {"near_lat": "91", "near_lon": "0"}),
        ("/api/objects", {"near_lat": "nan", "near_lon": "nan"}),
        ("/api/objects", {"text": "x" * 41}),
        ("/api/people", {"cursor": "WzFd"}),
        ("/api/notifications", {"cursor": "WzFd"}),
        ("/api/organizations", {"kind": "castle"}),
        ("/api/rules/calendar/1999", {}),
    ],
)
async def test_odd_questions_are_refused_in_words(
    administrator: httpx.AsyncClient, path: str, query: dict[str, str]
) -> None:
    answer = await administrator.get(path, params=query)
    assert answer.status_code == 422
    assert answer.json()["zh"]


HOSTILE = ["'; drop table people; --", "%' or 1=1 --", "x\x00\u202ex", "${7*7}", "\\", "🦆"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("path", ["/api/people", "/api/objects"])
async def test_hostile_words_find_nothing_and_break_nothing(
    administrator: httpx.AsyncClient, path: str, text: str
) -> None:
    answer = await administrator.get(path, params={"text": text})
    assert answer.status_code == 200
    assert answer.json()["items"] == []


async def test_rules_are_edited_and_each_edit_answers_all_of_them(
    administrator: httpx.AsyncClient, county: County
) -> None:
    tile = {"name": "燃气", "name_en": "Gas", "icon": "gas", "position": 9}
    assert (await administrator.put("/api/rules/categories/gas", json=tile)).status_code == 200
    way = {"category_code": "gas", "department_id": str(county.departments[1].id)}
    answer = await administrator.post("/api/rules/routing", json=way)
    assert answer.status_code == 201
    (mine,) = [row for row in answer.json()["routing"] if row["category_code"] == "gas"]
    path = f"/api/rules/routing/{mine['id']}"
    assert (await administrator.put(path, json=way)).status_code == 200
    left = (await administrator.delete(path)).json()["routing"]
    assert mine["id"] not in {row["id"] for row in left}
    limit = {"hop": "rectify", "level": "major", "category_code": "gas", "amount": 3}
    limit["unit"] = "working_days"
    answer = await administrator.post("/api/rules/deadlines", json=limit)
    assert answer.status_code == 201
    (mine,) = [row for row in answer.json()["deadlines"] if row["category_code"] == "gas"]
    path = f"/api/rules/deadlines/{mine['id']}"
    changed = (await administrator.put(path, json={**limit, "amount": 4})).json()
    assert [row["amount"] for row in changed["deadlines"] if row["id"] == mine["id"]] == [4]
    assert (await administrator.delete(path)).status_code == 200
    hours: dict[str, Any] = {"spans": [{"opens": "08:00", "closes": "12:00"}]}
    kept = (await administrator.put("/api/rules/working-hours", json=hours)).json()
    assert kept["working_hours"] == [{"opens": "08:00:00", "closes": "12:00:00"}]
    day = {"is_workday": False, "reason": "防汛"}
    path = "/api/rules/calendar/days/2026-12-01"
    assert (await administrator.put(path, json=day)).json()["source"] == "county"
    assert (await administrator.delete(path)).status_code == 204
    assert (await administrator.delete(path)).status_code == 404


async def test_of_a_parameter_that_is_given_twice_one_counts_and_all_is_asked_of_it(
    administrator: httpx.AsyncClient, county: County
) -> None:
    """The last; a bad one before it goes nowhere, a good one before a bad one helps nobody."""
    one, other = (str(township.id) for township in county.townships[:2])
    last = await administrator.get(
        "/api/grids", params=[("township_id", one), ("township_id", other)]
    )
    alone = await administrator.get("/api/grids", params={"township_id": other})
    assert last.json() == alone.json()
    bad = await administrator.get("/api/grids", params=[("township_id", one), ("township_id", "x")])
    assert (bad.status_code, bad.json()["fields"]) == (422, ["township_id"])
