"""Importing a phone's rescue file: the same services, line by line, as often as wanted."""

import base64
import hashlib
import json
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.base import new_id
from app.models.event import Event, Stranger
from app.models.hazard import Hazard
from app.models.person import Role
from app.models.photo import Photo
from app.services.hazard_flow import Action
from app.services.rescue.importing import BY_FILE
from tests import factories, pictures
from tests.conftest import SignInAs
from tests.factories import County
from tests.reports import report_of

BODIES = [pictures.jpeg(1), pictures.jpeg(2)]


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


@pytest.fixture
async def phone(county: County, sign_in_as: SignInAs) -> httpx.AsyncClient:
    return await sign_in_as(county.gridworker)


def item(kind: str, id_: UUID, path: str, body: str | None) -> dict[str, Any]:
    digest = hashlib.sha256((body or "").encode()).hexdigest()
    own = {"seq": 1, "item": {"attempts": 3}}  # the phone's own bookkeeping is nobody's business
    return {"kind": kind, "id": str(id_), "path": path, "body": body, "sha256": digest, **own}


def report_item(hazard_id: UUID, body: str) -> dict[str, Any]:
    return item("report", hazard_id, f"/api/hazards/{hazard_id}", body)


def photo_item(photo_id: UUID, body: bytes, **wrong: Any) -> dict[str, Any]:
    return {
        "id": str(photo_id),
        "sha256": pictures.sha256(body),
        "size": len(body),
        "type": "image/jpeg",
        "base64": base64.b64encode(body).decode(),
        "row": {},
        **wrong,
    }


class Export:
    """A rescue file: one report, a comment on it, its two photos."""

    def __init__(self, county: County) -> None:
        self.hazard_id, self.action_id = new_id(), new_id()
        text, self.photo_ids = report_of(*BODIES)
        step = {"action": "comment", "note": "已拉警戒线", "occurred_at": clock.now().isoformat()}
        path = f"/api/hazards/{self.hazard_id}/actions/{self.action_id}"
        self.person = {"id": str(county.gridworker.id), "name": county.gridworker.name}
        self.items = [
            report_item(self.hazard_id, text),
            item("action", self.action_id, path, json.dumps(step)),
        ]
        pairs = zip(self.photo_ids, BODIES, strict=True)
        self.photos = [photo_item(id_, body) for id_, body in pairs]

    def raw(self) -> bytes:
        head = {"v": 1, "exported_at": "2026-11-22T01:00:00Z", "drafts": [{"id": "x"}]}
        lines = {"person": self.person, "items": self.items, "photos": self.photos}
        return json.dumps(head | lines, ensure_ascii=False).encode()


@pytest.fixture
def export(county: County) -> Export:
    return Export(county)


async def send(client: httpx.AsyncClient, raw: bytes) -> httpx.Response:
    return await client.post("/api/sync/rescue", files={"file": ("safegrid.json", raw)})


async def statuses(client: httpx.AsyncClient, export: Export) -> dict[str, str]:
    answer = await send(client, export.raw())
    assert answer.status_code == 200, answer.text
    return {line["id"]: line["status"] for line in answer.json()}


async def count(session: AsyncSession, table: type[Any]) -> int:
    return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_reports_steps_and_photos_arrive_as_if_the_phone_had_sent_them(
    phone: httpx.AsyncClient, session: AsyncSession, export: Export, county: County
) -> None:
    found = await statuses(phone, export)
    assert set(found.values()) == {"received"}
    assert len(found) == 4
    hazard = await session.get_one(Hazard, export.hazard_id, populate_existing=True)
    assert hazard.reporter_id == county.gridworker.id
    assert (hazard.photos_received, hazard.photos_expected) == (2, 2)


async def test_the_same_file_again_changes_nothing(
    phone: httpx.AsyncClient, session: AsyncSession, export: Export
) -> None:
    first = await statuses(phone, export)
    events = await count(session, Event)
    assert await statuses(phone, export) == first
    assert (await count(session, Event), await count(session, Photo)) == (events, 2)


