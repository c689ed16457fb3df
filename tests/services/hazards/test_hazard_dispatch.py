"""Giving cases to departments and taking them back: reach, dates, helpers, twins, voiding."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.errors import (
    Incomplete,
    Invalid,
    NotPermitted,
    NotYet,
)
from app.models.base import new_id
from app.models.hazard import Assistant, Follower, State
from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.models.rules import DeadlineRule, Level
from app.services import audiences, hazards, places, rules
from app.services.hazards.sorting import sort_key
from tests import factories
from tests.conftest import Freeze
from tests.walking import A, Walk


async def test_a_township_assigns_to_its_own_station_only(walk: Walk) -> None:
    c = walk.county
    kind = OrganizationKind.DEPARTMENT
    station = await factories.organization(walk.session, kind, "安监站", c.townships[0])
    elsewhere = await factories.organization(walk.session, kind, "安监站", c.townships[1])
    hazard = await walk.report()
    for out_of_reach in (c.departments[0], elsewhere, c.townships[0], c.safety):
        with pytest.raises(Invalid) as refused:
            await walk.act(c.township_officer, hazard, A.ASSIGN, department_id=out_of_reach.id)
        assert refused.value.fields == ["department_id"]
    await walk.act(c.township_officer, hazard, A.ASSIGN, department_id=station.id)
    assert hazard.department_id == station.id


async def test_an_enterprise_is_given_only_what_lies_in_its_own_place(walk: Walk) -> None:
    """Lead, never helper; neither the neighbour's case, nor where nobody could act."""
    c, session = walk.county, walk.session
    own, next_door, empty = [
        await factories.enterprise(session, name, c.villages[0], c.grids[0])
        for name in ("永安饭店", "隔壁饭店", "空厂房")
    ]
    for place in (own, next_door):
        body = await session.get_one(Organization, place.id)
        await factories.person(session, Role.SAFETY_OFFICER, body)
    for case_at, given_to in ((own, next_door), (None, own), (empty, empty)):
        hazard = await walk.report(enterprise_id=case_at.id if case_at else None)
        with pytest.raises(Invalid) as refused:
            await walk.act(c.township_officer, hazard, A.ASSIGN, department_id=given_to.id)
        assert refused.value.fields == ["department_id"]
    hazard = await walk.to(State.ESCALATED, enterprise_id=own.id)
    with pytest.raises(Invalid) as refused:
        await walk.act(c.county_officer, hazard, A.ASSIGN, assisting_ids=[own.id])
    assert refused.value.fields == ["assisting_ids"]
    await walk.act(c.county_officer, hazard, A.ASSIGN, department_id=own.id)
    assert hazard.department_id == own.id


async def test_a_desk_is_offered_the_enterprise_after_the_departments(walk: Walk) -> None:
    c, session = walk.county, walk.session
    place = await factories.enterprise(session, "永安饭店", c.villages[0], c.grids[0])
    body = await session.get_one(Organization, place.id)
    hazard = await walk.to(State.ESCALATED, enterprise_id=place.id)
    desk = await walk.actor(c.county_officer)
    assert body not in await places.reachable(session, desk, hazard.id)
    officer = await factories.person(session, Role.SAFETY_OFFICER, body)
    offered = await places.reachable(session, desk, hazard.id)
    assert offered[-1] is body
    assert set(c.departments) < set(offered)
    officer.disabled_at = clock.now()
    await session.flush()
    assert body not in await places.reachable(session, desk, hazard.id)


async def test_an_enterprise_rectifies_in_two_rounds_and_is_told_why(walk: Walk) -> None:
    c, session = walk.county, walk.session
    place = await factories.enterprise(session, "永安饭店", c.villages[0], c.grids[0])
    body = await session.get_one(Organization, place.id)
    officer = await factories.person(session, Role.SAFETY_OFFICER, body)
    hazard = await walk.to(State.ESCALATED, enterprise_id=place.id)
    await walk.act(c.county_officer, hazard, A.ASSIGN, department_id=place.id)
    told = (await walk.events(hazard))[-1]
    assert officer.id in await audiences.of_event(audiences.Asked(session), told, hazard)
    await walk.act(officer, hazard, A.SIGN_FOR)
    await walk.act(officer, hazard, A.FINISH)
    await walk.act(c.gridworker, hazard, A.REJECT, reason="灭火器还是过期的")
    proposal = await rules.propose(session, await walk.actor(c.county_officer), hazard.id)
    assert proposal.department is body
    await walk.act(c.county_officer, hazard, A.ASSIGN, department_id=place.id)
    facts = (await hazards.around(session, [hazard])).facts[hazard.id]
    assert hazards.rejection(hazard, facts) == "灭火器还是过期的"
    await walk.act(officer, hazard, A.FINISH)
    assert hazards.rejection(hazard, facts) is None
    await walk.act(c.gridworker, hazard, A.VERIFY)
    assert (hazard.state, hazard.round) == (State.VERIFIED, 2)


async def test_a_closed_department_gets_nothing(walk: Walk) -> None:
    hazard = await walk.to(State.ESCALATED)
    walk.county.departments[0].is_active = False
    await walk.session.flush()
    with pytest.raises(Invalid):
        await walk.act(walk.county.county_officer, hazard, A.ASSIGN)


