"""Applying: what is told is what is done, a second time nothing, and never a record lost."""

from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.config import Settings
from app.errors import ChangedMeanwhile, NotPermitted
from app.models.applied_scheme import AppliedScheme
from app.models.audit import AuditEntry
from app.models.base import Base
from app.models.event import Change as Told
from app.models.grid import Grid
from app.models.obligation import Obligation, Period
from app.models.organization import Organization, OrganizationKind, Variant
from app.models.person import Role
from app.models.rules import DeadlineRule, Hop, RoutingRule
from app.services import places, presets, rules, schemes
from app.services.access import SYSTEM
from app.services.rules import EditRouting
from app.services.schemes import Part, Verb
from tests import factories
from tests.actors import actor_of
from tests.services.schemes import ground
from tests.services.schemes.ground import DIVISIONS, put
from tests.statements import counted

KEYS = ["s0", "s1", "s2", "s3", "s4"]


async def everything(session: AsyncSession) -> dict[tuple[str, Any], dict[str, Any]]:
    """Every row that a scheme could touch, by table and key."""
    tables = (Organization, Grid, RoutingRule, DeadlineRule, Obligation)
    found = {}
    for table in tables:
        for row in (await session.execute(select(table.__table__))).mappings():
            found[table.__tablename__, next(iter(row.values()))] = dict(row)
    return found


async def count(session: AsyncSession, table: type[Base]) -> int:
    return await session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("key", KEYS)
async def test_a_second_time_changes_nothing(session: AsyncSession, key: str) -> None:
    first = await put(session, key)
    before = await everything(session)
    second = await put(session, key)
    assert first.touched > 0
    assert second.touched == 0
    assert {change.verb for change in second.changes} <= {Verb.KEEP}
    assert await everything(session) == before
    assert await count(session, AppliedScheme) == 1


@pytest.mark.parametrize("key", KEYS)
async def test_the_difference_is_what_applying_does_and_does_nothing_itself(
    session: AsyncSession, key: str
) -> None:
    await put(session, "s3")
    before = await everything(session)
    shown = await schemes.difference(session, SYSTEM, schemes.named(key), DIVISIONS)
    assert await everything(session) == before
    done = await put(session, key)
    assert done.changes == shown.changes


WALK = ("s3", "s4", "s0", "s2", "s1", "s3", "s2", "s4", "s1", "s0", "s3")


async def test_from_one_scheme_to_another_no_record_is_lost(session: AsyncSession) -> None:
    """Ten moves: everything stays, nothing is closed, only the duties of the last are active."""
    for key in WALK:
        before = await everything(session)
        await put(session, key)
        after = await everything(session)
        assert before.keys() <= after.keys(), key
        assert all(
            row.get("is_active", True) for (t, _), row in after.items() if t != "obligations"
        )
        assert all(row.get("valid_to") is None for row in after.values())
        duties = {row["key"] for (t, _), row in after.items() if t == "obligations"}
        active = {
            row["key"] for (t, _), row in after.items() if t == "obligations" and row["is_active"]
        }
        assert active == {one.key for one in schemes.named(key).obligation}
        assert active <= duties
        assert (await put(session, key)).touched == 0


