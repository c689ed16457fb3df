"""Of the neighbours nothing shows: each clause is asked, then taken away, and that must be noticed.

A row a place where a list, a count or a look-up is cut down to what the reader may see.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import ColumnElement, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import Refusal
from app.models.base import new_id
from app.models.hazard import State
from app.models.patrol import TaskStatus
from app.models.person import Person
from app.services import (
    documents,
    handovers,
    instructions,
    ledger,
    patrols,
    places,
    rules,
    trainings,
    visits,
)
from app.services.access import Actor
from app.services.accounts import leaves
from app.services.handovers import pack
from app.services.hazard_flow import Action
from app.services.hazards import merging, reporting
from app.services.inspections import reading as inspections_reading
from app.services.inspections import settling
from app.services.instructions import AddresseeQuery, CandidateQuery, Circle, InstructionQuery
from app.services.instructions import reading as instructions_reading
from app.services.ledger import ObjectQuery, filtering, likeness
from app.services.ledger import reading as ledger_reading
from app.services.patrols import fulfilling
from app.services.sync import recording
from app.services.trainings import reading as trainings_reading
from app.services.trainings import taking_part
from app.services.visits import MakeVisit
from tests import factories, inspections
from tests.actors import actor_of
from tests.cases import case, there
from tests.conftest import Freeze
from tests.factories import County
from tests.inspections import issue
from tests.patrols import a_visit, checklist, duty, reported_change, tasks, thing
from tests.services.test_handovers import post_of
from tests.services.test_instructions import Scene as Letters
from tests.trainings import Scene as Trainers
from tests.walking import Walk


@dataclass
class Scene:
    session: AsyncSession
    settings: Settings
    county: County

    async def actor(self, person: Person) -> Actor:
        return await actor_of(self.session, self.settings, person)

    async def township(self) -> Actor:
        return await self.actor(self.county.township_officer)


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings, freeze: Freeze) -> Scene:
    freeze("2026-11-23 09:15")
    return Scene(session, settings, await factories.county(session))


async def a_pack_names_no_case_of_the_next_township(scene: Scene) -> None:
    """Who goes has found it there: it waits for them, not for the desk that hands over."""
    county, session = scene.county, scene.session
    elsewhere = {**there(county), "reporter_id": county.gridworker.id}
    await case(session, county, note="邻镇", state=State.DONE, **elsewhere)
    await case(session, county, note="本镇", state=State.DONE)
    post = await post_of(session, county.gridworker)
    found = await handovers.preview(
        session, scene.settings, await scene.township(), county.grids[0].id, post
    )
    assert [one.what for one in found.pack.cases] == ["本镇"]


async def nobody_is_offered_whom_one_may_not_write_to(scene: Scene) -> None:
    found = await instructions.candidates(scene.session, await scene.township(), CandidateQuery())
    village, grid = scene.county.villages[0], scene.county.grids[0]
    assert {one.id for one in found.items} == {village.id, grid.id}
    assert found.counts == {Circle.VILLAGES: 1, Circle.GRIDS: 1}


async def who_is_addressed_is_not_told_how_many_have_read_it(scene: Scene) -> None:
    letters, county = Letters(scene.session, scene.settings, scene.county), scene.county
    id_ = await letters.send(county.township_officer, circles=[Circle.VILLAGES])
    assert (await letters.read(county.clerk, id_)).counts is None
    sent = await letters.read(county.township_officer, id_)
    assert sent.counts is not None
    clerk = await scene.actor(county.clerk)
    try:
        shown = (await instructions.addressees(scene.session, clerk, id_, AddresseeQuery())).items
    except Refusal:
        shown = []
    assert shown == []


async def a_letter_is_in_no_box_but_the_two(scene: Scene) -> None:
    letters, county = Letters(scene.session, scene.settings, scene.county), scene.county
    await letters.send(county.township_officer, circles=[Circle.VILLAGES])
    for person, boxes in ((county.stranger, (0, 0)), (county.clerk, (1, 0))):
        actor = await scene.actor(person)
        found = []
        for box in ("received", "sent"):
            query = InstructionQuery.model_validate({"box": box})
            found.append(len((await instructions.find(scene.session, actor, query)).items))
        assert tuple(found) == boxes


async def a_finding_names_its_inspection_to_those_who_see_the_place(scene: Scene) -> None:
    """The township sees the inspection for the shop on its ground, not the mill's finding."""
    told = inspections.Scene(scene.session, scene.settings, scene.county)
    await told.build()
    planner = scene.county.county_officer
    made = await told.plan(planner, object_ids=[told.shop.id, told.mill.id])
    hazard = await told.found(planner, enterprise_id=told.mill.id)
    id_ = made.found.inspection.id
    await told.record(planner, id_, at=told.mill.id, answers=[issue(hazard)])
    officer = scene.county.township_officer
    assert await told.seen_by(planner, hazard_id=hazard.id) == {"燃气检查": (2, 1, 1)}
    assert await told.seen_by(officer) == {"燃气检查": (1, 0, 0)}
    assert await told.seen_by(officer, hazard_id=hazard.id) == {}


