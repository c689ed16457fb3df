"""Who owes a look by a place on a grid: head, deputy, administrator, leader, each their own."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.grid import Grid
from app.models.obligation import Duty, Obligation, Period, Scope
from app.models.organization import Organization
from app.models.patrol import TaskStatus
from app.models.person import Person, Post, Role
from app.models.slot import SlotAssignment, SlotRole
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import obligations, patrols
from app.services.access import Actor
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import County
from tests.patrols import checklist, duty, tasks, thing

MONDAY = date(2026, 11, 23)
R = SlotRole


@dataclass(frozen=True)
class Scene:
    session: AsyncSession
    settings: Settings
    county: County
    firm: Organization
    own: Grid
    place: SupervisedObject

    async def officer(self) -> Person:
        return await factories.person(self.session, Role.SAFETY_OFFICER, self.firm)

    async def seat(self, person: Person, role: SlotRole, grid: Grid | None = None) -> None:
        row = SlotAssignment(
            grid_id=(grid or self.own).id,
            role=role,
            person_id=person.id,
            title="",
            starts_on=factories.LONG_AGO,
        )
        self.session.add(row)
        await self.session.flush()

    async def keys(self, person: Person) -> set[str | None]:
        actor = await actor_of(self.session, self.settings, person)
        found = await patrols.mine(self.session, actor)
        return {task.task.obligation_key for task in found.tasks}


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings, freeze: Freeze) -> Scene:
    """A factory that is a grid below that of its line, and the four duties of S0."""
    freeze("2026-11-23 08:00")
    county = await factories.county(session)
    line = county.grids[0]
    made = await factories.enterprise(session, "一厂", county.villages[0], line)
    firm = await session.get_one(Organization, made.organization_id)
    own = await factories.grid(session, firm, line)
    place = await session.get_one(SupervisedObject, made.id)
    await checklist(session)
    by = {
        "role": Role.SAFETY_OFFICER,
        "duty": Duty.INSPECTION,
        "applies_to": {"kinds": ["enterprise"]},
    }
    await duty(session, "F2", **by, slot=R.SAFETY_RESPONSIBLE, period=Period.MONTH)
    await duty(session, "F3", **by, slot=R.DIRECT_RESPONSIBLE, period=Period.MONTH, min_count=2)
    await duty(session, "F4", **by, slot=R.GRID_ADMIN, period=Period.WEEK)
    led = {**by, "role": Role.LEADER, "slot": R.LINKED_LEADER, "period": Period.MONTH}
    await duty(session, "F1", **led)
    return Scene(session, settings, county, firm, own, place)


async def test_head_deputy_and_administrator_each_owe_their_own(scene: Scene) -> None:
    """S0-23 to S0-25: nobody fills all three by one post."""
    head, deputy, admin, other = [await scene.officer() for _ in range(4)]
    await scene.seat(head, R.SAFETY_RESPONSIBLE)
    await scene.seat(deputy, R.DIRECT_RESPONSIBLE)
    await scene.seat(admin, R.GRID_ADMIN)
    await patrols.turn(scene.session)
    assert await scene.keys(head) == {"F2"}
    assert await scene.keys(deputy) == {"F3"}
    assert await scene.keys(admin) == {"F4"}
    assert await scene.keys(other) == set()


async def test_a_linked_leader_owes_the_enterprises_of_the_own_line(scene: Scene) -> None:
    """S0-22: of the enterprise itself, else of its line; not of another ground."""
    county, leader = scene.county, scene.county.leader
    far = await thing(scene.session, county.grids[1], "二厂", kind=ObjectKind.ENTERPRISE)
    await scene.seat(leader, R.LINKED_LEADER, county.grids[0])
    await patrols.turn(scene.session)
    assert await scene.keys(leader) == {"F1"}
    found = [task for task in await tasks(scene.session) if task.obligation_key == "F1"]
    assert {task.object_id for task in found} == {scene.place.id}
    assert {task.slot_grid_id for task in found} == {county.grids[0].id}
    # one of the enterprise's own comes before the line's; the open task goes over to it
    near = await factories.person(scene.session, Role.LEADER, county.centre)
    await scene.seat(near, R.LINKED_LEADER)
    await scene.seat(near, R.LINKED_LEADER, county.grids[1])
    await patrols.turn(scene.session)
    assert (await scene.keys(leader), await scene.keys(near)) == (set(), {"F1"})
    found = [task for task in await tasks(scene.session) if task.obligation_key == "F1"]
    assert {task.object_id for task in found} == {scene.place.id, far.id}


async def test_the_leader_reading_is_once_for_each_leader(scene: Scene) -> None:
    """S0-6 leaves open what is counted: the county may say each leader instead of each firm."""
    session, leader = scene.session, scene.county.leader
    await thing(session, scene.county.grids[0], "二厂", kind=ObjectKind.ENTERPRISE)
    await scene.seat(leader, R.LINKED_LEADER, scene.county.grids[0])
    once = {"duty": Duty.INSPECTION, "applies_to": {}, "period": Period.MONTH}
    of = {"role": Role.LEADER, "slot": R.LINKED_LEADER, "scope": Scope.PERSON}
    await duty(session, "own-6", **once, **of)
    await patrols.turn(session)
    (mine,) = [task for task in await tasks(session) if task.obligation_key == "own-6"]
    assert (mine.person_id, mine.object_id) == (leader.id, None)
    assert await scene.keys(leader) == {"F1", "own-6"}


async def test_a_place_that_nobody_has_makes_no_task_and_is_told(scene: Scene) -> None:
    await patrols.turn(scene.session)
    assert await tasks(scene.session) == []
    admin = await actor_of(scene.session, scene.settings, scene.county.administrator)
    told = {
        one.duty.key: (one.subjects, one.unheld)
        for one in (await obligations.everything(scene.session, admin)).duties
    }
    assert told == dict.fromkeys(("F1", "F2", "F3", "F4"), (0, 1))


async def test_who_leaves_the_place_leaves_the_task(scene: Scene) -> None:
    head, next_head = await scene.officer(), await scene.officer()
    await scene.seat(head, R.SAFETY_RESPONSIBLE)
    await patrols.turn(scene.session)
    (task,) = await tasks(scene.session)
    row = (await scene.session.scalars(select(SlotAssignment))).one()
    row.ends_on = MONDAY - timedelta(days=1)
    await scene.session.flush()
    await patrols.turn(scene.session)
    await scene.session.refresh(task)
    assert task.status is TaskStatus.DROPPED
    await scene.seat(next_head, R.SAFETY_RESPONSIBLE)
    await patrols.turn(scene.session)
    assert (await scene.keys(head), await scene.keys(next_head)) == (set(), {"F2"})


@pytest.mark.parametrize(
    ("key", "now"),
    [
        ("F2", {"role": Role.SAFETY_OFFICER, "slot": R.GRID_ADMIN}),
        ("F2", {"role": Role.SAFETY_OFFICER, "slot": None}),
        ("F2", {"role": Role.LEADER, "slot": R.LINKED_LEADER}),
        ("F2", {"role": Role.GRIDWORKER, "slot": None}),
        ("F5", {"role": Role.SAFETY_OFFICER, "slot": R.SAFETY_RESPONSIBLE}),
        ("F5", {"role": Role.LEADER, "slot": R.LINKED_LEADER}),
    ],
)
async def test_what_was_out_before_a_duty_changed_hands_is_still_somebodys(
    scene: Scene, key: str, now: dict[str, Any]
) -> None:
    session, county = scene.session, scene.county
    await duty(session)
    await session.execute(update(Obligation).values(is_active=Obligation.key == key))
    row = await session.get_one(Obligation, key)
    row.period = Period.MONTH
    head, admin = await scene.officer(), await scene.officer()
    await scene.seat(head, R.SAFETY_RESPONSIBLE)
    await scene.seat(admin, R.GRID_ADMIN)
    await scene.seat(county.leader, R.LINKED_LEADER, county.grids[0])
    owner = {"F2": head, "F5": county.gridworker}[key]
    await patrols.turn(session)
    assert await scene.keys(owner) == {key}
    (out,) = await tasks(session)
    asked = (out.role, out.slot, out.slot_grid_id)
    for name, value in now.items():
        setattr(row, name, value)
    await session.flush()
    await patrols.turn(session)
    await session.refresh(out)
    assert out.status is TaskStatus.OPEN
    assert (out.role, out.slot, out.slot_grid_id) == asked
    assert await scene.keys(owner) == {key}


async def test_a_duty_that_comes_to_a_place_takes_its_open_tasks_along(scene: Scene) -> None:
    """Duties before knew no places: everybody with the post owed what one owes now."""
    session = scene.session
    head, other = await scene.officer(), await scene.officer()
    await scene.seat(head, R.SAFETY_RESPONSIBLE)
    await session.execute(update(Obligation).values(slot=None, is_active=Obligation.key == "F2"))
    await patrols.turn(session)
    assert (await scene.keys(head), await scene.keys(other)) == ({"F2"}, {"F2"})
    await session.execute(
        update(Obligation).where(Obligation.key == "F2").values(slot=R.SAFETY_RESPONSIBLE)
    )
    await patrols.turn(session)
    assert (await scene.keys(head), await scene.keys(other)) == ({"F2"}, set())


async def test_a_place_without_a_post_that_may_look_owes_nothing(scene: Scene) -> None:
    """A place gives no rights: such a task could never be done."""
    await scene.seat(scene.county.handler, R.LINKED_LEADER, scene.county.grids[0])
    await patrols.turn(scene.session)
    assert await tasks(scene.session) == []


# What the rest of a county owes this week.
_CROWD = """
    insert into patrol_tasks (id, obligation_key, role, subject_id, grid_id, period_start,
        period_end, ordinal, original_due_on, due_on, is_provisional, rollovers, status)
    select gen_random_uuid(), 'F1', 'gridworker', gen_random_uuid(), :grid, '2026-11-01',
        '2026-11-30', 1, '2026-11-25', '2026-11-25', false, 0, 'open'
    from generate_series(1, 3000)
