"""Visits of somebody who lacks the qualification: kept, marked, and no task is done by them."""

import json
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.base import new_id
from app.models.notification import Notification
from app.models.patrol import TaskStatus
from app.services import patrols, visits
from app.services.access import Actor
from app.services.visits import MadeVisit, MakeVisit, VisitQuery
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.patrols import a_visit, checklist, duty, tasks, thing
from tests.trainings import ALL, TODAY, Scene, switch

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings, freeze: Freeze) -> Scene:
    freeze("2026-11-23 10:00")
    return await Scene(session, settings, await factories.county(session)).build()


async def visit(
    scene: Scene, worker: Actor, task_id: UUID, version: UUID, day: date = TODAY
) -> MadeVisit:
    id_ = new_id()
    times = {"started_at": f"{day}T09:00:00+08:00", "occurred_at": f"{day}T09:10:00+08:00"}
    body = a_visit(id_, version, task_id=str(task_id), **times)
    raw = json.dumps(body).encode()
    return await visits.make(scene.session, worker, id_, MakeVisit.model_validate(body), raw)


async def test_a_visit_of_somebody_unqualified_is_kept_and_marked_and_does_no_task(
    scene: Scene, settings: Settings
) -> None:
    session, county = scene.session, scene.county
    version = await checklist(session)
    await duty(session)
    place = await thing(session, county.grids[0])
    await patrols.turn(session)
    task = (await tasks(session))[0]
    worker = await actor_of(session, settings, county.gridworker)
    await switch(scene)
    for _ in range(2):
        made = await visit(scene, worker, task.id, version)
        assert (made.task, made.visit.object_id) == (None, place.id)
    assert (await tasks(session))[0].status is TaskStatus.OPEN
    lines = await session.scalars(select(Notification.kind))
    assert list(lines) == ["visit.unqualified"], "once a day"
    found = await visits.find(session, scene.township, VisitQuery(show="unqualified"))
    assert [one.visit.is_unqualified for one in found.items] == [True, True]

    await scene.passed(county.gridworker, **ALL)
    assert (await visit(scene, worker, task.id, version)).task is not None
    assert (await tasks(session))[0].status is TaskStatus.DONE
    found = await visits.find(session, scene.township, VisitQuery(show="unqualified"))
    assert len(found.items) == 2


@pytest.mark.parametrize(
    ("gate", "made_on", "counts"),
    [
        (TODAY, TODAY, True),  # on its last day
        (TODAY, TOMORROW, False),
        (TOMORROW + timedelta(days=1), TOMORROW, True),  # before anybody was asked
    ],
)
async def test_the_day_of_the_visit_counts_and_not_the_day_it_arrives(
    scene: Scene, settings: Settings, freeze: Freeze, gate: date, made_on: date, counts: bool
) -> None:
    """Of somebody whose qualification ended on the first of three days, told on the last."""
    session, county = scene.session, scene.county
    version = await checklist(session)
    await duty(session)
    await thing(session, county.grids[0])
    await patrols.turn(session)
    task = (await tasks(session))[0]
    await scene.passed(county.gridworker, **ALL, valid_until=TODAY)
    await switch(scene, starts_on=gate)
    worker = await actor_of(session, settings, county.gridworker)
    freeze("2026-11-25 10:00")
    made = await visit(scene, worker, task.id, version, made_on)
    assert (made.task is not None, made.visit.is_unqualified) == (counts, not counts)
