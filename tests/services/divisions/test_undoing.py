"""A change of the division is undone: as it was, or not at all; and history keeps both."""

import asyncio
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import ChangedMeanwhile, Invalid, NotFound, NotPermitted
from app.models.base import new_id
from app.models.division import DivisionChange
from app.models.grid import Grid
from app.models.hazard import State
from app.models.notification import Notification
from app.models.person import Post, Role
from app.models.slot import SlotAssignment, SlotRole
from app.models.supervised_object import ObjectKind
from app.services import access, accounts, divisions, events, places, slots
from app.services.access import Actor
from app.services.accounts import AddPost
from app.services.divisions import CannotBeUndone, ChangeDivision, FileChange, UndoChange
from app.services.hazards import placing
from app.services.places import EditGrid
from tests import factories
from tests.actors import actor_of
from tests.cases import case
from tests.conftest import Committed, Freeze
from tests.factories import County
from tests.patrols import thing
from tests.services.divisions.ground import Ground
from tests.services.divisions.test_divisions import (
    DOCUMENT,
    LAT,
    LON,
    NEXT,
    TODAY,
    _merge,
    named,
    posts_of,
    split,
)
from tests.services.divisions.test_villages import accident, appeal, look, sees
from tests.services.test_grids import square
from tests.walking import Walk

LATER = date(2026, 12, 3)
SORRY = UndoChange(document="台安办〔2026〕19 号", reason="划错了小区")


async def in_force(session: AsyncSession, ids: set[UUID], day: date) -> set[UUID]:
    """By the statement and by what is kept in memory, which must agree."""
    query = select(Grid.id).where(Grid.id.in_(ids), places.is_in_force(day))
    asked = set(await session.scalars(query))
    known = await places.known_grids(session)
    assert asked == {id_ for id_ in ids if known[id_].is_in_force(day)}, day
    return asked


async def hindrances(session: AsyncSession, admin: Actor, change_id: UUID) -> list[str]:
    """As they are shown before, and as they refuse."""
    shown = [one.zh for one in (await divisions.look(session, admin, change_id)).hindrances]
    with pytest.raises(CannotBeUndone) as refused:
        async with session.begin_nested():
            await divisions.undo(session, admin, change_id, SORRY)
    said = refused.value.problem()
    assert all(one in said["zh"] for one in shown)
    return shown


async def test_before_its_day_it_is_withdrawn_and_all_is_as_it_was(
    session: AsyncSession, county: County, admin: Actor, freeze: Freeze
) -> None:
    grid, hazard = county.grids[0], await case(session, county)
    shop = await thing(session, grid, "饭店")
    await liaison(session, county)
    before = await held(session)
    made = await divisions.change(session, admin, await split(session, county, on=NEXT))
    west = await named(session, "西网格")
    shown = await divisions.look(session, admin, made.change.id)
    assert (shown.is_before_day, shown.hindrances, shown.objects) == (True, [], 0)
    undone = await divisions.undo(session, admin, made.change.id, UndoChange(reason="打错了"))
    assert (undone.change.undone_on, undone.undone_by) == (TODAY, "钱管理")
    assert await held(session) == before
    assert (grid.valid_to, west.official_code) == (None, None)
    for day in (TODAY, NEXT, NEXT + timedelta(days=30)):
        ids = {grid.id, west.id, (await named(session, "东网格")).id}
        assert await in_force(session, ids, day) == {grid.id}
    freeze("2026-12-01 00:05")
    await divisions.carry_due(session)
    assert {hazard.grid_id, shop.grid_id} == {grid.id}
    again = await split(session, county, on=date(2026, 12, 5))
    await divisions.change(session, admin, again)  # the code is free for it


async def liaison(session: AsyncSession, county: County, **fields: Any) -> SlotAssignment:
    """The clerk, on the first grid."""
    given = {
        "role": SlotRole.LIAISON, "person_id": county.clerk.id, "title": "",
        "grid_id": county.grids[0].id, "starts_on": TODAY - timedelta(days=9), **fields,
    }  # fmt: skip
    slot = SlotAssignment(**given)
    session.add(slot)
    await session.flush()
    return slot