async def test_a_reassigned_case_is_new_to_the_next_department(walk: Walk) -> None:
    c = walk.county
    hazard = await walk.to(State.ASSIGNED)
    await walk.act(c.handler, hazard, A.SIGN_FOR)
    with pytest.raises(Invalid):
        await walk.act(c.county_officer, hazard, A.REASSIGN, department_id=c.departments[0].id)
    await walk.act(c.county_officer, hazard, A.REASSIGN)
    assert (hazard.department_id, hazard.is_signed_for) == (c.departments[1].id, False)
    last = (await walk.events(hazard))[-1]
    assert last.data["previous"]["name"] == c.departments[0].short_name
    with pytest.raises(NotPermitted):
        await walk.act(c.handler, hazard, A.SIGN_FOR)


async def test_an_extension_keeps_both_dates(walk: Walk) -> None:
    c = walk.county
    hazard = await walk.to(State.ASSIGNED)
    first = hazard.due_at
    assert first is not None
    wish = first + timedelta(days=10)
    await walk.act(c.handler, hazard, A.ASK_EXTENSION, due_at=wish)
    assert (hazard.asked_extension_to, hazard.due_at) == (wish, first)
    granted = first + timedelta(days=5)
    await walk.act(c.county_officer, hazard, A.GRANT_EXTENSION, due_at=granted)
    assert (hazard.asked_extension_to, hazard.due_at) == (None, granted)
    data = (await walk.events(hazard))[-1].data
    assert len({data["due_at"], data["previous_due_at"], data["asked_due_at"]}) == 3


async def test_a_refused_extension_changes_no_date(walk: Walk) -> None:
    hazard = await walk.to(State.ASSIGNED)
    first = hazard.due_at
    await walk.act(walk.county.handler, hazard, A.ASK_EXTENSION)
    await walk.act(walk.county.county_officer, hazard, A.REFUSE_EXTENSION)
    assert (hazard.due_at, hazard.asked_extension_to) == (first, None)


@pytest.mark.parametrize("days", [-400, -0.001, 1200])
async def test_a_date_must_lie_ahead(walk: Walk, days: float) -> None:
    hazard = await walk.to(State.ESCALATED)
    due_at = clock.now() + timedelta(days=days)
    with pytest.raises(Invalid) as refused:
        await walk.act(walk.county.county_officer, hazard, A.ASSIGN, due_at=due_at)
    assert refused.value.fields == ["due_at"]


async def test_an_extension_is_later_than_the_date(walk: Walk) -> None:
    hazard = await walk.to(State.ASSIGNED)
    assert hazard.due_at is not None
    with pytest.raises(Invalid):
        await walk.act(walk.county.handler, hazard, A.ASK_EXTENSION, due_at=hazard.due_at)


async def test_where_a_plan_decides_somebody_has_to_set_the_date(walk: Walk) -> None:
    major = DeadlineRule.level == Level.MAJOR
    (rule,) = await walk.session.scalars(select(DeadlineRule).where(major))
    await walk.session.delete(rule)
    await walk.session.flush()
    hazard = await walk.to(State.ESCALATED, level=Level.MAJOR)
    with pytest.raises(Incomplete) as refused:
        await walk.act(walk.county.county_officer, hazard, A.ASSIGN)
    assert refused.value.fields == ["due_at"]
    due_at = clock.now() + timedelta(days=30)
    await walk.act(walk.county.county_officer, hazard, A.ASSIGN, due_at=due_at)
    assert hazard.due_at == due_at


async def test_triage_may_find_a_better_category_and_level(walk: Walk) -> None:
    hazard = await walk.to(State.ESCALATED)
    officer = walk.county.county_officer
    with pytest.raises(Invalid):
        await walk.act(officer, hazard, A.ASSIGN, category_code="nothing")
    await walk.act(officer, hazard, A.ASSIGN, category_code="building", level=Level.SERIOUS)
    assert (hazard.category_code, hazard.level) == ("building", Level.SERIOUS)
    data = (await walk.events(hazard))[-1].data
    assert (data["previous_category_code"], data["previous_level"]) == ("fire", "general")


async def test_a_joint_case_waits_for_every_part(walk: Walk) -> None:
    c, session = walk.county, walk.session
    helpers = [await factories.person(session, Role.HANDLER, body) for body in c.departments[1:]]
    hazard = await walk.to(State.ESCALATED)
    ids = [body.id for body in c.departments[1:]]
    await walk.act(c.county_officer, hazard, A.ASSIGN, assisting_ids=[*ids, ids[0]])
    await walk.act(helpers[0], hazard, A.FINISH_PART)
    with pytest.raises(NotYet) as refused:
        await walk.act(c.handler, hazard, A.FINISH)
    assert refused.value.details["waiting_for"] == [str(ids[1])]
    await walk.act(helpers[1], hazard, A.FINISH_PART, note="电路已检修")
    await walk.act(c.handler, hazard, A.FINISH)
    assert hazard.state is State.DONE
    rows = await session.scalars(select(Assistant).where(Assistant.hazard_id == hazard.id))
    assert {row.note for row in rows} == {"已看过现场", "电路已检修"}


