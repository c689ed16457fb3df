"""Who sees which case: one clause, the same everywhere, and never more than that (S2-5)."""

import io
import zipfile
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.errors import NotFound, NotPermitted
from app.models.base import new_id
from app.models.hazard import Hazard, State
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Role
from app.services import hazards
from app.services.hazard_flow import Action
from app.services.hazards import HazardFilters, HazardQuery
from tests import cases, factories
from tests.walking import A, Walk

DAY = timedelta(days=1)


@dataclass
class Scene:
    """Cases all over the county, by name, and people of every role."""

    walk: Walk
    cases: dict[str, Hazard]
    people: dict[str, Person]

    def ids(self, *names: str) -> set[UUID]:
        return {self.cases[name].id for name in names}


ALL = "own quiet here there passed assigned station merged_here merged_there"
SEES: dict[str, str] = {
    "gridworker": "own quiet here passed assigned station merged_here",
    "colleague": "own quiet here passed assigned station merged_here",
    "chief": "own quiet here passed assigned station merged_here",
    "clerk": "own quiet here passed assigned station merged_here",
    "township_officer": "own quiet here passed assigned station merged_here",
    "far_gridworker": "there merged_there own",
    "far_township_officer": "there merged_there",
    "county_officer": ALL,
    "supervisor": ALL,
    "leader": ALL,
    "administrator": "",
    "handler": "assigned",
    "idle_handler": "",
    "station_handler": "station",
    "safety_officer": "here",
    "village_employee": "",
    "nobody": "",
}


@pytest.fixture
async def scene(walk: Walk) -> Scene:
    c, session = walk.county, walk.session
    make = factories.person
    station = await factories.organization(
        session, OrganizationKind.DEPARTMENT, "安监站", c.townships[0]
    )
    shop = await factories.enterprise(session, "永安饭店", c.villages[0], c.grids[0])
    shop_body = await session.get_one(Organization, shop.id)
    other_grid = await factories.grid(session, c.villages[0])
    people = {
        "gridworker": c.gridworker,
        "colleague": await make(session, Role.GRIDWORKER, c.villages[0], c.grids[0]),
        "chief": c.chief,
        "clerk": c.clerk,
        "township_officer": c.township_officer,
        "far_gridworker": c.stranger,
        "far_township_officer": await make(session, Role.TOWNSHIP_OFFICER, c.townships[1]),
        "county_officer": c.county_officer,
        "supervisor": c.supervisor,
        "leader": c.leader,
        "administrator": c.administrator,
        "handler": c.handler,
        "idle_handler": await make(session, Role.HANDLER, c.departments[2]),
        "station_handler": await make(session, Role.HANDLER, station),
        "safety_officer": await make(session, Role.SAFETY_OFFICER, shop_body),
        "village_employee": await make(session, Role.GRIDWORKER, c.villages[0], other_grid),
        "nobody": await make(session),
    }
    cases = {
        "own": await walk.report(),
        "quiet": await walk.report(escalate=False),
        "here": await walk.report(c.chief, enterprise_id=shop.id),
        "there": await walk.report(c.stranger, grid_id=c.grids[1].id),
        "passed": await walk.to(State.ESCALATED),
        "assigned": await walk.to(State.ASSIGNED),
        "station": await walk.report(),
        "merged_here": await walk.report(),
        "merged_there": await walk.report(c.stranger, grid_id=c.grids[1].id),
    }
    await walk.act(c.township_officer, cases["station"], A.ASSIGN, department_id=station.id)
    await walk.act(c.township_officer, cases["own"], A.ESCALATE)
    await walk.act(people["far_township_officer"], cases["merged_there"], A.ESCALATE)
    twin, near_twin = cases["own"].id, cases["passed"].id
    await walk.act(c.county_officer, cases["merged_there"], A.MERGE, duplicate_of=twin)
    await walk.act(c.township_officer, cases["merged_here"], A.MERGE, duplicate_of=near_twin)
    return Scene(walk, cases, people)


async def listed(scene: Scene, person: str, **filters: object) -> set[UUID]:
    """Every page of the list, three rows at a time."""
    actor = await scene.walk.actor(scene.people[person])
    found: list[UUID] = []
    query = HazardQuery.model_validate({"limit": 3, **filters})
    while True:
        page = await hazards.find(scene.walk.session, actor, query)
        found += [hazard.id for hazard in page.hazards]
        if page.next is None:
            break
        query = query.model_copy(update={"cursor": page.next})
    assert len(found) == len(set(found))
    return set(found)


@pytest.mark.parametrize("person", SEES)
async def test_the_list_the_case_and_the_count_agree(scene: Scene, person: str) -> None:
    session = scene.walk.session
    actor = await scene.walk.actor(scene.people[person])
    readable = set()
    for id_ in await session.scalars(select(Hazard.id)):
        try:
            readable.add((await hazards.read(session, actor, id_)).id)
        except NotFound:
            continue
    assert readable == scene.ids(*SEES[person].split())
    assert await listed(scene, person) == readable
    assert await listed(scene, person, order="newest") == readable
    week = {"received_from": clock.now() - 3 * DAY, "received_to": clock.now() + 3 * DAY}
    assert await listed(scene, person, **week) == readable
    counted = await hazards.count(session, actor, HazardFilters())
    assert counted.count == len(readable)
    assert await listed(scene, person, text="安全出口") == readable


