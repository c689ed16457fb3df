"""Reported situations: who hears of one, what desks do with it, what its reporter learns."""

import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import ChangedMeanwhile, Incomplete, NotFound, NotPermitted, SameIdOtherContent
from app.models.appeal import Appeal, AppealStatus
from app.models.base import new_id
from app.models.checklist import ChecklistItem, ItemKind
from app.models.notification import Notification
from app.models.person import Person, Post, Role
from app.models.situation import Situation, SituationStatus, SituationStepKind
from app.services import access, appeals, situations, visits
from app.services.appeals import StepAppeal
from app.services.situations import SituationQuery, StepSituation, WholeSituation
from app.services.visits import MakeVisit
from tests import factories
from tests import inspections as inspecting
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import County
from tests.patrols import a_visit, checklist, thing

K, S = SituationStepKind, SituationStatus


class Scene:
    def __init__(self, session: AsyncSession, settings: Settings, county: County) -> None:
        self.session, self.settings, self.county = session, settings, county

    async def build(self) -> "Scene":
        self.version = await checklist(self.session)
        named = update(ChecklistItem).where(ChecklistItem.code == "R-1")
        words = "有就选“有”。一般由住建、供电公司处理（建议）。"
        await self.session.execute(named.values(how_to=words))
        self.place = await thing(self.session, self.county.grids[0], "王家")
        return self

    async def visit(self, visit_id: UUID | None = None, **fields: Any) -> UUID:
        """One report in it; by the gridworker."""
        visit_id = visit_id or new_id()
        body = a_visit(visit_id, self.version, object_id=str(self.place.id))
        said = {"code": "R-1", "answer": "issue", "note": "王家办喜酒，约300人"}
        body |= {"answers": [*body["answers"], said], **fields}
        actor = await actor_of(self.session, self.settings, self.county.gridworker)
        command = MakeVisit.model_validate(body)
        await visits.make(self.session, actor, visit_id, command, json.dumps(body).encode())
        return visit_id

    async def reported(self) -> UUID:
        await self.visit()
        return (await self.session.scalars(select(Situation.id))).one()

    async def step(
        self, person: Person, id_: UUID, step: SituationStepKind, said: str = "", **more: Any
    ) -> None:
        command = StepSituation.model_validate({"step": step, "text": said, **more})
        actor = await actor_of(self.session, self.settings, person)
        body = command.model_dump_json().encode()
        step_id = more.pop("step_id", None) or new_id()
        await situations.step(self.session, actor, id_, step_id, command, body)

    async def read(self, person: Person, id_: UUID) -> WholeSituation:
        actor = await actor_of(self.session, self.settings, person)
        return await situations.read(self.session, actor, id_)

    async def found(self, person: Person, **query: Any) -> list[UUID]:
        actor = await actor_of(self.session, self.settings, person)
        page = await situations.find(self.session, actor, SituationQuery(**query))
        return [each.situation.id for each in page.items]

    async def told(self, person: Person) -> list[str]:
        query = select(Notification.kind).where(Notification.person_id == person.id)
        return list(await self.session.scalars(query.order_by(Notification.created_at)))


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings, freeze: Freeze) -> Scene:
    freeze("2026-11-23 09:15")
    return await Scene(session, settings, await factories.county(session)).build()


