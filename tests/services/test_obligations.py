"""The county decides on its duties: said before, kept for the next period, never overwritten."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import Invalid, NotPermitted, NotYet
from app.models.audit import AuditEntry
from app.models.obligation import Duty, Obligation, Period, Scope
from app.models.patrol import TaskStatus
from app.models.person import Role
from app.models.slot import SlotRole
from app.models.supervised_object import ObjectKind
from app.services import obligations, patrols, schemes
from app.services.access import SYSTEM, Actor
from app.services.obligations import DecideObligation
from app.services.schemes import Part, Verb
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import County
from tests.patrols import checklist, duty, tasks, thing
from tests.services.schemes import ground

MONDAY = date(2026, 11, 23)


@pytest.fixture
async def county(session: AsyncSession, freeze: Freeze) -> County:
    freeze("2026-11-23 08:00")
    return await factories.county(session)


@pytest.fixture
async def admin(session: AsyncSession, settings: Settings, county: County) -> Actor:
    return await actor_of(session, settings, county.administrator)


def asked(**fields: Any) -> DecideObligation:
    """A gridworker's monthly look at each object, by the list `patrol`."""
    defaults: dict[str, Any] = {
        "name": "网格员每月巡查",
        "role": Role.GRIDWORKER,
        "duty": Duty.PATROL,
        "min_count": 1,
        "period": Period.MONTH,
        "scope": Scope.OBJECT,
        "checklist_key": "patrol",
    }
    return DecideObligation(**{**defaults, **fields})


async def monthly(session: AsyncSession, **fields: Any) -> Obligation:
    await checklist(session)
    return await duty(session, name="网格员每月巡查", period=Period.MONTH, **fields)


