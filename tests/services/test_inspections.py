"""Inspections by desks: the circle from plan to result, and who knows of it when (S0-26, S3-32)."""

import io
import zipfile
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import (
    Incomplete,
    InspectionEnded,
    Invalid,
    NotFound,
    NotPermitted,
    Refusal,
    SameIdOtherContent,
)
from app.models.base import new_id
from app.models.hazard import State
from app.models.inspection import InspectionStatus
from app.models.notification import Notification
from app.models.person import Person, Role
from app.services import inspections
from app.services.hazard_flow import Action
from app.services.inspections import CallOffInspection, InspectionFilters, InspectorQuery
from tests import factories
from tests.conftest import Freeze
from tests.inspections import DAY, Scene, issue
from tests.walking import after


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings, freeze: Freeze) -> Scene:
    freeze(f"{DAY} 10:00")
    return await Scene(session, settings, await factories.county(session)).build()


async def test_a_circle_closes_when_what_was_found_is_put_right(scene: Scene) -> None:
    """A department finds something; the case runs through the main loop like any other."""
    county, handler = scene.county, scene.county.handler
    officer = county.township_officer
    made = await scene.plan(officer, joining_ids=[county.departments[0].id], kind="joint")
    id_ = made.found.inspection.id
    hazard = await scene.found(handler)
    assert (hazard.reported_as, hazard.state) == ("handler", State.ESCALATED)
    whole = await scene.record(handler, id_, answers=[issue(hazard)])
    assert list(whole.missing) == [("results", 1)]
    with pytest.raises(Incomplete) as refused:
        await scene.close(officer, id_)
    assert "1 处隐患的整改结果" in refused.value.problem()["zh"]
    await scene.walk.act(officer, hazard, Action.ESCALATE, reason="要部门来办")
    department = county.departments[1].id
    await scene.walk.act(county.county_officer, hazard, Action.ASSIGN, department_id=department)
    builder = await factories.person(scene.session, Role.HANDLER, county.departments[1])
    await scene.walk.act(builder, hazard, Action.FINISH, photos=after())
    await scene.walk.act(handler, hazard, Action.VERIFY, photos=after())
    assert (await scene.seen_by(officer))["燃气检查"] == (1, 1, 1)
    await scene.close(officer, id_)
    whole = await inspections.read(scene.session, await scene.actor(officer), id_)
    assert whole.found.inspection.status is InspectionStatus.CLOSED
    assert whole.found.counts.put_right == 1
    assert [list(await scene.seen_by(handler, hazard_id=id_)) for id_ in (hazard.id, id_)] == [
        ["燃气检查"],
        [],
    ]
    with pytest.raises(InspectionEnded):
        await scene.record(handler, id_)


NOTHING_PLANNED = {"plan": "", "checklist_key": None}


@pytest.mark.parametrize(
    ("planned", "recorded", "conclusion", "missing"),
    [
        ({}, None, "好", ["records"]),
        ({"plan": ""}, {}, "好", ["plan"]),
        ({"checklist_key": None}, {}, "好", ["list"]),
        ({}, {"answers": [issue(code="R-1", measure="")]}, "好", ["measures"]),
        ({}, {}, "", ["conclusion"]),
        (NOTHING_PLANNED, None, "", ["plan", "list", "records", "conclusion"]),
        ({}, {}, "没发现问题", []),
    ],
)
async def test_what_is_missing_for_the_circle_is_named_and_nothing_found_counts_equally(
    scene: Scene, planned: Any, recorded: Any, conclusion: str, missing: list[str]
) -> None:
    officer = scene.county.county_officer
    id_ = (await scene.plan(**planned)).found.inspection.id
    if recorded is not None:
        await scene.record(officer, id_, **recorded)
    named: list[str] = []
    try:
        await scene.close(officer, id_, conclusion)
    except Incomplete as refused:
        named = refused.fields
    assert named == missing


async def test_a_finding_that_was_merged_or_voided_stands_where_its_end_stands(
    scene: Scene,
) -> None:
    officer = scene.county.township_officer
    id_ = (await scene.plan(officer)).found.inspection.id
    twin, other, none = [await scene.found(officer) for _ in range(3)]
    answers = [issue(twin), issue(none, code=None), issue(code="R-1")]
    await scene.record(officer, id_, answers=answers)
    await scene.walk.act(officer, twin, Action.MERGE, duplicate_of=other.id)
    await scene.walk.act(officer, none, Action.VOID, reason="看错了")
    seen = (await inspections.read(scene.session, await scene.actor(officer), id_)).found.counts
    assert (seen.issues, seen.hazards, seen.put_right) == (3, 1, 0)
    await scene.walk.act(officer, other, Action.VOID, reason="看错了")
    await scene.close(officer, id_)


CANARY = "kanari 城西暗访"


