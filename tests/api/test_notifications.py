"""Inbox, views and suggestions over HTTP."""

from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.services import notifications
from tests import factories
from tests.conftest import SignInAs
from tests.factories import County
from tests.services.test_organizations import hazard


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


async def test_a_line_is_read_on_one_device_and_gone_on_the_other(
    session: AsyncSession, sign_in_as: SignInAs, county: County
) -> None:
    params = {"number": "TEZ-2026-000001"}
    for number in range(31):
        await notifications.tell(
            session, [county.handler.id], "assigned", None, params, f"event:{number}"
        )
    desk, phone = await sign_in_as(county.handler), await sign_in_as(county.handler)
    page = (await desk.get("/api/notifications")).json()
    assert (len(page["items"]), page["unread"]) == (30, 31)
    assert page["items"][0]["params"] == params
    rest = (await desk.get("/api/notifications", params={"cursor": page["next"]})).json()
    assert (len(rest["items"]), rest["next"]) == (1, None)
    read = {"ids": [page["items"][0]["id"]]}
    assert (await desk.post("/api/notifications/read", json=read)).status_code == 204
    assert (await phone.get("/api/session")).json()["unread"] == 30
    assert (await desk.post("/api/notifications/read", json={})).status_code == 204
    assert (await phone.get("/api/notifications")).json()["unread"] == 0


async def test_queues_and_saved_views_come_with_counts(
    session: AsyncSession, sign_in_as: SignInAs, county: County
) -> None:
    await hazard(session, county, holder_id=county.townships[0].id)
    desk = await sign_in_as(county.township_officer)
    view = f"/api/views/{uuid4()}"
    body = {"name": "消防", "filters": {"category": ["fire"], "is_open": True}}
    for _ in range(2):
        found = (await desk.put(view, json=body)).json()
    assert [(row["name"], row["count"]) for row in found["saved"]] == [("消防", 1)]
    triage = found["queues"][0]
    assert (triage["key"], triage["count"], triage["is_count_capped"]) == ("triage", 1, False)
    assert triage["filters"]["queue"] == "holder"
    other = await sign_in_as(county.county_officer)
    assert (await other.delete(view)).status_code == 404
    assert (await desk.delete(view)).json()["saved"] == []


async def test_a_queues_count_is_what_its_list_holds(
    session: AsyncSession, sign_in_as: SignInAs, county: County
) -> None:
    """Every queue of every person: list and count agree."""
    await hazard(session, county, holder_id=county.townships[0].id)
    await hazard(session, county, holder_id=county.centre.id, is_major_confirmed=True)
    await hazard(session, county, state="done", department_id=county.departments[0].id)
    for who in ("gridworker", "clerk", "township_officer", "county_officer", "handler", "leader"):
        client = await sign_in_as(getattr(county, who))
        for queue in (await client.get("/api/views")).json()["queues"]:
            query = {
                name: value
                for name, value in queue["filters"].items()
                if value not in (None, [], "")
            }
            listed = (await client.get("/api/hazards", params=query)).json()
            assert len(listed["items"]) == queue["count"], (who, queue["key"])


async def test_a_suggestion_is_said_answered_and_found_in_the_inbox(
    sign_in_as: SignInAs, county: County
) -> None:
    worker = await sign_in_as(county.gridworker)
    administrator = await sign_in_as(county.administrator)
    path = f"/api/suggestions/{uuid4()}"
    said = (await worker.put(path, json={"text": "字太小"})).json()
    assert (said["person"], said["answer"]) == ("张网格", None)
    assert (await worker.put(path, json={"text": "字太小"})).json() == said
    assert (await worker.put(path, json={"text": "别的"})).status_code == 409
    assert (await worker.post(f"{path}/answer", json={"answer": "好"})).status_code == 403
    answer = await administrator.post(f"{path}/answer", json={"answer": "「我的」里可以调大字"})
    assert answer.status_code == 200
    assert (await worker.get("/api/suggestions")).json() == [answer.json()]
    inbox = (await worker.get("/api/notifications")).json()
    assert (inbox["items"][0]["kind"], inbox["unread"]) == ("suggestion_answered", 1)
    clerk = await sign_in_as(county.clerk)
    assert (await clerk.get("/api/suggestions")).json() == []