async def close(session: AsyncSession, land: Ground, on: date = TODAY) -> ChangeDivision:
    """The first grid into the one of the other village."""
    grid = land.county.grids[0]
    command = {
        "kind": "close", "grid_ids": [grid.id], "starts_on": on, "document": DOCUMENT,
        "targets": [{"grid_id": land.grid.id, "post_ids": await posts_of(session, grid)}],
    }  # fmt: skip
    return ChangeDivision.model_validate(command)


async def test_a_close_is_withdrawn_before_its_day_and_all_is_as_it_was(
    session: AsyncSession, county: County, land: Ground, admin: Actor
) -> None:
    await liaison(session, county, ends_on=NEXT + timedelta(days=30))
    before = await held(session)
    made = await divisions.change(session, admin, await close(session, land, NEXT))
    assert await held(session) != before
    await divisions.undo(session, admin, made.change.id, UndoChange(reason="打错了"))
    assert await held(session) == before


async def held(session: AsyncSession) -> set[tuple[Any, ...]]:
    posts = await session.execute(
        select(Post.id, Post.person_id, Post.grid_id, Post.organization_id, Post.ends_on)
    )
    some = await session.execute(
        select(SlotAssignment.id, SlotAssignment.grid_id, SlotAssignment.ends_on)
    )
    return {tuple(row) for row in (*posts, *some)}


async def test_after_its_day_everything_goes_back_where_it_was(
    session: AsyncSession, settings: Settings, county: County, land: Ground, admin: Actor,
    freeze: Freeze,
) -> None:  # fmt: skip
    county.villages[0].is_summarising = True
    here, there = county.grids[0], land.grid
    walk = Walk(session, settings, county)
    hazard = await walk.report()
    assert hazard.holder_id == county.villages[0].id
    theirs = await case(
        session, county, grid_id=there.id, village_id=land.village.id, reporter_id=land.worker.id
    )
    shop = await factories.enterprise(session, "永安饭店", county.villages[0], here)
    bundle = await thing(session, there, "沿街", kind=ObjectKind.BUNDLE)
    member = await thing(session, there, "小店", bundle_id=bundle.id)
    fire, asked = await accident(session, county), await appeal(session, county)
    made = await divisions.change(session, admin, await land.merge(session))
    whole = await named(session, "并后网格")
    assert hazard.holder_id == county.townships[0].id
    freeze("2026-12-03 09:00")
    gone = await case(
        session, county, grid_id=whole.id, village_id=land.village.id, state=State.ARCHIVED
    )
    shown = await divisions.look(session, admin, made.change.id)
    assert (shown.objects, shown.cases, shown.villages, shown.posts, shown.came) == (3, 2, 1, 3, 0)
    await divisions.undo(session, admin, made.change.id, SORRY)
    assert (hazard.grid_id, hazard.village_id, hazard.holder_id) == (
        here.id, county.villages[0].id, county.villages[0].id,
    )  # fmt: skip
    assert (theirs.grid_id, theirs.village_id) == (there.id, land.village.id)
    assert [row.grid_id for row in (shop, bundle, member)] == [here.id, there.id, there.id]
    assert (fire.grid_id, fire.village_id) == (here.id, county.villages[0].id)
    assert (asked.grid_id, gone.grid_id) == (here.id, whole.id)
    steps = await events.of(session, hazard.id)
    assert [step.kind for step in steps][-2:] == ["hazard.regrounded"] * 2
    assert (steps[-1].data["body"]["name"], steps[-1].data["reason"]) == ("文化社区", SORRY.reason)
    faults = await events.verify(session)
    assert not [one for one in faults if one.hazard_id == hazard.id]
    for actor in (county.gridworker, county.clerk, land.clerk):
        assert await sees(session, settings, actor, hazard), actor.name
    assert not await sees(session, settings, land.worker, hazard)
    worker = await actor_of(session, settings, county.gridworker)
    assert worker.grid_ids == {here.id}
    assert {seat.organization_id for seat in worker.seats} == {county.villages[0].id}
    told = select(Notification.person_id).where(Notification.kind == "grid.undone")
    assert set(await session.scalars(told)) >= {county.gridworker.id, county.clerk.id}


