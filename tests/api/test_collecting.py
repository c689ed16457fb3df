"""Collected objects over HTTP: receipts, repeats, reconcile, rescue, the way to a decision."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.base import new_id
from tests import factories
from tests.conftest import SignInAs
from tests.factories import County

JSON = {"Content-Type": "application/json"}


@dataclass
class Scene:
    county: County
    phone: httpx.AsyncClient
    desk: httpx.AsyncClient

    def body(self, **said: Any) -> bytes:
        known = {
            "contract": 2,
            "kind": "individual_business",
            "name": "老王修车铺",
            "grid_id": str(self.county.grids[0].id),
            "position": {"lat": 34.56, "lon": 117.73, "accuracy_m": 12},
            "occurred_at": "2026-11-22T10:00:00+08:00",
        }
        return json.dumps({**known, **said}, ensure_ascii=False).encode()

    async def put(self, ids: tuple[UUID, UUID], raw: bytes) -> httpx.Response:
        path = f"/api/objects/{ids[0]}/collections/{ids[1]}"
        return await self.phone.put(path, content=raw, headers=JSON)


@pytest.fixture
async def scene(session: AsyncSession, sign_in_as: SignInAs) -> Scene:
    county = await factories.county(session)
    return Scene(county, await sign_in_as(county.gridworker), await sign_in_as(county.clerk))


async def test_it_is_receipted_by_its_bytes_and_repeats_are_the_first_answer(scene: Scene) -> None:
    ids, raw = (new_id(), new_id()), scene.body()
    first, again = await scene.put(ids, raw), await scene.put(ids, raw)
    other = await scene.put(ids, raw + b" ")
    assert first.status_code == 200, first.text
    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (409, "same_id_other_content")
    sha256 = hashlib.sha256(raw).hexdigest()
    receipt, kept = first.json()["receipt"], first.json()["object"]
    assert (receipt["id"], receipt["sha256"], bool(receipt["mac"])) == (str(ids[1]), sha256, True)
    assert (kept["id"], kept["name"], kept["confirmed_at"]) == (str(ids[0]), "老王修车铺", None)

    held = {"kind": "collection", "id": str(ids[1]), "sha256": sha256}
    strange = {**held, "sha256": "0" * 64}
    for phone, one, status in (
        (scene.phone, held, "complete"),
        (scene.phone, strange, "differs"),
        (scene.desk, held, "unknown"),
    ):
        answer = await phone.post("/api/sync/reconcile", json={"items": [one]})
        assert answer.json()["items"][0]["status"] == status


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"contract": 99}, 422, "unknown_contract"),
        ({"kind": "bundle"}, 422, "invalid_input"),
        ({"name": ""}, 422, "invalid_input"),
        ({"grid_id": "01890000-0000-7000-8000-000000000000"}, 404, "not_found"),
        ({"credit_code": "12345"}, 200, None),  # warned about, not refused
    ],
)
async def test_what_cannot_be_right_is_refused_in_words(
    scene: Scene, said: dict[str, Any], status: int, code: str | None
) -> None:
    answer = await scene.put((new_id(), new_id()), scene.body(**said))
    assert (answer.status_code, answer.json().get("code")) == (status, code)
    if code is None:
        assert answer.json()["object"]["credit_code_warning"]


async def test_from_the_ground_to_the_ledger(scene: Scene) -> None:
    """Collected, sent back, corrected, confirmed: each side sees what the other has said."""
    id_ = new_id()
    await scene.put((id_, new_id()), scene.body())
    path = f"/api/objects/{id_}"
    assert (await scene.desk.get("/api/objects/gaps")).json()["confirmation"] == 1
    back = await scene.desk.post(f"{path}/return", json={"reason": "门牌号不对"})
    assert back.status_code == 200, back.text
    detail = back.json()["detail"]
    assert (detail["collected_by"], detail["collection"]["accuracy_m"]) == ("张网格", 12)
    assert (await scene.desk.get("/api/objects/gaps")).json()["confirmation"] == 0
    seen = (await scene.phone.get(path)).json()
    assert (seen["return_reason"], seen["confirmed_at"]) == ("门牌号不对", None)

    again = await scene.put((id_, new_id()), scene.body(address="运河街 21 号"))
    assert again.json()["object"]["return_reason"] is None
    read = {"read_at": detail["collection"]["received_at"]}  # the version before
    unseen = await scene.desk.put(f"{path}/confirmation", params=read)
    assert (unseen.status_code, unseen.json()["code"]) == (409, "changed_meanwhile")
    whole = (await scene.desk.get(path)).json()
    read = {"read_at": whole["detail"]["collection"]["received_at"]}
    confirmed = await scene.desk.put(f"{path}/confirmation", params=read)
    assert confirmed.json()["confirmed_at"], confirmed.text
    late = await scene.put((id_, new_id()), scene.body(address="运河街 22 号"))
    (change,) = late.json()["object"]["proposals"]  # confirmed now: a change for the desk
    assert [(line["field"], line["new"]) for line in change["lines"]] == [
        ("address", "运河街 22 号")
    ]
    accepted = await scene.desk.put(f"{path}/proposals/{change['id']}/acceptance")
    assert (accepted.json()["address"], accepted.json()["proposals"]) == ("运河街 22 号", [])
    assert (await scene.desk.post(f"{path}/return", json={"reason": "晚了"})).status_code == 409


async def test_a_rescue_file_brings_it_like_the_phone_would(scene: Scene) -> None:
    ids, raw = (new_id(), new_id()), scene.body()
    item = {
        "kind": "collection",
        "id": str(ids[1]),
        "path": f"/api/objects/{ids[0]}/collections/{ids[1]}",
        "body": raw.decode(),
        "sha256": hashlib.sha256(raw).hexdigest(),
    }
    person = {"id": str(scene.county.gridworker.id), "name": "张网格"}
    file = json.dumps({"v": 1, "person": person, "items": [item], "photos": []}).encode()
    for _ in range(2):
        answer = await scene.phone.post("/api/sync/rescue", files={"file": ("r.json", file)})
        assert [line["status"] for line in answer.json()] == ["received"]
    assert (await scene.put(ids, raw)).status_code == 200
