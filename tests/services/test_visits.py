"""Visits: once under their id, whole or refused, each doing the task of its period."""

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import Incomplete, Invalid, NotFound, NotPermitted, SameIdOtherContent
from app.models.base import new_id
from app.models.checklist import ChecklistItem
from app.models.event import Stranger
from app.models.obligation import Duty, Obligation, Period, Scope
from app.models.organization import Organization
from app.models.patrol import PatrolTask, TaskStatus
from app.models.person import Person, Post, Role
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.models.visit import LastLook, Visit, VisitAnswer
from app.services import checklists, ledger, patrols, sync, visits
from app.services.access import Actor
from app.services.checklists import Facts
from app.services.ledger import Because, EditObject
from app.services.sync import Holdings
from app.services.visits import MadeVisit, MakeVisit, VisitQuery, spots
from app.storage import open_store
from tests import factories
from tests.actors import actor_of
from tests.cases import case
from tests.conftest import Freeze
from tests.factories import County
from tests.patrols import a_visit, checklist, duty, tasks, thing

ID = UUID("01890000-0000-7000-8000-000000000001")


class Scene:
    """One object with its task, and who looks at it."""

    def __init__(self, session: AsyncSession, settings: Settings, county: County) -> None:
        self.session, self.settings, self.county = session, settings, county

    async def build(self) -> "Scene":
        self.version = await checklist(self.session)
        await duty(self.session)
        self.place = await thing(self.session, self.county.grids[0])
        await patrols.turn(self.session)
        self.task = (await tasks(self.session))[0]
        self.worker = await actor_of(self.session, self.settings, self.county.gridworker)
        return self

    async def make(
        self, visit_id: UUID | None = None, actor: Actor | None = None, **fields: Any
    ) -> MadeVisit:
        visit_id = visit_id or new_id()
        body = a_visit(visit_id, self.version, **{"task_id": str(self.task.id), **fields})
        command = MakeVisit.model_validate(body)
        raw = json.dumps(body).encode()
        return await visits.make(self.session, actor or self.worker, visit_id, command, raw)


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings, freeze: Freeze) -> Scene:
    freeze("2026-11-23 09:15")
    return await Scene(session, settings, await factories.county(session)).build()


async def test_a_visit_at_which_nothing_was_found_does_the_task(scene: Scene) -> None:
    made = await scene.make()
    task = (await tasks(scene.session))[0]
    assert made.task is not None
    assert (task.status, task.done_visit_id) == (TaskStatus.DONE, made.visit.id)
    assert task.done_on is not None
    assert task.done_on.isoformat() == "2026-11-23"
    assert (made.visit.issue_count, made.visit.rest_fine, made.visit.lat) == (0, True, None)
    assert made.visit.grid_id == scene.county.grids[0].id
    look = await scene.session.get_one(LastLook, scene.place.id)
    assert look.seen_at == made.visit.occurred_at


async def test_the_same_visit_again_is_the_first_answer_and_other_content_is_kept_aside(
    scene: Scene,
) -> None:
    first, again = await scene.make(ID), await scene.make(ID)
    assert (first.visit.seq, first.visit.sha256) == (again.visit.seq, again.visit.sha256)
    assert again.task is not None
    assert again.task.id == scene.task.id
    for _ in range(2):
        with pytest.raises(SameIdOtherContent):
            await scene.make(ID, note="别的话")
    stranger = await actor_of(scene.session, scene.settings, scene.county.stranger)
    with pytest.raises(SameIdOtherContent):
        await scene.make(ID, stranger)
    kept = list(await scene.session.scalars(select(Stranger)))
    assert [row.kind for row in kept] == ["visit"] * len(kept)
    assert len(kept) == len({row.sha256 for row in kept}) == 2
    assert len(list(await scene.session.scalars(select(Visit)))) == 1


async def test_two_questions_drawn_by_the_visits_id_must_be_answered_one_by_one(
    scene: Scene,
) -> None:
    drawn = spots(ID, ["A-1", "A-2", "A-3", "A-4"])
    with pytest.raises(Incomplete) as refused:
        await scene.make(ID, answers=[{"code": drawn[0], "answer": "fine"}])
    assert drawn[1] in refused.value.details["missing_zh"]
    await scene.make(ID)