async def what_only_those_nearby_know_cannot_be_asked_for(scene: Scene) -> None:
    county, session = scene.county, scene.session
    place = await thing(session, county.grids[0], "店", cadre_id=county.gridworker.id)
    place.lat = None
    await reported_change(session, county.gridworker, place)
    for asked in ({"cadre_id": county.gridworker.id}, {"lacks": "position"}, {"has_change": True}):
        query = ObjectQuery.model_validate(asked)
        for person, number in ((county.stranger, 0), (county.clerk, 1)):
            page = await ledger.objects(session, await scene.actor(person), query)
            assert len(page.items) == number, (asked, person.name)


async def what_looks_alike_elsewhere_is_not_told_before_it_is_confirmed(scene: Scene) -> None:
    session, grids = scene.session, scene.county.grids
    code = "91350100M000100Y43"
    mine = await thing(session, grids[0], "甲店", credit_code=code)
    theirs = await thing(session, grids[1], "乙店", credit_code=code, confirmed_at=None)
    clerk = await scene.actor(scene.county.clerk)
    assert await likeness.alike(session, clerk, mine) == []
    theirs.confirmed_at = mine.confirmed_at
    await session.flush()
    assert len(await likeness.alike(session, clerk, mine)) == 1


async def what_a_works_is_made_of_is_for_those_nearby(scene: Scene) -> None:
    session, county = scene.session, scene.county
    works = await factories.enterprise(session, "厂", county.villages[0], county.grids[0])
    works.units = [{"kind": "workshop", "name": "一车间", "person": "", "parent": ""}]
    await session.flush()
    assert works.organization_id
    for person, number in ((county.stranger, 0), (county.clerk, 1)):
        actor = await scene.actor(person)
        found = await ledger_reading.units_of(session, actor, works.organization_id)
        assert len(found) == number


async def a_look_does_nobody_elses_task(scene: Scene) -> None:
    """Whoever passes and is not sent there: the visit is kept, the task stays open."""
    county, session = scene.county, scene.session
    version = await checklist(session)
    await duty(session)
    place = await thing(session, county.grids[0])
    await patrols.turn(session)
    task = (await tasks(session))[0]
    for named in (str(task.id), None):
        visit_id = new_id()
        body = a_visit(visit_id, version, task_id=named, object_id=str(place.id))
        clerk = await scene.actor(county.clerk)
        command = MakeVisit.model_validate(body)
        await visits.make(session, clerk, visit_id, command, visit_id.bytes)
    assert {one.status for one in await tasks(session)} == {TaskStatus.OPEN}


async def a_case_is_put_together_with_none_of_the_next_township(scene: Scene) -> None:
    walk, county = Walk(scene.session, scene.settings, scene.county), scene.county
    foreign = await case(scene.session, county, state=State.REPORTED, **there(county))
    mine = await walk.report(county.gridworker)
    await _is_refused(
        walk.act(
            county.township_officer, mine, Action.MERGE, reason="同一处", duplicate_of=foreign.id
        )
    )


async def a_case_comes_back_from_none_of_the_next_township(scene: Scene) -> None:
    walk, county = Walk(scene.session, scene.settings, scene.county), scene.county
    foreign = await case(scene.session, county, state=State.ARCHIVED, **there(county))
    await _is_refused(walk.report(county.gridworker, recurs_of=foreign.id))


async def nobody_is_trained_by_the_next_township(scene: Scene) -> None:
    told = await Trainers(scene.session, scene.settings, scene.county).build()
    training = await told.add()
    await _is_refused(told.put(training, scene.county.stranger))


async def nobody_of_the_next_township_is_proposed_for_a_training(scene: Scene) -> None:
    query = trainings.CandidateQuery()
    found = await trainings.candidates(scene.session, await scene.township(), query)
    names = {one.person.name for one in found.items}
    assert scene.county.gridworker.name in names
    assert scene.county.stranger.name not in names


async def nobody_stands_in_from_the_next_township(scene: Scene) -> None:
    asked = leaves.may_stand_in(await scene.township())
    people = [scene.county.chief.id, scene.county.stranger.id]
    query = select(Person.id).where(Person.id.in_(people), asked)
    assert list(await scene.session.scalars(query)) == [scene.county.chief.id]


async def no_card_is_printed_for_the_next_township(scene: Scene) -> None:
    for grid, number in zip(scene.county.grids, (True, False), strict=True):
        found = await documents.work_cards(
            scene.session, scene.settings, await scene.township(), grid.id
        )
        assert bool(found.cards or found.unqualified) is number


async def a_case_of_the_next_township_is_given_to_nobody(scene: Scene) -> None:
    foreign = await case(scene.session, scene.county, **there(scene.county))
    actor = await scene.township()
    await _is_refused(places.reachable(scene.session, actor, foreign.id))


