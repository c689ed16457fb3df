"""What the county has changed or taken away itself stays so, from scheme to scheme."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid
from app.models.obligation import Obligation, Period
from app.models.organization import Organization, OrganizationKind
from app.models.rules import DeadlineRule, Hop, RoutingRule, Unit
from app.services import access, presets, schemes
from app.services.access import SYSTEM
from app.services.schemes import Difference, Part, Verb
from app.services.schemes.shape import Deadline
from tests import factories
from tests.services.schemes import ground
from tests.services.schemes.ground import put

WATER = (RoutingRule.category_code == "water") & RoutingRule.township_id.is_(None)


def verbs(done: Difference, part: Part, name: str) -> list[Verb]:
    return [one.verb for one in done.changes if one.part is part and name in {one.name, one.number}]


async def test_a_rule_the_county_deleted_does_not_come_back_with_another_scheme(
    session: AsyncSession,
) -> None:
    """Whatever the other scheme says about it."""
    await put(session, "s3")
    gone = (
        select(RoutingRule).where(WATER),
        select(DeadlineRule).where(DeadlineRule.hop == Hop.VERIFY),
        select(Obligation).where(Obligation.key == "F5"),
    )
    for query in gone:
        await session.delete((await session.scalars(query)).one())
    other = schemes.named("s4")
    verify = Deadline(hop=Hop.VERIFY, amount=9, unit=Unit.WORKING_DAYS)
    (patrol,) = (one for one in schemes.named("s3").obligation if one.key == "F5")
    weekly = patrol.model_copy(update={"period": Period.WEEK, "checklist": None})
    other = other.model_copy(update={"deadline": (verify,), "obligation": (weekly,)})

    done = await schemes.apply(session, SYSTEM, other, ground.DIVISIONS)
    assert verbs(done, Part.ROUTING, "水域渡口 · 县级") == [Verb.KEEP]
    assert verbs(done, Part.DEADLINES, "核验") == [Verb.KEEP]
    assert verbs(done, Part.OBLIGATIONS, "F5") == [Verb.KEEP]
    for query in gone:
        assert (await session.scalars(query)).all() == []


async def test_a_department_the_county_closed_is_sent_nothing(session: AsyncSession) -> None:
    await put(session, "s3")
    before = (await session.scalars(select(RoutingRule).where(WATER))).one().department_id
    await put(session, "s4")
    closed = update(Organization).where(Organization.id == before)
    await session.execute(closed.values(is_active=False))
    done = await put(session, "s3")
    assert verbs(done, Part.ROUTING, "水域渡口 · 县级") == [Verb.KEEP]
    session.expire_all()
    rule = (await session.scalars(select(RoutingRule).where(WATER))).one()
    assert rule.department_id == presets.body_id("transport_enforcement")


async def test_a_township_that_came_later_gets_the_rules_of_its_stations(
    session: AsyncSession,
) -> None:
    """It had none that the county could have taken away."""
    await put(session, "s3")
    centre = await ground.only(session, OrganizationKind.COUNTY_CENTRE)
    kind = OrganizationKind.TOWNSHIP_SUBCENTRE
    names = {"name": "河湾镇网格化服务分中心", "short_name": "河湾镇"}
    township = Organization(kind=kind, **names, code="370499101000", parent_id=centre.id)
    session.add(township)
    await session.flush()
    township.within_id = township.id
    await put(session, "s3")
    query = select(RoutingRule.category_code).where(RoutingRule.township_id == township.id)
    categories = {row["code"] for row in presets.read("hazard_categories")["category"]}
    assert set(await session.scalars(query)) == categories


async def test_a_grid_the_county_ended_stays_ended_and_nothing_is_hung_below_it(
    session: AsyncSession,
) -> None:
    """With the tree of s2: county, town, village, base grids."""
    await put(session, "s2")
    town = await ground.body(session, ground.TOWN)
    village = await ground.body(session, ground.VILLAGE)
    community = await ground.body(session, ground.COMMUNITY)
    gone = [
        await ground.grid(session, town),
        await ground.grid(session, village),
        await ground.grid(session, community, "001"),
    ]
    yesterday = access.today() - timedelta(days=1)
    for row in gone:
        row.valid_from = row.valid_to = yesterday
    loose = await ground.grid(session, community, "000")
    loose.parent_id = None
    extra = Grid(name="赵村二网格", organization_id=village.id, valid_from=access.today())
    session.add(extra)
    await session.flush()

    for _ in range(2):
        done = await put(session, "s2")
        told = {c.name: (c.verb, c.count) for c in done.changes if c.part is Part.GRIDS}
        ending = "，本县已撤销或改归别处"
        assert told == {
            f"镇街网格{ending}": (Verb.KEEP, 1),
            f"村（社区）网格{ending}": (Verb.KEEP, 1),
            f"村级网格（管下面的基础网格）{ending}": (Verb.KEEP, 1),
        }
    for row in (*gone, loose, extra):
        await session.refresh(row)
    assert [row.valid_to for row in gone] == [yesterday] * 3
    assert (loose.parent_id, extra.parent_id) == (None, None)


async def test_without_the_grid_of_its_village_a_base_grid_hangs_under_the_township(
    session: AsyncSession,
) -> None:
    """What hangs already stays where it is, and a second time nothing is left to do."""
    await put(session, "s2")
    town = await ground.grid(session, await ground.body(session, ground.TOWN))
    village = await ground.body(session, ground.VILLAGE)
    level = await ground.grid(session, village, "000")
    before = await ground.grid(session, village, "001")
    assert before.parent_id == level.id
    level.valid_from = level.valid_to = access.today() - timedelta(days=1)
    extra = Grid(name="赵村二网格", organization_id=village.id, valid_from=access.today())
    session.add(extra)
    await session.flush()

    done = await put(session, "s2")
    assert verbs(done, Part.GRIDS, "挂到上级网格") == [Verb.CHANGE]
    for row in (extra, before):
        await session.refresh(row)
    assert (extra.parent_id, before.parent_id) == (town.id, level.id)
    assert (await put(session, "s2")).touched == 0


async def test_a_line_the_county_ended_gets_no_enterprises_as_grids(session: AsyncSession) -> None:
    await put(session, "s4")
    line = await ground.line(session, "港口码头航运渡口网格")
    office = await ground.body(session, "县水运线办公室")
    ferry = await factories.enterprise(session, "柳林渡口", office, line)
    line.valid_from = line.valid_to = access.today() - timedelta(days=1)
    await session.flush()
    done = await put(session, "s4")
    assert verbs(done, Part.GRIDS, "行业线网格，本县已撤销或改归别处") == [Verb.KEEP]
    assert done.touched == 0
    query = select(Grid).where(Grid.organization_id == ferry.organization_id)
    assert (await session.scalars(query)).all() == []


async def test_a_duty_the_county_switched_off_stays_off_through_other_schemes(
    session: AsyncSession,
) -> None:
    """F5 by the county, F8 by s2, which has neither. The homes of s2 go with it."""
    await put(session, "s3")
    by_county = update(Obligation).where(Obligation.key == "F5").values(is_active=False)
    await session.execute(by_county)
    await put(session, "s2")
    assert await _duty(session, "F5") == (False, None)
    assert await _duty(session, "F8") == (False, "s2")
    done = await put(session, "s3")
    assert verbs(done, Part.OBLIGATIONS, "F5") == [Verb.KEEP, Verb.SWITCH_OFF]
    assert await _duty(session, "F5") == (False, None)
    assert await _duty(session, "F5-households") == (False, "s3")
    assert await _duty(session, "F8") == (True, None)


async def test_a_duty_that_a_scheme_switches_off_has_nothing_waiting(session: AsyncSession) -> None:
    """It had gone another way for a while and was to be the scheme's again from its next period."""
    await put(session, "s3")
    row = await session.get_one(Obligation, "F8")
    waits = {"period": row.period.value, "min_count": row.min_count}
    row.period, row.min_count = Period.YEAR, 9
    row.coming, row.coming_on = waits, access.today() + timedelta(days=9)
    await session.flush()
    await put(session, "s2")
    assert await _duty(session, "F8") == (False, "s2")
    query = select(Obligation.coming, Obligation.coming_on).where(Obligation.key == "F8")
    assert (await session.execute(query)).all() == [(None, None)]


