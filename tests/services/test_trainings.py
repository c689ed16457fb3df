"""Trainings: who may keep which, who may be on a list, and what follows from what was shown."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app import clock
from app.config import Settings
from app.errors import Invalid, NotFound, NotPermitted
from app.models.audit import AuditEntry
from app.models.person import Role
from app.models.training import Competence, TrainingRecord
from app.services import accounts, rules, trainings
from app.services.accounts import AddPost
from app.services.qualifications import NOTHING_SHOWN, Qualification
from app.services.rules import EditTrainingRule
from app.services.trainings import (
    EditTraining,
    JudgeTrainees,
    RegisterTrainee,
)
from app.services.trainings.taking_part import months_after
from tests import factories
from tests.conftest import Freeze, SignInAs
from tests.statements import counted
from tests.trainings import ALL, TODAY, YEAR, Scene


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings, freeze: Freeze) -> Scene:
    freeze("2026-11-23 10:00")
    return await Scene(session, settings, await factories.county(session)).build()


async def test_three_competences_make_a_qualification_and_its_last_day_counts(
    scene: Scene,
) -> None:
    worker = scene.county.gridworker
    assert await scene.shown(worker) == NOTHING_SHOWN
    await scene.passed(worker, can_inspect=True, can_record=True)
    assert await scene.shown(worker) == Qualification((Competence.REPORT,), None)
    await scene.passed(worker, can_report=True, valid_until=date(2027, 5, 1))
    found = await scene.shown(worker)
    assert found == Qualification((), date(2027, 5, 1)), "the first of the three to end"
    assert found.holds_on(date(2027, 5, 1))
    assert not found.holds_on(date(2027, 5, 2))


async def test_a_later_training_where_nothing_was_tried_takes_nothing_away(scene: Scene) -> None:
    worker = scene.county.gridworker
    await scene.passed(worker, **ALL)
    await scene.passed(worker)
    assert (await scene.shown(worker)).valid_until == YEAR


async def test_a_training_counts_from_the_day_on_which_it_is_over(scene: Scene) -> None:
    worker = scene.county.gridworker
    last = TODAY + timedelta(days=2)
    await scene.passed(worker, **ALL, ends_on=last)
    assert await scene.shown(worker) == NOTHING_SHOWN
    assert (await scene.shown(worker, last)).valid_until == YEAR


async def test_who_is_put_on_a_list_was_there_until_it_is_said_otherwise(scene: Scene) -> None:
    """And what is passed holds for as long as the county's rule says."""
    worker = scene.county.gridworker
    training, planned = await scene.add(), await scene.add(starts_on=YEAR, ends_on=YEAR)
    for one in (training, planned):
        await scene.put(one, worker)
    ((held,), (later,)) = [
        await trainings.trainees(scene.session, one.id) for one in (training, planned)
    ]
    assert (held.record.attended, held.record.valid_until) == (True, YEAR)
    assert not later.record.attended
    await scene.judge(training, worker, **ALL)
    await scene.put(training, worker, scene.county.chief)
    found = await trainings.one(scene.session, scene.township, training.id)
    assert (found.trainees, found.present, found.passed) == (2, 2, 1), "noted results stay"


@pytest.mark.parametrize(
    ("shown", "field"),
    [
        ({"attended": False, "can_report": True}, "attended"),
        ({"valid_until": TODAY - timedelta(days=1)}, "valid_until"),
    ],
)
async def test_what_cannot_be_is_refused(scene: Scene, shown: dict[str, Any], field: str) -> None:
    training = await scene.add()
    await scene.put(training, scene.county.gridworker)
    with pytest.raises(Invalid) as refused:
        await scene.judge(training, scene.county.gridworker, **shown)
    assert refused.value.fields == [field]


async def test_nobody_was_there_before_it_begins(scene: Scene) -> None:
    training = await scene.add(starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 1))
    await scene.put(training, scene.county.gridworker)
    for wrong in (ALL, {"attended": True}):
        with pytest.raises(Invalid):
            await scene.judge(training, scene.county.gridworker, **wrong)
    await scene.judge(training, scene.county.gridworker, attended=False)


async def test_a_whole_list_is_noted_in_no_more_statements_than_one_person(
    scene: Scene, engine: AsyncEngine
) -> None:
    county, session = scene.county, scene.session
    sent = []
    for some in ([county.clerk], [county.gridworker, county.chief]):
        training = await scene.add()
        await scene.put(training, *some)
        records = [
            {"person_id": one.id, "attended": True, "valid_until": YEAR, **ALL} for one in some
        ]
        command = JudgeTrainees.model_validate({"records": records})
        with counted(engine) as statements:
            await trainings.judge(session, scene.township, training.id, command)
        sent.append(len(statements))
    assert sent[0] == sent[1]
    assert len(await _entries(session, county.chief.id)) == 1


