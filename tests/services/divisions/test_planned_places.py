"""Places that begin after the day of a change go over too, and come back (decision 31)."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.models.slot import SlotAssignment, SlotRole
from app.services import divisions, slots
from app.services.access import Actor
from app.services.divisions import UndoChange
from tests.conftest import Freeze
from tests.factories import County
from tests.services.divisions.ground import Ground
from tests.services.divisions.test_divisions import NEXT, TODAY, named, split
from tests.services.divisions.test_undoing import close, liaison

LATER = date(2027, 1, 1)
SORRY = UndoChange(document="台安办〔2026〕19 号", reason="划错了")
_Place = tuple[Any, date, date | None]


async def places_of(session: AsyncSession, county: County) -> set[_Place]:
    query = select(SlotAssignment).where(SlotAssignment.person_id == county.clerk.id)
    fresh = query.execution_options(populate_existing=True)
    return {(one.grid_id, one.starts_on, one.ends_on) for one in await session.scalars(fresh)}


@pytest.mark.parametrize("days", [0, 10])
async def test_a_planned_place_goes_to_each_half_and_comes_back(
    session: AsyncSession, county: County, admin: Actor, freeze: Freeze, days: int
) -> None:
    grid = county.grids[0]
    await liaison(session, county, starts_on=LATER)
    made = await divisions.change(session, admin, await split(session, county, on=NEXT))
    west, east = await named(session, "西网格"), await named(session, "东网格")
    assert await places_of(session, county) == {(west.id, LATER, None), (east.id, LATER, None)}
    if days:
        freeze("2026-12-03 09:00")
        await divisions.carry_due(session)
    await divisions.undo(session, admin, made.change.id, SORRY)
    assert await places_of(session, county) == {(grid.id, LATER, None)}


async def test_one_that_has_begun_on_the_new_grids_goes_on_at_home(
    session: AsyncSession, county: County, admin: Actor, freeze: Freeze
) -> None:
    grid = county.grids[0]
    until = date(2027, 6, 30)
    await liaison(session, county, starts_on=date(2026, 12, 2), ends_on=until)
    made = await divisions.change(session, admin, await split(session, county, on=NEXT))
    freeze("2026-12-05 09:00")
    await divisions.carry_due(session)
    await divisions.undo(session, admin, made.change.id, SORRY)
    at_home = {one for one in await places_of(session, county) if one[0] == grid.id}
    assert at_home == {(grid.id, date(2026, 12, 5), until)}


async def test_a_closed_grid_leaves_its_plans_to_the_taker(
    session: AsyncSession, county: County, admin: Actor, land: Ground
) -> None:
    grid = county.grids[0]
    await liaison(session, county, starts_on=LATER)
    made = await divisions.change(session, admin, await close(session, land))
    assert await places_of(session, county) == {(land.grid.id, LATER, None)}
    await divisions.undo(session, admin, made.change.id, SORRY)
    assert await places_of(session, county) == {(grid.id, LATER, None)}


async def test_who_has_the_place_by_then_has_it_once_and_gets_both_back(
    session: AsyncSession, county: County, admin: Actor, land: Ground
) -> None:
    grid = county.grids[0]
    own = await liaison(session, county)
    await liaison(session, county, grid_id=land.grid.id, starts_on=LATER)
    made = await divisions.change(session, admin, await land.merge(session, starts_on=NEXT))
    follows = (await named(session, "并后网格")).id
    ended = (grid.id, own.starts_on, NEXT - timedelta(days=1))
    assert await places_of(session, county) == {ended, (follows, NEXT, None)}
    await divisions.undo(session, admin, made.change.id, SORRY)
    assert await places_of(session, county) == {
        (grid.id, own.starts_on, None), (land.grid.id, LATER, None),
    }  # fmt: skip


async def test_no_place_is_filled_beyond_the_last_day_of_its_grid(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    await divisions.change(session, admin, await split(session, county, on=NEXT))
    command = slots.FillSlot(
        role=SlotRole.LIAISON, person_id=county.clerk.id, title="", starts_on=LATER
    )
    with pytest.raises(Invalid) as refused:
        await slots.fill(session, admin, county.grids[0].id, command)
    assert refused.value.problem()["fields"] == ["starts_on"]
    sooner = command.model_copy(update={"starts_on": TODAY})
    assert (await slots.fill(session, admin, county.grids[0].id, sooner)).starts_on == TODAY