async def test_no_day_has_two_grids_and_none_has_nobody(
    session: AsyncSession, county: County, land: Ground, admin: Actor, freeze: Freeze
) -> None:
    olds = {county.grids[0].id, land.grid.id}
    made = await divisions.change(session, admin, await land.merge(session))
    whole = await named(session, "并后网格")
    freeze("2026-12-10 09:00")
    await divisions.undo(
        session, admin, made.change.id, SORRY.model_copy(update={"undone_on": LATER})
    )
    for n in range(-2, 40):
        day = TODAY + timedelta(days=n)
        wanted = {whole.id} if TODAY <= day < LATER else olds
        assert await in_force(session, {*olds, whole.id}, day) == wanted, day
        posts = select(Post.grid_id).where(
            Post.role == Role.GRIDWORKER, access.in_force(day), Post.grid_id.in_({*olds, whole.id})
        )
        assert set(await session.scalars(posts)) == wanted, day
    known = await places.known_grids(session)
    assert places.heir_of(known, whole.id, date(2026, 12, 10)).id == county.grids[0].id
    assert places.heir_of(known, land.grid.id, date(2026, 12, 10)).id == land.grid.id
    spot = await placing.put(session, None, whole.id, None)
    assert spot is not None
    assert spot.grid_id == county.grids[0].id
    with pytest.raises(Invalid):
        await places.edit_grid(session, admin, whole.id, EditGrid(valid_to=None))


async def test_what_came_since_goes_to_the_one_grid_that_had_ended(
    session: AsyncSession, settings: Settings, county: County, admin: Actor, freeze: Freeze
) -> None:
    grid = county.grids[0]
    made = await divisions.change(session, admin, await split(session, county))
    west, east = await named(session, "西网格"), await named(session, "东网格")
    freeze("2026-12-03 09:00")
    new_shop = await thing(session, east, "新开的")
    hazard = await case(session, county, grid_id=west.id)
    officer = await actor_of(session, settings, county.security)
    fresh = await factories.person(session, name="新网格员")
    given = {"organization_id": county.villages[0].id, "grid_id": east.id}
    command = AddPost(role=Role.GRIDWORKER, starts_on=date(2026, 12, 1), **given)
    await accounts.add_post(session, officer, fresh.id, command)
    filled = slots.FillSlot(
        role=SlotRole.LIAISON, person_id=county.clerk.id, title="", starts_on=date(2026, 12, 1)
    )
    slot = SlotAssignment(grid_id=east.id, **filled.model_dump())
    session.add(slot)
    await session.flush()
    shown = await divisions.look(session, admin, made.change.id)
    assert (shown.came, shown.hindrances) == (2, [])
    await divisions.undo(session, admin, made.change.id, SORRY)
    assert {new_shop.grid_id, hazard.grid_id} == {grid.id}
    assert slot.ends_on == date(2026, 12, 2)
    assert (await actor_of(session, settings, fresh)).grid_ids == {grid.id}
    workers = select(Post.person_id).where(Post.grid_id == grid.id, access.in_force(LATER))
    assert sorted(await session.scalars(workers)) == sorted(
        [county.gridworker.id, county.chief.id, fresh.id]
    )


async def test_of_several_grids_the_outline_decides_else_it_is_named(
    session: AsyncSession, county: County, land: Ground, admin: Actor
) -> None:
    county.grids[0].outline = square(LAT, LON)
    await session.flush()
    made = await divisions.change(session, admin, await land.merge(session))
    whole = await named(session, "并后网格")
    inside = await thing(session, whole, "看得出", lat=LAT, lon=LON)
    nowhere = await thing(session, whole, "看不出")
    hazard = await case(session, county, grid_id=whole.id, village_id=land.village.id)
    fresh = await factories.person(session, name="后来的")
    await factories.post(session, fresh, Role.GRIDWORKER, land.village, whole, starts_on=TODAY)
    said = await hindrances(session, admin, made.change.id)
    assert len(said) == 3
    assert "“看不出”" in said[0]
    assert f"{hazard.number:06d}" in said[1]
    assert "后来的" in said[2]
    nowhere.closed_on, hazard.enterprise_id = TODAY, inside.id
    post = (await session.scalars(select(Post).where(Post.person_id == fresh.id))).one()
    await session.delete(post)
    await session.flush()
    await divisions.undo(session, admin, made.change.id, SORRY)
    assert {inside.grid_id, hazard.grid_id} == {county.grids[0].id}
    assert (nowhere.grid_id, hazard.village_id) == (whole.id, county.villages[0].id)


