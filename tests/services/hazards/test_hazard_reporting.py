"""Reports: what is taken in, what is refused, and where a case comes to lie."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select

from app import clock
from app.errors import Incomplete, Invalid, NotPermitted, SameIdOtherContent, UnknownContract
from app.models.base import new_id
from app.models.event import Event, Stranger
from app.models.hazard import Hazard, State
from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.models.photo import PhotoRole
from app.models.rules import Level
from app.models.supervised_object import SupervisedObject
from app.services import access
from app.services.commands import Position
from app.services.hazards import ReportHazard
from tests import factories
from tests.walking import A, Walk, photo

HERE = {"lat": 34.56, "lon": 117.73}


def at(lat: float, lon: float, **fields: Any) -> Position:
    return Position(**{"lat": lat, "lon": lon, "accuracy_m": 8.0, **fields})


async def test_a_report_waits_with_its_reporter_if_it_is_not_passed_on(walk: Walk) -> None:
    hazard = await walk.report(escalate=False)
    assert (hazard.state, hazard.holder_id, hazard.version) == (State.REPORTED, None, 1)
    assert [event.kind for event in await walk.events(hazard)] == ["hazard.reported"]


async def test_passing_on_at_once_is_a_second_event_with_an_id_of_its_own(walk: Walk) -> None:
    id_ = new_id()
    command = walk.a_report()
    await walk.send(walk.county.gridworker, id_, command)
    first, second = await walk.events(await walk.session.get_one(Hazard, id_))
    assert first.id == id_ != second.id
    assert first.body_sha256 == second.body_sha256
    assert (second.from_state, second.to_state) == ("reported", "escalated")


async def test_a_repeat_is_answered_with_the_first_event(walk: Walk) -> None:
    id_, command = new_id(), walk.a_report()
    first = await walk.send(walk.county.gridworker, id_, command)
    again = await walk.send(walk.county.gridworker, id_, command)
    assert again.event is first.event
    assert await walk.session.scalar(select(func.count()).select_from(Event)) == 2


async def test_a_repeat_is_answered_even_if_the_category_was_switched_off(walk: Walk) -> None:
    id_, command = new_id(), walk.a_report()
    first = await walk.send(walk.county.gridworker, id_, command)
    category = await factories.category(walk.session, "later", is_active=False)
    assert not category.is_active
    again = await walk.send(walk.county.gridworker, id_, command)
    assert again.event.seq == first.event.seq


async def test_other_content_under_the_same_id_is_kept_aside_once(walk: Walk) -> None:
    id_ = new_id()
    await walk.send(walk.county.gridworker, id_, walk.a_report())
    other = walk.a_report(note="完全不同的内容")
    for _ in range(3):
        with pytest.raises(SameIdOtherContent) as refused:
            await walk.send(walk.county.gridworker, id_, other)
        assert refused.value.keeps
    (stranger,) = list(await walk.session.scalars(select(Stranger)))
    assert (stranger.kind, stranger.entity_id) == ("hazard", id_)
    assert stranger.body["note"] == "完全不同的内容"


async def test_a_repeat_by_somebody_who_does_not_see_the_case_gets_the_receipt_only(
    walk: Walk,
) -> None:
    id_, command = new_id(), walk.a_report()
    first = await walk.send(walk.county.gridworker, id_, command)
    again = await walk.send(walk.county.stranger, id_, command)
    assert again.event is first.event
    assert again.hazard is None


async def test_only_those_with_the_right_report(walk: Walk) -> None:
    for person in (walk.county.security, walk.county.leader, walk.county.administrator):
        with pytest.raises(NotPermitted):
            await walk.report(person)


async def test_a_contract_from_the_future_is_refused(walk: Walk) -> None:
    with pytest.raises(UnknownContract):
        await walk.report(contract=3)


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"photos": []}, ["photos"]),
        ({"photos": [], "place": ""}, ["photos", "position"]),
        ({"place": "", "position": Position(**HERE)}, ["position"]),
        ({"place": ""}, ["position"]),
    ],
)
async def test_what_is_missing_is_named(
    walk: Walk, fields: dict[str, Any], missing: list[str]
) -> None:
    with pytest.raises(Incomplete) as refused:
        await walk.report(contract=2, **fields)
    assert refused.value.fields == missing


async def test_a_report_of_a_build_that_asked_for_no_place_is_taken_in(walk: Walk) -> None:
    """It is in a phone that nobody has updated; its body cannot change any more (sync)."""
    hazard = await walk.report(contract=1, place="", position=None)
    assert hazard.state is State.ESCALATED
    assert hazard.grid_id == walk.county.grids[0].id


@pytest.mark.parametrize(
    "fields",
    [
        {"photos": [], "no_photo_reason": "夜间无法拍照"},
        {"place": "", "position": at(**HERE)},
        {"place": "", "position": Position(**HERE, source="map")},
    ],
)
async def test_what_is_enough_is_taken_in(walk: Walk, fields: dict[str, Any]) -> None:
    assert (await walk.report(contract=2, **fields)).state is State.ESCALATED


async def test_a_photo_afterwards_is_no_photo_of_the_hazard(walk: Walk) -> None:
    with pytest.raises(Incomplete):
        await walk.report(photos=[photo(PhotoRole.AFTER)])


async def test_an_unknown_or_switched_off_category_is_refused(walk: Walk) -> None:
    await factories.category(walk.session, "old", is_active=False)
    for code in ("nothing_like_it", "old"):
        with pytest.raises(Invalid) as refused:
            await walk.report(category_code=code)
        assert refused.value.fields == ["category_code"]


async def test_an_unknown_enterprise_is_refused(walk: Walk) -> None:
    with pytest.raises(Invalid) as refused:
        await walk.report(enterprise_id=new_id())
    assert refused.value.fields == ["enterprise_id"]


async def test_the_position_of_the_place_leaves_a_case_on_the_grid_of_the_place(walk: Walk) -> None:
    """Which need not be the one around it; where somebody stood decides otherwise."""
    county, session = walk.county, walk.session
    line = await factories.grid(session, county.villages[0], centre_lat=34.9, centre_lon=117.9)
    works = await factories.place(session, "专线厂", line, **HERE)
    found = {}
    for source in ("place", "map"):
        position = Position(**HERE, source=source)
        case = await walk.report(enterprise_id=works.id, place="", position=position, grid_id=None)
        found[source] = case.grid_id
        assert (case.lat, case.lon) == (HERE["lat"], HERE["lon"])
    assert found["place"] == line.id
    assert found["map"] != line.id


async def test_only_a_case_that_one_sees_can_recur(walk: Walk) -> None:
    foreign = await walk.report(walk.county.stranger, grid_id=walk.county.grids[1].id)
    with pytest.raises(Invalid) as refused:
        await walk.report(recurs_of=foreign.id)
    assert refused.value.fields == ["recurs_of"]
    own = await walk.report()
    assert (await walk.report(recurs_of=own.id)).recurs_of_id == own.id


@pytest.mark.parametrize("days", [-400, -1, 0, 1, 400])
async def test_any_clock_of_a_phone_is_accepted_and_its_skew_noted(walk: Walk, days: int) -> None:
    wrong = clock.now() + timedelta(days=days)
    command = walk.a_report(occurred_at=wrong)
    done = await walk.send(walk.county.gridworker, new_id(), command, device_time=wrong)
    assert done.hazard is not None
    assert done.hazard.occurred_at == wrong
    assert done.hazard.skew_seconds == pytest.approx(-days * 86_400, abs=5)
    assert abs(done.hazard.received_at - clock.now()) < timedelta(seconds=30)


async def test_without_the_phones_clock_no_skew_is_known(walk: Walk) -> None:
    assert (await walk.report()).skew_seconds is None


HOSTILE = [
    ("a\x00b", "ab"),
    ("\u202e反向", "反向"),
    ("火🔥灾👩‍🚒", "火🔥灾👩‍🚒"),
    ("第一行\n第二行", "第一行\n第二行"),
    ("عربي", "عربي"),
    ("'; drop table hazards; --", "'; drop table hazards; --"),
]


@pytest.mark.parametrize(("sent", "kept"), HOSTILE)
async def test_hostile_text_is_kept_without_what_is_hidden_in_it(
    walk: Walk, sent: str, kept: str
) -> None:
    hazard = await walk.report(note=sent)
    await walk.session.refresh(hazard)
    assert hazard.note == kept


@pytest.mark.parametrize(
    "fields",
    [
        {"note": "长" * 10_000},
        {"note": "长" * 2_001},
        {"category_code": "fire\x00"},
        {"category_code": "Fire'"},
        {"photos": [photo() for _ in range(10)]},
        {"unknown": 1},
        {"occurred_at": "0001-01-01T00:00:00+14:00"},
        {"occurred_at": "2026-11-22T10:00:00"},
        {"position": {"lat": float("nan"), "lon": 1.0}},
        {"position": {"lat": 91.0, "lon": 1.0}},
        {"level": "terrible"},
        {"note": "\ud800"},
    ],
)
async def test_a_form_that_cannot_be_right_is_refused(walk: Walk, fields: dict[str, Any]) -> None:
    good = walk.a_report().model_dump()
    with pytest.raises(ValidationError):
        ReportHazard.model_validate({**good, **fields})


async def test_two_thousand_characters_are_accepted(walk: Walk) -> None:
    assert len((await walk.report(note="长" * 2_000)).note) == 2_000


async def test_a_position_decides_before_the_phones_guess(walk: Walk) -> None:
    c = walk.county
    c.grids[1].centre_lat, c.grids[1].centre_lon = 34.56, 117.73
    await walk.session.flush()
    hazard = await walk.report(position=at(34.5601, 117.7301), grid_id=c.grids[0].id)
    assert (hazard.grid_id, hazard.township_id) == (c.grids[1].id, c.townships[1].id)
    assert (hazard.lat, hazard.accuracy_m, hazard.position_source) == (34.5601, 8.0, "gps")


async def test_without_a_position_the_guess_then_the_place_then_the_own_grid_decide(
    walk: Walk,
) -> None:
    c = walk.county
    shop = await factories.enterprise(walk.session, "饭店", c.villages[1], c.grids[1])
    guessed = await walk.report(grid_id=c.grids[0].id, enterprise_id=shop.id)
    placed = await walk.report(grid_id=new_id(), enterprise_id=shop.id)
    own = await walk.report(grid_id=None)
    by_post = await walk.report(c.township_officer, grid_id=None)
    assert guessed.grid_id == c.grids[0].id
    assert placed.grid_id == c.grids[1].id
    assert (own.grid_id, own.village_id) == (c.grids[0].id, c.villages[0].id)
    assert (by_post.grid_id, by_post.township_id) == (None, c.townships[0].id)


async def test_outside_the_county_is_flagged_and_never_refused(walk: Walk) -> None:
    hazard = await walk.report(position=at(39.9042, 116.4074), grid_id=None)
    assert hazard.is_outside_county
    assert hazard.township_id == walk.county.townships[0].id
    assert hazard.state is State.ESCALATED


async def test_even_from_nowhere_somebody_gets_it(walk: Walk) -> None:
    hazard = await walk.report(walk.county.county_officer, position=at(0, 0), grid_id=None)
    assert hazard.is_outside_county
    assert hazard.township_id in {township.id for township in walk.county.townships}


async def test_the_village_comes_first_where_it_summarises(walk: Walk) -> None:
    c = walk.county
    c.villages[0].is_summarising = True
    await walk.session.flush()
    assert (await walk.report()).holder_id == c.villages[0].id
    urgent = await walk.report(is_urgent=True)
    assert (urgent.holder_id, urgent.is_urgent) == (c.townships[0].id, True)


async def test_urgency_can_be_told_when_the_case_is_passed_on(walk: Walk) -> None:
    walk.county.villages[0].is_summarising = True
    hazard = await walk.report(escalate=False)
    await walk.act(walk.county.gridworker, hazard, A.ESCALATE, is_urgent=True)
    assert (hazard.is_urgent, hazard.holder_id) == (True, walk.county.townships[0].id)


async def test_who_reports_as_major_raises_a_suspicion(walk: Walk) -> None:
    hazard = await walk.report(level=Level.MAJOR)
    assert hazard.is_suspected_major
    assert not hazard.is_major_confirmed


async def test_the_place_of_a_case_sees_it(walk: Walk) -> None:
    c = walk.county
    shop = await factories.enterprise(walk.session, "饭店", c.villages[0], c.grids[0])
    hazard = await walk.report(enterprise_id=shop.id)
    body = await walk.session.get_one(Organization, shop.id)
    officer = await factories.person(walk.session, Role.SAFETY_OFFICER, body)
    seen = access.can_see(await walk.actor(officer))
    assert list(await walk.session.scalars(select(Hazard.id).where(seen))) == [hazard.id]


async def test_a_safety_officer_reports_what_the_own_place_found(walk: Walk) -> None:
    c = walk.county
    shop = await factories.enterprise(walk.session, "饭店", c.villages[0], c.grids[0])
    body = await walk.session.get_one(Organization, shop.id)
    officer = await factories.person(walk.session, Role.SAFETY_OFFICER, body)
    hazard = await walk.report(officer, enterprise_id=shop.id, grid_id=None)
    assert (hazard.reported_as, hazard.grid_id) == ("safety_officer", c.grids[0].id)
    assert body.kind is OrganizationKind.ENTERPRISE
    assert await walk.session.get(SupervisedObject, shop.id)


async def test_what_was_reported_stands_in_history_as_it_was_said(walk: Walk) -> None:
    picture = photo()
    hazard = await walk.report(photos=[picture], position=at(34.5612345678, 117.73))
    (first, *_) = await walk.events(hazard)
    assert first.data["note"] == hazard.note
    assert first.data["position"] == {
        "lat": "34.561235",
        "lon": "117.730000",
        "accuracy_m": "8.0",
        "source": "gps",
    }
    assert first.data["photos"][0]["sha256"] == picture.sha256


async def test_numbers_are_given_once_and_go_up(walk: Walk) -> None:
    numbers = [(await walk.report()).number for _ in range(3)]
    assert numbers == sorted(set(numbers))


async def test_an_id_that_is_already_a_step_is_not_a_report(walk: Walk) -> None:
    hazard = await walk.report()
    id_ = new_id()
    await walk.take(walk.county.gridworker, hazard, id_, walk.step(A.COMMENT))
    with pytest.raises(SameIdOtherContent):
        await walk.send(walk.county.gridworker, id_, walk.a_report())