async def _duty(session: AsyncSession, key: str) -> tuple[bool, str | None]:
    row = await session.get_one(Obligation, key, populate_existing=True)
    return row.is_active, row.switched_off_by


@pytest.mark.parametrize("own", [{"short_name": "安和指挥中心"}, {"name": "安和县指挥中心"}])
async def test_of_the_names_of_a_body_the_county_may_have_changed_one(
    session: AsyncSession, own: dict[str, str]
) -> None:
    """The other one follows the scheme."""
    await put(session, "s3")
    centre = await ground.only(session, OrganizationKind.COUNTY_CENTRE)
    await session.execute(update(Organization).where(Organization.id == centre.id).values(**own))
    done = await put(session, "s4")
    await session.refresh(centre)
    of_s4 = {"name": "安和县交通运输局一级网格长办公室", "short_name": "县交通局网格办"}
    assert {name: getattr(centre, name) for name in of_s4} == {**of_s4, **own}
    told = {c.after: c.verb for c in done.changes if c.part is Part.BODIES and c.after}
    kept = {of_s4[name] for name in own}
    assert {after: told[after] for after in of_s4.values()} == {
        after: Verb.KEEP if after in kept else Verb.CHANGE for after in of_s4.values()
    }
    assert (await put(session, "s4")).touched == 0
