"""Visits and reasons over HTTP: receipts, repeats, reconcile, rescue, checklists by version."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.base import new_id
from app.models.visit import LastLook
from app.services import last_backup, patrols
from app.services.last_backup import LastBackup
from app.services.visits import spots
from tests import factories
from tests.conftest import Freeze, SignInAs
from tests.factories import County
from tests.patrols import CODES, a_visit, checklist, duty, thing

JSON = {"Content-Type": "application/json"}


@dataclass
class Scene:
    county: County
    phone: httpx.AsyncClient
    version: UUID
    task: dict[str, Any]


@pytest.fixture
async def scene(session: AsyncSession, sign_in_as: SignInAs, freeze: Freeze) -> Scene:
    freeze("2026-11-26 09:15")
    county = await factories.county(session)
    version = await checklist(session)
    await duty(session)
    await thing(session, county.grids[0], "河边饭店", lat=34.56, lon=117.73)
    await patrols.turn(session)
    phone = await sign_in_as(county.gridworker)
    mine = (await phone.get("/api/patrols/mine")).json()
    return Scene(county, phone, version, mine["tasks"][0])


def bytes_of(body: dict[str, Any]) -> tuple[bytes, str]:
    raw = json.dumps(body, ensure_ascii=False).encode()
    return raw, hashlib.sha256(raw).hexdigest()


async def test_the_phone_learns_its_tasks_and_the_lists_it_must_keep(scene: Scene) -> None:
    mine = (await scene.phone.get("/api/patrols/mine")).json()
    assert mine["day"] == "2026-11-26"
    assert mine["list_ids"] == [str(scene.version)]
    assert scene.task["object"] == {
        "id": scene.task["object"]["id"], "kind": "individual_business", "name": "河边饭店",
        "address": "一路 1 号", "is_key": False, "division": None, "is_small": None,
        "lat": 34.56, "lon": 117.73,
    }  # fmt: skip
    kept = (await scene.phone.get(f"/api/checklists/versions/{scene.version}")).json()
    assert [item["code"] for item in kept["items"]] == ["A-1", "A-2", "A-3", "A-4", "R-1", "D-1"]


async def test_a_visit_is_receipted_by_its_bytes_and_repeats_are_the_first_answer(
    scene: Scene, sign_in_as: SignInAs
) -> None:
    visit_id = new_id()
    raw, sha256 = bytes_of(a_visit(visit_id, scene.version, task_id=scene.task["id"]))
    first = await scene.phone.put(f"/api/visits/{visit_id}", content=raw, headers=JSON)
    again = await scene.phone.put(f"/api/visits/{visit_id}", content=raw, headers=JSON)
    other = await scene.phone.put(f"/api/visits/{visit_id}", content=raw + b" ", headers=JSON)

    assert first.status_code == again.status_code == 200, first.text
    assert first.json() == again.json()
    assert first.json()["receipt"]["sha256"] == sha256
    assert first.json()["task_id"] == scene.task["id"]
    assert other.status_code == 409
    assert (await scene.phone.get("/api/patrols/mine")).json()["tasks"] == []
    township = await sign_in_as(scene.county.township_officer)
    (seen,) = (await township.get("/api/visits")).json()["items"]
    assert (seen["id"], seen["object"]["name"], seen["questions"]) == (str(visit_id), "河边饭店", 6)


async def test_an_open_visit_says_of_every_question_what_was_answered(
    scene: Scene, sign_in_as: SignInAs
) -> None:
    visit_id = new_id()
    drawn = spots(visit_id, [code for code in CODES if code.startswith("A")])
    said = [
        {"code": drawn[0], "answer": "issue", "hazard_id": str(new_id())},
        {"code": drawn[1], "answer": "not_applicable"},
        {"code": "R-1", "answer": "issue", "note": "后院在盖房"},
    ]
    body = a_visit(visit_id, scene.version, task_id=scene.task["id"], answers=said)
    raw, _ = bytes_of(body)
    made = await scene.phone.put(f"/api/visits/{visit_id}", content=raw, headers=JSON)
    assert made.status_code == 200, made.text
    township = await sign_in_as(scene.county.township_officer)
    seen = (await township.get(f"/api/visits/{visit_id}")).json()
    assert [(one["code"], one["answer"], one["note"]) for one in seen["answers"]] == [
        (drawn[0], "issue", ""),
        (drawn[1], "not_applicable", ""),
        ("R-1", "issue", "后院在盖房"),
    ]
    rest = [code for code in CODES if code not in {*drawn, "R-1"}]
    assert [one["code"] for one in seen["rest"]] == rest
    stranger = await sign_in_as(scene.county.stranger)
    assert (await stranger.get(f"/api/visits/{visit_id}")).status_code == 404


async def test_a_reason_is_receipted_and_moves_the_task(scene: Scene, sign_in_as: SignInAs) -> None:
    delay_id = new_id()
    raw, sha256 = bytes_of({"reason": "closed", "occurred_at": "2026-11-26T09:00:00+08:00"})
    path = f"/api/patrols/tasks/{scene.task['id']}/delays/{delay_id}"
    first = await scene.phone.put(path, content=raw, headers=JSON)
    again = await scene.phone.put(path, content=raw, headers=JSON)
    assert first.json() == again.json()
    assert first.json()["due_on"] == "2026-11-27"
    assert first.json()["receipt"]["id"] == str(delay_id)
    township = await sign_in_as(scene.county.township_officer)
    (late,) = (await township.get("/api/patrols/tasks", params={"show": "late"})).json()["items"]
    assert (late["original_due_on"], late["due_on"], late["rollovers"]) == (
        "2026-11-26",
        "2026-11-27",
        1,
    )
    assert late["delays"][0]["reason"] == "closed"
    query = {"due_from": "2026-11-01", "due_to": "2026-11-30"}
    (line,) = (await township.get("/api/patrols/board", params=query)).json()
    assert (line["grid"]["name"], line["planned"], line["reasons"]) == (
        "文化社区网格",
        1,
        {"closed": 1},
    )

    held = {"kind": "delay", "id": str(delay_id), "sha256": sha256}
    answer = await scene.phone.post("/api/sync/reconcile", json={"items": [held]})
    assert answer.json()["items"][0]["status"] == "complete"


async def test_a_phone_keeps_a_reason_until_a_backup_has_the_reason_not_only_the_nights_line(
    scene: Scene, session: AsyncSession, app: FastAPI, freeze: Freeze
) -> None:
    """The night's line is older than the last backup; what was said about it is not."""
    app.state.settings = app.state.settings.model_copy(update={"phone_keeps_hours": 72})
    freeze("2026-11-27 00:05")
    await patrols.turn(session)
    backup = LastBackup(
        taken_at=freeze("2026-11-27 03:00"), objects=0, bytes=0, faults=0, is_encrypted=False
    )
    await last_backup.note(app.state.storage, backup)
    freeze("2026-11-27 08:00")
    delay_id = new_id()
    raw, sha256 = bytes_of({"reason": "weather", "occurred_at": "2026-11-26T17:00:00+08:00"})
    path = f"/api/patrols/tasks/{scene.task['id']}/delays/{delay_id}"
    assert (await scene.phone.put(path, content=raw, headers=JSON)).status_code == 200

    held = {"kind": "delay", "id": str(delay_id), "sha256": sha256}
    answer = await scene.phone.post("/api/sync/reconcile", json={"items": [held]})
    assert answer.json()["items"][0]["status"] == "received"