async def test_what_the_phone_sent_before_is_recognised(
    phone: httpx.AsyncClient, session: AsyncSession, export: Export
) -> None:
    first = export.items[0]
    headers = {"Content-Type": "application/json"}
    assert (await phone.put(first["path"], content=first["body"], headers=headers)).is_success
    await pictures.put(phone, export.photo_ids[0], BODIES[0])
    assert set((await statuses(phone, export)).values()) == {"received"}
    assert (await count(session, Hazard), await count(session, Photo)) == (1, 2)


async def test_one_bad_line_harms_no_other(
    phone: httpx.AsyncClient, session: AsyncSession, export: Export
) -> None:
    bad_id, foreign_id, lost_id, pdf_id, cut_id = [new_id() for _ in range(5)]
    incomplete, _ = report_of(place="")
    export.items[1:1] = [
        report_item(bad_id, incomplete),
        item("visit", foreign_id, "/api/people/1", "{}"),
        item("photo", lost_id, f"/api/photos/{lost_id}", None),
    ]
    export.photos[1:1] = [
        photo_item(pdf_id, pictures.PDF),
        photo_item(cut_id, BODIES[0], base64="%%%"),
    ]
    found = await statuses(phone, export)
    refused = {str(id_) for id_ in (bad_id, foreign_id, lost_id, pdf_id, cut_id)}
    assert {id_ for id_, status in found.items() if status == "refused"} == refused
    assert {id_ for id_, status in found.items() if status == "received"} == (
        {str(export.hazard_id), str(export.action_id)} | {str(id_) for id_ in export.photo_ids}
    )
    assert (await count(session, Hazard), await count(session, Photo)) == (1, 2)


async def test_every_refused_line_says_why_in_both_languages(
    phone: httpx.AsyncClient, export: Export
) -> None:
    incomplete, _ = report_of(place="")
    export.items = [report_item(new_id(), incomplete)]
    export.photos = []
    (line,) = (await send(phone, export.raw())).json()
    assert "位置或场所" in line["zh"]
    assert "Still missing" in line["en"]


async def test_a_damaged_record_is_not_believed(
    phone: httpx.AsyncClient, session: AsyncSession, export: Export
) -> None:
    export.items[0]["body"] = export.items[0]["body"].replace("楼道", "屋顶")
    found = await statuses(phone, export)
    assert found[str(export.hazard_id)] == "refused"
    assert await count(session, Hazard) == 0


async def test_other_content_under_a_known_id_is_kept_aside(
    phone: httpx.AsyncClient, session: AsyncSession, export: Export
) -> None:
    await statuses(phone, export)
    text, _ = report_of(note="另一份内容")
    export.items = [report_item(export.hazard_id, text)]
    export.photos = [photo_item(export.photo_ids[0], pictures.jpeg(9))]
    assert set((await statuses(phone, export)).values()) == {"refused"}
    assert await count(session, Stranger) == 2
    assert await count(session, Hazard) == 1


async def test_while_the_store_is_out_texts_arrive_and_photos_come_later(
    phone: httpx.AsyncClient, session: AsyncSession, export: Export, app: FastAPI
) -> None:
    app.state.storage = pictures.store_that_is_out()
    found = await statuses(phone, export)
    assert [found[str(id_)] for id_ in export.photo_ids] == ["later", "later"]
    assert found[str(export.hazard_id)] == "received"


@pytest.mark.parametrize("who", ["stranger", "chief", "county_officer", "foreign_officer"])
async def test_nobody_else_imports_the_records_of_a_person(
    who: str, county: County, sign_in_as: SignInAs, session: AsyncSession, export: Export
) -> None:
    foreign = await factories.person(session, Role.TOWNSHIP_OFFICER, county.townships[1])
    answer = await send(await sign_in_as(getattr(county, who, foreign)), export.raw())
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert "张网格" in answer.json()["zh"]
    assert (await count(session, Hazard), await count(session, Photo)) == (0, 0)


@pytest.fixture(params=["township_officer", "administrator"])
async def officer(
    request: pytest.FixtureRequest, county: County, sign_in_as: SignInAs
) -> httpx.AsyncClient:
    return await sign_in_as(getattr(county, request.param))