async def test_a_new_duty_says_what_it_makes_and_then_makes_it(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    await checklist(session)
    for n in range(3):
        await thing(session, county.grids[0], f"店{n}")
    await thing(session, county.grids[1], "一店")
    command = asked(period=Period.HALF_MONTH, kinds=[ObjectKind.INDIVIDUAL_BUSINESS])
    told = await obligations.effect(session, admin, "own-1", command)
    assert (told.subjects, told.a_month, told.people, told.each) == (4, 8, 2, 4)
    assert [(one.id, one.each) for one in told.busiest] == [
        (county.grids[0].id, 6),
        (county.grids[1].id, 2),
    ]
    assert [(use.name, use.count) for use in told.lists] == [("巡查清单", 4)]
    assert (await session.scalars(select(Obligation))).all() == []  # nothing was kept

    await obligations.decide(session, admin, "own-1", command)
    await patrols.turn(session)
    found = await tasks(session)
    assert len({task.subject_id for task in found}) == 4
    assert {task.period_start for task in found} == {MONDAY}
    (entry,) = await session.scalars(select(AuditEntry).where(AuditEntry.kind == "rule.added"))
    assert (entry.subject_kind, entry.subject_id) == ("obligation", "own-1")
    assert entry.actor_id == admin.person_id


async def test_a_change_counts_from_the_next_period_and_what_is_out_stays(
    session: AsyncSession, county: County, admin: Actor, freeze: Freeze
) -> None:
    await monthly(session)
    shop = await thing(session, county.grids[0], "店")
    await patrols.turn(session)
    before = [(task.id, task.status) for task in await tasks(session)]
    weekly = asked(period=Period.WEEK, kinds=[ObjectKind.FERRY])
    assert (await obligations.effect(session, admin, "F5", weekly)).counts_from == date(2026, 12, 1)
    row = await obligations.decide(session, admin, "F5", weekly)
    assert (row.period, row.coming_on) == (Period.MONTH, date(2026, 12, 1))
    ferry = await thing(session, county.grids[0], "渡口", kind=ObjectKind.FERRY)
    freeze("2026-11-27 08:00")  # December is being planned
    await patrols.turn(session)
    found = {(task.subject_id, task.period_start) for task in await tasks(session)}
    november, december = date(2026, 11, 1), date(2026, 12, 1)
    assert found == {(shop.id, november), (ferry.id, november), (ferry.id, december)}
    kept = [(task.id, task.status) for task in await tasks(session) if task.subject_id == shop.id]
    assert kept == before

    freeze("2026-12-01 08:00")
    await patrols.turn(session)
    await session.refresh(row)
    assert (row.period, row.coming, row.starts_on) == (Period.WEEK, None, december)
    weeks = [task for task in await tasks(session) if task.period_start >= december]
    assert {task.subject_id for task in weeks} == {ferry.id}
    assert [task.period_end for task in weeks] == [date(2026, 12, 6), date(2026, 12, 13)]
    (old,) = [task for task in await tasks(session) if task.subject_id == shop.id]
    assert old.status is TaskStatus.MISSED  # November has asked for it, and nobody came


async def test_a_period_that_is_planned_ahead_already_comes_first(
    session: AsyncSession, county: County, admin: Actor, freeze: Freeze
) -> None:
    """December was made on 27 November: a weekly look beside it would be double."""
    await monthly(session)
    await thing(session, county.grids[0], "店")
    freeze("2026-11-27 08:00")
    await patrols.turn(session)
    row = await obligations.decide(session, admin, "F5", asked(period=Period.WEEK))
    assert row.coming_on == date(2027, 1, 1)
    back = await obligations.decide(session, admin, "F5", asked())
    assert (back.coming, back.coming_on) == (None, None)


@pytest.mark.parametrize("again", [{}, {"period": Period.DAY}, {"is_active": False}])
async def test_what_waits_and_is_planned_already_is_decided_again_on_its_day(
    session: AsyncSession, county: County, admin: Actor, freeze: Freeze, again: dict[str, Any]
) -> None:
    """Its first tasks are out a week ahead: without it their days would be missing or double."""
    await monthly(session)
    shop = await thing(session, county.grids[0], "店")
    await patrols.turn(session)
    row = await obligations.decide(session, admin, "F5", asked(period=Period.HALF_MONTH))
    await obligations.decide(session, admin, "F5", asked(**again))  # none is out yet
    await obligations.decide(session, admin, "F5", asked(period=Period.HALF_MONTH))
    december = date(2026, 12, 1)
    assert (row.coming, row.coming_on) == ({"period": "half_month"}, december)

    freeze("2026-11-27 08:00")
    await patrols.turn(session)
    for call in (obligations.effect, obligations.decide):
        with pytest.raises(NotYet) as refused:
            await call(session, admin, "F5", asked(**again))
        assert "2026-12-01" in refused.value.problem()["zh"]
    named = asked(period=Period.HALF_MONTH, name="半月一走")  # as it waits: only words are new
    assert (await obligations.effect(session, admin, "F5", named)).counts_from == december
    await obligations.decide(session, admin, "F5", named)
    assert (row.name, row.coming_on) == ("半月一走", december)

    freeze("2026-12-01 08:00")
    await patrols.turn(session)
    await session.refresh(row)
    await obligations.decide(session, admin, "F5", asked(**again))
    freeze("2026-12-15 08:00")
    await patrols.turn(session)
    spans = [
        (t.period_start, t.period_end) for t in await tasks(session) if t.subject_id == shop.id
    ]
    assert spans[:2] == [(date(2026, 11, 1), date(2026, 11, 30)), (december, date(2026, 12, 15))]
    following = [start for start, _ in spans[2:]]
    assert following == sorted(set(following))
    assert bool(following) is again.get("is_active", True)


async def test_words_count_at_once_and_a_proposal_is_decided_by_saying_so(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    await monthly(session, is_proposal=True)
    row = await obligations.decide(session, admin, "F5", asked(name="每月走一遍", basis="县令"))
    assert (row.name, row.basis, row.is_proposal, row.coming) == ("每月走一遍", "县令", False, None)


async def test_switched_off_with_the_period_and_on_again_at_once(
    session: AsyncSession, county: County, admin: Actor, freeze: Freeze
) -> None:
    await monthly(session)
    await thing(session, county.grids[0], "店")
    await patrols.turn(session)
    await obligations.decide(session, admin, "F5", asked(is_active=False))
    for moment in ("2026-11-23 09:00", "2026-11-27 08:00"):  # then December would be planned
        freeze(moment)
        await patrols.turn(session)
        assert [task.status for task in await tasks(session)] == [TaskStatus.OPEN]
    freeze("2026-12-01 08:00")
    await patrols.turn(session)
    assert [task.status for task in await tasks(session)] == [TaskStatus.MISSED]
    row = await obligations.decide(session, admin, "F5", asked())
    assert (row.is_active, row.coming) == (True, None)
    await patrols.turn(session)
    assert TaskStatus.OPEN in {task.status for task in await tasks(session)}


async def test_on_again_by_another_rhythm_it_begins_after_what_is_still_out(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    row = await monthly(session)
    await thing(session, county.grids[0], "店")
    await patrols.turn(session)
    row.is_active = False
    await session.flush()
    await obligations.decide(session, admin, "F5", asked(period=Period.WEEK))
    assert (row.is_active, row.starts_on) == (True, date(2026, 12, 1))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"checklist_key": "nothing"}, "checklist_key"),
        ({"checklist_key": None, "role": Role.SAFETY_OFFICER}, "checklist_key"),
        ({"kinds": [ObjectKind.HOUSEHOLD], "checklist_key": "firms"}, "checklist_key"),
        ({"role": Role.LEADER}, "role"),  # of which objects, without a place on a grid?
        ({"role": Role.HANDLER}, "role"),
        ({"role": Role.SAFETY_OFFICER}, "role"),  # nobody has the post
        ({"role": Role.LEADER, "slot": SlotRole.LINKED_LEADER}, "slot"),  # nobody has the place
        ({"slot": SlotRole.GRIDWORKER}, "slot"),
        ({"scope": Scope.GRID, "only_key": True}, "kinds"),
        ({"duty": Duty.MEETING}, "duty"),
        ({"starts_on": date(2026, 11, 1)}, "starts_on"),
    ],
)
async def test_what_nobody_could_do_is_refused_with_the_way_out(
    session: AsyncSession, county: County, admin: Actor, fields: dict[str, Any], field: str
) -> None:
    await checklist(session)
    await checklist(session, "firms", {"kinds": ["enterprise"]})
    for call in (obligations.effect, obligations.decide):
        with pytest.raises(Invalid) as refused:
            await call(session, admin, "own-1", asked(**fields))
        assert refused.value.fields == [field]
    assert (await session.scalars(select(Obligation))).all() == []