"""


async def test_the_list_is_found_by_its_indexes_whatever_one_holds(scene: Scene) -> None:
    """A condition that no index knows would make the database look through the whole county's."""
    session, leader = scene.session, scene.county.leader
    await scene.seat(leader, R.LINKED_LEADER)
    post = await _post_of(session, scene.county.gridworker)
    post.on_leave_until, post.deputy_id = date(2026, 11, 30), leader.id
    await session.flush()
    await session.execute(text(_CROWD), {"grid": scene.county.grids[1].id})
    await session.execute(text("analyze patrol_tasks"))
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_rest: Any) -> None:
        sent.append((statement, given))

    connection = await session.connection()
    event.listen(connection.sync_connection, "before_cursor_execute", note)
    await scene.keys(leader)
    event.remove(connection.sync_connection, "before_cursor_execute", note)
    ((statement, given),) = [one for one in sent if "FROM patrol_tasks" in one[0]]
    lines = await connection.exec_driver_sql(f"explain {statement}", given)
    plan = "\n".join(line for (line,) in lines)
    for column in ("person_id", "slot_grid_id", "grid_id"):
        assert re.search(
            rf"Bitmap Index Scan on ix_patrol_tasks_.*\n *Index Cond: \({column} =", plan
        )


async def test_on_leave_the_deputy_has_the_tasks_meanwhile(
    session: AsyncSession, settings: Settings, county_of_two: tuple[County, Person]
) -> None:
    county, deputy = county_of_two
    post = await _post_of(session, county.gridworker)
    assert await _keys(session, settings, deputy) == set()
    post.on_leave_until, post.deputy_id = date(2026, 11, 30), deputy.id
    await session.flush()
    assert await _keys(session, settings, deputy) == {"F5"}
    other = await factories.person(session, Role.GRIDWORKER, county.villages[1], county.grids[1])
    assert await _keys(session, settings, other) == set()