async def test_a_grid_that_took_another_in_keeps_its_own(
    session: AsyncSession, county: County, land: Ground, admin: Actor, settings: Settings
) -> None:
    grid = county.grids[0]
    grid.outline = square(LAT, LON)  # as drawn: some of the other grid's own lies in it
    shop = await thing(session, grid, "饭店")
    own = await thing(session, land.grid, "北关小店", lat=LAT, lon=LON)
    slot = await liaison(session, county)
    made = await divisions.change(session, admin, await close(session, land))
    since = await thing(session, land.grid, "后来的")
    await divisions.undo(session, admin, made.change.id, SORRY)
    assert [row.grid_id for row in (shop, own, since)] == [grid.id, *[land.grid.id] * 2]
    assert (land.grid.valid_to, grid.valid_to, slot.ends_on) == (None, None, None)
    worker = await actor_of(session, settings, land.worker)
    assert worker.grid_ids == {land.grid.id}


async def test_each_hindrance_is_named(
    session: AsyncSession, county: County, land: Ground, admin: Actor
) -> None:
    made = await divisions.change(session, admin, await land.merge(session))
    whole = await named(session, "并后网格")
    below = await factories.grid(session, land.village, whole, name="楼栋", valid_from=TODAY)
    assert await hindrances(session, admin, made.change.id) == ["并后网格下面有了楼栋"]
    below.valid_to = TODAY - timedelta(days=1)
    county.villages[0].is_active = False
    await session.flush()
    assert await hindrances(session, admin, made.change.id) == ["文化社区已经停用，先恢复它"]
    county.villages[0].is_active = True
    for post in await session.scalars(select(Post).where(Post.grid_id == whole.id)):
        if post.person_id == county.gridworker.id:
            post.ends_on = TODAY - timedelta(days=1)
            post.starts_on = TODAY - timedelta(days=2)
    await session.flush()
    (said,) = await hindrances(session, admin, made.change.id)
    assert "原来的网格员都已离岗" in said
    made.change.has_moves = False
    await session.flush()
    assert "升级以前" in (await hindrances(session, admin, made.change.id))[0]


async def test_what_has_been_ended_by_hand_is_named(
    session: AsyncSession, county: County, admin: Actor, freeze: Freeze
) -> None:
    made = await divisions.change(session, admin, await split(session, county))
    east = await named(session, "东网格")
    freeze("2026-12-03 09:00")
    for post in await session.scalars(select(Post).where(Post.grid_id == east.id)):
        post.ends_on = LATER
    await session.flush()
    await places.edit_grid(session, admin, east.id, EditGrid(valid_to=LATER))
    assert await hindrances(session, admin, made.change.id) == [f"东网格已经到 {LATER} 为止"]


