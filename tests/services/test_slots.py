"""Places on grids, and what a grid has and lacks: dated, by the scheme's own names."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import Invalid, NotPermitted
from app.models.audit import AuditEntry
from app.models.grid import Grid
from app.models.obligation import Obligation
from app.models.organization import OrganizationKind
from app.models.person import Person, Role
from app.models.slot import Provision, SlotRole
from app.models.supervised_object import ObjectKind
from app.services import access, schemes, slots
from app.services.access import SYSTEM, Actor
from app.services.slots import Check, EndSlot, FillSlot, NoteProvision
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze, SignInAs
from tests.services.schemes import ground
from tests.services.schemes.ground import DIVISIONS

R = SlotRole
OUTLINE = {
    "type": "Polygon",
    "coordinates": [[[117.70, 34.55], [117.71, 34.55], [117.71, 34.56], [117.70, 34.55]]],
}


@pytest.fixture
async def admin(session: AsyncSession, settings: Settings) -> Actor:
    """Of a county that goes by S1: the scheme with the most places."""
    await schemes.apply(session, SYSTEM, schemes.named("s1"), DIVISIONS)
    centre = await ground.only(session, OrganizationKind.COUNTY_CENTRE)
    person = await factories.person(session, Role.ADMINISTRATOR, centre)
    return await actor_of(session, settings, person)


async def village_grid(session: AsyncSession) -> Grid:
    return await ground.grid(session, await ground.body(session, ground.VILLAGE))


def filling(role: SlotRole, person: Person, **fields: Any) -> FillSlot:
    given = {"role": role, "person_id": person.id, "starts_on": access.today(), **fields}
    return FillSlot(**given)


async def test_a_place_is_filled_ended_and_filled_again_with_its_history(
    session: AsyncSession, admin: Actor
) -> None:
    grid = await village_grid(session)
    first, second = await factories.person(session), await factories.person(session)
    start = access.today() - timedelta(days=30)
    row = await slots.fill(
        session, admin, grid.id, filling(R.LIAISON, first, starts_on=start, title="副镇长")
    )
    await slots.end(session, admin, row.id, EndSlot(ends_on=access.today() - timedelta(days=1)))
    await slots.fill(session, admin, grid.id, filling(R.LIAISON, second))
    found = (await slots.holders(session, [grid.id]))[grid.id]
    day = access.today()
    assert [(one.name, one.is_in_force(day)) for one in found] == [
        (second.name, True),
        (first.name, False),
    ]
    kinds = list(
        await session.scalars(
            select(AuditEntry.kind)
            .where(AuditEntry.subject_kind == "slot")
            .order_by(AuditEntry.seq)
        )
    )
    assert kinds == ["slot.filled", "slot.ended", "slot.filled"]


REFUSED = {
    "a place that this level does not have": (R.GUARANTOR_CADRE, {}, "role"),
    "what a post is for": (R.GRIDWORKER, {}, "role"),
    "an end before the start": (R.LIAISON, {"ends_on": date(2026, 1, 1)}, "ends_on"),
}


@pytest.mark.parametrize(("role", "fields", "wrong"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_is_refused_in_words(
    session: AsyncSession, admin: Actor, role: SlotRole, fields: dict[str, Any], wrong: str
) -> None:
    grid, person = await village_grid(session), await factories.person(session)
    with pytest.raises(Invalid) as refused:
        await slots.fill(session, admin, grid.id, filling(role, person, **fields))
    assert refused.value.fields == [wrong]


async def test_nobody_has_a_place_twice_at_a_time(session: AsyncSession, admin: Actor) -> None:
    grid, person = await village_grid(session), await factories.person(session)
    await slots.fill(session, admin, grid.id, filling(R.LIAISON, person))
    with pytest.raises(Invalid):
        await slots.fill(session, admin, grid.id, filling(R.LIAISON, person))
    await slots.fill(session, admin, grid.id, filling(R.SAFETY_RESPONSIBLE, person))


async def test_only_administrators_fill_places(session: AsyncSession, settings: Settings) -> None:
    county = await factories.county(session)
    officer = await actor_of(session, settings, county.township_officer)
    with pytest.raises(NotPermitted):
        await slots.fill(session, officer, county.grids[0].id, filling(R.LIAISON, county.clerk))


async def ready(session: AsyncSession, actor: Actor, grid: Grid) -> slots.Readiness:
    return next(
        one for one in await slots.readiness(session, actor) if one.facts.grid.id == grid.id
    )


FIVE = {Check.AREA, Check.PEOPLE, Check.DUTIES, Check.TASKS, Check.REWARDS}
CLEAR = {Check.CLEAR_AREA, Check.CLEAR_PEOPLE, Check.CLEAR_DUTIES, Check.CLEAR_BASE}


async def test_a_grid_gets_ready_step_by_step(session: AsyncSession, admin: Actor) -> None:
    """Each thing that is settled turns exactly its own checks."""
    grid = await village_grid(session)
    village = await ground.body(session, ground.VILLAGE)
    bare = (await ready(session, admin, grid)).met
    assert bare == {Check.STRUCTURE}  # a scheme alone settles nothing of a grid
    grid.outline = OUTLINE
    await session.flush()
    drawn = (await ready(session, admin, grid)).met
    assert drawn - bare == {Check.AREA, Check.CLEAR_AREA, Check.MAP}
    worker = await factories.person(session, Role.GRIDWORKER, village, grid)
    staffed = (await ready(session, admin, grid)).met
    people = {Check.PEOPLE, Check.CLEAR_PEOPLE, Check.FILE, Check.GRIDWORKER}
    assert staffed - drawn == people | {Check.DUTIES}
    for role in (R.SAFETY_RESPONSIBLE, R.LIAISON):
        await slots.fill(session, admin, grid.id, filling(role, worker))
    filled = (await ready(session, admin, grid)).met
    assert filled - staffed == {Check.CLEAR_DUTIES}  # a chief is only for several gridworkers
    place = await factories.enterprise(session, "小店", village, grid)
    place.confirmed_at = None
    await session.flush()
    collected = (await ready(session, admin, grid)).met
    assert collected - filled == {Check.LEDGER}
    place.confirmed_at = clock.now()
    await session.flush()
    # the duty to look at places holds for this one now, so that there is something to do (定任务)
    confirmed = (await ready(session, admin, grid)).met
    assert confirmed - collected == {Check.CLEAR_BASE, Check.TASKS}
    await schemes.apply(session, SYSTEM, schemes.named("s3"), DIVISIONS)
    assert (await ready(session, admin, grid)).met >= (FIVE | CLEAR) - {Check.REWARDS}
    for what in Provision:
        await note(session, admin, grid, what)
    assert (await ready(session, admin, grid)).met == set(Check)


async def note(
    session: AsyncSession, actor: Actor, grid: Grid, what: Provision, *, is_there: bool = True
) -> None:
    seen = NoteProvision(what=what, is_there=is_there)
    await slots.note_provision(session, actor, grid.id, seen)


async def test_duties_are_set_where_somebody_is_whom_a_duty_asks_and_rewards_where_it_was_seen(
    session: AsyncSession, admin: Actor
) -> None:
    """Neither by the scheme as such, nor by an assessment of the county (S2-3)."""
    grid, village = await village_grid(session), await ground.body(session, ground.VILLAGE)
    worker = await factories.person(session, Role.GRIDWORKER, village, grid)
    assert Check.DUTIES in (await ready(session, admin, grid)).met
    worker.disabled_at = clock.now()
    await session.flush()
    assert Check.DUTIES not in (await ready(session, admin, grid)).met
    worker.disabled_at = None
    asked = update(Obligation).where(Obligation.role == Role.GRIDWORKER)
    await session.execute(asked.values(is_active=False))
    assert Check.DUTIES not in (await ready(session, admin, grid)).met
    await note(session, admin, grid, Provision.REWARDS)
    assert Check.REWARDS in (await ready(session, admin, grid)).met


async def test_the_kit_is_there_once_all_its_five_parts_are(
    session: AsyncSession, admin: Actor
) -> None:
    """手册、记录本、笔、手电、胸牌 (S2-40), each by itself."""
    grid = await village_grid(session)
    parts = ["handbook", "record_book", "pen", "torch", "badge"]
    for part in parts[:-1]:
        await note(session, admin, grid, Provision(part))
    assert Check.KIT not in (await ready(session, admin, grid)).met
    await note(session, admin, grid, Provision.BADGE)
    assert Check.KIT in (await ready(session, admin, grid)).met
    await note(session, admin, grid, Provision.TORCH, is_there=False)
    found = await ready(session, admin, grid)
    assert Check.KIT not in found.met
    assert set(found.facts.provisions) == set(parts) - {"torch"}


async def test_who_looks_after_the_ground_notes_what_it_has_with_day_and_name(
    session: AsyncSession, settings: Settings, freeze: Freeze
) -> None:
    """Two who looked take nothing back from each other; what was noted keeps its day and person."""
    county = await factories.county(session)
    ours, theirs = county.grids
    clerk, officer, boss = [
        await actor_of(session, settings, who)
        for who in (county.clerk, county.township_officer, county.county_officer)
    ]
    freeze("2026-11-23 10:00")
    await note(session, clerk, ours, Provision.OFFICE)
    freeze("2026-11-27 10:00")
    await note(session, officer, ours, Provision.NOTICE)
    await note(session, officer, ours, Provision.OFFICE)
    found = await ready(session, officer, ours)
    assert found.may_note
    assert {what: (noted.on.day, noted.by) for what, noted in found.facts.provisions.items()} == {
        Provision.OFFICE: (23, "李文书"),
        Provision.NOTICE: (27, "赵镇办"),
    }
    told = list(
        await session.scalars(
            select(AuditEntry.data)
            .where(AuditEntry.kind == "provisions.noted")
            .order_by(AuditEntry.seq)
        )
    )
    assert [one["what"] for one in told] == ["office", "notice"]
    assert not (await ready(session, officer, theirs)).may_note
    for stranger, at in ((clerk, theirs), (officer, theirs), (boss, ours)):
        with pytest.raises(NotPermitted):
            await note(session, stranger, at, Provision.OFFICE)


async def test_a_worker_without_a_number_or_switched_off_is_not_clear(
    session: AsyncSession, admin: Actor
) -> None:
    grid, village = await village_grid(session), await ground.body(session, ground.VILLAGE)
    worker = await factories.person(session, Role.GRIDWORKER, village, grid)
    worker.mobile = None
    await session.flush()
    assert Check.CLEAR_PEOPLE not in (await ready(session, admin, grid)).met
    worker.disabled_at = clock.now()
    await session.flush()
    assert Check.GRIDWORKER not in (await ready(session, admin, grid)).met


async def test_load_counts_what_is_looked_at_and_a_bundle_once(
    session: AsyncSession, admin: Actor
) -> None:
    grid, village = await village_grid(session), await ground.body(session, ground.VILLAGE)
    assert (await ready(session, admin, grid)).load is None
    for _ in range(2):
        await factories.person(session, Role.GRIDWORKER, village, grid)
    bundle = await factories.enterprise(session, "沿街商铺", village, grid, kind=ObjectKind.BUNDLE)
    for number in range(4):
        shop = await factories.enterprise(session, f"小店{number}", village, grid)
        shop.bundle_id = bundle.id
    for number in range(2):
        await factories.enterprise(session, f"工厂{number}", village, grid)
    closed = await factories.enterprise(session, "关了", village, grid)
    closed.closed_on = access.today()
    await session.flush()
    found = await ready(session, admin, grid)
    assert (found.facts.objects, found.load) == (3, 1.5)


async def test_the_page_of_a_grid_names_places_as_the_county_does(
    session: AsyncSession, admin: Actor, sign_in_as: SignInAs
) -> None:
    grid = await village_grid(session)
    leader = await factories.person(session, name="钱主任")
    await slots.fill(session, admin, grid.id, filling(R.SAFETY_RESPONSIBLE, leader))
    reader = await sign_in_as(await factories.person(session))
    answer = (await reader.get(f"/api/grids/{grid.id}/people")).json()
    assert (answer["level"], answer["level_name"]) == (3, "社区（村、居）网格")
    names = {slot["role"]: slot["name"] for slot in answer["slots"]}
    assert names["liaison"] == "联系负责人"
    holders = {
        slot["role"]: [h["person"]["name"] for h in slot["holders"]] for slot in answer["slots"]
    }
    assert holders["safety_responsible"] == ["钱主任"]
    # after a move to a scheme without that place, who had it is still told
    await schemes.apply(session, SYSTEM, schemes.named("s3"), DIVISIONS)
    later = (await reader.get(f"/api/grids/{grid.id}/people")).json()
    assert {slot["role"] for slot in later["slots"]} == {"gridworker", "safety_responsible"}
