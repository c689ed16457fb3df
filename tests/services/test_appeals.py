"""Appeals: where they go, who answers, how whoever asked has the last word."""

import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import (
    ChangedMeanwhile,
    Incomplete,
    Invalid,
    NotFound,
    NotPermitted,
    SameIdOtherContent,
)
from app.models.appeal import AppealStatus, AppealStepKind
from app.models.base import new_id
from app.models.notification import Notification
from app.models.organization import Organization
from app.models.person import Person, Post, Role
from app.services import access, appeals
from app.services.appeals import AppealQuery, MakeAppeal, StepAppeal, WholeAppeal
from tests import factories
from tests.actors import actor_of
from tests.conftest import SignInAs
from tests.factories import County


class Scene:
    def __init__(self, session: AsyncSession, settings: Settings, county: County) -> None:
        self.session, self.settings, self.county = session, settings, county

    async def build(self) -> "Scene":
        village, ground = self.county.villages[0], self.county.grids[0]
        place = await factories.enterprise(self.session, "红星饭店", village, ground)
        self.body = await self.session.get_one(Organization, place.id)
        self.officer = await factories.person(self.session, Role.SAFETY_OFFICER, self.body)
        return self

    async def make(self, person: Person, id_: UUID | None = None, **said: Any) -> UUID:
        id_ = id_ or new_id()
        command = MakeAppeal.model_validate({"subject": "消防通道", "text": "请管一管", **said})
        actor = await actor_of(self.session, self.settings, person)
        await appeals.make(self.session, actor, id_, command, command.model_dump_json().encode())
        return id_

    async def step(self, person: Person, id_: UUID, step: str, said: str = "", **more: Any) -> None:
        command = StepAppeal.model_validate({"step": step, "text": said, **more})
        actor = await actor_of(self.session, self.settings, person)
        await appeals.step(self.session, actor, id_, new_id(), command, said.encode())

    async def read(self, person: Person, id_: UUID) -> WholeAppeal:
        return await appeals.read(
            self.session, await actor_of(self.session, self.settings, person), id_
        )

    async def waiting(self, person: Person) -> int:
        actor = await actor_of(self.session, self.settings, person)
        return len((await appeals.find(self.session, actor, AppealQuery(show="waiting"))).items)

    async def told(self, person: Person) -> list[str]:
        query = select(Notification.kind).where(Notification.person_id == person.id)
        return list(await self.session.scalars(query.order_by(Notification.created_at)))


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings) -> Scene:
    return await Scene(session, settings, await factories.county(session)).build()


async def test_an_appeal_goes_to_the_township_is_passed_on_and_comes_back_answered(
    scene: Scene,
) -> None:
    """Whoever asked has the last word; a department sees it only once it was passed on."""
    county, officer = scene.county, scene.officer
    id_ = await scene.make(officer)
    assert await scene.told(county.township_officer) == ["appeal.ask"]
    found = await scene.read(officer, id_)
    assert (found.found.appeal.place, found.found.holder.id) == (
        "红星饭店", county.townships[0].id,
    )  # fmt: skip
    for stranger in (county.handler, county.stranger, county.gridworker):
        with pytest.raises(NotFound):
            await scene.read(stranger, id_)
    fire = county.departments[0].id
    await scene.step(county.township_officer, id_, "pass_on", "请消防看一下", target_id=fire)
    assert await scene.told(county.handler) == ["appeal.pass_on"]
    with pytest.raises(NotPermitted):
        await scene.step(county.township_officer, id_, "answer", "不归我了")
    assert [await scene.waiting(one) for one in (county.handler, officer)] == [1, 0]
    await scene.step(county.handler, id_, "answer", "已清理")
    assert [await scene.waiting(one) for one in (county.handler, officer)] == [0, 1]
    await scene.step(officer, id_, "ask_again", "又堵了")
    await scene.step(county.handler, id_, "answer", "装了桩")
    await scene.step(officer, id_, "confirm")
    whole = await scene.read(county.county_officer, id_)
    assert whole.found.appeal.status is AppealStatus.CLOSED
    assert [step.kind.value for step in whole.steps] == [
        "ask", "pass_on", "answer", "ask_again", "answer", "confirm",
    ]  # fmt: skip
    assert (whole.may, (await scene.read(officer, id_)).may) == ([], [])
    assert await scene.told(officer) == ["appeal.answer", "appeal.answer"]


