"""What an undoing must keep apart: changes one after another, whose things are whose, who is where
already (decision 45).
"""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import Invalid
from app.models.grid import Grid
from app.models.person import Person, Post, Role
from app.models.slot import SlotAssignment, SlotRole
from app.services import access, divisions
from app.services.access import Actor
from app.services.divisions import ChangeDivision
from app.services.hazard_flow import Action
from tests import factories
from tests.actors import actor_of
from tests.cases import case
from tests.conftest import Committed, Freeze
from tests.factories import County
from tests.patrols import thing
from tests.services.divisions.ground import Ground
from tests.services.divisions.test_divisions import DOCUMENT, NEXT, TODAY, named, posts_of, split
from tests.services.divisions.test_undoing import SORRY, close, in_force, liaison
from tests.services.divisions.test_villages import accident, appeal
from tests.walking import Walk

TENTH = date(2026, 12, 10)
JANUARY, MARCH, MAY = date(2027, 1, 31), date(2027, 3, 31), date(2027, 5, 31)


async def merge(session: AsyncSession, halves: list[Grid]) -> ChangeDivision:
    posts = [id_ for grid in halves for id_ in await posts_of(session, grid)]
    command = {
        "kind": "merge", "grid_ids": [grid.id for grid in halves], "starts_on": NEXT,
        "document": DOCUMENT, "targets": [{"name": "合网格", "post_ids": posts}],
    }  # fmt: skip
    return ChangeDivision.model_validate(command)


async def test_no_change_is_undone_from_a_day_before_a_later_one_was(
    session: AsyncSession, county: County, admin: Actor, freeze: Freeze
) -> None:
    """Until that day its grids had the ground; else it would have had two."""
    split_up = await divisions.change(session, admin, await split(session, county))
    halves = [await named(session, "西网格"), await named(session, "东网格")]
    merged = await divisions.change(session, admin, await merge(session, halves))
    whole = await named(session, "合网格")
    ids = {county.grids[0].id, whole.id, *(grid.id for grid in halves)}
    freeze("2026-12-12 09:00")
    on_tenth = SORRY.model_copy(update={"undone_on": TENTH})
    await divisions.undo(session, admin, merged.change.id, on_tenth)
    assert (await divisions.look(session, admin, split_up.change.id)).earliest == TENTH
    too_early = SORRY.model_copy(update={"undone_on": TENTH - timedelta(days=1)})
    with pytest.raises(Invalid) as refused:
        await divisions.undo(session, admin, split_up.change.id, too_early)
    assert refused.value.fields == ["undone_on"]
    await divisions.undo(session, admin, split_up.change.id, on_tenth)
    for n in range(25):
        day = TODAY + timedelta(days=n)
        there = await in_force(session, ids, day)
        assert len(there) == (2 if TODAY <= day < NEXT else 1), day


async def test_what_never_came_about_sets_no_day(
    session: AsyncSession, county: County, admin: Actor, freeze: Freeze
) -> None:
    split_up = await divisions.change(session, admin, await split(session, county))
    halves = [await named(session, "西网格"), await named(session, "东网格")]
    freeze("2026-11-26 09:00")
    merged = await divisions.change(session, admin, await merge(session, halves))
    await divisions.undo(session, admin, merged.change.id, SORRY)
    freeze("2026-12-12 09:00")
    assert (await divisions.look(session, admin, split_up.change.id)).earliest == TODAY


async def test_what_else_went_into_the_grid_that_took_one_in_is_no_matter_of_it(
    session: AsyncSession, county: County, land: Ground, admin: Actor, freeze: Freeze
) -> None:
    """It neither hinders nor sets a day, standing or undone; what ends the taker does hinder."""
    first = await divisions.change(session, admin, await close(session, land))
    third = await factories.grid(session, land.village, county.township_grids[0], name="三网格")
    await factories.post(session, land.worker, Role.GRIDWORKER, land.village, third)
    second = await divisions.change(session, admin, await into(session, third, land.grid))
    assert (await divisions.look(session, admin, first.change.id)).hindrances == []
    freeze("2026-12-12 09:00")
    on_tenth = SORRY.model_copy(update={"undone_on": TENTH})
    await divisions.undo(session, admin, second.change.id, on_tenth)
    assert (await divisions.look(session, admin, first.change.id)).earliest == TODAY
    ending = await into(session, land.grid, third, TENTH)
    await divisions.change(session, admin, ending)
    (hinders,) = (await divisions.look(session, admin, first.change.id)).hindrances
    assert hinders.zh == f"{land.grid.name}后来又调整过（{TENTH}），先撤销那一次"


