"""What is collected on the phone: once under its id, told, confirmed or sent back (S2-23)."""

import asyncio
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import jobs
from app.config import Settings
from app.errors import (
    ChangedMeanwhile,
    Invalid,
    NotFound,
    NotPermitted,
    NotReturned,
    SameIdOtherContent,
)
from app.models.base import new_id
from app.models.collection import Collection
from app.models.event import Change, Stranger
from app.models.notification import Notification
from app.models.person import Role
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access, ledger, ledger_jobs, patrols
from app.services.access import Actor
from app.services.ledger import Because, Collected, CollectObject, EditObject, ObjectQuery
from tests import factories
from tests.actors import actor_of
from tests.conftest import Committed
from tests.factories import County
from tests.patrols import duty, tasks

CODE = "91350100M000100Y43"
WRONG = Because(reason="门牌号不对")
HERE = {"lat": 34.56, "lon": 117.73, "accuracy_m": 12}


@dataclass(frozen=True)
class Scene:
    session: AsyncSession
    county: County
    worker: Actor
    clerk: Actor

    async def collect(
        self,
        object_id: UUID | None = None,
        collection_id: UUID | None = None,
        actor: Actor | None = None,
        **said: Any,
    ) -> Collected:
        body = {
            "kind": "three_small_place",
            "name": "老王修车铺",
            "grid_id": str(self.county.grids[0].id),
            "address": "运河街 12 号",
            "contact_name": "王老板",
            "contact_phone": "13812341234",
            "concerns": "屋里有煤气瓶",
            "position": HERE,
            "occurred_at": "2026-11-22T10:00:00+08:00",
            **said,
        }
        ids = (object_id or new_id(), collection_id or new_id())
        command = CollectObject.model_validate(body)
        raw = json.dumps(body).encode()
        return await ledger.collect(self.session, actor or self.worker, *ids, command, raw)

    async def inbox(self) -> list[tuple[str, dict[str, Any]]]:
        query = select(Notification).where(Notification.person_id == self.worker.person_id)
        rows = await self.session.scalars(query.order_by(Notification.created_at, Notification.id))
        return [(row.kind, row.params) for row in rows]


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings) -> Scene:
    county = await factories.county(session)
    worker, clerk = [
        await actor_of(session, settings, person) for person in (county.gridworker, county.clerk)
    ]
    return Scene(session, county, worker, clerk)


def row_of(made: Collected) -> SupervisedObject:
    assert made.found
    return made.found.object


async def test_what_was_collected_waits_with_everything_that_was_said(scene: Scene) -> None:
    made = await scene.collect(credit_code="91350100m00o100y43")
    row = row_of(made)
    assert (row.name, row.kind, row.concerns) == (
        "老王修车铺",
        ObjectKind.THREE_SMALL_PLACE,
        "屋里有煤气瓶",
    )
    assert (row.lat, row.lon, made.collection.accuracy_m) == (34.56, 117.73, 12)
    assert (row.credit_code, row.is_registered) == (CODE, True)
    assert (row.confirmed_at, row.collected_by_id) == (None, scene.worker.person_id)
    whole = await ledger.read_whole(scene.session, scene.clerk, row.id)
    assert whole.collection
    assert (whole.collected_by, whole.collection.id) == ("张网格", made.collection.id)
    (first,) = await ledger.history(scene.session, scene.clerk, row.id)
    assert (first.change.field, first.by) == ("created", "张网格")
    told = select(func.count()).where(
        Change.kind == "objects", Change.left_grid_id == scene.county.grids[0].id
    )
    assert await scene.session.scalar(told) == 1


async def test_the_same_again_is_the_first_answer_and_other_content_is_kept_aside(
    scene: Scene, settings: Settings
) -> None:
    ids = (new_id(), new_id())
    first, again = await scene.collect(*ids), await scene.collect(*ids)
    assert first.collection.seq == again.collection.seq
    stranger = await actor_of(scene.session, settings, scene.county.stranger)
    for other in (
        scene.collect(*ids, name="别的店"),
        scene.collect(new_id(), ids[1]),
        scene.collect(*ids, actor=stranger),
    ):
        with pytest.raises(SameIdOtherContent):
            await other
    kept = list(await scene.session.scalars(select(Stranger)))
    assert {row.kind for row in kept} == {"collection"}
    assert {row.body["name"] for row in kept} == {"老王修车铺", "别的店"}
    assert await scene.session.scalar(select(func.count()).select_from(SupervisedObject)) == 1