async def test_a_meeting_keeps_what_it_is(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    meeting = {"duty": Duty.MEETING, "role": Role.GRID_CHIEF, "scope": Scope.GRID}
    row = await duty(session, "F7", checklist_key=None, period=Period.QUARTER, **meeting)
    same = {**meeting, "checklist_key": None}
    await obligations.decide(session, admin, "F7", asked(**same, period=Period.MONTH))
    assert (row.period, row.coming) == (Period.MONTH, None)  # nothing runs
    with pytest.raises(Invalid):
        await obligations.decide(session, admin, "F7", asked(**{**same, "scope": Scope.OBJECT}))


async def test_only_who_edits_rules_decides_and_every_desk_reads(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    await monthly(session)
    desk = await actor_of(session, settings, county.township_officer)
    for call in (obligations.effect, obligations.decide):
        with pytest.raises(NotPermitted):
            await call(session, desk, "F5", asked())
    assert [one.duty.key for one in (await obligations.everything(session, desk)).duties] == ["F5"]
    worker = await actor_of(session, settings, county.gridworker)
    with pytest.raises(NotPermitted):
        await obligations.everything(session, worker)


async def test_what_the_county_decided_stays_through_schemes(
    session: AsyncSession, settings: Settings
) -> None:
    """What waits for its day is decided too."""
    await schemes.apply(session, SYSTEM, schemes.named("s1"), ground.DIVISIONS)
    person = await factories.person(
        session, Role.ADMINISTRATOR, await ground.body(session, "安和县网格化服务中心")
    )
    village = await ground.body(session, ground.VILLAGE)
    await factories.person(session, Role.GRIDWORKER, village, await ground.grid(session, village))
    admin = await actor_of(session, settings, person)
    row = await session.get_one(Obligation, "F5")
    kinds = [ObjectKind(kind) for kind in row.applies_to["kinds"]]
    origins = {
        one.duty.key: one.origin for one in (await obligations.everything(session, admin)).duties
    }
    assert origins["F5"] == "scheme"
    decision = asked(
        name=row.name, basis=row.basis, kinds=kinds, checklist_key=None, period=Period.WEEK
    )
    await obligations.decide(session, admin, "F5", decision)
    assert row.coming == {"period": "week"}
    origins = {
        one.duty.key: one.origin for one in (await obligations.everything(session, admin)).duties
    }
    assert origins["F5"] == "changed"
    for key in ("s1", "s3"):
        done = await schemes.apply(session, SYSTEM, schemes.named(key), ground.DIVISIONS)
    told = {one.name: one.verb for one in done.changes if one.part is Part.OBLIGATIONS}
    assert told[row.name] is Verb.KEEP
    await session.refresh(row)
    assert (row.period, row.coming) == (Period.MONTH, {"period": "week"})