async def test_days_and_modes_are_held_to_the_rule(scene: Scene) -> None:
    """A mode that is struck from the list stays at the trainings that had it."""
    training = await scene.add()
    for wrong in ({"mode": "看电影"}, {"ends_on": TODAY - timedelta(days=1)}):
        with pytest.raises(Invalid):
            await scene.add(**wrong)
    rule = EditTrainingRule(modes=["夜校"], valid_months=6)
    await rules.put_training(scene.session, scene.admin, rule)
    edit = EditTraining(title="改了名", mode="集中授课")
    assert (
        await trainings.edit(scene.session, scene.township, training.id, edit)
    ).title == "改了名"
    with pytest.raises(Invalid):
        await trainings.edit(
            scene.session, scene.township, training.id, EditTraining(mode="现场观摩")
        )
    other = await scene.add(mode="夜校")
    await scene.put(other, scene.county.chief)
    ((one),) = await trainings.trainees(scene.session, other.id)
    assert one.record.valid_until == date(2027, 5, 23)


async def test_what_was_passed_is_not_moved_with_the_training(scene: Scene) -> None:
    county, today = scene.county, TODAY
    training = await scene.passed(county.gridworker, **ALL, valid_until=TODAY + timedelta(days=9))

    async def move(**days: date) -> None:
        edit = EditTraining.model_validate(days)
        await trainings.edit(scene.session, scene.township, training.id, edit)

    await move(starts_on=today - timedelta(days=1))
    tomorrow, later = today + timedelta(days=1), today + timedelta(days=10)
    for wrong, field in (
        ({"starts_on": tomorrow, "ends_on": tomorrow}, "starts_on"),
        ({"ends_on": later}, "ends_on"),
    ):
        with pytest.raises(Invalid) as refused:
            await move(**wrong)
        assert refused.value.fields == [field]


async def test_who_has_passed_nothing_yet_moves_with_the_training(scene: Scene) -> None:
    """Presence is forgotten when it is put off: it has not taken place."""
    training = await scene.add()
    await scene.put(training, scene.county.gridworker)
    later = date(2026, 12, 1)
    edit = EditTraining(starts_on=later, ends_on=later)
    await trainings.edit(scene.session, scene.township, training.id, edit)
    ((moved),) = await trainings.trainees(scene.session, training.id)
    assert (moved.record.valid_until, moved.record.attended) == (date(2027, 12, 1), False)


async def test_a_body_keeps_its_own_and_the_county_all(scene: Scene) -> None:
    session = scene.session
    own, fire = await scene.add(), await scene.add(scene.handler)
    for actor, kept in (
        (scene.township, {own.id}),
        (scene.handler, {fire.id}),
        (scene.officer, {own.id, fire.id}),
    ):
        found = await trainings.everything(session, actor)
        assert {one.training.id for one in found.items} == kept
    with pytest.raises(NotFound):
        await trainings.one(session, scene.handler, own.id)
    with pytest.raises(NotFound):
        await scene.put(own, scene.county.gridworker, actor=scene.handler)
    with pytest.raises(NotFound):
        await scene.add(scene.handler, sponsor_id=scene.county.centre.id)
    assert await scene.add(scene.officer, sponsor_id=scene.county.departments[1].id)
    with pytest.raises(NotFound):
        await scene.add(scene.officer, sponsor_id=scene.county.villages[0].id)
    with pytest.raises(NotPermitted):
        await trainings.everything(session, scene.admin)