async def test_of_twins_on_the_wire_one_is_kept_and_the_others_leave_nothing_behind(
    committed: Committed,
) -> None:
    """Three times the same, and the same id for another object, all at once."""
    async with committed.work() as session:
        county = await factories.county(session)
        worker = await actor_of(session, committed.settings, county.gridworker)
    object_id, collection_id = new_id(), new_id()

    async def send(of: UUID) -> int | None:
        try:
            async with committed.work() as session:
                scene = Scene(session, county, worker, worker)
                return (await scene.collect(of, collection_id)).collection.seq
        except SameIdOtherContent:
            return None

    seqs = await asyncio.gather(*(send(of) for of in (object_id, new_id(), *[object_id] * 2)))
    async with committed.work() as session:
        assert await session.scalar(select(func.count()).select_from(SupervisedObject)) == 1
        assert await session.scalar(select(func.count()).select_from(Collection)) == 1
    assert len({seq for seq in seqs if seq is not None}) == 1
    assert seqs.count(None) in (1, 3)


async def test_only_people_of_the_ground_collect_and_only_there(
    scene: Scene, settings: Settings
) -> None:
    county, session = scene.county, scene.session
    second = await factories.grid(session, county.villages[0], name="二网格")
    for person, grid, refusal in (
        (county.gridworker, county.grids[1], NotFound),
        (county.gridworker, second, NotFound),
        (county.chief, second, NotFound),
        (county.stranger, county.grids[0], NotFound),
        (county.clerk, county.grids[1], NotFound),
        (county.township_officer, county.grids[0], NotPermitted),
        (county.leader, county.grids[0], NotPermitted),
    ):
        actor = await actor_of(session, settings, person)
        with pytest.raises(refusal):
            await scene.collect(actor=actor, grid_id=str(grid.id))
    for person, grid in ((county.chief, county.grids[0]), (county.clerk, second)):
        actor = await actor_of(session, settings, person)
        assert (await scene.collect(actor=actor, grid_id=str(grid.id))).found
    county.grids[0].valid_to = access.today() - timedelta(days=1)
    await session.flush()
    with pytest.raises(Invalid):
        await scene.collect()


async def test_what_a_phone_held_back_since_its_owner_went_there_is_still_taken(
    scene: Scene, settings: Settings
) -> None:
    """The post on the old grid has ended; the owner works on another one now."""
    session, county, today = scene.session, scene.county, access.today()
    second = await factories.grid(session, county.villages[0], name="二网格")
    person = await factories.person(session, Role.GRIDWORKER, county.villages[0], second)
    left = await factories.post(
        session, person, Role.GRIDWORKER, county.villages[0], county.grids[0]
    )
    left.ends_on = today - timedelta(days=2)
    await session.flush()
    actor = await actor_of(session, settings, person)
    made = await scene.collect(
        actor=actor, occurred_at=f"{today - timedelta(days=3)}T10:00:00+08:00"
    )
    assert (made.found, made.alike) == (None, [])
    with pytest.raises(NotFound):
        await scene.collect(actor=actor, occurred_at=f"{today - timedelta(days=1)}T10:00:00+08:00")


async def test_nothing_follows_from_it_until_it_is_confirmed(
    scene: Scene, settings: Settings
) -> None:
    session = scene.session
    row = row_of(await scene.collect(contact_name=None))
    await duty(session, applies_to={})
    await patrols.turn(session)
    assert [task for task in await tasks(session) if task.object_id == row.id] == []
    handler = await actor_of(session, settings, scene.county.handler)
    assert (await ledger.objects(session, handler, ObjectQuery())).items == []
    with pytest.raises(NotFound):
        await ledger.read_whole(session, handler, row.id)
    missing = ObjectQuery(lacks="department")
    assert (await ledger.objects(session, scene.clerk, missing)).items == []
    row.kind = ObjectKind.ENTERPRISE
    await session.flush()
    gaps = await ledger.gaps(session, scene.clerk)
    assert (gaps["person"], gaps["confirmation"]) == (0, 1)
    with pytest.raises(Invalid):
        await ledger.open_account(session, scene.clerk, row.id)

    await ledger.confirm_object(session, scene.clerk, row.id)
    gaps = await ledger.gaps(session, scene.clerk)
    assert (gaps["person"], gaps["confirmation"]) == (1, 0)
    await patrols.turn(session)
    assert [task for task in await tasks(session) if task.object_id == row.id]
    assert (await ledger.objects(session, handler, ObjectQuery())).items


async def test_likely_twins_are_told_not_refused(scene: Scene) -> None:
    ground, other = scene.county.grids
    place = factories.place
    named = await place(scene.session, "老王 修车铺", ground, lat=34.561, lon=117.73)
    coded = await place(scene.session, "王记", other, credit_code=CODE)
    await place(scene.session, "老王修车铺", ground, lat=34.60, lon=117.73)  # 4 km away
    await place(scene.session, "老王修车铺", other)
    closed = await place(scene.session, "老王修车铺", ground)
    closed.closed_on = access.today()
    await scene.session.flush()
    made = await scene.collect(credit_code=CODE)
    assert {one.object.id for one in made.alike} == {named.id, coded.id}
    whole = await ledger.read_whole(scene.session, scene.clerk, row_of(made).id)
    assert {one.object.id for one in whole.alike} == {named.id, coded.id}
    assert (await scene.collect(name="别的店", credit_code=None)).alike == []