async def test_a_report_goes_to_the_ground_on_to_a_department_and_back_as_an_answer(
    scene: Scene,
) -> None:
    """The village has it, the township may act over it, the department sees it once it is its."""
    county = scene.county
    housing = county.departments[1]
    builder = await factories.person(scene.session, Role.HANDLER, housing)
    id_ = await scene.reported()
    for desk in (county.clerk, county.township_officer):
        assert await scene.told(desk) == ["situation.report"]
        assert await scene.found(desk, show="waiting") == [id_]
    for stranger in (county.handler, county.stranger, builder):
        with pytest.raises(NotFound):
            await scene.read(stranger, id_)
    whole = await scene.read(county.township_officer, id_)
    assert (whole.found.holder.id, whole.found.situation.place) == (county.villages[0].id, "王家")
    assert [body.id for body in whole.proposed] == [housing.id, county.departments[2].id]
    await scene.step(county.township_officer, id_, K.NOTE, "知道了，镇里去看")
    assert await scene.told(county.gridworker) == ["situation.note"]
    await scene.step(county.township_officer, id_, K.PASS_ON, "请看看搭棚", target_id=housing.id)
    assert await scene.told(builder) == ["situation.pass_on"]
    assert await scene.found(builder, show="waiting") == [id_]
    assert await scene.found(county.township_officer, show="waiting") == []
    with pytest.raises(NotPermitted):
        await scene.step(county.township_officer, id_, K.SETTLE, "不归我了")
    await scene.step(builder, id_, K.SETTLE, "棚子加固了，当天有人值守")
    assert await scene.told(county.gridworker) == ["situation.note", "situation.settle"]
    assert await scene.told(county.township_officer) == ["situation.report", "situation.settle"]
    whole = await scene.read(county.gridworker, id_)
    assert (whole.found.situation.status, whole.may) == (S.SETTLED, [])
    assert [step.kind for step in whole.steps] == [K.NOTE, K.PASS_ON, K.SETTLE]
    assert await scene.found(county.leader, status="settled") == [id_]
    assert await scene.found(county.gridworker, show="mine") == [id_]
    with pytest.raises(ChangedMeanwhile):
        await scene.step(builder, id_, K.NOTE, "再说一句")


async def test_what_cannot_be_solved_goes_to_the_next_above_up_to_the_county(scene: Scene) -> None:
    county, id_ = scene.county, await scene.reported()
    assert (await scene.read(county.clerk, id_)).may == [K.NOTE, K.RAISE, K.SETTLE]
    await scene.step(county.clerk, id_, K.RAISE, "村里办不了")
    assert await scene.told(county.township_officer) == ["situation.report", "situation.raise"]
    assert (await scene.read(county.clerk, id_)).may == []
    await scene.step(county.township_officer, id_, K.RAISE, "要县里协调")
    assert await scene.told(county.county_officer) == ["situation.raise"]
    whole = await scene.read(county.county_officer, id_)
    assert (whole.found.holder.id, whole.may) == (county.centre.id, [K.NOTE, K.PASS_ON, K.SETTLE])
    with pytest.raises(NotPermitted):
        await scene.step(county.county_officer, id_, K.RAISE, "再往上")
    back = county.townships[0].id
    await scene.step(county.county_officer, id_, K.PASS_ON, "镇里先办", target_id=back)
    await scene.step(county.township_officer, id_, K.SETTLE, "办好了")


async def test_each_step_has_its_side_and_its_words_and_comes_once(scene: Scene) -> None:
    county, id_ = scene.county, await scene.reported()
    for person in (county.gridworker, county.county_officer, county.leader):
        with pytest.raises(NotPermitted):
            await scene.step(person, id_, K.NOTE, "知道了")
    with pytest.raises(NotPermitted):
        await scene.step(county.clerk, id_, K.PASS_ON, "去", target_id=county.departments[0].id)
    for kind in (K.NOTE, K.PASS_ON, K.RAISE, K.SETTLE):
        with pytest.raises(Incomplete):
            await scene.step(county.township_officer, id_, kind)
    for target in (county.villages[0], county.townships[1], county.centre):
        with pytest.raises(NotFound):
            await scene.step(county.township_officer, id_, K.PASS_ON, "去", target_id=target.id)
    actor = await actor_of(scene.session, scene.settings, county.clerk)
    said, step_id = StepSituation(step=K.NOTE, text="知道了"), new_id()
    for _ in range(2):
        await situations.step(scene.session, actor, id_, step_id, said, b"one")
    assert len((await scene.read(county.clerk, id_)).steps) == 1
    with pytest.raises(SameIdOtherContent):
        await situations.step(scene.session, actor, id_, step_id, said, b"other")
    with pytest.raises(DBAPIError, match="append-only"):
        await scene.session.execute(text("update situation_steps set text = ''"))