async def test_what_the_county_has_changed_itself_stays(
    session: AsyncSession, settings: Settings
) -> None:
    await put(session, "s3")
    admin = await _administrator(session, settings)
    rule = (
        await session.scalars(
            select(RoutingRule).where(
                RoutingRule.category_code == "traffic", RoutingRule.township_id.is_(None)
            )
        )
    ).one()
    own = EditRouting(category_code="traffic", department_id=presets.body_id("fire_brigade"))
    await rules.put_routing(session, admin, rule.id, own)
    await session.execute(
        update(DeadlineRule)
        .where(DeadlineRule.hop == Hop.VERIFY, DeadlineRule.level.is_(None))
        .values(amount=5)
    )
    await session.execute(
        update(Obligation).where(Obligation.key == "F5").values(period=Period.HALF_MONTH)
    )
    centre = await ground.only(session, OrganizationKind.COUNTY_CENTRE)
    await session.execute(
        update(Organization).where(Organization.id == centre.id).values(name="安和县指挥中心")
    )
    number, centre_id = rule.id, centre.id
    done = await put(session, "s4")
    kept = {change.part: change for change in done.changes if change.verb is Verb.KEEP}
    assert kept[Part.OBLIGATIONS].number == "F5"
    assert any(c.name == "道路车辆 · 县级" and c.verb is Verb.KEEP for c in done.changes)
    session.expire_all()
    assert (await session.get_one(RoutingRule, number)).department_id == own.department_id
    assert (await session.get_one(Obligation, "F5")).period is Period.HALF_MONTH
    assert (await session.get_one(Obligation, "F5")).is_active
    assert (await session.get_one(Organization, centre_id)).name == "安和县指挥中心"
    # what it had not changed followed the scheme, with the number that people quote
    water = (
        await session.scalars(
            select(RoutingRule).where(
                RoutingRule.category_code == "water", RoutingRule.township_id.is_(None)
            )
        )
    ).one()
    assert water.department_id == presets.body_id("transport_enforcement")


async def test_a_county_of_its_own_gets_only_what_it_lacks(session: AsyncSession) -> None:
    """Bodies without codes, one centre, its own routing: nothing is doubled or renamed."""
    county = await factories.county(session)
    before = await everything(session)
    done = await put(session, "s3")
    after = await everything(session)
    changed = {
        (table, key): (before[table, key], row)
        for (table, key), row in after.items()
        if (table, key) in before and before[table, key] != row
    }
    assert {table for table, _ in changed} == {"grids"}  # only hung into the tree
    assert all(
        {**old, "parent_id": None} == {**new, "parent_id": None} for old, new in changed.values()
    )
    kinds = OrganizationKind
    for kind, expected in (
        (kinds.COUNTY_CENTRE, 1),
        (kinds.SAFETY_DEPARTMENT, 1),
        (kinds.VILLAGE, 2),
    ):
        query = select(func.count()).where(Organization.kind == kind)
        assert await session.scalar(query) == expected
    routing = [c for c in done.changes if c.part is Part.ROUTING and c.name.endswith("县级")]
    assert {c.name for c in routing if c.verb is Verb.KEEP} == {"用电 · 县级"} | {
        "消防 · 县级",
        "房屋建筑 · 县级",
    }
    assert (await ground.depth(session, county.grids[0])) == 3


async def test_villages_sum_up_where_somebody_can(session: AsyncSession) -> None:
    await put(session, "s3")
    village = await ground.body(session, ground.VILLAGE)
    await factories.person(session, Role.VILLAGE_CLERK, village)
    done = await put(session, "s2")
    told = [(c.verb, c.count) for c in done.changes if c.part is Part.VILLAGES]
    assert told == [(Verb.CHANGE, 1), (Verb.KEEP, 3)]
    await session.refresh(village)
    assert village.is_summarising
    await put(session, "s3")
    await session.refresh(village)
    assert not village.is_summarising


async def test_a_village_switched_by_hand_stays_as_it_is(
    session: AsyncSession, settings: Settings
) -> None:
    await put(session, "s2")
    village = await ground.body(session, ground.VILLAGE)
    await factories.person(session, Role.VILLAGE_CLERK, village)
    admin = await _administrator(session, settings)
    for is_summarising in (True, False):
        command = places.EditOrganization(is_summarising=is_summarising)
        await places.edit_organization(session, admin, village.id, command)
    done = await put(session, "s2")
    told = {c.name: c.count for c in done.changes if c.part is Part.VILLAGES}
    assert told == {"还没有村（社区）干部，先不汇总": 3, "本县另外定的村（社区）": 1}
    await session.refresh(village)
    assert not village.is_summarising


