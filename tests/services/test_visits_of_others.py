"""Whose visits somebody sees, and which of the cases found there: own ground, own case."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import NotFound
from app.models.base import new_id
from app.models.person import Person, Role
from app.services import patrols, visits
from app.services.visits import FoundVisit, MakeVisit, VisitQuery
from tests import factories
from tests.actors import actor_of
from tests.cases import case, there
from tests.conftest import Freeze, SignInAs
from tests.factories import County
from tests.patrols import a_visit, checklist, duty, thing

CODES = ("A-1", "A-2", "A-3", "A-4")


@dataclass
class Scene:
    """A visit on each of two grids, each of which found a case of its own township."""

    session: AsyncSession
    settings: Settings
    county: County
    people: dict[str, Person] = field(default_factory=dict)
    visits: list[UUID] = field(default_factory=list)

    async def build(self) -> "Scene":
        session, county = self.session, self.county
        version = await checklist(session)
        await duty(session)
        for number, worker in enumerate((county.gridworker, county.stranger)):
            place = await thing(session, county.grids[number], f"店 {number}")
            hazard = await case(session, county, **(there(county) if number else {}))
            await self.visit(worker, version, place.id, hazard.id)
        await patrols.turn(session)
        self.people["officer"] = await factories.person(
            session, Role.TOWNSHIP_OFFICER, county.townships[1]
        )
        self.people["clerk"] = await factories.person(
            session, Role.VILLAGE_CLERK, county.villages[1]
        )
        return self

    async def visit(self, worker: Person, version: UUID, place: UUID, *found: UUID) -> None:
        id_ = new_id()
        base = a_visit(id_, version)["answers"]
        left = [code for code in CODES if code not in {said["code"] for said in base}]
        issues = [
            {"code": code, "answer": "issue", "hazard_id": str(hazard)}
            for code, hazard in zip(left, found, strict=False)
        ]
        body = a_visit(id_, version, object_id=str(place), answers=[*base, *issues])
        actor = await actor_of(self.session, self.settings, worker)
        command = MakeVisit.model_validate(body)
        await visits.make(self.session, actor, id_, command, json.dumps(body).encode())
        self.visits.append(id_)

    async def found(self, who: Person) -> Sequence[FoundVisit]:
        actor = await actor_of(self.session, self.settings, who)
        return (await visits.find(self.session, actor, VisitQuery())).items

    async def read(self, who: Person, number: int) -> FoundVisit:
        actor = await actor_of(self.session, self.settings, who)
        return await visits.read(self.session, actor, self.visits[number])


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings, freeze: Freeze) -> Scene:
    freeze("2026-11-23 09:15")
    return await Scene(session, settings, await factories.county(session)).build()


async def test_a_desk_finds_the_visits_of_its_own_ground_alone(scene: Scene) -> None:
    county, (here, over_there) = scene.county, scene.visits
    own: list[tuple[Person, set[UUID]]] = [
        (county.township_officer, {here}),
        (county.clerk, {here}),
        (scene.people["officer"], {over_there}),
        (scene.people["clerk"], {over_there}),
        (county.leader, {here, over_there}),
    ]
    for who, expected in own:
        assert {row.visit.id for row in await scene.found(who)} == expected, who.name


async def test_a_visit_elsewhere_is_as_good_as_none(scene: Scene) -> None:
    county = scene.county
    near = (county.gridworker, county.clerk, county.township_officer)
    far = (county.stranger, scene.people["clerk"], scene.people["officer"])
    for mine, people, others in ((0, near, far), (1, far, near)):
        for who in people:
            assert (await scene.read(who, mine)).visit.id == scene.visits[mine]
        for who in (*others, county.handler, county.administrator, county.auditor):
            with pytest.raises(NotFound):
                await scene.read(who, mine)


async def test_a_colleague_of_the_same_grid_reads_only_own_visits(scene: Scene) -> None:
    """On foot one sees what one has done oneself; the ground is looked over by desks."""
    with pytest.raises(NotFound):
        await scene.read(scene.county.chief, 0)


async def test_the_file_holds_what_the_list_holds(scene: Scene, sign_in_as: SignInAs) -> None:
    for who, expected in (
        (scene.county.township_officer, ["店 0"]),
        (scene.people["officer"], ["店 1"]),
        (scene.people["clerk"], ["店 1"]),
    ):
        answer = await (await sign_in_as(who)).get("/api/visits/export.xlsx")
        assert answer.status_code == 200, answer.text
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
        heads, *rows = sheet.to_python()
        assert [row[heads.index("场所")] for row in rows] == expected, who.name


async def test_a_case_that_went_elsewhere_stays_a_number_in_the_answer(
    scene: Scene, session: AsyncSession
) -> None:
    """The desk that may look at the visit is told of its case only while that is its own."""
    county = scene.county
    place = await thing(session, county.grids[0], "店 2")
    version = (await scene.read(county.leader, 0)).visit.checklist_version_id
    gone = await case(session, county, **there(county))
    await scene.visit(county.gridworker, version, place.id, gone.id)
    for who, sees in (
        (county.township_officer, False),
        (county.clerk, False),
        (county.gridworker, False),
        (county.leader, True),
    ):
        found = [answer for answer in (await scene.read(who, 2)).answers if answer.answer.hazard_id]
        assert [answer.answer.hazard_id for answer in found] == [gone.id]
        assert [answer.hazard is not None for answer in found] == [sees], who.name
        own = [answer.hazard for answer in (await scene.read(who, 0)).answers if answer.hazard]
        assert len(own) == 1, who.name
