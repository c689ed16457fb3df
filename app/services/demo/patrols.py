"""Patrols of the demo county: a plan of fifteen days, two weeks of visits, some put off."""

import hashlib
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.obligation import Duty, Obligation, Period, Scope
from app.models.patrol import DelayReason, PatrolTask, TaskStatus
from app.models.person import Role
from app.models.supervised_object import SupervisedObject
from app.models.visit import Visit
from app.services import checklists, patrols
from app.services.access import Actor
from app.services.demo.dice import dice, identity
from app.services.demo.people import Staff
from app.services.patrols import DelayTask

_DAYS = 14
_DONE, _DELAYED = 0.85, 0.6  # of what is due; of the rest, with a reason
_BEHIND, _DONE_BEHIND = 0.07, 0.03  # of the grids, where the work has come to a halt
# Before the plan began: how many days ago most grids, some and a few were last looked at.
_BEFORE: tuple[tuple[float, int, int], ...] = ((0.72, 15, 27), (0.92, 28, 55), (1.0, 62, 110))
_NEVER = 0.03  # of the objects
_SAID = (DelayReason.CLOSED, DelayReason.WEATHER, DelayReason.AWAY)
_AT = time(15, 20)
_LIST = "nine-aspects"


async def walk(session: AsyncSession, seed: int, staff: Staff, now: datetime) -> None:
    """Every day of two weeks: plan, look at most of what is due, say why the rest waits."""
    await _oblige(session, now)
    await _before(session, seed, staff, now)
    workers = _workers(staff)
    for ago in range(_DAYS, -1, -1):
        day = clock.local(now - timedelta(days=ago)).date()
        with clock.at(datetime.combine(day, time(0, 5), clock.COUNTY_ZONE)):
            await patrols.turn(session)
        moment = datetime.combine(day, _AT, clock.COUNTY_ZONE)
        if ago:  # today's list is for whoever tries the demo
            with clock.at(moment):
                await _day(session, seed, workers, moment)


async def _oblige(session: AsyncSession, now: datetime) -> None:
    """S3-5, so that a period ends today and the list of the demo's gridworkers is not empty."""
    row = {
        "key": "F5",
        "name": "网格员每 15 天巡查",
        "role": Role.GRIDWORKER,
        "duty": Duty.PATROL,
        "min_count": 1,
        "period": Period.DAYS_15,
        "scope": Scope.OBJECT,
        "applies_to": {},
        "checklist_key": None,
        "seed": "S3-5",
        "starts_on": clock.local(now - timedelta(days=2 * _DAYS + 1)).date(),
        "is_active": True,
    }
    written = insert(Obligation).values(row)
    begins = {"starts_on": written.excluded.starts_on}
    await session.execute(
        written.on_conflict_do_update(index_elements=[Obligation.key], set_=begins)
    )


async def _before(session: AsyncSession, seed: int, staff: Staff, now: datetime) -> None:
    """One look at nearly every object before the plan began, in some places long ago."""
    version = (await checklists.newest(session))[_LIST]
    first = {
        actors[0].seats[0].grid_id: actors[0]
        for (_, role), actors in staff.actors.items()
        if role is Role.GRIDWORKER
    }
    made: list[Visit] = []
    query = select(SupervisedObject).where(
        SupervisedObject.bundle_id.is_(None), SupervisedObject.confirmed_at.is_not(None)
    )
    for place in await session.scalars(query.order_by(SupervisedObject.id)):
        share = dice(seed, f"before/{place.grid_id}").random()
        chance = dice(seed, f"before/{place.id}")
        if place.grid_id not in first or chance.random() < _NEVER:
            continue
        near, far = next((near, far) for upto, near, far in _BEFORE if share < upto)
        day = clock.local(now - timedelta(days=chance.randint(near, far))).date()
        moment = datetime.combine(day, _AT, clock.COUNTY_ZONE)
        key = f"before/{place.id}"
        worker = first[place.grid_id]
        made.append(_visit(seed, key, worker, place.id, place.grid_id, version, moment))
    await _keep(session, made)


def _workers(staff: Staff) -> dict[UUID, Actor]:
    """The first gridworker of each grid, but the cast: a visitor of the demo plays those."""
    cast = {person.id for person in staff.cast.values()}
    found: dict[UUID, Actor] = {}
    for (_, role), (first, *_) in staff.actors.items():
        if role is Role.GRIDWORKER and first.person_id not in cast:
            found |= dict.fromkeys(first.grid_ids, first)
    return found


async def _day(
    session: AsyncSession, seed: int, workers: dict[UUID, Actor], moment: datetime
) -> None:
    query = select(PatrolTask).where(
        PatrolTask.status == TaskStatus.OPEN,
        PatrolTask.role == Role.GRIDWORKER,
        PatrolTask.due_on <= moment.date(),
        PatrolTask.grid_id.in_(workers),
    )
    due = list(await session.scalars(query.execution_options(populate_existing=True)))
    due.sort(key=lambda row: (row.subject_id, row.period_start))
    chances = {task.id: dice(seed, f"patrol/{task.subject_id}/{moment.date()}") for task in due}
    done = [task for task in due if chances[task.id].random() < _pace(seed, task.grid_id)]
    await _look(session, seed, workers, done, moment)
    for task in due:
        chance = chances[task.id]
        if task.status is TaskStatus.OPEN and task.grid_id and chance.random() < _DELAYED:
            command = DelayTask(reason=chance.choice(_SAID), occurred_at=moment)
            delay_id = identity(seed, f"delay/{task.subject_id}/{moment.date()}")
            body = command.model_dump_json().encode()
            await patrols.delay(session, workers[task.grid_id], task.id, delay_id, command, body)


async def _look(
    session: AsyncSession,
    seed: int,
    workers: dict[UUID, Actor],
    tasks: list[PatrolTask],
    moment: datetime,
) -> None:
    """Nothing was found; written in bulk as `visits.make` would write one by one."""
    made = [
        _visit(
            seed,
            f"visit/{task.subject_id}/{task.period_start}",
            workers[task.grid_id],
            task.object_id,
            task.grid_id,
            task.checklist_version_id,
            moment,
        )
        for task in tasks
        if task.grid_id
    ]
    await _keep(session, made)
    for task, visit in zip(tasks, made, strict=True):
        patrols.done(task, visit, moment.date())
    await session.flush()


async def _keep(session: AsyncSession, made: list[Visit]) -> None:
    session.add_all(made)
    await session.flush()
    await patrols.note_looks(session, [visit.id for visit in made])


def _pace(seed: int, grid_id: UUID | None) -> float:
    is_behind = dice(seed, f"behind/{grid_id}").random() < _BEHIND
    return _DONE_BEHIND if is_behind else _DONE


def _visit(
    seed: int,
    key: str,
    worker: Actor,
    object_id: UUID | None,
    grid_id: UUID,
    version: UUID | None,
    moment: datetime,
) -> Visit:
    assert version is not None
    id_ = identity(seed, key)
    return Visit(
        id=id_,
        sha256=hashlib.sha256(id_.bytes).hexdigest(),
        person_id=worker.person_id,
        object_id=object_id,
        grid_id=grid_id,
        checklist_version_id=version,
        started_at=moment - timedelta(minutes=6),
        occurred_at=moment,
        received_at=moment + timedelta(minutes=2),
        rest_fine=True,
        issue_count=0,
        note="",
    )