async def test_an_officer_brings_in_the_records_of_a_dead_phone(
    officer: httpx.AsyncClient, session: AsyncSession, export: Export, county: County
) -> None:
    assert set((await statuses(officer, export)).values()) == {"received"}
    hazard = await session.get_one(Hazard, export.hazard_id, populate_existing=True)
    assert hazard.reporter_id == county.gridworker.id
    assert (hazard.photos_received, hazard.photos_expected) == (2, 2)
    told = list(await session.scalars(select(Event).where(Event.hazard_id == export.hazard_id)))
    assert len(told) == 3  # reported, passed on, commented
    for event in told:
        assert event.actor_id == county.gridworker.id
        assert event.data["brought_by"]["id"] not in {None, str(county.gridworker.id)}


async def test_the_phone_that_comes_to_life_again_sends_only_repeats(
    officer: httpx.AsyncClient, phone: httpx.AsyncClient, session: AsyncSession, export: Export
) -> None:
    await statuses(officer, export)
    events = await count(session, Event)
    headers = {"Content-Type": "application/json"}
    for line in export.items:
        answer = await phone.put(line["path"], content=line["body"], headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.json()["receipt"]["sha256"] == line["sha256"]
    for photo_id, body in zip(export.photo_ids, BODIES, strict=True):
        assert (await pictures.put(phone, photo_id, body)).is_success
    assert set((await statuses(officer, export)).values()) == {"received"}
    assert (await count(session, Event), await count(session, Photo)) == (events, 2)
    assert await count(session, Stranger) == 0


@pytest.mark.parametrize("action", sorted(set(Action) - BY_FILE))
async def test_no_verdict_and_no_decision_comes_by_somebody_elses_file(
    action: Action, officer: httpx.AsyncClient, session: AsyncSession, export: Export
) -> None:
    step = json.loads(export.items[1]["body"]) | {"action": action.value}
    export.items[1] = item("action", export.action_id, export.items[1]["path"], json.dumps(step))
    found = await statuses(officer, export)
    assert found[str(export.action_id)] == "refused"
    assert found[str(export.hazard_id)] == "received"
    assert await count(session, Event) == 2


async def test_a_brought_file_lends_no_rights_of_a_desk(
    officer: httpx.AsyncClient, session: AsyncSession, export: Export, county: County
) -> None:
    """A handler's file, or a desk officer's: without their post there is nothing they may do."""
    export.person = {"id": str(county.clerk.id), "name": county.clerk.name}
    found = await statuses(officer, export)
    assert found[str(export.hazard_id)] == "refused"
    assert await count(session, Hazard) == 0


def file_of(**parts: Any) -> bytes:
    whole = {"v": 1, "person": {"id": str(UUID(int=1))}, "items": [], "photos": []}
    return json.dumps(whole | parts).encode()


HOSTILE = {
    "nothing": b"",
    "a photo": BODIES[0],
    "half a file": file_of()[:-5],
    "another version": file_of(v=2),
    "no person": file_of(person=None),
    "a list": b"[]",
    "deep nesting": b"[" * 100_000,
    "nesting inside": b'{"v":1,"items":' + b'{"a":' * 50_000,
    "millions of small things": b'{"v":1,"items":[' + b"{}," * 2_000_000 + b"{}]}",
    "too many lines": file_of(photos=[photo_item(UUID(int=1), b"")] * 2001),
    "a lone surrogate": file_of(person={"id": str(UUID(int=1)), "name": "\ud800"}),
    "bytes that are no text": b'{"v":1,"person":"\xff\xfe"}',
}


@pytest.mark.parametrize("what", HOSTILE)
async def test_a_hostile_file_is_refused_in_words(what: str, phone: httpx.AsyncClient) -> None:
    answer = await send(phone, HOSTILE[what])
    assert answer.status_code == 422
    assert "不是本系统导出的记录文件" in answer.json()["zh"]


async def test_a_file_of_more_than_sixty_megabytes_is_refused(phone: httpx.AsyncClient) -> None:
    for size in (60 * 1024 * 1024 + 1, 80 * 1024 * 1024):
        answer = await send(phone, bytes(size))
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
