"""The loop of the county notice (S3), step by step, with what each step leaves behind."""

from datetime import timedelta

import pytest

from app import clock
from app.errors import (
    Incomplete,
    Invalid,
    NotAllowedNow,
    NotPermitted,
    NotYet,
)
from app.models.base import new_id
from app.models.hazard import State
from app.models.rules import Hop, Level
from app.services import events
from tests.conftest import Freeze
from tests.walking import A, Walk


async def test_a_case_goes_from_report_to_archive(walk: Walk) -> None:
    c = walk.county
    hazard = await walk.report()
    assert (hazard.state, hazard.holder_id) == (State.ESCALATED, c.townships[0].id)
    await walk.act(c.township_officer, hazard, A.ESCALATE)
    assert (hazard.state, hazard.holder_id) == (State.ESCALATED, c.centre.id)
    await walk.act(c.county_officer, hazard, A.ASSIGN)
    assert (hazard.department_id, hazard.holder_id) == (c.departments[0].id, None)
    await walk.act(c.handler, hazard, A.SIGN_FOR)
    await walk.act(c.handler, hazard, A.FINISH)
    await walk.act(c.gridworker, hazard, A.VERIFY)
    await walk.act(c.gridworker, hazard, A.ARCHIVE)
    assert (hazard.state, hazard.rating) == (State.ARCHIVED, 4)
    assert hazard.closed_at is not None
    assert [event.kind for event in await walk.events(hazard)] == [
        "hazard.reported",
        "hazard.escalated",
        "hazard.escalated",
        "hazard.assigned",
        "hazard.signed_for",
        "hazard.finished",
        "hazard.verified",
        "hazard.archived",
    ]
    assert await events.verify(walk.session) == []


async def test_what_is_fixed_on_site_is_rated_and_archived_by_its_reporter(walk: Walk) -> None:
    hazard = await walk.to(State.FIXED_ON_SITE)
    assert hazard.rating == 5
    await walk.act(walk.county.gridworker, hazard, A.ARCHIVE)
    assert hazard.state is State.ARCHIVED


async def test_the_county_sends_down_to_the_township_of_the_case(walk: Walk) -> None:
    hazard = await walk.to(State.ESCALATED)
    await walk.act(walk.county.county_officer, hazard, A.SEND_DOWN)
    assert hazard.holder_id == walk.county.townships[0].id


async def test_the_unclear_goes_to_the_default_owner_who_cannot_pass_it_on(walk: Walk) -> None:
    hazard = await walk.to(State.ESCALATED)
    await walk.act(walk.county.county_officer, hazard, A.REFER)
    assert hazard.holder_id == walk.county.safety.id
    for action in (A.REFER, A.ESCALATE, A.SEND_DOWN):
        with pytest.raises(NotPermitted):
            await walk.act(walk.county.supervisor, hazard, action)
    await walk.act(walk.county.supervisor, hazard, A.ASSIGN)
    assert hazard.state is State.ASSIGNED


async def test_a_question_goes_to_the_reporter_and_the_answer_to_the_desk_that_asked(
    walk: Walk,
) -> None:
    c = walk.county
    hazard = await walk.to(State.ESCALATED)
    await walk.act(c.county_officer, hazard, A.ASK, note="几层？")
    assert hazard.state is State.REPORTED
    await walk.act(c.gridworker, hazard, A.ESCALATE, note="三层", reason="")
    assert (hazard.state, hazard.holder_id) == (State.ESCALATED, c.centre.id)


async def test_the_second_bounce_ends_at_the_default_owner(walk: Walk) -> None:
    c = walk.county
    hazard = await walk.to(State.ASSIGNED)
    await walk.act(c.handler, hazard, A.HAND_BACK)
    assert (hazard.state, hazard.holder_id, hazard.bounces) == (State.ESCALATED, c.centre.id, 1)
    assert hazard.suggested_department_id == c.departments[1].id
    assert (hazard.department_id, hazard.dispatcher_id, hazard.due_at) == (None, None, None)
    await walk.act(c.county_officer, hazard, A.ASSIGN)
    assert hazard.suggested_department_id is None
    await walk.act(c.handler, hazard, A.HAND_BACK)
    assert (hazard.holder_id, hazard.bounces) == (c.safety.id, 2)


async def test_who_hands_back_names_another_body(walk: Walk) -> None:
    c = walk.county
    hazard = await walk.to(State.ASSIGNED)
    for nonsense in (c.departments[0].id, c.villages[0].id, new_id()):
        with pytest.raises(Invalid) as refused:
            await walk.act(c.handler, hazard, A.HAND_BACK, suggested_department_id=nonsense)
        assert refused.value.fields == ["suggested_department_id"]


async def test_a_rejected_case_comes_back_a_round_higher_with_priority(walk: Walk) -> None:
    c = walk.county
    other = await walk.to(State.ESCALATED)
    hazard = await walk.to(State.DONE)
    await walk.act(c.gridworker, hazard, A.REJECT)
    assert (hazard.state, hazard.round, hazard.holder_id) == (State.ESCALATED, 2, c.centre.id)
    assert hazard.suggested_department_id == c.departments[0].id
    assert hazard.sort_key < other.sort_key
    await walk.act(c.county_officer, hazard, A.ASSIGN)
    await walk.act(c.handler, hazard, A.FINISH)
    await walk.act(c.gridworker, hazard, A.VERIFY)
    assert [event.round for event in await walk.events(hazard)][-3:] == [2, 2, 2]