def test_phone_and_server_draw_alike() -> None:
    """The same examples stand in pwa/tests/core/visits.test.ts."""
    codes = [f"SQ-{n:02}" for n in range(1, 12)]
    assert spots(ID, codes) == DRAWN[0]
    assert spots(UUID("01a214f8-a633-7081-8e90-e157ab66e5ce"), codes) == DRAWN[1]
    assert spots(ID, ["A-1"]) == ["A-1"]


DRAWN = (["SQ-01", "SQ-02"], ["SQ-07", "SQ-01"])


def test_every_question_is_drawn_about_as_often() -> None:
    codes = [f"SQ-{n:02}" for n in range(1, 12)]
    counts = dict.fromkeys(codes, 0)
    for n in range(2200):
        for code in spots(UUID(int=0x018900000000700080000000 << 32 | n * 7919), codes):
            counts[code] += 1
    assert all(250 < count < 550 for count in counts.values()), counts


async def test_without_the_rest_is_fine_every_question_needs_its_answer(scene: Scene) -> None:
    answers = [{"code": code, "answer": "fine"} for code in ("A-1", "A-2", "A-3", "A-4", "R-1")]
    with pytest.raises(Incomplete, match="incomplete"):
        await scene.make(rest_fine=False, answers=answers)
    done = await scene.make(
        rest_fine=False, answers=[*answers, {"code": "D-1", "answer": "not_applicable"}]
    )
    assert done.task is not None


async def test_a_finding_brings_its_case_and_a_report_its_words(scene: Scene) -> None:
    base = a_visit(ID, scene.version)["answers"]
    loose = ({"code": "A-4", "answer": "issue"}, {"code": "R-1", "answer": "issue"})
    for answer in loose:
        with pytest.raises(Incomplete):
            await scene.make(ID, answers=[*base, answer])
    made = await scene.make(
        ID,
        answers=[
            *base,
            {"code": "A-4", "answer": "issue", "hazard_id": str(new_id())},
            {"code": "R-1", "answer": "issue", "note": "李家盖房，打地基"},
        ],
    )
    assert made.visit.issue_count == 2
    rows = await scene.session.scalars(select(VisitAnswer).order_by(VisitAnswer.position))
    assert [row.position for row in rows] == [1, 2, 3, 4]


async def test_a_finding_that_was_thrown_away_says_so_and_names_no_case(scene: Scene) -> None:
    """It is no finding that counts; the question was answered all the same."""
    base = a_visit(ID, scene.version)["answers"]
    said = {"code": "A-4", "answer": "issue", "is_discarded": True}
    with pytest.raises(Incomplete):
        await scene.make(ID, answers=[*base, {**said, "hazard_id": str(new_id())}])
    made = await scene.make(ID, answers=[*base, said])
    assert (made.visit.issue_count, made.task is not None) == (0, True)
    kept = await scene.session.scalars(select(VisitAnswer).order_by(VisitAnswer.position.desc()))
    last = kept.first()
    assert last is not None
    assert (last.is_discarded, last.hazard_id) == (True, None)


async def test_a_finding_that_is_thrown_away_later_is_on_its_way_no_more(scene: Scene) -> None:
    """The phone names it when it tells what it holds; nobody else can, and no case is denied."""
    session, county = scene.session, scene.county
    hazard = await case(session, county)
    lost, found = new_id(), hazard.id
    base = a_visit(ID, scene.version)["answers"]
    left = [code for code in ("A-1", "A-2", "A-3", "A-4") if code not in {x["code"] for x in base}]
    said = [
        {"code": code, "answer": "issue", "hazard_id": str(id_)}
        for code, id_ in zip(left, (lost, found), strict=True)
    ]
    made = await scene.make(ID, answers=[*base, *said])
    before = made.visit.issue_count

    async def tell(person: Person) -> tuple[int, dict[UUID | None, bool]]:
        actor = await actor_of(session, scene.settings, person)
        told = Holdings(items=[], discarded=[lost, found, new_id()])
        await sync.reconcile(session, open_store(scene.settings), scene.settings, actor, told)
        count = await session.scalar(select(Visit.issue_count).where(Visit.id == ID))
        assert count is not None
        query = select(VisitAnswer).where(VisitAnswer.hazard_id.is_not(None))
        rows = await session.scalars(query.execution_options(populate_existing=True))
        return count, {row.hazard_id: row.is_discarded for row in rows}

    assert await tell(county.chief) == (before, {lost: False, found: False})
    for _ in range(2):
        assert await tell(county.gridworker) == (before - 1, {lost: True, found: False})
    officer = await actor_of(session, scene.settings, county.township_officer)
    read = await visits.read(session, officer, made.visit.id)
    shown = {one.answer.hazard_id: one for one in read.answers}
    assert (shown[lost].answer.is_discarded, shown[lost].hazard) == (True, None)
    assert shown[found].hazard is not None