async def into(session: AsyncSession, grid: Grid, taker: Grid, on: date = NEXT) -> ChangeDivision:
    """The grid is closed into the other one."""
    posts = select(Post.id).where(Post.grid_id == grid.id, access.in_force(on))
    target = {"grid_id": taker.id, "post_ids": list(await session.scalars(posts))}
    return ChangeDivision.model_validate({
        "kind": "close", "grid_ids": [grid.id], "starts_on": on, "document": DOCUMENT,
        "targets": [target],
    })  # fmt: skip


async def test_a_case_that_was_acted_on_since_stays_with_whoever_has_it(
    session: AsyncSession, settings: Settings, county: County, land: Ground, admin: Actor
) -> None:
    """Its village held it before; since, the township has handed it up."""
    village = county.villages[0]
    village.is_summarising = True
    walk = Walk(session, settings, county)
    hazard = await walk.report()
    assert hazard.holder_id == village.id
    made = await divisions.change(session, admin, await land.merge(session))
    await walk.act(county.township_officer, hazard, Action.ESCALATE)
    assert hazard.holder_id == county.centre.id
    await divisions.undo(session, admin, made.change.id, SORRY)
    assert (hazard.village_id, hazard.holder_id) == (village.id, county.centre.id)


async def ends(session: AsyncSession, person: Person, day: date) -> dict[UUID | None, date | None]:
    """By grid: until when the person's posts of that day go."""
    query = select(Post.grid_id, Post.ends_on).where(
        Post.person_id == person.id, access.in_force(day)
    )
    return {row.grid_id: row.ends_on for row in await session.execute(query)}


async def test_a_post_ends_again_on_its_own_day_whatever_it_met_with(
    session: AsyncSession, county: County, land: Ground, admin: Actor, freeze: Freeze
) -> None:
    """In the grid that took it in, the person had a post already, with a day of its own."""
    here, village = county.grids[0], county.villages[0]
    helper = await factories.person(session, name="帮工")
    await factories.post(session, helper, Role.GRIDWORKER, village, here, ends_on=MARCH)
    await factories.post(session, helper, Role.GRIDWORKER, land.village, land.grid, ends_on=MAY)
    made = await divisions.change(session, admin, await close(session, land))
    freeze("2026-12-10 09:00")
    await divisions.undo(session, admin, made.change.id, SORRY)
    assert await ends(session, helper, TENTH) == {here.id: MARCH, land.grid.id: MAY}


@pytest.mark.parametrize("is_leaving", [False, True])
async def test_of_two_posts_that_became_one_each_has_its_own_day_again(
    session: AsyncSession, county: County, land: Ground, admin: Actor, freeze: Freeze,
    is_leaving: bool,
) -> None:  # fmt: skip
    """Unless the one was given another day since: who is leaving leaves both."""
    here, village = county.grids[0], county.villages[0]
    helper = await factories.person(session, name="帮工")
    await factories.post(session, helper, Role.GRIDWORKER, village, here, ends_on=MARCH)
    await factories.post(session, helper, Role.GRIDWORKER, land.village, land.grid, ends_on=MAY)
    made = await divisions.change(session, admin, await land.merge(session))
    whole = await named(session, "并后网格")
    freeze("2026-12-10 09:00")
    if is_leaving:
        query = select(Post).where(Post.person_id == helper.id, Post.grid_id == whole.id)
        (await session.scalars(query)).one().ends_on = JANUARY
    await divisions.undo(session, admin, made.change.id, SORRY)
    wanted = {here.id: JANUARY, land.grid.id: JANUARY} if is_leaving else {
        here.id: MARCH, land.grid.id: MAY,
    }  # fmt: skip
    assert await ends(session, helper, TENTH) == wanted