async def test_after_the_leave_the_tasks_are_the_workers_alone(
    session: AsyncSession, settings: Settings, county_of_two: tuple[County, Person], freeze: Freeze
) -> None:
    county, deputy = county_of_two
    post = await _post_of(session, county.gridworker)
    post.on_leave_until, post.deputy_id = date(2026, 11, 24), deputy.id
    await session.flush()
    freeze("2026-11-25 08:00")
    assert await _keys(session, settings, deputy) == set()
    actor: Actor = await actor_of(session, settings, deputy)
    (task,) = [one for one in await tasks(session) if one.period_start <= MONDAY]
    # what the phone held back from those days is still the deputy's
    assert await patrols.is_task_of(session, actor, task.id, date(2026, 11, 24))
    assert not await patrols.is_task_of(session, actor, task.id, date(2026, 11, 25))


@pytest.fixture
async def county_of_two(session: AsyncSession, freeze: Freeze) -> tuple[County, Person]:
    """A shop on the first grid, and somebody of the other village who could stand in."""
    freeze("2026-11-23 08:00")
    county = await factories.county(session)
    await checklist(session)
    await duty(session)
    await thing(session, county.grids[0])
    await patrols.turn(session)
    return county, await factories.person(session, Role.VILLAGE_CLERK, county.villages[0])


async def _post_of(session: AsyncSession, person: Person) -> Post:
    return (await session.scalars(select(Post).where(Post.person_id == person.id))).one()


async def _keys(session: AsyncSession, settings: Settings, person: Person) -> set[str | None]:
    found = await patrols.mine(session, await actor_of(session, settings, person))
    return {task.task.obligation_key for task in found.tasks}