@pytest.mark.parametrize(
    "fields",
    [
        {"checklist_version_id": str(ID)},
        {"answers": [{"code": "Z-9", "answer": "fine"}]},
    ],
)
async def test_an_unknown_list_or_question_is_refused(scene: Scene, fields: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await scene.make(**fields)


async def test_members_of_a_bundle_have_exceptions_of_their_own(scene: Scene) -> None:
    """One visit for all of them (S2-44)."""
    bundle = await thing(scene.session, scene.county.grids[0], kind=ObjectKind.BUNDLE)
    member = await thing(scene.session, scene.county.grids[0], "甲店", bundle_id=bundle.id)
    base = a_visit(ID, scene.version)["answers"]
    said = {"code": "A-4", "answer": "issue", "hazard_id": str(new_id())}
    elsewhere = {**said, "member_id": str(scene.place.id)}
    with pytest.raises(Invalid):
        await scene.make(ID, task_id=None, object_id=str(bundle.id), answers=[*base, elsewhere])
    of_a_grid: dict[str, Any] = {"object_id": None, "grid_id": str(scene.county.grids[0].id)}
    with pytest.raises(Invalid):  # where nothing is bundled, nobody is a member
        await scene.make(ID, task_id=None, **of_a_grid, answers=[*base, elsewhere])
    mine = {**said, "member_id": str(member.id)}
    made = await scene.make(ID, task_id=None, object_id=str(bundle.id), answers=[*base, mine])
    officer = await actor_of(scene.session, scene.settings, scene.county.township_officer)
    found = await visits.read(scene.session, officer, made.visit.id)
    assert [each.member for each in found.answers] == [None, None, "甲店"]


async def test_a_visit_that_waited_names_a_member_that_has_left_its_bundle(scene: Scene) -> None:
    """The phone was without a network while the bundle was closed; who never was one stays out."""
    bundle = await thing(scene.session, scene.county.grids[0], kind=ObjectKind.BUNDLE)
    member = await thing(scene.session, scene.county.grids[0], "甲店", bundle_id=bundle.id)
    clerk = await actor_of(scene.session, scene.settings, scene.county.clerk)
    await ledger.close_object(scene.session, clerk, bundle.id, Because(reason="市场拆了"))
    assert member.bundle_id is None
    base = a_visit(ID, scene.version)["answers"]
    said = {"code": "A-4", "answer": "issue", "hazard_id": str(new_id())}
    never, once = [[*base, {**said, "member_id": str(one.id)}] for one in (scene.place, member)]
    with pytest.raises(Invalid):
        await scene.make(ID, task_id=None, object_id=str(bundle.id), answers=never)
    made = await scene.make(ID, task_id=None, object_id=str(bundle.id), answers=once)
    assert made.visit.issue_count == 1


async def test_who_looks_without_having_been_sent_has_done_the_task_all_the_same(
    scene: Scene,
) -> None:
    made = await scene.make(task_id=None, object_id=str(scene.place.id))
    assert made.task is not None
    assert made.task.id == scene.task.id


async def test_a_second_visit_is_kept_and_the_plan_stays_as_it_was(scene: Scene) -> None:
    """Anchored to the plan: the next window's task is not done by looking twice in this one."""
    await scene.make()
    again = await scene.make()
    assert again.task is None
    assert [task.status for task in await tasks(scene.session)] == [
        TaskStatus.DONE,
        TaskStatus.OPEN,
    ]


async def test_a_visit_that_arrives_late_still_does_the_task_of_its_day(
    scene: Scene, freeze: Freeze
) -> None:
    """Offline for weeks: by the phone's clock it was in time (S2-47)."""
    freeze("2026-12-11 00:05")
    await patrols.turn(scene.session)
    assert (await tasks(scene.session))[0].status is TaskStatus.MISSED
    made = await scene.make()
    assert made.task is not None
    assert made.task.status is TaskStatus.DONE
    assert await late_entries(scene) == []


async def late_entries(scene: Scene) -> list[UUID]:
    """As the township's list has them; each reads the same by itself."""
    officer = await actor_of(scene.session, scene.settings, scene.county.township_officer)
    late = (await visits.find(scene.session, officer, VisitQuery(show="late"))).items
    for each in (await visits.find(scene.session, officer, VisitQuery())).items:
        one = await visits.read(scene.session, officer, each.visit.id)
        assert (
            one.is_late_entry == each.is_late_entry == (each.visit.id in {o.visit.id for o in late})
        )
    return [each.visit.id for each in late]


async def same_day_entry(scene: Scene, **fields: Any) -> None:
    """F12 as the city's scheme has it (S2-47)."""
    defaults: dict[str, Any] = {
        "key": "F12",
        "name": "巡查结果当日如实录入",
        "role": Role.GRIDWORKER,
        "duty": Duty.ENTRY,
        "min_count": 1,
        "period": Period.DAY,
        "scope": Scope.PERSON,
        "applies_to": {},
        "seed": "S2-47",
        "starts_on": date(2026, 11, 1),
    }
    scene.session.add(Obligation(**{**defaults, **fields}))
    await scene.session.flush()


ENTERED_LATE: dict[str, Any] = {
    "started_at": "2026-11-26T10:00:00+08:00",
    "occurred_at": "2026-11-27T08:30:00+08:00",
}


async def test_a_record_finished_on_a_later_day_is_a_late_entry_where_it_is_asked(
    scene: Scene, freeze: Freeze
) -> None:
    """The phone's days decide; a week without signal changes nothing (S2-47, F12)."""
    freeze("2026-12-04 09:00")
    late = await scene.make(**ENTERED_LATE)
    assert await late_entries(scene) == []
    await same_day_entry(scene)
    assert await late_entries(scene) == [late.visit.id]
    night: dict[str, Any] = {
        "started_at": "2026-11-26T23:40:00+08:00",
        "occurred_at": "2026-11-27T00:20:00+08:00",
    }
    await scene.make(**night)
    assert await late_entries(scene) == [late.visit.id]


@pytest.mark.parametrize(
    "fields",
    [
        {"is_active": False},
        {"starts_on": date(2026, 11, 27)},
        {"role": Role.SAFETY_OFFICER},
    ],
)
async def test_the_same_day_is_asked_of_nobody_else(
    scene: Scene, freeze: Freeze, fields: dict[str, Any]
) -> None:
    freeze("2026-12-04 09:00")
    await same_day_entry(scene, **fields)
    await scene.make(**ENTERED_LATE)
    assert await late_entries(scene) == []


async def test_a_visit_after_the_next_one_fell_due_does_the_next_one(
    scene: Scene, freeze: Freeze
) -> None:
    freeze("2026-12-14 09:00")
    await patrols.turn(scene.session)
    made = await scene.make(occurred_at="2026-12-14T09:00:00+08:00")
    first, second, *_ = await tasks(scene.session)
    assert (first.status, second.status) == (TaskStatus.MISSED, TaskStatus.DONE)
    assert made.task is not None
    assert made.task.id == second.id


async def test_strangers_and_desks_without_the_right_are_refused(
    scene: Scene, session: AsyncSession, settings: Settings
) -> None:
    stranger = await actor_of(session, settings, scene.county.stranger)
    unasked: dict[str, Any] = {"task_id": None, "object_id": str(scene.place.id)}
    for fields in ({}, unasked):
        with pytest.raises(NotFound):
            await scene.make(actor=stranger, **fields)
    with pytest.raises(NotFound):
        await scene.make(task_id=str(ID))
    with pytest.raises(Incomplete):
        await scene.make(task_id=None)
    leader = await actor_of(session, settings, scene.county.leader)
    with pytest.raises(NotFound):  # the whole county's ground has no such grid
        await scene.make(actor=leader, task_id=None, grid_id=str(ID))
    auditor = await actor_of(session, settings, scene.county.auditor)
    with pytest.raises(NotPermitted):
        await scene.make(actor=auditor)


async def test_whoever_had_the_ground_on_that_day_may_still_send(
    scene: Scene, session: AsyncSession, settings: Settings
) -> None:
    """The object has moved to another grid while the visit waited for signal."""
    task = await session.get_one(PatrolTask, scene.task.id)
    task.grid_id = scene.county.grids[1].id
    other = await session.get_one(SupervisedObject, scene.place.id)
    other.grid_id = scene.county.grids[1].id
    await session.flush()
    with pytest.raises(NotFound):
        await scene.make()
    village, ground = scene.county.villages[1], scene.county.grids[1]
    day = scene.task.period_end
    await factories.post(
        session, scene.county.gridworker, Role.GRIDWORKER, village, ground,
        starts_on=scene.task.period_start, ends_on=day,
    )  # fmt: skip
    assert (await scene.make()).task is not None


async def test_a_look_before_the_place_closed_counts_though_it_arrives_after(
    scene: Scene, session: AsyncSession, freeze: Freeze
) -> None:
    task = (await tasks(session))[0]
    (place,) = await session.scalars(select(SupervisedObject))
    place.closed_on = date(2026, 11, 23)
    freeze("2026-11-24 08:00")
    await patrols.turn(session)
    assert (await tasks(session))[0].status is TaskStatus.DROPPED
    made = await scene.make(task_id=str(task.id))
    assert made.task is not None
    assert made.task.status is TaskStatus.DONE


def test_server_and_phone_ask_alike() -> None:
    """The same cases are held to the phone's rule in pwa/tests/core/visits.test.ts."""
    held = json.loads((Path(__file__).parents[1] / "applying.json").read_text())
    for each in held["cases"]:
        items = [
            SimpleNamespace(code=code, applies_to=held["rules"][code])
            for code in each.get("only", held["rules"])
        ]
        place = Facts(**each["place"]) if each["place"] else None
        members = [Facts(**member) for member in each["members"]]
        meant = checklists.asked(items, place, members)
        assert [item.code for item in meant] == each["asked"], each["what"]


async def test_a_visit_answers_what_is_meant_for_its_place_and_no_less(
    scene: Scene, session: AsyncSession
) -> None:
    """A-1 is for homes, A-2 for small places: at this shop A-2, A-3, A-4 and what is for all."""
    rules: dict[str, dict[str, Any]] = {"A-1": {"kinds": ["household"]}, "A-2": {"is_small": True}}
    for code, rule in rules.items():
        item = await session.get_one(ChecklistItem, (scene.version, code))
        item.applies_to = rule
    scene.place.division, scene.place.area_m2 = "F52", 60
    meant = ["A-2", "A-3", "A-4", "R-1", "D-1"]
    said = [{"code": code, "answer": "fine"} for code in spots(ID, meant[:3])]
    made = await scene.make(ID, asked=meant, answers=said)
    officer = await actor_of(session, scene.settings, scene.county.township_officer)
    found = await visits.read(session, officer, made.visit.id)
    assert (made.task is not None, found.questions) == (True, 5)
    for asked in (meant[1:], [*meant, "Z-9"]):
        with pytest.raises((Incomplete, Invalid)) as refused:
            await scene.make(asked=asked)
        assert refused.value.fields == ["asked"]
    with pytest.raises(Invalid):  # what was not asked has no answer
        await scene.make(asked=meant, answers=[*said, {"code": "A-1", "answer": "fine"}])
    clerk = await actor_of(session, scene.settings, scene.county.clerk)
    larger = EditObject.model_validate({"area_m2": 900})
    await ledger.edit_object(session, clerk, scene.place.id, larger)
    other = UUID(int=ID.int + 1)
    late = [{"code": code, "answer": "fine"} for code in spots(other, ["A-3", "A-4"])]
    await scene.make(other, asked=meant[1:], answers=late)  # the phone had no signal meanwhile


async def an_officer(scene: Scene) -> Actor:
    """The safety officer of an enterprise on the gridworker's ground."""
    village, ground = scene.county.villages[0], scene.county.grids[0]
    shop = await factories.enterprise(scene.session, "一厂", village, ground)
    body = await scene.session.get_one(Organization, shop.id)
    person = await factories.person(scene.session, Role.SAFETY_OFFICER, body)
    return await actor_of(scene.session, scene.settings, person)


async def task_under(session: AsyncSession, key: str) -> PatrolTask:
    return next(task for task in await tasks(session) if task.obligation_key == key)


async def test_a_gridworker_cannot_do_an_enterprises_look_at_itself_by_naming_it(
    scene: Scene, session: AsyncSession
) -> None:
    officer = await an_officer(scene)
    await duty(session, "F4", role=Role.SAFETY_OFFICER, duty=Duty.INSPECTION, period=Period.WEEK)
    await patrols.turn(session)
    own = await task_under(session, "F4")
    made = await scene.make(task_id=str(own.id))
    assert made.task is None
    assert (await task_under(session, "F4")).status is TaskStatus.OPEN
    assert len(list(await session.scalars(select(Visit)))) == 1
    assert (await scene.make(actor=officer, task_id=str(own.id))).task is not None


async def test_nobody_does_what_another_must_do_in_person(
    scene: Scene, session: AsyncSession, settings: Settings
) -> None:
    await duty(session, "F1", role=Role.LEADER, scope=Scope.PERSON, period=Period.MONTH)
    await duty(session, "F2", role=Role.GRID_CHIEF, scope=Scope.PERSON, period=Period.MONTH)
    await patrols.turn(session)
    leaders, chiefs = await task_under(session, "F1"), await task_under(session, "F2")
    assert leaders.grid_id is None
    with pytest.raises(NotFound):
        await scene.make(task_id=str(leaders.id))
    assert chiefs.grid_id == scene.county.grids[0].id
    assert (await scene.make(task_id=str(chiefs.id))).task is None  # on common ground: kept
    assert {task.status for task in await tasks(session)} == {TaskStatus.OPEN}
    leader = await actor_of(session, settings, scene.county.leader)
    assert (await scene.make(actor=leader, task_id=str(leaders.id))).task is not None


async def test_a_look_by_another_list_does_not_do_the_task_that_it_names(scene: Scene) -> None:
    other = await checklist(scene.session, "other")
    made = await scene.make(checklist_version_id=str(other))
    assert made.task is None
    assert (await tasks(scene.session))[0].status is TaskStatus.OPEN


async def test_a_post_that_has_ended_since_still_does_its_task(
    scene: Scene, session: AsyncSession, settings: Settings, freeze: Freeze
) -> None:
    """The visit waited for signal; its gridworker now has another grid."""
    freeze("2026-11-24 08:00")
    person = scene.county.gridworker
    (post,) = await session.scalars(select(Post).where(Post.person_id == person.id))
    post.ends_on = date(2026, 11, 23)
    village, ground = scene.county.villages[1], scene.county.grids[1]
    starts = date(2026, 11, 24)
    await factories.post(session, person, Role.GRIDWORKER, village, ground, starts_on=starts)
    moved = await actor_of(session, settings, person)
    assert moved.grid_ids == {ground.id}
    assert (await scene.make(actor=moved)).task is not None


async def test_an_enterprise_looks_at_itself(
    scene: Scene, session: AsyncSession, settings: Settings
) -> None:
    shop = await factories.enterprise(
        session, "一厂", scene.county.villages[1], scene.county.grids[1]
    )
    place = await thing(session, scene.county.grids[1], "一厂", organization_id=shop.id)
    body = await session.get_one(Organization, shop.id)
    person = await factories.person(session, Role.SAFETY_OFFICER, body)
    officer = await actor_of(session, settings, person)
    made = await scene.make(actor=officer, task_id=None, object_id=str(place.id))
    assert made.visit.grid_id == scene.county.grids[1].id
    assert (await visits.read(session, officer, made.visit.id)).person == person.name


async def test_desks_see_visits_of_their_ground_and_their_findings(
    scene: Scene, session: AsyncSession, settings: Settings
) -> None:
    base = a_visit(ID, scene.version)["answers"]
    report = {"code": "R-1", "answer": "issue", "note": "办酒席"}
    found = await scene.make(ID, answers=[*base, report])
    plain = await scene.make(occurred_at="2026-11-23T10:00:00+08:00")

    async def seen(person: Person, **query: Any) -> list[UUID]:
        actor = await actor_of(session, settings, person)
        page = await visits.find(session, actor, VisitQuery(**query))
        return [each.visit.id for each in page.items]

    county = scene.county
    assert await seen(county.township_officer) == [plain.visit.id, found.visit.id]
    assert await seen(county.leader, show="issues") == [found.visit.id]
    assert await seen(county.clerk, show="reports") == [found.visit.id]
    assert await seen(county.leader, township_id=county.townships[1].id) == []
    assert await seen(county.leader, object_id=scene.place.id, limit=1) == [plain.visit.id]
    with pytest.raises(NotPermitted):
        await seen(county.gridworker)
    stranger = await actor_of(session, settings, county.stranger)
    with pytest.raises(NotFound):
        await visits.read(session, stranger, found.visit.id)
    whole = await visits.read(session, scene.worker, found.visit.id)
    assert [bool(one.situation_id) for one in whole.answers] == [False, False, True]
    assert [(each.question, each.answer.note) for each in whole.answers][-1] == (
        "问 R-1",
        "办酒席",
    )
    assert whole.questions == 6