async def test_what_was_sent_back_is_corrected_and_sent_again(
    scene: Scene, settings: Settings
) -> None:
    session = scene.session
    made = await scene.collect()
    row = row_of(made)
    with pytest.raises(NotReturned):
        await scene.collect(row.id, name="老王汽修")
    with jobs.held_back() as told:
        for _ in range(2):
            await ledger.return_object(session, scene.clerk, row.id, WRONG)
    assert len(told) == 1
    waiting = ObjectQuery(is_confirmed=False, is_returned=False)
    back = ObjectQuery(is_confirmed=False, is_returned=True)
    assert (await ledger.objects(session, scene.clerk, waiting)).items == []
    assert len((await ledger.objects(session, scene.clerk, back)).items) == 1

    chief = await actor_of(session, settings, scene.county.chief)
    again = await scene.collect(row.id, actor=chief, address="运河街 21 号")
    assert again.collection.seq > made.collection.seq
    assert (row.address, row.returned_at, row.return_reason) == ("运河街 21 号", None, None)
    assert row.collected_by_id == scene.county.chief.id
    lines = await ledger.history(session, scene.clerk, row.id)
    assert [(line.change.field, line.change.old, line.change.new) for line in lines] == [
        ("returned", True, False),
        ("address", "运河街 12 号", "运河街 21 号"),
        ("returned", False, True),
        ("created", None, {"kind": "three_small_place", "name": "老王修车铺"}),
    ]
    assert (lines[2].change.reason, lines[2].by) == ("门牌号不对", "李文书")


async def test_a_corrected_one_may_move_to_another_grid_of_its_collector(
    scene: Scene, settings: Settings
) -> None:
    session, county = scene.session, scene.county
    second = await factories.grid(session, county.villages[0], name="二网格")
    row = row_of(await scene.collect(actor=scene.clerk))
    await ledger.return_object(session, scene.clerk, row.id, WRONG)
    with pytest.raises(NotFound):
        await scene.collect(row.id, grid_id=str(second.id))
    stranger = await actor_of(session, settings, county.stranger)
    with pytest.raises(NotFound):
        await scene.collect(row.id, actor=stranger, grid_id=str(county.grids[1].id))
    county.grids[0].valid_to = access.today() - timedelta(days=1)  # away from there it may go
    await session.flush()
    await scene.collect(row.id, actor=scene.clerk, grid_id=str(second.id))
    assert row.grid_id == second.id
    moved = [
        (line.change.old, line.change.new)
        for line in await ledger.history(session, scene.clerk, row.id)
        if line.change.field == "grid"
    ]
    assert moved == [(county.grids[0].name, "二网格")]


async def test_the_collector_learns_what_became_of_it(scene: Scene) -> None:
    session = scene.session
    kept, dropped = row_of(await scene.collect()), row_of(await scene.collect(name="空房子"))
    with jobs.held_back() as told:
        await ledger.return_object(session, scene.clerk, kept.id, WRONG)
        await ledger.edit_object(session, scene.clerk, kept.id, EditObject(name="老王汽修"))
        await ledger.confirm_object(session, scene.clerk, kept.id)
        await ledger.close_object(session, scene.clerk, dropped.id, Because(reason="没有这家"))
        with pytest.raises(ChangedMeanwhile):
            await ledger.confirm_object(session, scene.clerk, dropped.id)
    for _ in range(2):
        for name, arguments in told:
            assert name == "tell_collector"
            await ledger_jobs.tell_collector(session, **arguments)
    about = {"object_id": str(kept.id)}
    assert sorted(await scene.inbox(), key=lambda line: line[0]) == [
        ("object.confirmed", {"name": "老王汽修", "reason": "", **about}),
        ("object.dropped", {"name": "空房子", "reason": "没有这家", "object_id": str(dropped.id)}),
        ("object.returned", {"name": "老王修车铺", "reason": "门牌号不对", **about}),
    ]


async def test_only_the_village_or_township_decides_and_only_once(
    scene: Scene, settings: Settings
) -> None:
    session, county = scene.session, scene.county
    row = row_of(await scene.collect())
    for person, refusal in (
        (county.gridworker, NotPermitted),
        (county.chief, NotPermitted),
        (county.handler, NotFound),
    ):
        actor = await actor_of(session, settings, person)
        for step in (
            ledger.confirm_object(session, actor, row.id),
            ledger.return_object(session, actor, row.id, WRONG),
        ):
            with pytest.raises(refusal):
                await step
    await ledger.confirm_object(session, scene.clerk, row.id)
    with pytest.raises(ChangedMeanwhile):
        await ledger.return_object(session, scene.clerk, row.id, WRONG)
    late = row_of(await scene.collect(row.id, name="又来一遍"))  # now a change for the desk
    assert late.name == "老王修车铺"