async def test_who_goes_back_anyway_is_not_there_twice(
    session: AsyncSession, county: County, admin: Actor, freeze: Freeze
) -> None:
    """The same post or place, once carried and once given since, for a day that is to come."""
    grid, village = county.grids[0], county.villages[0]
    await liaison(session, county)
    made = await divisions.change(session, admin, await split(session, county))
    west, east = await named(session, "西网格"), await named(session, "东网格")
    carried = select(Post).where(Post.person_id == county.gridworker.id, Post.grid_id == east.id)
    await session.delete((await session.scalars(carried)).one())
    worker, clerk = county.gridworker, county.clerk
    await factories.post(session, worker, Role.GRIDWORKER, village, east, starts_on=MARCH)
    twice = await factories.person(session, name="两头跑")
    for half in (west, east):
        await factories.post(session, twice, Role.GRIDWORKER, village, half, starts_on=MARCH)
    halves = select(SlotAssignment).where(SlotAssignment.grid_id == east.id)
    for slot in await session.scalars(halves):
        slot.ends_on = TODAY
    await liaison(session, county, grid_id=east.id, starts_on=TODAY + timedelta(days=1))
    await session.flush()
    freeze("2026-12-10 09:00")
    await divisions.undo(session, admin, made.change.id, SORRY)
    posts = select(func.count()).select_from(Post).where(access.in_force(MARCH))
    for person in (worker, twice):
        assert await session.scalar(posts.where(Post.person_id == person.id)) == 1, person.name
    places = select(SlotAssignment.grid_id).where(
        SlotAssignment.person_id == clerk.id, SlotAssignment.ends_on.is_(None)
    )
    assert list(await session.scalars(places)) == [grid.id]


async def test_a_place_that_the_rules_no_longer_give_goes_along_nevertheless(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    """It was filled by the rules of its day: the county could neither change nor undo."""
    grid = county.grids[0]
    await liaison(session, county, role=SlotRole.GRIDWORKER)
    made = await divisions.change(session, admin, await split(session, county))
    east = await named(session, "东网格")
    new = await factories.person(session, name="后来的")
    await liaison(session, county, role=SlotRole.GRIDWORKER, person_id=new.id, grid_id=east.id)
    await divisions.undo(session, admin, made.change.id, SORRY)
    there = select(SlotAssignment.person_id).where(
        SlotAssignment.grid_id == grid.id, SlotAssignment.ends_on.is_(None)
    )
    assert set(await session.scalars(there)) == {county.clerk.id, new.id}


async def test_a_place_that_has_ended_since_hinders_no_change_of_an_earlier_day(
    session: AsyncSession, county: County, admin: Actor, freeze: Freeze
) -> None:
    slot = await liaison(session, county, ends_on=date(2026, 12, 4))
    freeze("2026-12-10 09:00")
    await divisions.change(session, admin, await split(session, county, on=NEXT))
    west = await named(session, "西网格")
    query = select(SlotAssignment).where(SlotAssignment.grid_id == west.id)
    heir = (await session.scalars(query)).one()
    assert (slot.ends_on, heir.starts_on, heir.ends_on) == (
        NEXT - timedelta(days=1), NEXT, date(2026, 12, 4),
    )  # fmt: skip


async def test_who_merely_looks_keeps_nobody_from_his_work(
    committed: Committed, freeze: Freeze
) -> None:
    """Looking at a change and at its undoing locks nothing; deciding does."""
    freeze("2026-11-23 08:00")
    async with committed.work() as session:
        county = await factories.county(session)
        land = await Ground(county).settle(session)
        shop = await thing(session, county.grids[0])
        await case(session, county, enterprise_id=shop.id)
        await accident(session, county)
        await appeal(session, county)
        await liaison(session, county)
        admin = await actor_of(session, committed.settings, county.administrator)
        officer = await actor_of(session, committed.settings, county.township_officer)
        merging, closing = await land.merge(session), await close(session, land)
    for command in (merging, closing):
        async with committed.work() as session:
            await divisions.preview(session, officer, command)
            assert await locks(session) == set()
    async with committed.work() as session:
        change_id = (await divisions.change(session, admin, merging)).change.id
        assert {"grids", "posts", "supervised_objects", "hazards"} < await locks(session)
    async with committed.work() as session:
        assert (await divisions.look(session, admin, change_id)).objects == 1
        assert await locks(session) == set()


async def locks(session: AsyncSession) -> set[str]:
    """Tables of which this transaction has locked or written rows."""
    query = text(
        "SELECT DISTINCT relation::regclass::text FROM pg_locks WHERE pid = pg_backend_pid()"
        " AND locktype = 'relation' AND mode IN ('RowShareLock', 'RowExclusiveLock')"
        " AND relation IN (SELECT oid FROM pg_class WHERE relkind = 'r')"
    )
    return set(await session.scalars(query))