async def test_the_lead_cannot_assist_itself(walk: Walk) -> None:
    hazard = await walk.to(State.ESCALATED)
    fire = walk.county.departments[0].id
    with pytest.raises(Invalid) as refused:
        await walk.act(walk.county.county_officer, hazard, A.ASSIGN, assisting_ids=[fire])
    assert refused.value.fields == ["assisting_ids"]


async def test_helpers_stay_when_only_the_lead_changes(walk: Walk) -> None:
    c = walk.county
    hazard = await walk.to(State.ESCALATED)
    power = c.departments[2].id
    await walk.act(c.county_officer, hazard, A.ASSIGN, assisting_ids=[power])
    await walk.act(c.county_officer, hazard, A.REASSIGN)
    rows = await walk.session.scalars(select(Assistant.organization_id))
    assert list(rows) == [power]
    housing = await factories.person(walk.session, Role.HANDLER, c.departments[1])
    await walk.act(housing, hazard, A.HAND_BACK, suggested_department_id=c.departments[0].id)
    assert list(await walk.session.scalars(select(Assistant.organization_id))) == []


async def test_a_merged_cases_reporter_follows_the_other_one(walk: Walk) -> None:
    c = walk.county
    first = await walk.report(c.stranger, grid_id=c.grids[1].id)
    second, third = await walk.to(State.ESCALATED), await walk.to(State.ESCALATED)
    await walk.act(c.county_officer, third, A.MERGE, duplicate_of=second.id)
    assert (third.state, third.merged_into_id) == (State.MERGED, second.id)
    await walk.act(c.county_officer, second, A.MERGE, duplicate_of=first.id)
    followers = await walk.session.scalars(
        select(Follower.person_id).where(Follower.hazard_id == first.id)
    )
    assert list(followers) == [c.gridworker.id]
    await walk.act(c.gridworker, first, A.COMMENT)  # sees it now


@pytest.mark.parametrize("target", ["itself", "nothing", "voided", "merged"])
async def test_a_case_is_merged_only_into_one_that_is_there(walk: Walk, target: str) -> None:
    officer = walk.county.county_officer
    hazard, other = await walk.to(State.ESCALATED), await walk.to(State.ESCALATED)
    voided = await walk.to(State.VOIDED)
    merged = await walk.to(State.ESCALATED)
    await walk.act(officer, merged, A.MERGE, duplicate_of=other.id)
    ids = {"itself": hazard.id, "nothing": new_id(), "voided": voided.id, "merged": merged.id}
    with pytest.raises(Invalid) as refused:
        await walk.act(officer, hazard, A.MERGE, duplicate_of=ids[target])
    assert refused.value.fields == ["duplicate_of"]


async def test_a_township_cannot_merge_into_a_case_that_it_does_not_see(walk: Walk) -> None:
    c = walk.county
    foreign = await walk.report(c.stranger, grid_id=c.grids[1].id)
    with pytest.raises(Invalid):
        await walk.act(c.township_officer, await walk.report(), A.MERGE, duplicate_of=foreign.id)


async def test_a_voided_case_goes_back_to_its_desk_or_to_the_one_above(walk: Walk) -> None:
    c = walk.county
    first, second = await walk.report(), await walk.report()
    for hazard in (first, second):
        await walk.act(c.township_officer, hazard, A.VOID)
        assert hazard.closed_at is not None
    await walk.act(c.gridworker, first, A.REOPEN)
    await walk.act(c.county_officer, second, A.REOPEN)
    assert (first.holder_id, second.holder_id) == (c.townships[0].id, c.centre.id)
    assert (first.closed_at, first.state) == (None, State.ESCALATED)


async def test_a_reporter_may_reopen_for_seven_days(walk: Walk, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")
    hazard = await walk.report()
    await walk.act(walk.county.township_officer, hazard, A.VOID)
    freeze("2026-11-09 09:01")
    with pytest.raises(NotPermitted) as refused:
        await walk.act(walk.county.gridworker, hazard, A.REOPEN)
    assert "7 天" in refused.value.problem()["zh"]
    freeze("2026-11-09 09:00")
    await walk.act(walk.county.gridworker, hazard, A.REOPEN)


async def test_the_order_of_queues_is_urgency_then_date(walk: Walk, freeze: Freeze) -> None:
    freeze("2026-11-23 09:00")
    plain = await walk.report()
    serious = await walk.report(level=Level.SERIOUS)
    urgent = await walk.report(is_urgent=True)
    major = await walk.report(is_suspected_major=True)
    waiting = await walk.report(escalate=False)
    earlier = await walk.to(State.VOIDED)
    freeze("2026-11-23 09:01")
    later = await walk.to(State.VOIDED)
    found = [later, earlier, waiting, plain, serious, urgent, major]
    ordered = sorted(found, key=sort_key)
    assert ordered == [major, urgent, serious, plain, waiting, later, earlier]
    assert all(hazard.sort_key == sort_key(hazard) for hazard in ordered)
