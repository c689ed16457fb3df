"""The responsibility network: from the county down, by the county's own names, without numbers."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid
from app.models.organization import OrganizationKind
from app.models.rules import RoutingRule
from app.models.slot import SlotAssignment, SlotRole
from app.services import access, documents, schemes
from app.services.access import SYSTEM
from tests import factories
from tests.conftest import SignInAs
from tests.factories import County
from tests.services.schemes import ground
from tests.services.schemes.ground import DIVISIONS


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


async def test_it_goes_from_the_county_down_and_names_empty_places(session: AsyncSession) -> None:
    await schemes.apply(session, SYSTEM, schemes.named("s1"), DIVISIONS)
    town = await ground.grid(session, await ground.body(session, ground.TOWN))
    leader = await factories.person(session, name="冯镇长")
    row = SlotAssignment(
        grid_id=town.id, role=SlotRole.LINKED_LEADER, person_id=leader.id, title="镇长",
        starts_on=access.today(),
    )  # fmt: skip
    session.add(row)
    await session.flush()
    village = await ground.grid(session, await ground.body(session, ground.VILLAGE))

    found = await documents.network(session, village.id)
    assert [node.manned.level_name for node in found.chain] == [
        "县（市、区）网格",
        "乡镇（街道）、功能区网格",
        "社区（村、居）网格",
    ]
    held = {one.name: [h.name for h in one.holders] for one in found.chain[1].manned.places}
    assert held == {
        "挂点领导": ["冯镇长"],
        "网格安全监管责任人": [],
        "直接监管责任人": [],
        "网格管理员": [],
    }
    above = await documents.network(session, town.id)
    assert {node.runner.short_name for node in above.parts} == {"赵村", "古城社区"}


async def test_departments_are_those_whom_the_routing_names_here(
    session: AsyncSession, county: County
) -> None:
    here, there = county.townships
    station = await factories.organization(session, OrganizationKind.DEPARTMENT, "运河消防站", here)
    session.add(RoutingRule(category_code="fire", township_id=here.id, department_id=station.id))
    await session.flush()
    found = await documents.network(session, county.grids[0].id)
    assert [(one.name, one.is_county, one.categories) for one in found.departments] == [
        ("运河消防站", False, ("消防",)),
        ("区消防救援大队", True, ("消防",)),
        ("区住建局", True, ("房屋建筑",)),
        ("区供电公司", True, ("用电",)),
    ]
    assert there.id != here.id
    beside = await documents.network(session, county.grids[1].id)
    assert all(one.is_county for one in beside.departments)


async def test_a_tree_that_bites_its_tail_is_drawn_once(
    session: AsyncSession, county: County
) -> None:
    top, below = county.township_grids[0], county.grids[0]
    (await session.get_one(Grid, top.id)).parent_id = below.id
    await session.flush()
    found = await documents.network(session, below.id)
    assert [node.grid.id for node in found.chain] == [top.id, below.id]
    assert found.parts == []


async def test_the_desk_reads_names_and_no_number(county: County, sign_in_as: SignInAs) -> None:
    client = await sign_in_as(county.township_officer)
    answer = await client.get(f"/api/grids/{county.grids[0].id}/network")
    assert answer.json()["chain"][-1]["places"] == [
        {"name": "网格长", "people": ["王格长"]},
        {"name": "网格员", "people": ["张网格"]},
    ]
    assert str(county.gridworker.mobile) not in answer.text