async def test_each_step_has_its_side_its_moment_and_its_words(scene: Scene) -> None:
    county, officer = scene.county, scene.officer
    id_ = await scene.make(officer)
    assert (await scene.read(county.township_officer, id_)).may == [
        AppealStepKind.PASS_ON, AppealStepKind.ANSWER,
    ]  # fmt: skip
    with pytest.raises(ChangedMeanwhile):
        await scene.step(officer, id_, "confirm")
    with pytest.raises(NotPermitted):
        await scene.step(officer, id_, "answer", "自问自答")
    with pytest.raises(Incomplete):
        await scene.step(county.township_officer, id_, "answer")
    for target in (county.villages[0], county.townships[1], scene.body):
        with pytest.raises(NotFound):
            await scene.step(county.township_officer, id_, "pass_on", "给", target_id=target.id)
    with pytest.raises(DBAPIError, match="append-only"):
        await scene.session.execute(text("update appeal_steps set text = ''"))


async def test_a_gridworker_asks_for_a_place_on_the_own_ground(scene: Scene) -> None:
    county = scene.county
    with pytest.raises(Invalid):
        await scene.make(county.gridworker)
    with pytest.raises(NotFound):
        await scene.make(county.gridworker, place="路口", grid_id=county.grids[1].id)
    with pytest.raises(NotPermitted):
        await scene.make(county.handler, place="路口")
    id_ = await scene.make(county.gridworker, place="文化路口")
    assert await scene.make(county.gridworker, id_, place="文化路口") == id_
    with pytest.raises(SameIdOtherContent):
        await scene.make(county.gridworker, id_, place="别处")
    assert await scene.told(county.township_officer) == ["appeal.ask"]
    with pytest.raises(NotFound):
        await scene.read(scene.officer, id_)
    away = update(Post).where(Post.person_id == county.gridworker.id)
    await scene.session.execute(away.values(ends_on=access.today() - timedelta(days=1)))
    assert await scene.make(county.gridworker, id_, place="文化路口") == id_
    with pytest.raises(NotPermitted):
        await scene.make(county.gridworker, place="文化路口")


async def test_a_phone_lets_go_of_it_by_its_receipt_and_brings_it_in_a_file_too(
    scene: Scene, sign_in_as: SignInAs
) -> None:
    phone, id_ = await sign_in_as(scene.county.gridworker), new_id()
    sent = {"contract": 1, "subject": "消防通道", "text": "请管一管", "place": "文化路口"}
    body = json.dumps(sent, ensure_ascii=False)
    first, again = [
        await phone.put(
            f"/api/appeals/{id_}", content=body, headers={"content-type": "application/json"}
        )
        for _ in range(2)
    ]
    sha256 = hashlib.sha256(body.encode()).hexdigest()
    assert first.json()["receipt"] == again.json()["receipt"], first.text
    assert first.json()["receipt"]["sha256"] == sha256
    other = await phone.put(f"/api/appeals/{id_}", json={**sent, "place": "别处"})
    assert (other.status_code, other.json()["code"]) == (409, "same_id_other_content")
    held = {"kind": "appeal", "id": str(id_), "sha256": sha256}
    told = await phone.post("/api/sync/reconcile", json={"items": [held]})
    assert told.json()["items"][0]["status"] == "complete"
    line = {"kind": "appeal", "id": str(id_), "path": f"/api/appeals/{id_}", "sha256": sha256}
    person = {"id": str(scene.county.gridworker.id)}
    file = {"v": 1, "person": person, "photos": [], "items": [{**line, "body": body}]}
    brought = await phone.post(
        "/api/sync/rescue",
        files={"file": ("records.json", json.dumps(file).encode(), "application/json")},
    )
    assert brought.json()[0]["status"] == "received", brought.text
