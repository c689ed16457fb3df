"""A correction may put a case on other ground: desk, clocks and phones follow."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.errors import Invalid
from app.models.base import new_id
from app.models.hazard import Clock, ClockOutcome, Hazard, State
from app.models.person import Person
from app.models.rules import DeadlineRule, Hop, Unit
from app.services import events, hazards, sync
from app.services.access import Actor
from app.services.commands import Position
from app.services.sync import Changes
from tests import factories
from tests.actors import actor_of
from tests.conftest import Committed, Freeze
from tests.walking import A, Walk

THERE = {"lat": 34.60, "lon": 117.60}


async def clocks_of(walk: Walk, hazard: Hazard, hop: Hop) -> list[Clock]:
    query = select(Clock).where(Clock.hazard_id == hazard.id, Clock.hop == hop)
    return list(await walk.session.scalars(query.order_by(Clock.started_at, Clock.ended_at)))


async def test_a_case_goes_over_to_the_township_where_it_lies(walk: Walk, freeze: Freeze) -> None:
    c = walk.county
    walk.session.add(DeadlineRule(hop=Hop.WHOLE, amount=20, unit=Unit.CALENDAR_DAYS))
    freeze("2026-11-23 09:00")
    hazard = await walk.report()
    freeze("2026-11-23 09:20")
    await walk.act(c.gridworker, hazard, A.CORRECT, corrected_grid_id=c.grids[1].id)
    assert (hazard.grid_id, hazard.village_id, hazard.township_id, hazard.holder_id) == (
        c.grids[1].id,
        c.villages[1].id,
        c.townships[1].id,
        c.townships[1].id,
    )
    assert hazard.state is State.ESCALATED
    event = (await walk.events(hazard))[-1]
    assert (event.kind, event.data["left"]["name"], event.data["ground"]["name"]) == (
        "hazard.moved",
        "文化社区",
        "道庄村",
    )
    assert await events.verify(walk.session) == []
    line = await hazards.why(walk.session, hazard)
    assert line.zh.startswith("文化社区张网格更正地点，归到道庄村，2026-11-23 09:20")
    left, running = await clocks_of(walk, hazard, Hop.TRIAGE)
    assert (left.outcome, running.outcome) == (ClockOutcome.CANCELLED, ClockOutcome.RUNNING)
    assert (running.owner_id, running.started_at) == (c.townships[1].id, clock.now())
    assert hazard.clock_due_at == running.due_at
    (whole,) = await clocks_of(walk, hazard, Hop.WHOLE)
    assert (whole.owner_id, whole.ended_at) == (c.townships[1].id, None)


async def test_the_position_decides_and_is_kept_in_both_versions(walk: Walk) -> None:
    c = walk.county
    c.grids[1].centre_lat, c.grids[1].centre_lon = THERE["lat"], THERE["lon"]
    await walk.session.flush()
    old = Position(lat=34.56, lon=117.73, accuracy_m=6)
    hazard = await walk.report(position=old, grid_id=c.grids[0].id)
    new = Position(**THERE, accuracy_m=5)
    await walk.act(c.gridworker, hazard, A.CORRECT, corrected_position=new)
    assert (hazard.grid_id, hazard.lat, hazard.lon) == (c.grids[1].id, 34.60, 117.60)
    data = (await walk.events(hazard))[-1].data
    assert (data["before"]["position"]["lat"], data["after"]["position"]["lat"]) == (
        "34.560000",
        "34.600000",
    )


async def test_a_case_that_a_summarising_village_holds_goes_to_the_other_village(
    walk: Walk,
) -> None:
    c = walk.county
    for village in c.villages:
        village.is_summarising = True
    await walk.session.flush()
    hazard = await walk.report()
    assert hazard.holder_id == c.villages[0].id
    await walk.act(c.gridworker, hazard, A.CORRECT, corrected_grid_id=c.grids[1].id)
    assert hazard.holder_id == c.villages[1].id


async def test_the_answer_to_a_question_goes_to_the_new_ground(walk: Walk) -> None:
    c = walk.county
    hazard = await walk.report()
    await walk.act(c.township_officer, hazard, A.ASK)
    await walk.act(c.gridworker, hazard, A.CORRECT, corrected_grid_id=c.grids[1].id)
    await walk.act(c.gridworker, hazard, A.ESCALATE)
    assert (hazard.state, hazard.holder_id) == (State.ESCALATED, c.townships[1].id)
    (waited,) = await clocks_of(walk, hazard, Hop.TRIAGE)
    assert (waited.owner_id, waited.outcome) == (c.townships[1].id, ClockOutcome.RUNNING)


@pytest.mark.parametrize("state", [State.ESCALATED, State.ASSIGNED, State.DONE])
async def test_what_the_county_has_decided_on_stays_where_it_is(walk: Walk, state: State) -> None:
    """Held by the county, or with a department: only the position is put right."""
    c = walk.county
    hazard = await walk.to(state)
    with pytest.raises(Invalid):
        await walk.act(c.gridworker, hazard, A.CORRECT, corrected_grid_id=c.grids[1].id, place=None)
    new = Position(**THERE, accuracy_m=5)
    await walk.act(c.gridworker, hazard, A.CORRECT, corrected_position=new)
    assert (hazard.lat, hazard.grid_id) == (THERE["lat"], c.grids[0].id)
    assert (await walk.events(hazard))[-1].kind == "hazard.corrected"


async def test_a_grid_or_an_enterprise_that_does_not_exist_is_refused(walk: Walk) -> None:
    hazard = await walk.report()
    for field in ("corrected_grid_id", "corrected_enterprise_id"):
        with pytest.raises(Invalid) as refused:
            await walk.act(walk.county.gridworker, hazard, A.CORRECT, **{field: new_id()})
        assert refused.value.fields == [field]


async def test_an_enterprise_brings_its_grid(walk: Walk) -> None:
    c = walk.county
    shop = await factories.enterprise(walk.session, "永安饭店", c.villages[1], c.grids[1])
    hazard = await walk.report()
    await walk.act(c.gridworker, hazard, A.CORRECT, corrected_enterprise_id=shop.id)
    assert (hazard.enterprise_id, hazard.grid_id) == (shop.id, c.grids[1].id)


async def test_two_phones_see_a_case_leave_and_arrive(committed: Committed) -> None:
    """The chief's phone forgets it, the neighbour's gets it, its reporter keeps it."""
    async with committed.work() as session:
        county = await factories.county(session)
        walk = Walk(session, committed.settings, county)
        hazard = await walk.report()
    people = (county.chief, county.stranger, county.gridworker, county.township_officer)
    cursors = [(await look(committed, person, "")).cursor for person in people]
    async with committed.work() as session:
        walk = Walk(session, committed.settings, county)
        await walk.act(county.gridworker, hazard, A.CORRECT, corrected_grid_id=county.grids[1].id)
    lost, found, kept, old_desk = [
        await look(committed, person, cursor)
        for person, cursor in zip(people, cursors, strict=True)
    ]
    for page in (lost, old_desk):
        assert (page.gone, list(page.hazards)) == ([hazard.id], [])
    for page in (found, kept):
        assert ([row.id for row in page.hazards], page.gone) == ([hazard.id], [])


async def look(committed: Committed, person: Person, since: str) -> Changes:
    async with committed.work() as session:
        actor: Actor = await actor_of(session, committed.settings, person)
        return await sync.changes(session, actor, since, 50)


async def test_after_half_an_hour_moving_needs_a_reason(walk: Walk, freeze: Freeze) -> None:
    now = freeze("2026-11-23 09:00")
    hazard = await walk.report()
    freeze(now + timedelta(minutes=31))
    step = {"corrected_grid_id": walk.county.grids[1].id, "place": None}
    with pytest.raises(Exception, match="incomplete"):
        await walk.act(walk.county.gridworker, hazard, A.CORRECT, reason="", **step)
    await walk.act(walk.county.gridworker, hazard, A.CORRECT, reason="在马路对面", **step)
    assert hazard.grid_id == walk.county.grids[1].id