async def test_the_list_goes_on_page_by_page(scene: Scene, sign_in_as: SignInAs) -> None:
    """The newest first; those of one day are neither told twice nor left out."""
    made = [await scene.add(starts_on=TODAY - timedelta(days=n // 2)) for n in range(51)]
    client = await sign_in_as(scene.county.township_officer)
    first = (await client.get("/api/trainings")).json()
    second = (await client.get("/api/trainings", params={"cursor": first["next"]})).json()
    assert [len(first["items"]), len(second["items"]), second["next"]] == [50, 1, None]
    told = first["items"] + second["items"]
    assert {one["id"] for one in told} == {str(one.id) for one in made}
    days = [one["starts_on"] for one in told]
    assert days == sorted(days, reverse=True)


async def test_on_a_list_are_the_own_people_or_whoever_walks_a_grid(scene: Scene) -> None:
    """A station of a township trains its township's; nobody whose account is closed."""
    county, session = scene.county, scene.session
    station = await factories.organization(
        session, county.departments[0].kind, "镇消防站", county.townships[0]
    )
    stationed = await scene.actor(await factories.person(session, Role.HANDLER, station))
    walkers = {"张网格", "王格长"}
    assert walkers | {"李文书"} <= await scene.candidates(scene.township)
    assert "邻网格" not in await scene.candidates(scene.township)
    assert await scene.candidates(scene.township, on_foot=True) == walkers
    assert await scene.candidates(scene.handler) == walkers | {"邻网格"}
    assert await scene.candidates(stationed) == walkers
    assert await scene.candidates(scene.officer, organization_id=county.townships[1].id) == {
        "邻网格"
    }
    county.chief.disabled_at = clock.now()
    await session.flush()
    assert await scene.candidates(stationed) == {"张网格"}
    with pytest.raises(NotFound):
        await scene.put(await scene.add(), county.stranger)


async def test_somebody_new_is_trained_first_and_then_given_a_post(scene: Scene) -> None:
    session, training = scene.session, await scene.add()
    command = RegisterTrainee(name="新来的", mobile="13912345678")
    await trainings.register(session, scene.township, training.id, command)
    ((found),) = await trainings.trainees(session, training.id)
    new = found.person
    assert "新来的" in await scene.candidates(scene.township, on_foot=True)
    assert (new.password_hash, found.posts) == (None, [])
    await scene.judge(training, new, **ALL)
    village, grid = scene.county.villages[0], scene.county.grids[0]
    post = AddPost(
        organization_id=village.id, role=Role.GRIDWORKER, grid_id=grid.id, starts_on=TODAY
    )
    neighbour = await scene.actor(
        await factories.person(session, Role.TOWNSHIP_OFFICER, scene.county.townships[1])
    )
    with pytest.raises(NotFound):
        await accounts.add_post(session, neighbour, new.id, post)
    await accounts.add_post(session, scene.township, new.id, post)
    qualification, records = await trainings.of_person(session, scene.township, new.id)
    assert qualification.holds_on(TODAY)
    assert [one.training.id for one in records] == [training.id]
    with pytest.raises(NotPermitted):
        await trainings.register(
            session, scene.officer, training.id, RegisterTrainee(name="李", mobile="13912345679")
        )


async def test_a_newcomer_taken_off_by_mistake_is_registered_again(scene: Scene) -> None:
    """By whoever trains next, under the right name."""
    session, training, other = scene.session, await scene.add(), await scene.add()
    command = RegisterTrainee(name="新来得", mobile="13912345678")
    await trainings.register(session, scene.township, training.id, command)
    ((found),) = await trainings.trainees(session, training.id)
    await trainings.take_off(session, scene.township, training.id, found.person.id)
    command = RegisterTrainee(name="新来的", mobile="13912345678")
    await trainings.register(session, scene.township, other.id, command)
    ((again),) = await trainings.trainees(session, other.id)
    assert (again.person.id, again.person.name) == (found.person.id, "新来的")


@pytest.mark.parametrize("why", ["is on a list", "can sign in", "has a post"])
async def test_nobody_else_is_taken_up_by_the_number(scene: Scene, why: str) -> None:
    session, training = scene.session, await scene.add()
    fields: dict[str, Any] = {"password_hash": "settled"} if why == "can sign in" else {}
    person = await factories.person(session, mobile="13912345678", **fields)
    if why == "is on a list":
        session.add(
            TrainingRecord(
                training_id=training.id, person_id=person.id, attended=False, valid_until=YEAR
            )
        )
    if why == "has a post":
        village = scene.county.villages[1]
        await factories.post(
            session, person, Role.VILLAGE_CLERK, village, ends_on=TODAY - timedelta(days=9)
        )
    command = RegisterTrainee(name="新来的", mobile="13912345678")
    with pytest.raises(Invalid):
        await trainings.register(session, scene.township, training.id, command)


async def test_taken_off_is_gone_and_on_record(scene: Scene) -> None:
    session, worker = scene.session, scene.county.gridworker
    training = await scene.passed(worker, **ALL, certificate_number="鲁-1")
    await trainings.take_off(session, scene.township, training.id, worker.id)
    assert await scene.shown(worker) == NOTHING_SHOWN
    assert [entry.kind for entry in await _entries(session, worker.id)] == [
        "training.trainee_judged",
        "training.trainee_removed",
    ]
    with pytest.raises(NotFound):
        await scene.judge(training, worker)


async def _entries(session: AsyncSession, about: UUID) -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.subject_id == str(about))
    return list(await session.scalars(query.order_by(AuditEntry.seq)))


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2027, 2, 28), 12, date(2028, 2, 28)),
    ],
)
def test_months_end_with_the_month(day: date, months: int, last: date) -> None:
    assert months_after(day, months) == last