async def test_a_village_without_anybody_leaves_it_to_the_township_and_a_repeat_makes_none(
    scene: Scene,
) -> None:
    county = scene.county
    away = update(Post).where(Post.person_id == county.clerk.id)
    await scene.session.execute(away.values(ends_on=access.today().replace(day=1)))
    visit_id = await scene.visit()
    await scene.visit(visit_id)
    row = (await scene.session.scalars(select(Situation))).one()
    assert (row.holder_id, row.visit_id) == (county.townships[0].id, visit_id)
    covered = {"code": "D-1", "answer": "issue", "note": "两家没走到"}
    other = new_id()
    await scene.visit(other, answers=[*a_visit(other, scene.version)["answers"], covered])
    assert len((await scene.session.scalars(select(Situation))).all()) == 1


async def test_open_ones_come_first_and_the_pages_follow_one_another(scene: Scene) -> None:
    county = scene.county
    ids: list[UUID] = []
    for _ in range(3):
        known = set(await scene.session.scalars(select(Situation.id)))
        await scene.visit()
        ids += set(await scene.session.scalars(select(Situation.id))) - known
    await scene.step(county.clerk, ids[2], K.SETTLE, "好了")
    listed = await scene.found(county.clerk)
    assert (set(listed[:2]), listed[2]) == ({ids[0], ids[1]}, ids[2])
    actor, cursor, paged = await actor_of(scene.session, scene.settings, county.clerk), None, []
    for _ in range(3):
        query = SituationQuery(limit=1, cursor=cursor)
        page = await situations.find(scene.session, actor, query)
        paged += [each.situation.id for each in page.items]
        cursor = page.next
    assert (paged, cursor) == (listed, None)


async def test_an_enterprises_troubles_become_an_appeal(scene: Scene) -> None:
    """JT-07: answered in the talk that there is, and confirmed by the enterprise itself."""
    county = scene.county
    kind = update(ChecklistItem).where(ChecklistItem.code == "R-1")
    await scene.session.execute(kind.values(kind=ItemKind.APPEAL))
    company = await factories.enterprise(
        scene.session, "红星饭店", county.villages[0], county.grids[0]
    )
    scene.place = company
    await scene.visit()
    assert (await scene.session.scalars(select(Situation))).all() == []
    appeal = (await scene.session.scalars(select(Appeal))).one()
    assert (appeal.place, appeal.subject, appeal.enterprise_id) == (
        "红星饭店",
        "问 R-1",
        company.id,
    )
    assert appeal.holder_id == county.townships[0].id
    assert await scene.told(county.township_officer) == ["appeal.ask"]
    township = await actor_of(scene.session, scene.settings, county.township_officer)
    said = StepAppeal(step="answer", text="下周一去办")
    await appeals.step(scene.session, township, appeal.id, new_id(), said, b"said")
    assert await scene.told(county.gridworker) == ["appeal.answer"]
    assert appeal.status is AppealStatus.ANSWERED


async def test_what_an_inspection_hears_arises_once_however_often_it_is_put_down(
    session: AsyncSession, settings: Settings, freeze: Freeze
) -> None:
    freeze(f"{inspecting.DAY} 10:00")
    inspection = await inspecting.Scene(session, settings, await factories.county(session)).build()
    officer = inspection.county.township_officer
    id_ = (await inspection.plan(officer)).found.inspection.id
    for note in ("要办酒席", "要办酒席，改到周六"):
        said = inspecting.issue(code="R-1", note=note, measure="")
        await inspection.record(officer, id_, answers=[said])
    row = (await session.scalars(select(Situation))).one()
    assert (row.inspection_id, row.text, row.place) == (id_, "要办酒席", "甲店")
    assert row.reporter_id == officer.id