async def nothing_is_proposed_for_a_case_of_the_next_township(scene: Scene) -> None:
    foreign = await case(scene.session, scene.county, **there(scene.county))
    actor = await scene.township()
    await _is_refused(rules.propose(scene.session, actor, foreign.id))


async def of_cases_that_a_phone_asks_about_only_those_seen_are_told(scene: Scene) -> None:
    foreign = await case(scene.session, scene.county, **there(scene.county))
    mine = await case(scene.session, scene.county)
    actor = await scene.township()
    assert await recording.visible(scene.session, actor, [foreign.id, mine.id]) == [mine.id]


async def _is_refused(done: Awaitable[Any]) -> None:
    try:
        await done
    except Refusal:
        return
    message = "was let through"
    raise AssertionError(message)


@dataclass(frozen=True)
class Clause:
    """`held_as`: under what name `module` knows the place where the clause `name` is written."""

    module: ModuleType
    held_as: str
    name: str
    check: Callable[[Scene], Awaitable[None]]


C = Clause
_BODIES = import_module("app.services.places.organizations")
_CARDS = import_module("app.services.documents.work_cards")
_PROPOSE = import_module("app.services.rules.propose")
_CANDIDATES = import_module("app.services.instructions.candidates")  # functions hide these names
CLAUSES = (
    C(pack, "access", "can_see", a_pack_names_no_case_of_the_next_township),
    C(_CANDIDATES, "reach", "bodies", nobody_is_offered_whom_one_may_not_write_to),
    C(_CANDIDATES, "reach", "grids", nobody_is_offered_whom_one_may_not_write_to),
    C(
        instructions_reading,
        "reach",
        "sent_by",
        who_is_addressed_is_not_told_how_many_have_read_it,
    ),
    C(instructions_reading, "reach", "received_by", a_letter_is_in_no_box_but_the_two),
    C(
        inspections_reading,
        "reach",
        "sees_place",
        a_finding_names_its_inspection_to_those_who_see_the_place,
    ),
    C(settling, "reach", "sees_place", a_finding_names_its_inspection_to_those_who_see_the_place),
    C(filtering, "reach", "is_within", what_only_those_nearby_know_cannot_be_asked_for),
    C(
        likeness,
        "reach",
        "can_see",
        what_looks_alike_elsewhere_is_not_told_before_it_is_confirmed,
    ),
    C(ledger_reading, "reach", "is_within", what_a_works_is_made_of_is_for_those_nearby),
    C(fulfilling, "", "is_mine", a_look_does_nobody_elses_task),
    C(fulfilling, "", "is_or_was_mine", a_look_does_nobody_elses_task),
    C(merging, "access", "can_see", a_case_is_put_together_with_none_of_the_next_township),
    C(reporting, "access", "can_see", a_case_comes_back_from_none_of_the_next_township),
    C(taking_part, "reach", "trainable", nobody_is_trained_by_the_next_township),
    C(
        trainings_reading,
        "reach",
        "trainable",
        nobody_of_the_next_township_is_proposed_for_a_training,
    ),
    C(leaves, "reach", "visible", nobody_stands_in_from_the_next_township),
    C(_CARDS, "reach", "posts_seen", no_card_is_printed_for_the_next_township),
    C(_BODIES, "access", "can_see", a_case_of_the_next_township_is_given_to_nobody),
    C(_PROPOSE, "access", "can_see", nothing_is_proposed_for_a_case_of_the_next_township),
    C(recording, "access", "can_see", of_cases_that_a_phone_asks_about_only_those_seen_are_told),
)


class _Blind:
    """A module with one clause that lets everything through."""

    def __init__(self, whole: ModuleType, name: str) -> None:
        self._whole, self._name = whole, name

    def __getattr__(self, name: str) -> Any:
        return _everything if name == self._name else getattr(self._whole, name)


def _everything(*_: object) -> ColumnElement[bool]:
    return true()


def _called(value: object) -> str | None:
    return getattr(value, "__name__", None)


@pytest.mark.parametrize("check", dict.fromkeys(one.check for one in CLAUSES), ids=_called)
async def test_of_the_neighbours_nothing_shows(
    scene: Scene, check: Callable[[Scene], Awaitable[None]]
) -> None:
    await check(scene)


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda one: f"{one.module.__name__}.{one.name}")
async def test_a_clause_that_is_gone_is_noticed(
    scene: Scene, clause: Clause, monkeypatch: pytest.MonkeyPatch
) -> None:
    if clause.held_as:
        whole = getattr(clause.module, clause.held_as)
        monkeypatch.setattr(clause.module, clause.held_as, _Blind(whole, clause.name))
    else:
        monkeypatch.setattr(clause.module, clause.name, _everything)
    with pytest.raises(AssertionError):
        await clause.check(scene)