async def test_two_changes_are_undone_in_the_order_from_the_last(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    grid = county.grids[0]
    hazard = await case(session, county)
    second = await _merge(session, county, admin)
    first = (await session.scalars(
        select(DivisionChange).where(DivisionChange.id != second.change.id)
    )).one()  # fmt: skip
    said = await hindrances(session, admin, first.id)
    assert [one[:3] for one in said] == ["西网格", "东网格"]
    assert "先撤销那一次" in said[0]
    await divisions.undo(session, admin, second.change.id, SORRY)
    assert hazard.grid_id == (await named(session, "西网格")).id
    await divisions.undo(session, admin, first.id, SORRY)
    assert (hazard.grid_id, grid.valid_to) == (grid.id, None)


async def test_what_is_undone_is_not_undone_again_and_both_are_filed(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    made = await divisions.change(session, admin, await split(session, county))
    change_id = made.change.id
    filing = FileChange(filed_on=TODAY, filed_number="备 1")
    of_undoing = filing.model_copy(update={"of_undoing": True, "filed_number": "备 2"})
    with pytest.raises(Invalid):
        await divisions.file(session, admin, change_id, of_undoing)
    await divisions.file(session, admin, change_id, filing)
    await divisions.undo(session, admin, change_id, SORRY)
    for work in (
        divisions.undo(session, admin, change_id, SORRY),
        divisions.look(session, admin, change_id),
    ):
        with pytest.raises(ChangedMeanwhile):
            await work
    await divisions.file(session, admin, change_id, of_undoing)
    book = await divisions.export(session, admin)
    (_, *rows) = (
        CalamineWorkbook.from_filelike(BytesIO(book.body)).get_sheet_by_index(0).to_python()
    )
    assert [(row[1], row[4], row[7], row[11], row[-1]) for row in rows] == [
        ("撤销调整（拆分）", "西网格、东网格", county.grids[0].name, SORRY.document, "备 2"),
        ("拆分", county.grids[0].name, "西网格、东网格", DOCUMENT, "备 1"),
    ]


async def test_bad_input_and_strangers_are_refused(
    session: AsyncSession, settings: Settings, county: County, admin: Actor, freeze: Freeze
) -> None:
    made = await divisions.change(session, admin, await split(session, county))
    freeze("2026-12-03 09:00")
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("document", {"document": ""}),
        ("undone_on", {"undone_on": TODAY - timedelta(days=1)}),
        ("undone_on", {"undone_on": date(2026, 12, 4)}),
    ]
    for field, change in wrong:
        with pytest.raises(Invalid) as refused:
            await divisions.undo(session, admin, made.change.id, SORRY.model_copy(update=change))
        assert refused.value.fields == [field]
    with pytest.raises(NotFound):
        await divisions.undo(session, admin, new_id(), SORRY)
    for person in (county.township_officer, county.county_officer, county.leader):
        actor = await actor_of(session, settings, person)
        with pytest.raises(NotPermitted):
            await divisions.undo(session, actor, made.change.id, SORRY)
        with pytest.raises(NotPermitted):
            await divisions.look(session, actor, made.change.id)


async def test_a_change_whose_hour_has_not_come_is_undone_as_well(
    session: AsyncSession, county: County, admin: Actor, freeze: Freeze
) -> None:
    """After midnight, before the job: what would have gone goes and comes back."""
    hazard = await case(session, county)
    made = await divisions.change(session, admin, await split(session, county, on=NEXT))
    freeze("2026-12-01 00:01")
    await divisions.undo(session, admin, made.change.id, SORRY)
    assert hazard.grid_id == county.grids[0].id
    assert (await in_force(session, {county.grids[0].id}, NEXT)) == {county.grids[0].id}


async def test_of_two_who_undo_at_once_one_does_it(committed: Committed, freeze: Freeze) -> None:
    freeze("2026-11-23 08:00")
    async with committed.work() as session:
        county = await factories.county(session)
        land = await Ground(county).settle(session)
        hazard = await case(session, county, reporter_id=county.administrator.id)
        admin = await actor_of(session, committed.settings, county.administrator)
        made = await divisions.change(session, admin, await land.merge(session))
    people = (county.gridworker, land.worker)
    cursors = {one.id: (await look(committed, one, "")).cursor for one in people}

    async def undo() -> str:
        async with committed.work() as session:
            await divisions.undo(session, admin, made.change.id, SORRY)
        return "undone"

    found = await asyncio.gather(undo(), undo(), return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["ChangedMeanwhile", "str"]
    async with committed.work() as session:
        assert len(await events.of(session, hazard.id)) == 2
    pages = [await look(committed, one, cursors[one.id]) for one in people]
    assert [[row.id for row in page.hazards] for page in pages] == [[hazard.id], []]
    assert pages[1].is_reset or pages[1].gone == [hazard.id]
