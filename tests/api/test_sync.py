"""Reconcile and changes over HTTP: what lets a phone delete, and what it is told."""

import base64
import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.models.base import new_id
from app.models.person import SignIn
from app.models.photo import Photo
from app.storage import ObjectStore
from tests import factories, pictures
from tests.conftest import SignInAs
from tests.factories import County
from tests.reports import report_of


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


@pytest.fixture
async def phone(county: County, sign_in_as: SignInAs) -> httpx.AsyncClient:
    return await sign_in_as(county.gridworker)


async def send(phone: httpx.AsyncClient, hazard_id: UUID, text: str) -> httpx.Response:
    headers = {"Content-Type": "application/json"}
    return await phone.put(f"/api/hazards/{hazard_id}", content=text.encode(), headers=headers)


def held(kind: str, id_: UUID, content: str | bytes) -> dict[str, str]:
    raw = content.encode() if isinstance(content, str) else content
    return {"kind": kind, "id": str(id_), "sha256": hashlib.sha256(raw).hexdigest()}


async def statuses(client: httpx.AsyncClient, *items: dict[str, str], **told: Any) -> list[str]:
    answer = await client.post("/api/sync/reconcile", json={"items": items, **told})
    assert answer.status_code == 200, answer.text
    assert [line["id"] for line in answer.json()["items"]] == [item["id"] for item in items]
    return [line["status"] for line in answer.json()["items"]]


async def test_a_report_is_complete_when_all_its_photos_are(phone: httpx.AsyncClient) -> None:
    bodies = [pictures.jpeg(1), pictures.jpeg(2)]
    hazard_id, (text, ids) = new_id(), report_of(*bodies)
    items = [held("hazard", hazard_id, text)]
    items += [held("photo", id_, body) for id_, body in zip(ids, bodies, strict=True)]
    assert await statuses(phone, *items) == ["unknown", "unknown", "unknown"]
    assert (await send(phone, hazard_id, text)).status_code == 200
    assert await statuses(phone, *items) == ["received", "unknown", "unknown"]
    await pictures.put(phone, ids[0], bodies[0])
    assert await statuses(phone, *items) == ["received", "complete", "unknown"]
    await pictures.put(phone, ids[1], bodies[1])
    assert await statuses(phone, *items) == ["complete", "complete", "complete"]


async def test_a_report_without_photos_is_complete_at_once(phone: httpx.AsyncClient) -> None:
    hazard_id, (text, _) = new_id(), report_of()
    await send(phone, hazard_id, text)
    assert await statuses(phone, held("hazard", hazard_id, text)) == ["complete"]


async def test_a_report_that_was_hurt_on_the_way_is_not_stored(phone: httpx.AsyncClient) -> None:
    hazard_id, (text, _) = new_id(), report_of()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    headers = {"Content-Type": "application/json", "Content-Digest": f"sha-256=:{digest}:"}
    for hurt in (text.replace("fire", "fird", 1), text[:-1] + ";", text[:-9]):
        assert hurt != text
        answer = await phone.put(
            f"/api/hazards/{hazard_id}", content=hurt.encode(), headers=headers
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "digest_mismatch")
    assert await statuses(phone, held("hazard", hazard_id, text)) == ["unknown"]
    whole = await phone.put(f"/api/hazards/{hazard_id}", content=text.encode(), headers=headers)
    assert whole.status_code == 200
    assert await statuses(phone, held("hazard", hazard_id, text)) == ["complete"]