async def test_a_park_is_a_functional_zone_where_the_scheme_knows_zones(
    session: AsyncSession,
) -> None:
    await put(session, "s1")
    assert (await ground.body(session, ground.PARK)).variant is Variant.FUNCTIONAL_ZONE
    assert (await ground.body(session, ground.TOWN)).variant is None


async def test_only_what_was_looked_at_is_applied(session: AsyncSession) -> None:
    scheme = schemes.named("s2")
    seen = (await schemes.difference(session, SYSTEM, scheme, DIVISIONS)).fingerprint
    await put(session, "s3")
    with pytest.raises(ChangedMeanwhile):
        await schemes.apply(session, SYSTEM, scheme, DIVISIONS, seen)
    now = (await schemes.difference(session, SYSTEM, scheme, DIVISIONS)).fingerprint
    await schemes.apply(session, SYSTEM, scheme, DIVISIONS, now)
    assert (await schemes.in_force(session)) == scheme


async def test_applying_walks_the_tree_once(session: AsyncSession, engine: AsyncEngine) -> None:
    """Nothing is tried out first and taken back, however the order was given."""
    scheme = schemes.named("s3")
    seen = (await schemes.difference(session, SYSTEM, scheme, DIVISIONS)).fingerprint
    with counted(engine) as sent:
        await schemes.apply(session, SYSTEM, scheme, DIVISIONS, seen)
    assert sum(one.startswith("INSERT INTO categories") for one in sent) == 1


async def test_of_an_order_for_something_else_nothing_stays(session: AsyncSession) -> None:
    with pytest.raises(ChangedMeanwhile):
        await schemes.apply(session, SYSTEM, schemes.named("s3"), DIVISIONS, "0" * 64)
    assert await everything(session) == {}


async def test_it_is_on_record_and_phones_are_told(
    session: AsyncSession, settings: Settings
) -> None:
    await put(session, "s3")
    admin = await _administrator(session, settings)
    told = await _told(session)
    await schemes.apply(session, admin, schemes.named("s2"), DIVISIONS)
    entry = (await session.scalars(select(AuditEntry).where(AuditEntry.subject_id == "s2"))).one()
    assert (entry.kind, entry.actor_id) == ("scheme.applied", admin.person_id)
    assert entry.data["counts"]["obligations.switch_off"] == 3
    numbers = [line["number"] for line in entry.data["lines"]]
    assert sorted(numbers) == ["F10", "F13", "F4", "F5", "F8", "F9"]
    assert "年度目标和综治双考核" in {line["what"] for line in entry.data["lines"]}
    row = (
        await session.scalars(select(AppliedScheme).order_by(AppliedScheme.applied_at.desc()))
    ).first()
    assert row is not None
    assert (row.key, row.applied_by_id) == ("s2", admin.person_id)
    assert await _told(session) == told + 1


async def _told(session: AsyncSession) -> int:
    """How often phones were told to fetch the rules again."""
    return await session.scalar(select(func.count()).where(Told.kind == "rules")) or 0


async def test_labels_are_those_of_the_scheme_in_force(session: AsyncSession) -> None:
    assert await schemes.labels(session) == {}
    await put(session, "s4")
    assert (await schemes.labels(session))[Role.GRIDWORKER] == "二级网格员"
    await put(session, "s3")
    assert (await schemes.labels(session))[Role.GRIDWORKER] == "网格员"


async def test_only_administrators_apply(session: AsyncSession, settings: Settings) -> None:
    county = await factories.county(session)
    officer = await actor_of(session, settings, county.county_officer)
    for step in (schemes.difference, schemes.apply):
        with pytest.raises(NotPermitted):
            await step(session, officer, schemes.named("s3"), DIVISIONS)


async def _administrator(session: AsyncSession, settings: Settings) -> Any:
    centre = await ground.only(session, OrganizationKind.COUNTY_CENTRE)
    person = await factories.person(session, Role.ADMINISTRATOR, centre)
    return await actor_of(session, settings, person)