def _words(book: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        return " ".join(parts.read(name).decode() for name in parts.namelist())


async def _knows(scene: Scene, who: Person) -> bool:
    """In the list, by its id, in the file, or by a notice."""
    actor, session = await scene.actor(who), scene.session
    listed = CANARY in await scene.seen_by(who)
    notices = select(Notification.params).where(Notification.person_id == who.id)
    told = CANARY in str(list(await session.scalars(notices)))
    file = False
    if who is not scene.county.clerk:
        book = await inspections.export(session, actor, InspectionFilters())
        file = CANARY in _words(book.body)
    return listed or told or file


async def test_nobody_on_the_ground_knows_of_an_unannounced_inspection_before_the_door(
    scene: Scene,
) -> None:
    county = scene.county
    there = await factories.person(scene.session, Role.TOWNSHIP_OFFICER, county.townships[1])
    ground = (county.township_officer, county.clerk, there)
    goes: dict[str, Any] = {
        "inspector_ids": [county.handler.id],
        "joining_ids": [county.departments[0].id],
    }
    objects = [scene.shop.id, scene.works.id, scene.mill.id]
    fields: dict[str, Any] = {"name": CANARY, "plan": "下午去乙厂", "object_ids": objects}
    made = await scene.plan(kind="no_notice_check", **fields, **goes)
    id_ = made.found.inspection.id
    assert [await _knows(scene, who) for who in ground] == [False] * 3
    assert await _knows(scene, county.handler)
    for who in ground:
        with pytest.raises(NotFound):
            await inspections.read(scene.session, await scene.actor(who), id_)
        with pytest.raises(Refusal):
            await scene.record(who, id_)
    await scene.record(county.handler, id_, scene.works.id, left_out_reason="停业")
    assert [await _knows(scene, who) for who in ground] == [False] * 3, "nobody was there"
    await scene.record(county.handler, id_)
    assert [await _knows(scene, who) for who in ground] == [True, True, False]
    for who in ground[:2]:
        assert (await scene.seen_by(who))[CANARY] == (1, 1, 0), "nothing is told of the others"
        whole = await inspections.read(scene.session, await scene.actor(who), id_)
        assert [each.object.name for each in whole.places] == ["甲店"]
        assert (whole.plan, whole.missing, whole.may_record) == ("", (), False)


async def test_an_announced_one_is_known_where_its_places_lie(scene: Scene) -> None:
    await scene.plan(kind="announced_check", object_ids=[scene.shop.id, scene.mill.id])
    county = scene.county
    assert await scene.seen_by(county.clerk) == {"燃气检查": (1, 0, 0)}
    assert await scene.seen_by(county.handler) == {}
    for nobody in (county.gridworker, county.administrator):
        with pytest.raises(NotPermitted):
            await scene.seen_by(nobody)


async def test_places_are_drawn_by_lot_within_ones_own_reach(scene: Scene) -> None:
    officer = scene.county.township_officer
    made = await scene.plan(officer, object_ids=[], draw={"count": 9, "kinds": ["enterprise"]})
    assert {place.object.name for place in made.places} == {"甲店", "乙厂"}
    assert all(place.place.is_drawn for place in made.places)
    one = await scene.plan(officer, object_ids=[], draw={"count": 1})
    assert len(one.places) == 1
    with pytest.raises(Invalid):
        await scene.plan(officer, object_ids=[], draw={"count": 1, "kinds": ["ferry"]})


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"object_ids": "mill"}, NotFound),
        ({"inspector_ids": "worker"}, NotFound),
        ({"joining_ids": "village"}, NotFound),
        ({"lead_id": "centre"}, NotFound),
        ({"checklist_key": "none"}, NotFound),
        ({"kind": "joint"}, Invalid),
        ({"until": "2026-11-22"}, Invalid),
    ],
)
async def test_a_plan_names_what_is_within_reach(
    scene: Scene, fields: dict[str, Any], refusal: type[Refusal]
) -> None:
    county = scene.county
    known = {
        "mill": [scene.mill.id], "worker": [county.gridworker.id],
        "village": [county.villages[0].id], "centre": county.centre.id,
    }  # fmt: skip
    fields = {name: known.get(value, value) for name, value in fields.items()}
    with pytest.raises(refusal):
        await scene.plan(county.township_officer, **fields)


async def test_a_plan_sent_twice_is_one_and_other_words_under_its_id_are_none(
    scene: Scene,
) -> None:
    id_ = new_id()
    for _ in range(2):
        await scene.plan(id_=id_)
    with pytest.raises(SameIdOtherContent):
        await scene.plan(id_=id_, name="别的检查")
    assert list(await scene.seen_by(scene.county.county_officer)) == ["燃气检查"]


@pytest.mark.parametrize(
    ("answers", "refusal"),
    [
        ([issue()], Incomplete),  # not reported
        ([issue(code=None)], Incomplete),
        ([issue(code="Z-9")], Invalid),
        ([issue(code="R-1", note="")], Incomplete),
        ([issue(code="R-1"), issue(code="R-1")], Invalid),
    ],
)
async def test_a_result_answers_the_list_and_what_is_dangerous_becomes_a_case(
    scene: Scene, answers: Any, refusal: type[Refusal]
) -> None:
    id_ = (await scene.plan()).found.inspection.id
    with pytest.raises(refusal):
        await scene.record(scene.county.county_officer, id_, answers=answers)


