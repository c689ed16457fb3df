"""The responsibility network: from the county down, by the county's own names, without numbers."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid, GridKind
from app.models.organization import OrganizationKind
from app.models.person import Role
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

    found = await documents.network(session, SYSTEM, village.id)
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
    above = await documents.network(session, SYSTEM, town.id)
    assert {node.runner.short_name for node in above.parts} == {"赵村", "古城社区"}


async def test_departments_are_those_whom_the_routing_names_here(
    session: AsyncSession, county: County
) -> None:
    here, there = county.townships
    station = await factories.organization(session, OrganizationKind.DEPARTMENT, "运河消防站", here)
    session.add(RoutingRule(category_code="fire", township_id=here.id, department_id=station.id))
    await session.flush()
    found = await documents.network(session, SYSTEM, county.grids[0].id)
    assert [(one.name, one.is_county, one.categories) for one in found.departments] == [
        ("运河消防站", False, ("消防",)),
        ("区消防救援大队", True, ("消防",)),
        ("区住建局", True, ("房屋建筑",)),
        ("区供电公司", True, ("用电",)),
    ]
    assert there.id != here.id
    beside = await documents.network(session, SYSTEM, county.grids[1].id)
    assert all(one.is_county for one in beside.departments)


async def test_a_tree_that_bites_its_tail_is_drawn_once(
    session: AsyncSession, county: County
) -> None:
    top, below = county.township_grids[0], county.grids[0]
    (await session.get_one(Grid, top.id)).parent_id = below.id
    await session.flush()
    found = await documents.network(session, SYSTEM, below.id)
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


UNITS = [
    {"kind": "workshop", "name": "机加工车间", "parent": "", "person": "周主任"},
    {"kind": "office", "name": "安全科", "parent": "", "person": "钱科长"},
    {"kind": "post", "name": "1 号冲床", "parent": "甲班", "person": ""},
    {"kind": "team", "name": "甲班", "parent": "机加工车间", "person": "吴班长"},
]


async def test_an_enterprise_is_drawn_down_to_the_post_for_those_within_reach(
    session: AsyncSession, county: County, sign_in_as: SignInAs
) -> None:
    """科室、车间、班组、岗位 as a tree; the page and the file say the same (S0-35)."""
    works = await factories.enterprise(session, "冲压厂", county.villages[0], county.grids[0])
    body = await factories.organization(session, OrganizationKind.ENTERPRISE, "冲压厂")
    works.organization_id, works.units = body.id, UNITS
    leaf = Grid(
        name="冲压厂网格", kind=GridKind.EXCLUSIVE, parent_id=county.grids[0].id,
        organization_id=body.id, valid_from=access.today(),
    )  # fmt: skip
    session.add(leaf)
    await session.flush()
    client = await sign_in_as(county.township_officer)
    shown = (await client.get(f"/api/grids/{leaf.id}/network")).json()["units"]
    assert [(one["depth"], one["name"], one["person"]) for one in shown] == [
        (0, "机加工车间", "周主任"), (1, "甲班", "吴班长"), (2, "1 号冲床", ""),
        (0, "安全科", "钱科长"),
    ]  # fmt: skip
    drawn = (await client.get(f"/api/grids/{leaf.id}/papers/network.svg")).text
    for words in ("车间　机加工车间：周主任", "班组　甲班：吴班长", "岗位　1 号冲床：暂缺"):
        assert words in drawn
    stranger = await factories.person(session, Role.TOWNSHIP_OFFICER, county.townships[1])
    client = await sign_in_as(stranger)
    assert (await client.get(f"/api/grids/{leaf.id}/network")).json()["units"] == []
    assert "周主任" not in (await client.get(f"/api/grids/{leaf.id}/papers/network.svg")).text
