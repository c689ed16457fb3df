"""Errands: kept once, whole or refused, seen by their maker and the desks of that ground."""

import io
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.audit import AuditEntry
from app.models.base import new_id
from app.models.photo import Derivatives, Photo
from app.models.supervised_object import SupervisedObject
from tests import factories
from tests.conftest import Freeze, SignInAs
from tests.factories import County
from tests.patrols import thing

JSON = {"Content-Type": "application/json"}
NOON = "2026-11-26T12:00:00+08:00"


@dataclass
class Scene:
    county: County
    place: SupervisedObject
    phone: httpx.AsyncClient
    sign_in_as: SignInAs

    async def put(
        self, id_: UUID, phone: httpx.AsyncClient | None = None, **said: Any
    ) -> httpx.Response:
        known = {
            "kind": "delivery", "object_id": str(self.place.id), "topic": "消防安全告知书",
            "outcome": "signed", "receiver": "王老板", "occurred_at": NOON,
        }  # fmt: skip
        sent = {name: value for name, value in {**known, **said}.items() if value is not None}
        body = json.dumps(sent, ensure_ascii=False).encode()
        return await (phone or self.phone).put(f"/api/errands/{id_}", content=body, headers=JSON)


@pytest.fixture
async def scene(session: AsyncSession, sign_in_as: SignInAs, freeze: Freeze) -> Scene:
    freeze(NOON)
    county = await factories.county(session)
    place = await thing(session, county.grids[0], "河边饭店")
    return Scene(county, place, await sign_in_as(county.gridworker), sign_in_as)


async def test_it_is_receipted_once_and_reconcile_knows_it(scene: Scene) -> None:
    id_ = new_id()
    first, again = await scene.put(id_), await scene.put(id_)
    assert first.status_code == 200, first.text
    assert first.json() == again.json()
    other = await scene.put(id_, receiver="别人")
    assert (other.status_code, other.json()["code"]) == (409, "same_id_other_content")
    township = await scene.sign_in_as(scene.county.township_officer)
    assert (await scene.put(id_, township)).status_code == 409
    held = {"kind": "errand", "id": str(id_), "sha256": first.json()["receipt"]["sha256"]}
    answer = await scene.phone.post("/api/sync/reconcile", json={"items": [held]})
    assert answer.json()["items"][0]["status"] == "complete"
    path = {"kind": "errand", "id": str(id_), "path": f"/api/errands/{id_}"}
    body = {
        "body": "{}",
        "sha256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    }
    file = {"v": 1, "person": {"id": str(scene.county.gridworker.id)}, "photos": []}
    sent = json.dumps({**file, "items": [{**path, **body}]}).encode()
    brought = await scene.phone.post(
        "/api/sync/rescue", files={"file": ("records.json", sent, "application/json")}
    )
    assert brought.json()[0]["status"] == "refused"  # known as an errand, and not whole


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"outcome": None}, "outcome"),
        ({"kind": "call"}, "outcome"),
        ({"receiver": None}, "receiver"),
        ({"outcome": "refused"}, "note"),
        ({"outcome": "absent"}, "note"),
        ({"object_id": None, "grid_id": "ground"}, "place"),
    ],
)
async def test_what_is_not_whole_is_refused_in_words(
    scene: Scene, said: dict[str, Any], field: str
) -> None:
    ground = str(scene.county.grids[0].id)
    said = {name: ground if value == "ground" else value for name, value in said.items()}
    answer = await scene.put(new_id(), **said)
    assert (answer.status_code, answer.json()["fields"]) == (422, [field])