async def test_a_finding_is_of_that_place_and_person_and_stays_on_the_record(
    scene: Scene,
) -> None:
    officer, handler = scene.county.county_officer, scene.county.handler
    id_ = (await scene.plan(joining_ids=[scene.county.departments[0].id])).found.inspection.id
    elsewhere = await scene.found(officer, enterprise_id=scene.works.id)
    of_other = await scene.found(handler)
    for hazard in (elsewhere, of_other):
        with pytest.raises(NotFound):
            await scene.record(officer, id_, answers=[issue(hazard)])
    hazard = await scene.found(officer)
    await scene.record(officer, id_, answers=[issue(hazard)])
    whole = await scene.record(handler, id_, answers=[issue(hazard, measure="马上换")])
    (answer,) = whole.places[0].answers
    assert (answer.answer.measure, answer.question is None) == ("马上换", False)
    assert answer.hazard is not None, "those who inspect follow the case to its end"
    with pytest.raises(Invalid):
        await scene.record(officer, id_)
    again = (await scene.plan()).found.inspection.id
    with pytest.raises(NotFound):
        await scene.record(officer, again, answers=[issue(hazard)])


async def test_the_leading_body_changes_the_plan_and_calls_off_before_anybody_has_looked(
    scene: Scene,
) -> None:
    county, officer = scene.county, scene.county.township_officer
    joining = [county.departments[0].id]
    id_ = (await scene.plan(officer, joining_ids=joining)).found.inspection.id
    off = CallOffInspection(reason="下雪")
    handler = await scene.actor(county.handler)
    for step in (
        scene.edit(county.handler, id_, name="别名"),
        scene.close(county.handler, id_),
        inspections.call_off(scene.session, handler, id_, off),
    ):
        with pytest.raises(NotPermitted):
            await step
    objects = [scene.shop.id, scene.works.id]
    await scene.edit(officer, id_, object_ids=objects, inspector_ids=[county.handler.id])
    await scene.record(officer, id_)
    with pytest.raises(Invalid):
        await scene.edit(officer, id_, object_ids=[scene.works.id])
    with pytest.raises(Invalid):
        await inspections.call_off(scene.session, await scene.actor(officer), id_, off)
    await scene.edit(officer, id_, object_ids=[scene.shop.id], joining_ids=[])
    whole = await inspections.read(scene.session, await scene.actor(officer), id_)
    assert (len(whole.places), whole.joining, whole.people) == (1, [], [])
    other = (await scene.plan(officer)).found.inspection.id
    await inspections.call_off(scene.session, await scene.actor(officer), other, off)
    with pytest.raises(InspectionEnded):
        await scene.record(officer, other)


async def test_a_place_is_asked_what_is_meant_for_it(scene: Scene) -> None:
    made = await scene.plan(object_ids=[scene.shop.id, scene.works.id])
    assert made.checklist is not None
    narrowed = next(item for item in made.checklist.items if item.code == "A-1")
    narrowed.applies_to = {"is_key": True}
    scene.works.is_key = True
    await scene.session.flush()
    actor = await scene.actor(scene.county.county_officer)
    whole = await inspections.read(scene.session, actor, made.found.inspection.id)
    assert {each.object.name: "A-1" in each.asked for each in whole.places} == {
        "甲店": False,
        "乙厂": True,
    }


async def test_names_of_who_could_go_are_of_desks_and_departments(scene: Scene) -> None:
    county = scene.county
    bodies = [county.departments[0].id, county.townships[0].id, county.villages[0].id]
    query = InspectorQuery(organization_id=bodies)
    actor = await scene.actor(county.county_officer)
    found = await inspections.inspectors(scene.session, actor, query)
    assert {each.name for each in found} == {"吴承办", "赵镇办"}


async def test_a_case_that_went_to_another_township_is_a_state_in_the_answer(
    scene: Scene, session: AsyncSession
) -> None:
    """Who sees the place reads what was found there; the case itself only who sees the case."""
    county = scene.county
    officer = county.county_officer
    made = await scene.plan(officer, kind="announced_check")
    id_ = made.found.inspection.id
    hazard = await scene.found(officer)
    await scene.record(officer, id_, answers=[issue(hazard)])

    async def told(who: Person) -> list[tuple[bool, bool]]:
        whole = await inspections.read(session, await scene.actor(who), id_)
        answers = [answer for place in whole.places for answer in place.answers]
        return [(answer.state is not None, answer.hazard is not None) for answer in answers]

    assert await told(county.township_officer) == [(True, True)]
    hazard.grid_id, hazard.village_id = county.grids[1].id, county.villages[1].id
    hazard.township_id = hazard.holder_id = county.townships[1].id
    await session.flush()
    assert await told(county.township_officer) == [(True, False)]
    assert await told(county.leader) == [(True, True)]