async def test_one_urges_once_a_day(walk: Walk, freeze: Freeze) -> None:
    freeze("2026-11-23 10:00")
    hazard = await walk.to(State.ASSIGNED)
    await walk.act(walk.county.county_officer, hazard, A.URGE)
    freeze("2026-11-23 23:59")
    with pytest.raises(NotYet):
        await walk.act(walk.county.supervisor, hazard, A.URGE)
    freeze("2026-11-24 00:01")
    await walk.act(walk.county.supervisor, hazard, A.URGE)
    assert (await walk.events(hazard))[-1].data["urged"]["name"] == "区消防救援大队"


async def test_correcting_is_free_for_half_an_hour_and_needs_a_reason_afterwards(
    walk: Walk, freeze: Freeze
) -> None:
    freeze("2026-11-23 10:00")
    hazard = await walk.report()
    me = walk.county.gridworker
    freeze("2026-11-23 10:30")
    await walk.act(me, hazard, A.CORRECT, place="文化路 9 号", reason="")
    freeze("2026-11-23 10:31")
    with pytest.raises(Incomplete) as refused:
        await walk.act(me, hazard, A.CORRECT, corrected_note="二楼", reason="")
    assert refused.value.fields == ["reason"]
    await walk.act(me, hazard, A.CORRECT, corrected_note="二楼", place=None, reason="看错了楼层")
    assert (hazard.place, hazard.note) == ("文化路 9 号", "二楼")
    data = (await walk.events(hazard))[-1].data
    assert (data["before"], data["after"]) == (
        {"note": "楼道堆放杂物，堵住安全出口"},
        {"note": "二楼"},
    )


async def test_a_correction_corrects_something(walk: Walk) -> None:
    hazard = await walk.report()
    for fields in ({"place": hazard.place}, {"place": None}):
        with pytest.raises(Invalid):
            await walk.act(walk.county.gridworker, hazard, A.CORRECT, **fields)
    with pytest.raises(Invalid):
        await walk.act(walk.county.gridworker, hazard, A.CORRECT, category_code="nothing")
    await walk.act(walk.county.gridworker, hazard, A.CORRECT, level=Level.MAJOR, is_urgent=True)
    assert (hazard.level, hazard.is_urgent) == (Level.MAJOR, True)


async def test_major_is_suspected_confirmed_listed_and_delisted(walk: Walk) -> None:
    c = walk.county
    hazard = await walk.to(State.ASSIGNED)
    keys = [hazard.sort_key]
    await walk.act(c.gridworker, hazard, A.SUSPECT_MAJOR)
    keys.append(hazard.sort_key)
    await walk.act(c.handler, hazard, A.CONFIRM_MAJOR)
    assert (hazard.level, hazard.is_major_confirmed) == (Level.MAJOR, True)
    await walk.act(c.leader, hazard, A.LIST_SUPERVISION)
    assert hazard.is_listed
    await walk.act(c.leader, hazard, A.DELIST)
    assert not hazard.is_listed
    assert keys[1] < keys[0]


async def test_a_supervision_order_is_answered_once(walk: Walk) -> None:
    c = walk.county
    hazard = await walk.to(State.ASSIGNED)
    with pytest.raises(Invalid):
        await walk.act(c.leader, hazard, A.SUPERVISE, due_at=clock.now() - timedelta(hours=1))
    await walk.act(c.leader, hazard, A.SUPERVISE)
    await walk.act(c.handler, hazard, A.REPLY_SUPERVISION)
    with pytest.raises(NotAllowedNow):
        await walk.act(c.handler, hazard, A.REPLY_SUPERVISION)
    await walk.act(c.leader, hazard, A.SUPERVISE)
    await walk.act(c.handler, hazard, A.REPLY_SUPERVISION)


async def test_steps_give_a_desk_that_took_over_a_clean_case(walk: Walk) -> None:
    hazard = await walk.report()
    hazard.claimed_by_id = walk.county.township_officer.id
    hazard.claimed_until = hazard.snoozed_until = clock.now() + timedelta(hours=1)
    await walk.act(walk.county.township_officer, hazard, A.COMMENT)
    assert hazard.claimed_until is not None
    await walk.act(walk.county.township_officer, hazard, A.ESCALATE)
    assert [hazard.claimed_by_id, hazard.claimed_until, hazard.snoozed_until] == [None] * 3


async def test_the_hop_that_runs_is_shown_on_the_case(walk: Walk) -> None:
    hops = [(await walk.to(state)).clock_hop for state in (State.ESCALATED, State.ASSIGNED)]
    hops += [(await walk.to(state)).clock_hop for state in (State.DONE, State.VERIFIED)]
    assert hops == [Hop.TRIAGE, Hop.SIGN_FOR, Hop.VERIFY, None]