async def test_a_step_is_known_as_a_step_not_as_a_report(phone: httpx.AsyncClient) -> None:
    hazard_id, action_id, (text, _) = new_id(), new_id(), report_of()
    await send(phone, hazard_id, text)
    step = json.dumps(
        {"action": "comment", "note": "已设警戒", "occurred_at": clock.now().isoformat()}
    )
    answer = await phone.put(
        f"/api/hazards/{hazard_id}/actions/{action_id}",
        content=step,
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 200, answer.text
    items = held("action", action_id, step), held("hazard", action_id, step)
    assert await statuses(phone, *items) == ["complete", "unknown"]


async def test_other_content_under_a_known_id_differs(phone: httpx.AsyncClient) -> None:
    hazard_id, (text, ids) = new_id(), report_of(pictures.jpeg(1))
    await send(phone, hazard_id, text)
    await pictures.put(phone, ids[0], pictures.jpeg(1))
    items = held("hazard", hazard_id, text + " "), held("photo", ids[0], pictures.jpeg(2))
    assert await statuses(phone, *items) == ["differs", "differs"]


async def test_what_belongs_to_others_is_unknown(
    phone: httpx.AsyncClient, county: County, sign_in_as: SignInAs
) -> None:
    hazard_id, (text, ids) = new_id(), report_of(pictures.jpeg(1))
    await send(phone, hazard_id, text)
    await pictures.put(phone, ids[0], pictures.jpeg(1))
    items = held("hazard", hazard_id, text), held("photo", ids[0], pictures.jpeg(1))
    for other in (county.stranger, county.chief):
        assert await statuses(await sign_in_as(other), *items) == ["unknown", "unknown"]


async def test_a_photo_that_the_store_has_lost_is_sent_again_and_whole_again(
    phone: httpx.AsyncClient, session: AsyncSession, settings: Settings, store: ObjectStore
) -> None:
    photo_id, body = new_id(), pictures.jpeg(1)
    first = await pictures.put(phone, photo_id, body)
    row = await session.get_one(Photo, photo_id)
    (path,) = pictures.files_in(settings)
    path.write_bytes(body[:-1])  # shorter than it was
    assert await statuses(phone, held("photo", photo_id, body)) == ["unknown"]
    path.unlink()  # a bucket set back to yesterday
    assert await statuses(phone, held("photo", photo_id, body)) == ["unknown"]
    assert (await pictures.put(phone, photo_id, body)).json() == first.json()
    assert await statuses(phone, held("photo", photo_id, body)) == ["complete"]
    assert await store.get(row.key) == body


async def test_while_the_store_is_out_nothing_is_complete_and_reports_still_arrive(
    phone: httpx.AsyncClient, app: FastAPI
) -> None:
    bodies = [pictures.jpeg(seed) for seed in range(20)]
    photo_ids = [new_id() for _ in bodies]
    for photo_id, body in zip(photo_ids, bodies, strict=True):
        await pictures.put(phone, photo_id, body)
    app.state.storage = pictures.store_that_is_out()
    hazard_id, (text, ids) = new_id(), report_of(pictures.jpeg(99))
    assert (await send(phone, hazard_id, text)).status_code == 200
    assert (await pictures.put(phone, ids[0], pictures.jpeg(99))).status_code == 503
    items = [held("photo", id_, body) for id_, body in zip(photo_ids, bodies, strict=True)]
    answers = await statuses(phone, held("hazard", hazard_id, text), *items)
    assert answers == ["received"] * 21


async def test_the_server_learns_how_much_waits_on_the_phone(
    phone: httpx.AsyncClient, session: AsyncSession, county: County
) -> None:
    oldest = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    told = {"unsent_count": 3, "oldest_unsent_at": oldest.isoformat(), "app_version": "1.2.3"}
    await statuses(phone, **told)
    query = select(SignIn).where(SignIn.person_id == county.gridworker.id)
    row = await session.scalar(query.execution_options(populate_existing=True))
    assert row is not None
    assert (row.unsent_count, row.oldest_unsent_at, row.app_version) == (3, oldest, "1.2.3")


@pytest.mark.parametrize(
    "wrong",
    [
        {"items": [{"kind": "hazard", "id": "x", "sha256": "0" * 64}]},
        {"items": [{"kind": "person", "id": str(UUID(int=1)), "sha256": "0" * 64}]},
        {"items": [{"kind": "photo", "id": str(UUID(int=1)), "sha256": "0" * 63}]},
        {"items": [held("photo", UUID(int=1), b"")] * 501},
        {"items": [], "unsent_count": -1},
        {"items": [], "is_admin": True},
    ],
)
async def test_holdings_that_make_no_sense_are_refused(
    wrong: dict[str, Any], phone: httpx.AsyncClient
) -> None:
    assert (await phone.post("/api/sync/reconcile", json=wrong)).status_code == 422


async def test_the_feed_brings_whole_cases_with_the_state_of_their_photos(
    phone: httpx.AsyncClient,
) -> None:
    empty = (await phone.get("/api/sync/changes")).json()
    assert empty["reset"]
    assert empty["hazards"] == []
    hazard_id, (text, ids) = new_id(), report_of(pictures.jpeg(1))
    await send(phone, hazard_id, text)
    # the test is one transaction: the feed itself is tested with real commits (test_feed)
    whole = (await phone.get("/api/sync/changes")).json()
    (hazard,) = whole["hazards"]
    assert (hazard["id"], hazard["photos_received"], hazard["photos_expected"]) == (
        str(hazard_id), 0, 1,
    )  # fmt: skip
    assert hazard["photos"][0]["status"] == "waiting"
    await pictures.put(phone, ids[0], pictures.jpeg(1))
    (hazard,) = (await phone.get("/api/sync/changes")).json()["hazards"]
    assert hazard["photos_received"] == 1
    assert hazard["photos"][0]["status"] == "received"


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", f"since={'x' * 121}"])
async def test_a_page_has_its_limits(query: str, phone: httpx.AsyncClient) -> None:
    assert (await phone.get(f"/api/sync/changes?{query}")).status_code == 422


async def test_without_a_session_there_is_nothing_to_sync(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/sync/changes")).status_code == 401
    assert (await client.get("/api/stream")).status_code == 401
    assert (await client.post("/api/sync/reconcile", json={"items": []})).status_code == 401
    assert (await client.post("/api/sync/rescue", files={"file": b"{}"})).status_code == 401
