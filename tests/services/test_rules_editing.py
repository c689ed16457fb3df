"""The county edits its rules; what would leave a case without desk or deadline is refused."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.rules import RulesView
from app.config import Settings
from app.errors import Invalid, NotFound, NotPermitted
from app.models.event import Change
from app.models.organization import Organization, OrganizationKind
from app.models.rules import (
    CalendarDay,
    Category,
    DeadlineRule,
    Hop,
    Level,
    RoutingRule,
    Unit,
    WorkingHours,
)
from app.services import rules
from app.services.access import Actor
from app.services.rules import (
    EditCalendarDay,
    EditCategory,
    EditDeadline,
    EditRouting,
    EditWorkingHours,
)
from tests import factories
from tests.actors import actor_of
from tests.factories import County


@dataclass(frozen=True)
class Scene:
    county: County
    administrator: Actor
    others: list[Actor]
    station: Organization


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings) -> Scene:
    county = await factories.county(session)
    everybody = [
        await actor_of(session, settings, person)
        for person in (county.county_officer, county.leader, county.gridworker, county.handler)
    ]
    station = await factories.organization(
        session, OrganizationKind.DEPARTMENT, "运河街道安监站", county.townships[0]
    )
    administrator = await actor_of(session, settings, county.administrator)
    return Scene(county, administrator, everybody, station)


def tile(**fields: Any) -> EditCategory:
    defaults = {"name": "燃气", "name_en": "Gas", "icon": "gas", "position": 7}
    return EditCategory.model_validate({**defaults, **fields})


async def general(session: AsyncSession, hop: Hop = Hop.TRIAGE) -> DeadlineRule:
    query = select(DeadlineRule).where(DeadlineRule.hop == hop, DeadlineRule.level.is_(None))
    return (await session.scalars(query)).one()


async def changes(session: AsyncSession) -> int:
    return len((await session.scalars(select(Change).where(Change.kind == "rules"))).all())


async def test_only_administrators_edit_rules(session: AsyncSession, scene: Scene) -> None:
    rule = await general(session)
    routing = (await session.scalars(select(RoutingRule))).first()
    assert routing
    way = EditRouting(category_code="fire", department_id=scene.county.departments[0].id)
    time_limit = EditDeadline(hop=Hop.TRIAGE, amount=1, unit=Unit.CALENDAR_DAYS)
    day, on = EditCalendarDay(is_workday=False, reason="停工"), date(2026, 12, 1)
    hours = EditWorkingHours.model_validate({"spans": [{"opens": "08:00", "closes": "12:00"}]})
    for actor in scene.others:
        for edit in (
            rules.put_category(session, actor, "gas", tile()),
            rules.add_routing(session, actor, way),
            rules.put_routing(session, actor, routing.id, way),
            rules.delete_routing(session, actor, routing.id),
            rules.add_deadline(session, actor, time_limit),
            rules.put_deadline(session, actor, rule.id, time_limit),
            rules.delete_deadline(session, actor, rule.id),
            rules.put_day(session, actor, on, day),
            rules.delete_day(session, actor, on),
            rules.put_working_hours(session, actor, hours),
        ):
            with pytest.raises(NotPermitted):
                await edit
    assert await changes(session) == 0


async def test_every_edit_tells_the_phones(session: AsyncSession, scene: Scene) -> None:
    admin, departments = scene.administrator, scene.county.departments
    await rules.put_category(session, admin, "gas", tile())
    way = EditRouting(category_code="gas", department_id=departments[0].id)
    routing = await rules.add_routing(session, admin, way)
    other = EditRouting(category_code="gas", department_id=departments[1].id)
    await rules.put_routing(session, admin, routing.id, other)
    await rules.delete_routing(session, admin, routing.id)
    special = EditDeadline(hop=Hop.VERIFY, level=Level.MAJOR, amount=1, unit=Unit.CALENDAR_DAYS)
    rule = await rules.add_deadline(session, admin, special)
    await rules.put_deadline(session, admin, rule.id, special.model_copy(update={"amount": 2}))
    await rules.delete_deadline(session, admin, rule.id)
    on = date(2026, 12, 1)
    await rules.put_day(session, admin, on, EditCalendarDay(is_workday=False, reason="停工"))
    await rules.delete_day(session, admin, on)
    hours = EditWorkingHours.model_validate({"spans": [{"opens": "08:00", "closes": "12:00"}]})
    await rules.put_working_hours(session, admin, hours)
    assert await changes(session) == 10


async def test_a_category_is_added_changed_and_switched_off(
    session: AsyncSession, scene: Scene
) -> None:
    await rules.put_category(session, scene.administrator, "gas", tile())
    off = tile(name="燃气（旧）", is_active=False, default_level="serious")
    row = await rules.put_category(session, scene.administrator, "gas", off)
    assert (row.name, row.is_active, row.default_level) == ("燃气（旧）", False, Level.SERIOUS)


async def test_the_last_tile_stays(session: AsyncSession, scene: Scene) -> None:
    codes = list(await session.scalars(select(Category.code)))
    for code in codes[:-1]:
        await rules.put_category(session, scene.administrator, code, tile(is_active=False))
    with pytest.raises(Invalid):
        await rules.put_category(session, scene.administrator, codes[-1], tile(is_active=False))


@pytest.mark.parametrize(
    ("township", "department", "is_right"),
    [
        (None, "county", True),
        (None, "safety", True),
        (None, "station", False),
        ("first", "station", True),
        ("first", "county", False),
        ("second", "station", False),
        ("village", "station", False),
        ("nowhere", "station", False),
        (None, "township", False),
        (None, "closed", False),
        (None, "nowhere", False),
    ],
)
async def test_a_rule_names_a_department_of_its_tier(
    session: AsyncSession, scene: Scene, township: str | None, department: str, is_right: bool
) -> None:
    county = scene.county
    await rules.put_category(session, scene.administrator, "gas", tile())
    closed = await factories.organization(
        session, OrganizationKind.DEPARTMENT, "旧局", county.centre, is_active=False
    )
    ids = {
        "county": county.departments[0].id,
        "safety": county.safety.id,
        "station": scene.station.id,
        "first": county.townships[0].id,
        "second": county.townships[1].id,
        "township": county.townships[0].id,
        "village": county.villages[0].id,
        "closed": closed.id,
        "nowhere": uuid4(),
    }
    command = EditRouting(
        category_code="gas",
        township_id=ids[township] if township else None,
        department_id=ids[department],
    )
    if is_right:
        rule = await rules.add_routing(session, scene.administrator, command)
        assert rule.department_id == ids[department]
    else:
        with pytest.raises(Invalid):
            await rules.add_routing(session, scene.administrator, command)


async def test_a_category_has_one_rule_a_tier(session: AsyncSession, scene: Scene) -> None:
    taken = EditRouting(category_code="fire", department_id=scene.county.departments[1].id)
    with pytest.raises(Invalid) as refused:
        await rules.add_routing(session, scene.administrator, taken)
    routing = (
        await session.scalars(select(RoutingRule).where(RoutingRule.category_code == "fire"))
    ).one()
    assert f"规则 {routing.id}" in refused.value.problem()["zh"]
    own = await rules.put_routing(session, scene.administrator, routing.id, taken)
    assert own.department_id == scene.county.departments[1].id
    also = EditRouting(
        category_code="fire",
        township_id=scene.county.townships[0].id,
        department_id=scene.station.id,
    )
    assert await rules.add_routing(session, scene.administrator, also)


async def test_routing_needs_a_category_in_use(session: AsyncSession, scene: Scene) -> None:
    await rules.put_category(session, scene.administrator, "gas", tile(is_active=False))
    for code in ("gas", "unknown"):
        way = EditRouting(category_code=code, department_id=scene.county.departments[0].id)
        with pytest.raises(Invalid):
            await rules.add_routing(session, scene.administrator, way)


async def test_unknown_rules_are_not_found(session: AsyncSession, scene: Scene) -> None:
    admin = scene.administrator
    way = EditRouting(category_code="fire", department_id=scene.county.departments[0].id)
    limit = EditDeadline(hop=Hop.TRIAGE, amount=1, unit=Unit.CALENDAR_DAYS)
    for edit in (
        rules.put_routing(session, admin, 999_999, way),
        rules.delete_routing(session, admin, 999_999),
        rules.put_deadline(session, admin, 999_999, limit),
        rules.delete_deadline(session, admin, 999_999),
        rules.delete_day(session, admin, date(2026, 12, 1)),
    ):
        with pytest.raises(NotFound):
            await edit


@pytest.mark.parametrize("hop", [Hop.TRIAGE, Hop.SIGN_FOR, Hop.VERIFY])
async def test_each_hop_keeps_its_general_deadline(
    session: AsyncSession, scene: Scene, hop: Hop
) -> None:
    rule = await general(session, hop)
    with pytest.raises(Invalid):
        await rules.delete_deadline(session, scene.administrator, rule.id)
    other_hop = Hop.RECTIFY if hop is not Hop.RECTIFY else Hop.VERIFY
    for change in (
        {"hop": hop, "level": Level.MAJOR},
        {"hop": hop, "category_code": "fire"},
        {"hop": other_hop},
    ):
        narrower = EditDeadline.model_validate({"amount": 1, "unit": Unit.CALENDAR_DAYS, **change})
        with pytest.raises(Invalid):
            await rules.put_deadline(session, scene.administrator, rule.id, narrower)
    longer = EditDeadline(hop=hop, amount=9, unit=Unit.CALENDAR_HOURS)
    changed = await rules.put_deadline(session, scene.administrator, rule.id, longer)
    assert (changed.amount, changed.unit) == (9, Unit.CALENDAR_HOURS)


async def test_the_same_deadline_twice_is_refused(session: AsyncSession, scene: Scene) -> None:
    again = EditDeadline(hop=Hop.TRIAGE, amount=9, unit=Unit.CALENDAR_DAYS)
    with pytest.raises(Invalid):
        await rules.add_deadline(session, scene.administrator, again)
    nowhere = EditDeadline(
        hop=Hop.TRIAGE, category_code="unknown", amount=9, unit=Unit.CALENDAR_DAYS
    )
    with pytest.raises(Invalid):
        await rules.add_deadline(session, scene.administrator, nowhere)
    special = EditDeadline(hop=Hop.TRIAGE, category_code="fire", amount=9, unit=Unit.CALENDAR_DAYS)
    assert await rules.add_deadline(session, scene.administrator, special)


def spans(*pairs: tuple[str, str]) -> EditWorkingHours:
    return EditWorkingHours.model_validate(
        {"spans": [{"opens": opens, "closes": closes} for opens, closes in pairs]}
    )


@pytest.mark.parametrize(
    "hours",
    [
        spans(("12:00", "08:00")),
        spans(("08:00", "08:00")),
        spans(("14:00", "17:00"), ("08:00", "12:00")),
        spans(("08:00", "13:00"), ("12:00", "17:00")),
        spans(("08:00Z", "12:00Z")),
    ],
)
async def test_spans_come_in_order_and_apart(
    session: AsyncSession, scene: Scene, hours: EditWorkingHours
) -> None:
    with pytest.raises(Invalid) as refused:
        await rules.put_working_hours(session, scene.administrator, hours)
    assert refused.value.fields == ["spans"]


async def test_working_hours_are_replaced(session: AsyncSession, scene: Scene) -> None:
    summer = spans(("08:00", "12:00"), ("12:00", "14:00"), ("15:00", "18:30"))
    await rules.put_working_hours(session, scene.administrator, summer)
    rows = await session.scalars(select(WorkingHours).order_by(WorkingHours.opens))
    assert [(row.opens, row.closes) for row in rows] == [
        (time(8), time(12)),
        (time(12), time(14)),
        (time(15), time(18, 30)),
    ]


async def test_the_calendar_tells_who_says_so(session: AsyncSession, scene: Scene) -> None:
    """National Day 2026 fell on a Thursday; 10 October was a Saturday to make up for it."""
    days = {day.on: day for day in await rules.calendar(session, 2026)}
    assert not days[date(2026, 10, 1)].is_workday
    assert days[date(2026, 10, 1)].reason == "国庆节"
    assert days[date(2026, 10, 10)].is_workday
    assert all(day.source == "state_council" for day in days.values())
    assert date(2026, 10, 3) not in days  # a Saturday is free anyway
    own = EditCalendarDay(is_workday=False, reason="县里调整")
    await rules.put_day(session, scene.administrator, date(2026, 10, 10), own)
    await rules.put_day(session, scene.administrator, date(2026, 12, 1), own)
    days = {day.on: day for day in await rules.calendar(session, 2026)}
    for on in (date(2026, 10, 10), date(2026, 12, 1)):
        assert (days[on].source, days[on].is_workday) == ("county", False)
    await rules.delete_day(session, scene.administrator, date(2026, 10, 10))
    days = {day.on: day for day in await rules.calendar(session, 2026)}
    assert days[date(2026, 10, 10)].source == "state_council"


async def test_a_year_that_nobody_published_is_not_found(
    session: AsyncSession, scene: Scene
) -> None:
    with pytest.raises(NotFound):
        await rules.calendar(session, 2090)
    free = EditCalendarDay(is_workday=False, reason="县庆")
    await rules.put_day(session, scene.administrator, date(2090, 1, 4), free)
    assert [day.on for day in await rules.calendar(session, 2090)] == [date(2090, 1, 4)]


async def test_a_day_is_put_twice_without_harm(session: AsyncSession, scene: Scene) -> None:
    on = date(2026, 12, 1)
    for reason in ("停工", "停电"):
        day = EditCalendarDay(is_workday=False, reason=reason)
        await rules.put_day(session, scene.administrator, on, day)
    rows = (await session.scalars(select(CalendarDay))).all()
    assert [(row.on, row.reason) for row in rows] == [(on, "停电")]


async def test_all_rules_come_at_once(session: AsyncSession, scene: Scene) -> None:
    also = EditRouting(
        category_code="fire",
        township_id=scene.county.townships[0].id,
        department_id=scene.station.id,
    )
    await rules.add_routing(session, scene.administrator, also)
    view = RulesView.model_validate(await rules.everything(session))
    assert len(view.categories) == 3
    assert [rule.township is None for rule in view.routing] == [True, True, True, False]
    assert view.routing[3].department.name == "运河街道安监站"
    assert len(view.deadlines) == len(factories.DEADLINES)
    assert [(span.opens, span.closes) for span in view.working_hours] == list(factories.SPANS)
    assert view.calendar_known_until
    assert view.calendar_known_until >= date(2026, 12, 31)