PLACES = ("township_id", "village_id", "grid_id", "department_id", "enterprise_id")


@pytest.mark.parametrize("person", SEES)
async def test_a_filter_by_place_or_body_neither_hides_nor_opens(scene: Scene, person: str) -> None:
    """Of what the filter pins, the clause of visibility is decided before the database is asked."""
    seen = [scene.cases[name] for name in SEES[person].split()]
    for column in PLACES:
        for value in {getattr(case, column) for case in scene.cases.values()} - {None}:
            wanted = {case.id for case in seen if getattr(case, column) == value}
            assert await listed(scene, person, **{column: value}) == wanted, column


@pytest.mark.parametrize("person", ["handler", "far_township_officer", "nobody"])
async def test_what_one_does_not_see_does_not_exist(scene: Scene, person: str) -> None:
    session, hidden = scene.walk.session, scene.cases["quiet"]
    actor = await scene.walk.actor(scene.people[person])
    for id_ in (hidden.id, new_id()):
        for look in (hazards.read, hazards.timeline, hazards.nearby, hazards.claim, hazards.view):
            with pytest.raises(NotFound):
                await look(session, actor, id_)
        with pytest.raises(NotFound):
            await hazards.snooze(session, actor, id_, None)
    with pytest.raises(NotFound):
        await scene.walk.act(scene.people[person], hidden, A.COMMENT)
    asked = [case.id for case in scene.cases.values()]
    preview = await hazards.preview(session, scene.walk.settings, actor, Action.COMMENT, asked)
    assert {line.id for line in preview} == scene.ids(*SEES[person].split())


async def test_the_export_holds_what_the_list_holds(scene: Scene) -> None:
    session, settings = scene.walk.session, scene.walk.settings
    for person in ("township_officer", "handler", "county_officer"):
        actor = await scene.walk.actor(scene.people[person])
        book = await hazards.export(session, settings, actor, HazardFilters())
        sheet = zipfile.ZipFile(io.BytesIO(book.body)).read("xl/worksheets/sheet1.xml").decode()
        assert sheet.count("<row ") == 1 + len(SEES[person].split())
    gridworker = await scene.walk.actor(scene.people["gridworker"])
    with pytest.raises(NotPermitted):
        await hazards.export(session, settings, gridworker, HazardFilters())


async def test_rights_end_with_the_post(scene: Scene) -> None:
    person = scene.people["handler"]
    before = await scene.walk.actor(person)
    after = replace(before, seats=())
    session = scene.walk.session
    assert (await hazards.count(session, before, HazardFilters())).count == 1
    assert (await hazards.count(session, after, HazardFilters())).count == 0


async def test_whom_a_case_has_concerned_keeps_seeing_it(walk: Walk) -> None:
    c, session = walk.county, walk.session
    helper = await factories.person(session, Role.HANDLER, c.departments[2])
    next_one = await factories.person(session, Role.HANDLER, c.departments[1])
    hazard = await walk.to(State.ESCALATED)
    power = [c.departments[2].id]
    await walk.act(c.county_officer, hazard, A.ASSIGN, assisting_ids=power)
    await walk.act(c.county_officer, hazard, A.REASSIGN)
    fire = c.departments[0].id
    await walk.act(next_one, hazard, A.HAND_BACK, suggested_department_id=fire)
    for person in (c.handler, helper, next_one):
        assert (await hazards.read(session, await walk.actor(person), hazard.id)) is hazard


async def test_a_case_lies_where_its_ground_does(walk: Walk) -> None:
    """What a list is told about a village's cases and a grid's: the database refuses all else."""
    c = walk.county
    for wrong in ({"township_id": c.townships[1].id}, {"village_id": c.villages[1].id}):
        with pytest.raises(IntegrityError, match="fk_hazards_"):
            async with walk.session.begin_nested():
                await cases.case(walk.session, c, **wrong)


async def test_a_grids_case_that_names_no_village_is_seen_by_its_township(walk: Walk) -> None:
    """Whatever township the grid lies in: only of a case with a village is it known."""
    c = walk.county
    far = await factories.person(walk.session, Role.TOWNSHIP_OFFICER, c.townships[1])
    stray = await cases.case(walk.session, c, grid_id=c.grids[1].id, village_id=None)
    usual = await walk.report(c.stranger, grid_id=c.grids[1].id)
    query = HazardQuery(grid_id=c.grids[1].id)
    for person, seen in ((c.township_officer, stray), (far, usual), (c.clerk, None)):
        page = await hazards.find(walk.session, await walk.actor(person), query)
        assert [one.id for one in page.hazards] == ([seen.id] if seen else []), person.name
        assert page.count.count == len(page.hazards)
