"""What a step must bring, which photos prove something, and what makes a step safe to repeat."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.errors import (
    ChangedMeanwhile,
    Incomplete,
    Invalid,
    NotFound,
    SameIdOtherContent,
    UnknownContract,
)
from app.models.base import new_id
from app.models.hazard import State
from app.models.photo import ManifestEntry, PhotoRole
from app.services.hazard_flow import Action
from tests.conftest import Freeze
from tests.walking import A, Walk, after, photo

NEEDED: list[tuple[State, Action, str, dict[str, Any], list[str]]] = [
    (State.REPORTED, A.FIX_ON_SITE, "gridworker", {"photos": [], "rating": None},
     ["rating", "photos"]),
    (State.ESCALATED, A.ASSIGN, "county_officer", {"department_id": None}, ["department_id"]),
    (State.ESCALATED, A.SEND_DOWN, "county_officer", {"note": ""}, ["note"]),
    (State.ESCALATED, A.REFER, "county_officer", {"reason": "  "}, ["reason"]),
    (State.ESCALATED, A.ASK, "county_officer", {"note": "\u202e"}, ["note"]),
    (State.ESCALATED, A.MERGE, "county_officer", {}, ["duplicate_of"]),
    (State.ESCALATED, A.VOID, "county_officer", {"reason": ""}, ["reason"]),
    (State.VOIDED, A.REOPEN, "gridworker", {"note": ""}, ["note"]),
    (State.ASSIGNED, A.HAND_BACK, "handler", {"suggested_department_id": None, "reason": ""},
     ["reason", "suggested_department_id"]),
    (State.ASSIGNED, A.REASSIGN, "county_officer", {"department_id": None, "note": ""},
     ["note", "department_id"]),
    (State.ASSIGNED, A.ASK_EXTENSION, "handler", {"due_at": None, "reason": ""},
     ["reason", "due_at"]),
    (State.ASSIGNED, A.FINISH, "handler", {"photos": [], "note": ""}, ["note", "photos"]),
    (State.DONE, A.VERIFY, "gridworker", {"photos": [], "rating": None}, ["rating", "photos"]),
    (State.DONE, A.REJECT, "gridworker", {"photos": [], "reason": ""}, ["reason", "photos"]),
    (State.ASSIGNED, A.SUPERVISE, "leader", {"due_at": None, "note": ""}, ["note", "due_at"]),
    (State.ARCHIVED, A.COMMENT, "leader", {"note": ""}, ["note"]),
]  # fmt: skip


@pytest.mark.parametrize(("state", "action", "who", "fields", "missing"), NEEDED)
async def test_what_a_step_must_bring_is_named(
    walk: Walk, state: State, action: Action, who: str, fields: dict[str, Any], missing: list[str]
) -> None:
    hazard = await walk.to(state)
    with pytest.raises(Incomplete) as refused:
        await walk.act(getattr(walk.county, who), hazard, action, **fields)
    assert refused.value.fields == missing


async def test_a_before_photo_does_not_show_what_was_done(walk: Walk) -> None:
    hazard = await walk.to(State.ASSIGNED)
    with pytest.raises(Incomplete):
        await walk.act(walk.county.handler, hazard, A.FINISH, photos=[photo(PhotoRole.BEFORE)])


async def test_verifying_takes_a_photo_taken_after_it_was_done(walk: Walk, freeze: Freeze) -> None:
    freeze("2026-11-23 10:00")
    hazard = await walk.to(State.DONE)
    me, done_at = walk.county.gridworker, hazard.done_at
    assert done_at is not None
    freeze("2026-11-23 15:00")
    stale = after(taken_at=done_at - timedelta(minutes=5, seconds=1))
    for action in (A.VERIFY, A.REJECT):
        with pytest.raises(Incomplete) as refused:
            await walk.act(me, hazard, action, photos=stale)
        assert refused.value.details["missing"] == ["fresh_photo"]
    tolerated = after(taken_at=done_at - timedelta(minutes=5))
    await walk.act(me, hazard, A.VERIFY, photos=tolerated)


async def test_a_wrong_clock_is_put_right_by_the_skew(walk: Walk, freeze: Freeze) -> None:
    freeze("2026-11-23 10:00")
    hazard = await walk.to(State.DONE)
    now = freeze("2026-11-23 15:00")
    slow = now - timedelta(days=400)
    step = walk.step(A.VERIFY, photos=after(taken_at=slow))
    with pytest.raises(Incomplete):
        await walk.take(walk.county.gridworker, hazard, new_id(), step)
    fast = now + timedelta(days=400)
    too_early = walk.step(A.VERIFY, photos=after(taken_at=now))
    with pytest.raises(Incomplete):
        await walk.take(walk.county.gridworker, hazard, new_id(), too_early, device_time=fast)
    await walk.take(walk.county.gridworker, hazard, new_id(), step, device_time=slow)
    assert hazard.state is State.VERIFIED


async def test_a_photo_that_was_used_before_proves_nothing(walk: Walk) -> None:
    hazard = await walk.to(State.DONE)
    (used,) = await walk.session.scalars(
        select(ManifestEntry.sha256).where(ManifestEntry.role == PhotoRole.AFTER)
    )
    me = walk.county.gridworker
    with pytest.raises(Incomplete):
        await walk.act(me, hazard, A.VERIFY, photos=after(sha256=used))
    await walk.act(me, hazard, A.VERIFY, photos=[*after(sha256=used), *after()])


async def test_a_photo_of_another_case_is_refused(walk: Walk) -> None:
    hazard, other = await walk.to(State.ASSIGNED), await walk.report()
    (taken,) = await walk.session.scalars(
        select(ManifestEntry.photo_id).where(ManifestEntry.hazard_id == other.id)
    )
    with pytest.raises(Invalid) as refused:
        await walk.act(walk.county.handler, hazard, A.FINISH, photos=after(photo_id=taken))
    assert refused.value.fields == ["photos"]
    assert hazard.state is State.ASSIGNED


async def test_a_step_says_which_version_it_saw(walk: Walk) -> None:
    hazard = await walk.to(State.ESCALATED)
    officer, step = walk.county.county_officer, walk.step(A.COMMENT)
    for seen in ('"1"', 'W/"2"', "nonsense"):
        with pytest.raises(ChangedMeanwhile):
            await walk.take(officer, hazard, new_id(), step, if_match=seen)
    for right in (f'"{hazard.version}"', "*", None):
        await walk.take(officer, hazard, new_id(), step, if_match=right)


async def test_a_repeated_step_is_answered_with_the_first_event(walk: Walk) -> None:
    hazard = await walk.to(State.ESCALATED)
    officer, id_, step = walk.county.county_officer, new_id(), walk.step(A.ASSIGN)
    first = await walk.take(officer, hazard, id_, step, if_match=f'"{hazard.version}"')
    again = await walk.take(officer, hazard, id_, step, if_match='"1"')
    assert again.event is first.event
    assert again.hazard is hazard


async def test_a_repeat_by_somebody_who_has_lost_sight_is_answered_with_its_receipt(
    walk: Walk,
) -> None:
    c = walk.county
    hazard = await walk.to(State.ASSIGNED)
    id_, step = new_id(), walk.step(A.SIGN_FOR)
    first = await walk.take(c.handler, hazard, id_, step)
    again = await walk.take(c.stranger, hazard, id_, step)
    assert (again.event, again.hazard) == (first.event, None)
    with pytest.raises(NotFound):
        await walk.take(c.stranger, hazard, new_id(), step)


async def test_the_same_step_id_with_other_content_or_for_another_case_is_kept_aside(
    walk: Walk,
) -> None:
    hazard, other = await walk.report(), await walk.report()
    me, id_, step = walk.county.gridworker, new_id(), walk.step(A.COMMENT)
    await walk.take(me, hazard, id_, step)
    with pytest.raises(SameIdOtherContent):
        await walk.take(me, hazard, id_, walk.step(A.COMMENT, note="别的话"))
    with pytest.raises(SameIdOtherContent):
        await walk.take(me, other, id_, step)


async def test_a_step_of_an_unknown_contract_is_refused(walk: Walk) -> None:
    with pytest.raises(UnknownContract):
        await walk.act(walk.county.gridworker, await walk.report(), A.COMMENT, contract=9)