async def test_no_receipt_is_given_for_a_task_that_did_not_get_the_reason(
    scene: Scene, session: AsyncSession
) -> None:
    await thing(session, scene.county.grids[0], "山脚作坊")
    await patrols.turn(session)
    tasks = (await scene.phone.get("/api/patrols/mine")).json()["tasks"]
    (other,) = (task for task in tasks if task["id"] != scene.task["id"])
    delay_id = new_id()
    raw, _ = bytes_of({"reason": "closed", "occurred_at": "2026-11-26T09:00:00+08:00"})
    answers = [
        await scene.phone.put(
            f"/api/patrols/tasks/{task['id']}/delays/{delay_id}", content=raw, headers=JSON
        )
        for task in (scene.task, other)
    ]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[1].json()["code"] == "same_id_other_content"


async def test_reconcile_knows_visits_their_hash_and_their_owner(
    scene: Scene, sign_in_as: SignInAs
) -> None:
    visit_id = new_id()
    raw, sha256 = bytes_of(a_visit(visit_id, scene.version, task_id=scene.task["id"]))
    await scene.phone.put(f"/api/visits/{visit_id}", content=raw, headers=JSON)

    async def status(phone: httpx.AsyncClient, id_: UUID, digest: str) -> str:
        held = {"kind": "visit", "id": str(id_), "sha256": digest}
        answer = await phone.post("/api/sync/reconcile", json={"items": [held]})
        return str(answer.json()["items"][0]["status"])

    assert await status(scene.phone, visit_id, sha256) == "complete"
    assert await status(scene.phone, visit_id, "0" * 64) == "differs"
    assert await status(scene.phone, new_id(), sha256) == "unknown"
    stranger = await sign_in_as(scene.county.stranger)
    assert await status(stranger, visit_id, sha256) == "unknown"


async def test_a_rescue_file_brings_visits_and_reasons(scene: Scene, session: AsyncSession) -> None:
    visit_id, delay_id = new_id(), new_id()
    visit, visit_sha = bytes_of(a_visit(visit_id, scene.version, task_id=scene.task["id"]))
    why, why_sha = bytes_of({"reason": "weather", "occurred_at": "2026-11-26T09:00:00+08:00"})
    reason = f"/api/patrols/tasks/{scene.task['id']}/delays/{delay_id}"
    items = [
        ("delay", delay_id, reason, why, why_sha),
        ("visit", visit_id, f"/api/visits/{visit_id}", visit, visit_sha),
        ("visit", visit_id, f"/api/elsewhere/{visit_id}", visit, visit_sha),
    ]  # fmt: skip
    whole = {
        "v": 1,
        "person": {"id": str(scene.county.gridworker.id), "name": "张网格"},
        "photos": [],
        "items": [
            {"kind": kind, "id": str(id_), "path": path, "body": raw.decode(), "sha256": sha}
            for kind, id_, path, raw, sha in items
        ],
    }
    file = {"file": ("records.json", json.dumps(whole).encode(), "application/json")}
    answer = await scene.phone.post("/api/sync/rescue", files=file)
    assert [line["status"] for line in answer.json()] == ["received", "received", "refused"]
    done = await scene.phone.get(f"/api/visits/{visit_id}")
    assert done.json()["person"] == "张网格"
    looked_at = await session.scalars(select(LastLook.object_id))
    assert [str(id_) for id_ in looked_at] == [scene.task["object"]["id"]]