async def test_it_is_made_on_own_ground_and_seen_by_the_desks_of_that_ground(
    scene: Scene,
) -> None:
    county = scene.county
    words: dict[str, Any] = {"object_id": None, "outcome": None, "receiver": None}
    elsewhere: dict[str, Any] = {
        **words,
        "kind": "publicity",
        "place": "外村",
        "grid_id": str(county.grids[1].id),
    }
    assert (await scene.put(new_id(), **elsewhere)).status_code == 404
    stranger = await scene.sign_in_as(county.stranger)
    assert (await scene.put(new_id(), stranger)).status_code == 404
    assert (await scene.put(new_id(), await scene.sign_in_as(county.handler))).status_code == 403
    refused: dict[str, Any] = {"outcome": "refused", "receiver": None, "note": "说要问总部"}
    assert (await scene.put(new_id(), **refused)).status_code == 200
    here = {**elsewhere, "place": "村口广场", "grid_id": str(county.grids[0].id), "reached": 40}
    later: dict[str, Any] = {"topic": "用火用电", "occurred_at": "2026-11-26T12:30:00+08:00"}
    assert (await scene.put(new_id(), **here, **later)).status_code == 200

    async def seen(phone: httpx.AsyncClient, query: str = "") -> list[str]:
        answer = await phone.get(f"/api/errands{query}")
        return [row["place"] for row in answer.json()["items"]]

    officer = await scene.sign_in_as(county.township_officer)
    for phone in (scene.phone, officer):
        assert await seen(phone) == ["村口广场", "河边饭店"]
    assert await seen(stranger) == []
    assert await seen(await scene.sign_in_as(county.handler)) == []
    assert await seen(officer, "?outcome=refused") == ["河边饭店"]
    assert await seen(officer, f"?object_id={scene.place.id}") == ["河边饭店"]
    assert await seen(officer, "?words=用电") == ["村口广场"]
    assert await seen(officer, "?words=河边&kind=delivery") == ["河边饭店"]
    other = county.townships[1].id
    assert await seen(officer, f"?township_id={other}") == []
    first = (await officer.get("/api/errands?limit=1")).json()
    assert await seen(officer, f"?limit=1&cursor={first['next']}") == ["河边饭店"]


async def test_the_excel_file_tells_places_and_outcomes_and_who_took_it(
    scene: Scene, session: AsyncSession
) -> None:
    await scene.put(new_id())
    officer = await scene.sign_in_as(scene.county.township_officer)
    answer = await officer.get("/api/errands/export.xlsx?kind=delivery")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    heads, line = sheet.to_python()
    row = dict(zip(map(str, heads), line, strict=True))
    told = {"做什么": "送达文书", "地点": "河边饭店", "结果": "已签收", "签收人": "王老板"}
    assert {name: row[name] for name in told} == told
    entry = await session.scalar(select(AuditEntry).where(AuditEntry.kind == "errands.exported"))
    assert entry
    assert entry.data == {"kind": "delivery", "count": 1}
    assert (await scene.phone.get("/api/errands/export.xlsx")).status_code == 403


async def test_a_signature_waits_until_it_is_here_and_is_its_makers_own(
    scene: Scene, session: AsyncSession
) -> None:
    id_, photo_id = new_id(), new_id()
    promise = {
        "photo_id": str(photo_id), "sha256": "a" * 64, "size": 3, "role": "document",
        "source": "drawn", "taken_at": NOON, "lat": 34.5, "lon": 117.7,
    }  # fmt: skip
    assert (await scene.put(id_, photos=[promise])).status_code == 200
    officer = await scene.sign_in_as(scene.county.township_officer)

    async def photo() -> dict[str, Any]:
        page = (await officer.get("/api/errands")).json()
        (row,) = page["items"]
        (one,) = row["photos"]
        return dict(one)

    assert (await photo())["status"] == "waiting"
    path = f"/api/errands/{id_}/photos/{photo_id}"
    assert (await officer.get(path)).status_code == 404
    row = Photo(
        id=photo_id, sha256="a" * 64, size=3, content_type="image/jpeg", width=1, height=1,
        key="x", seq=1, received_at=clock.now(), uploaded_by_id=scene.county.stranger.id,
        derivatives=Derivatives.READY,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    assert (await photo())["status"] == "waiting"  # somebody else has sent it
    row.uploaded_by_id = scene.county.gridworker.id
    await session.flush()
    assert await photo() == {
        "id": str(photo_id), "role": "document", "source": "drawn", "status": "ready",
        "taken_at": "2026-11-26T04:00:00Z",
    }  # fmt: skip
