"""The county's own names of posts and places, by the level on which the scheme has them (S2)."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.grid import Grid
from app.models.organization import OrganizationKind
from app.models.person import Role
from app.models.slot import SlotAssignment, SlotRole
from app.services import access, schemes, slots
from app.services.access import SYSTEM
from app.services.roster import PEOPLE
from app.services.roster.columns import BODY, GRID, JOB_TITLE, MOBILE, NAME, ROLE
from app.services.slots import EndSlot, FillSlot
from tests import factories
from tests.actors import actor_of
from tests.services.roster.office import Office
from tests.services.schemes import ground
from tests.services.schemes.ground import DIVISIONS

CADRE = {NAME: "包保人", MOBILE: "13911112001", JOB_TITLE: "包保干部"}


@pytest.fixture
async def office(session: AsyncSession, settings: Settings) -> Office:
    """The county's system administrator, who keeps the places on grids; two grids in a village."""
    await schemes.apply(session, SYSTEM, schemes.named("s2"), DIVISIONS)
    centre = await ground.only(session, OrganizationKind.COUNTY_CENTRE)
    person = await factories.person(session, Role.ADMINISTRATOR, centre)
    actor = await actor_of(session, settings, person)
    village = await ground.body(session, ground.VILLAGE)
    above = await ground.grid(session, village)
    for number in (1, 2):
        code = f"{ground.VILLAGE}8{number}"
        await factories.grid(
            session, village, above, name=f"赵村第{number}网格", official_code=code
        )
    return Office(session, settings, None, actor)  # type: ignore[arg-type]  # no cast is needed


async def body_name(office: Office) -> str:
    return (await ground.body(office.session, ground.VILLAGE)).name


async def test_a_place_on_two_grids_is_filled_and_taken_back(office: Office) -> None:
    line = {**CADRE, BODY: await body_name(office), GRID: "赵村第1网格、赵村第2网格"}
    batch = await office.take_in(line)
    assert (batch.added, batch.wrong) == (1, 0)
    rows = (await office.session.scalars(select(SlotAssignment))).all()
    assert [row.role for row in rows] == [SlotRole.GUARANTOR_CADRE] * 2
    other = {**line, NAME: "另一人", MOBILE: "13911112002"}
    assert "已经是包保人" in (await office.errors(other))[2][JOB_TITLE]
    await office.undo(batch)
    assert (await office.session.scalars(select(SlotAssignment))).all() == []


async def test_who_was_given_a_place_by_hand_since_keeps_the_account(office: Office) -> None:
    """Also when that place is over: who once had one is nobody's no more."""
    line = {**CADRE, BODY: await body_name(office), GRID: "赵村第1网格"}
    batch = await office.take_in(line)
    (row,) = await office.session.scalars(select(SlotAssignment))
    second = await office.session.scalar(select(Grid).where(Grid.name == "赵村第2网格"))
    assert second
    given = FillSlot(role=row.role, person_id=row.person_id, starts_on=access.today())
    own = await slots.fill(office.session, office.actor, second.id, given)
    await slots.end(office.session, office.actor, own.id, EndSlot(ends_on=access.today()))
    await office.undo(batch)
    assert batch.kept == 1
    assert "定为网格责任人" in (await office.told(batch))[2][JOB_TITLE]
    assert len((await office.session.scalars(select(SlotAssignment))).all()) == 2


async def test_a_place_that_was_ended_since_is_left_as_it_is(office: Office) -> None:
    batch = await office.take_in({**CADRE, BODY: await body_name(office), GRID: "赵村第1网格"})
    (row,) = await office.session.scalars(select(SlotAssignment))
    await slots.end(office.session, office.actor, row.id, EndSlot(ends_on=access.today()))
    await office.undo(batch)
    assert "改过" in (await office.told(batch))[2][JOB_TITLE]


async def test_who_has_the_place_already_gets_no_second_one(office: Office) -> None:
    line = {**CADRE, BODY: await body_name(office), GRID: "赵村第1网格"}
    await office.take_in(line)
    again = await office.take_in({**line, GRID: "赵村第1网格、赵村第2网格"})
    assert (again.good, again.changed) == (1, 1)
    assert len((await office.session.scalars(select(SlotAssignment))).all()) == 2


async def test_a_level_without_such_a_place_is_told(office: Office) -> None:
    """The village's own grid is above the grids in it; 包保干部 are on the lowest level."""
    village = await ground.body(office.session, ground.VILLAGE)
    upper = await ground.grid(office.session, village)
    line = {**CADRE, BODY: village.name}
    errors = await office.errors(
        {**line, GRID: upper.official_code},
        {**line, MOBILE: "13911112003", GRID: ""},
        {**line, MOBILE: "13911112004", BODY: "清河镇"},
        {**line, MOBILE: "13911112005", GRID: "赵村第1网格", ROLE: "网格员"},
    )
    assert "这一级没有「包保干部」" in errors[2][JOB_TITLE]
    assert "有 3 个网格，要写明是哪个" in errors[3][GRID]
    assert "这一级没有「包保干部」" in errors[4][JOB_TITLE]
    assert "这一格空着" in errors[5][ROLE]


async def test_the_same_name_on_several_levels_means_the_grids_level(office: Office) -> None:
    slot = next(one for one in schemes.named("s2").slot if one.level == 1)
    columns = await PEOPLE.columns(office.session, office.actor)
    offered = next(column.options for column in columns if column.title == JOB_TITLE)
    assert {"包保干部", "网格员", "综治主任(主要负责人)"} <= set(offered)
    county = await ground.only(office.session, OrganizationKind.COUNTY_CENTRE)
    top = await office.session.scalar(select(Grid).where(Grid.organization_id == county.id))
    assert top
    batch = await office.take_in({**CADRE, JOB_TITLE: slot.name, BODY: county.name})
    assert batch.wrong == 0
    row = (await office.session.scalars(select(SlotAssignment))).one()
    assert (row.grid_id, row.role) == (top.id, slot.role)


async def test_a_township_leaves_places_to_the_county(office: Office) -> None:
    town = await ground.body(office.session, ground.TOWN)
    officer = await factories.person(office.session, Role.TOWNSHIP_OFFICER, town)
    desk = await office.of(officer)
    line = {**CADRE, BODY: await body_name(office), GRID: "赵村第1网格"}
    assert "由县里的系统管理员来定" in (await desk.errors(line))[2][JOB_TITLE]
