"""Accidents: whole after three taps, added to, passed on in time, never deleted (S3-9, S4-10)."""

import hashlib
import json
from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.accident import Accident, AccidentKind
from app.models.base import new_id
from app.models.event import Change, Stranger
from app.models.notification import Notification
from app.models.photo import Derivatives, Photo
from app.services.accidents import clocks, grades
from app.services.accidents.grades import Grade
from app.services.photos.reading import derivative_key
from app.storage import ObjectStore
from tests import pictures
from tests.services.accidents.scene import NOON, Scene, at


async def test_three_taps_are_a_whole_report_and_both_desks_hear_at_once(
    scene: Scene, session: AsyncSession
) -> None:
    id_, county = new_id(), scene.county
    first, again = await scene.report(id_), await scene.report(id_)
    assert first.status_code == 200, first.text
    assert first.json() == again.json()
    told = await session.execute(
        select(Notification.person_id, Notification.kind).where(
            Notification.dedup == f"accident:{id_}"
        )
    )
    desks = (county.township_officer, county.county_officer, county.supervisor, county.leader)
    lines = ["accident.first"] * 3 + ["accident.first_known"]
    assert {tuple(row) for row in told} == {
        (one.id, line) for one, line in zip(desks, lines, strict=True)
    }
    line = await session.scalar(select(Notification.params).where(Notification.kind.like("acc%")))
    assert line
    assert (line["place"], line["dead"]) == ("文化社区", "—")  # not said is not none
    for desk in desks[:3]:
        assert (await scene.get(desk, "/waiting"))["waiting"] == 1
    seen = await scene.get(county.county_officer, f"/{id_}")
    assert (seen["township"], seen["dead"], seen["course"]) == ("运河街道", None, None)
    assert [line["report"] for line in seen["reports"]] == ["first"]


async def test_other_content_under_a_known_id_is_kept_aside(
    scene: Scene, session: AsyncSession
) -> None:
    id_ = new_id()
    raw = json.dumps({"kind": "fire", "occurred_at": NOON}, ensure_ascii=False).encode()
    await scene.report(id_)
    other = await scene.report(id_, dead=1)
    foreign = await scene.put(scene.county.stranger, str(id_), kind="fire", occurred_at=NOON)
    for answer in (other, foreign):
        assert (answer.status_code, answer.json()["code"]) == (409, "same_id_other_content")
    kept = (await session.scalars(select(Stranger).where(Stranger.entity_id == id_))).all()
    assert {row.body["dead"] for row in kept} == {1, None}
    assert (await scene.get(scene.county.gridworker, f"/{id_}"))["dead"] is None

    sha256 = hashlib.sha256(raw).hexdigest()
    held = {"kind": "accident", "id": str(id_), "sha256": sha256}
    phone = await scene.sign_in_as(scene.county.gridworker)
    answer = await phone.post("/api/sync/reconcile", json={"items": [held]})
    assert answer.json()["items"][0]["status"] == "complete"


async def test_the_hours_run_from_when_the_unit_knew_to_the_county_and_upwards(
    scene: Scene,
) -> None:
    id_, county = new_id(), scene.county
    await scene.report(id_, happened_at=at(-60), learned_at=at(-50))
    due, upwards = (await scene.get(county.county_officer, f"/{id_}"))["clocks"]
    assert datetime.fromisoformat(due["due_at"]) == datetime.fromisoformat(at(10))
    assert (due["status"], upwards["status"]) == ("running", "waiting")

    scene.freeze(at(11))
    assert (await scene.get(county.county_officer, f"/{id_}"))["clocks"][0]["status"] == "late"
    # The call came in time; it is noted late, and both moments stay.
    taken = await scene.step(county.county_officer, id_, "county_received", done_at=at(5))
    due, upwards = taken.json()["clocks"]
    assert (due["status"], upwards["status"]) == ("met", "running")
    assert datetime.fromisoformat(upwards["due_at"]) == datetime.fromisoformat(at(125))
    (hop,) = taken.json()["hops"]
    assert datetime.fromisoformat(hop["at"]) == datetime.fromisoformat(at(11))

    scene.freeze(at(130))
    bare = await scene.step(county.county_officer, id_, "reported_up")
    assert (bare.status_code, bare.json()["details"]["missing"]) == (422, ["to_whom", "means"])
    done = await scene.step(
        county.county_officer, id_, "reported_up", to_whom="市应急管理局", means="电话"
    )
    assert done.json()["clocks"][1]["status"] == "missed"


async def test_supplements_count_by_when_they_were_said_and_closing_ends_nothing_for_them(
    scene: Scene,
) -> None:
    id_, county = new_id(), scene.county
    await scene.report(id_, injured=2)
    scene.freeze(at(30))
    await scene.more(county.county_officer, id_, injured=5, dead=1, occurred_at=at(29))
    late = await scene.more(county.gridworker, id_, injured=3, course="棚子烧了", occurred_at=at(9))
    assert late.status_code == 200, late.text
    seen = await scene.get(county.leader, f"/{id_}")
    assert (seen["injured"], seen["dead"], seen["course"]) == (5, 1, "棚子烧了")

    refused = await scene.more(county.township_officer, id_, report="final")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    closed = await scene.more(county.county_officer, id_, report="final", measures="已扑灭")
    assert closed.json()["status"] == "closed"
    after = await scene.more(county.gridworker, id_, dead=2, occurred_at=at(30))
    assert (after.status_code, after.json()["status"]) == (200, "closed")
    seen = await scene.get(county.county_officer, f"/{id_}")
    assert (seen["dead"], [one["is_after_end"] for one in seen["reports"]][-1]) == (2, True)
    again = await scene.more(county.county_officer, id_, report="final")
    assert (again.status_code, again.json()["code"]) == (409, "accident_ended")


async def test_a_false_alarm_is_the_countys_word_with_a_reason_and_stays(
    scene: Scene, session: AsyncSession
) -> None:
    id_, county = new_id(), scene.county
    await scene.report(id_)
    own_cause = await scene.step(county.township_officer, id_, "false_alarm", reason="烧纸")
    assert own_cause.status_code == 403
    bare = await scene.step(county.supervisor, id_, "false_alarm")
    assert (bare.status_code, bare.json()["code"]) == (422, "incomplete")
    done = await scene.step(county.supervisor, id_, "false_alarm", reason="村民烧纸，没有着火")
    assert (done.json()["status"], done.json()["clocks"][0]["status"]) == (
        "false_alarm",
        "stopped",
    )
    assert (await scene.get(county.county_officer, "/waiting"))["waiting"] == 0
    late = await scene.step(county.county_officer, id_, "county_received")
    assert (late.status_code, late.json()["code"]) == (409, "accident_ended")
    opened = await scene.step(county.county_officer, id_, "reopened", reason="确实着了")
    assert opened.json()["status"] == "open"
    for table in ("accident_reports", "accident_hops"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with session.begin_nested():
                await session.execute(text(f"delete from {table}"))  # noqa: S608 - of ours


async def test_a_second_hand_at_the_same_desk_changes_nothing(scene: Scene) -> None:
    id_, county = new_id(), scene.county
    await scene.report(id_)
    await scene.step(county.township_officer, id_, "township_received")
    path = f"{id_}/steps/{new_id()}"
    first = await scene.put(county.county_officer, path, step="county_received")
    scene.freeze(at(3))
    repeat = await scene.put(county.county_officer, path, step="county_received")
    colleague = await scene.step(county.supervisor, id_, "county_received")
    for answer in (repeat, colleague):
        assert (answer.status_code, answer.json()["hops"]) == (200, first.json()["hops"])
    other = await scene.put(county.county_officer, path, step="county_received", means="电话")
    assert (other.status_code, other.json()["code"]) == (409, "same_id_other_content")
    assert "county_received" not in colleague.json()["may"]


async def test_whoever_stands_in_the_chain_sees_it_and_nobody_else(
    scene: Scene, session: AsyncSession
) -> None:
    id_, county = new_id(), scene.county
    await scene.report(id_)
    hidden = (county.clerk, county.handler, county.stranger, county.administrator)
    for who in hidden:
        assert (await scene.get(who))["items"] == []
        answer = await (await scene.sign_in_as(who)).get(f"/api/accidents/{id_}")
        assert answer.status_code == 404
    county.villages[0].is_summarising = True
    await session.flush()
    told = await scene.step(
        county.county_officer, id_, "department_told", organization_id=str(county.departments[0].id)
    )
    assert told.json()["hops"][0]["target"]["name"] == "区消防救援大队"
    wrong = await scene.step(
        county.county_officer, id_, "department_told", organization_id=str(county.centre.id)
    )
    assert wrong.status_code == 404
    for who in (county.gridworker, county.clerk, county.handler, county.township_officer):
        assert [row["id"] for row in (await scene.get(who))["items"]] == [str(id_)]


@pytest.mark.parametrize(
    ("said", "is_doubtful", "clock_from"),
    [
        ({"happened_at": at(600)}, True, NOON),  # ahead: marked, never refused
        ({"happened_at": "1970-01-02T00:00:00+08:00"}, True, NOON),
        ({"occurred_at": "1970-01-02T00:00:00+08:00"}, False, NOON),
        ({"happened_at": at(-20)}, False, at(-20)),
        ({"happened_at": at(600), "learned_at": at(-5)}, True, at(-5)),
    ],
)
async def test_a_doubtful_time_is_marked_and_never_refused(
    scene: Scene, session: AsyncSession, said: dict[str, str], is_doubtful: bool, clock_from: str
) -> None:
    id_ = new_id()
    assert (await scene.report(id_, **said)).status_code == 200
    row = await session.get_one(Accident, id_)
    assert row.is_time_doubtful is is_doubtful
    assert row.clock_from == datetime.fromisoformat(clock_from)


@pytest.mark.parametrize(("learned", "is_doubtful"), [(at(10), False), (at(90), True)])
async def test_a_moment_is_judged_when_it_is_told(
    scene: Scene, session: AsyncSession, learned: str, is_doubtful: bool
) -> None:
    """The head of the unit may have heard of it after the gridworker had reported it."""
    id_ = new_id()
    await scene.report(id_)
    scene.freeze(at(30))
    await scene.more(scene.county.county_officer, id_, learned_at=learned)
    row = await session.get_one(Accident, id_)
    await session.refresh(row)
    assert (row.is_time_doubtful, row.clock_from) == (is_doubtful, datetime.fromisoformat(NOON))


async def test_far_away_is_marked_unknown_places_are_left_out_absurd_numbers_are_refused(
    scene: Scene,
) -> None:
    id_ = new_id()
    far = {"position": {"lat": 0, "lon": 0}, "object_id": str(new_id())}
    assert (await scene.report(id_, **far)).status_code == 200
    seen = await scene.get(scene.county.county_officer, f"/{id_}")
    assert (seen["is_outside_county"], seen["object"], seen["township"]) == (
        True,
        None,
        "运河街道",
    )
    for count in (-1, 1000, 1.5):
        refused = await scene.report(new_id(), dead=count)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")
        assert "死亡人数" in refused.json()["zh"]
    named = await scene.report(new_id(), victims=["张三"])
    assert named.status_code == 422
    ahead = await scene.step(scene.county.county_officer, id_, "county_received", done_at=at(60))
    assert (ahead.status_code, ahead.json()["fields"]) == (422, ["done_at"])


async def test_its_photos_are_seen_by_whoever_sees_it(
    scene: Scene, session: AsyncSession, store: ObjectStore
) -> None:
    id_, photo_id, body = new_id(), new_id(), pictures.jpeg(5)
    sha256 = pictures.sha256(body)
    promise = {
        "photo_id": str(photo_id), "sha256": sha256, "size": len(body), "role": "before",
        "taken_at": NOON,
    }  # fmt: skip
    await scene.report(id_, photos=[promise])
    seen = await scene.get(scene.county.county_officer, f"/{id_}")
    assert [one["status"] for one in seen["photos"]] == ["waiting"]
    photo = Photo(
        id=photo_id, sha256=sha256, size=len(body), content_type="image/jpeg", width=64,
        height=48, key=f"photos/{photo_id}", seq=1, received_at=clock.now(),
        uploaded_by_id=scene.county.stranger.id, derivatives=Derivatives.READY,
    )  # fmt: skip
    session.add(photo)
    await session.flush()
    await store.put(derivative_key(photo, "view"), body, "image/jpeg")
    path = f"/api/accidents/{id_}/photos/{photo_id}"
    desk = await scene.sign_in_as(scene.county.county_officer)
    assert (await desk.get(path)).status_code == 404  # somebody else's picture
    photo.uploaded_by_id = scene.county.gridworker.id
    await session.flush()
    assert (await desk.get(path)).content == body
    handler = await scene.sign_in_as(scene.county.handler)
    assert (await handler.get(path)).status_code == 404


async def test_the_duty_number_is_the_county_centres(scene: Scene, session: AsyncSession) -> None:
    phone = await scene.sign_in_as(scene.county.gridworker)
    assert (await phone.get("/api/rules")).json()["duty_phone"] is None
    office = await scene.sign_in_as(scene.county.administrator)
    path = f"/api/organizations/{scene.county.centre.id}"
    assert (await office.patch(path, json={"phone": "0632-3312350"})).status_code == 200
    assert await session.scalar(select(Change.kind).where(Change.kind == "rules")) == "rules"
    assert (await phone.get("/api/rules")).json()["duty_phone"] == "0632-3312350"


@pytest.mark.parametrize(
    ("dead", "missing", "injured", "loss", "grade"),
    [
        (0, 0, 0, 0.0, Grade.GENERAL),
        (2, 0, 9, 999.9, Grade.GENERAL),
        (2, 1, 0, 0.0, Grade.SERIOUS),
        (0, 0, 10, 0.0, Grade.SERIOUS),
        (10, 0, 0, 0.0, Grade.MAJOR),
        (0, 0, 0, 10_000.0, Grade.EXTREME),
    ],
)
def test_the_grade_is_that_of_article_three(
    dead: int, missing: int, injured: int, loss: float, grade: Grade
) -> None:
    row = Accident(
        kind=AccidentKind.FIRE, dead=dead, missing=missing, injured=injured, loss_wan=loss
    )
    assert grades.grade(row) is grade


def test_what_went_up_by_telephone_before_it_was_noted_is_in_time() -> None:
    now = datetime.fromisoformat(NOON)
    row = Accident(clock_from=now, reported_up_at=now)
    assert [one.status for one in clocks.both(row, now)] == ["running", "met"]


async def test_on_whose_ground_it_lies_is_said_once(scene: Scene) -> None:
    """A supplement that came last, and was said first, would move it back and forth."""
    id_ = new_id()
    await scene.report(id_)
    far = {"lat": 0, "lon": 0, "source": "gps"}
    moved = await scene.more(scene.county.gridworker, id_, injured=1, position=far)
    assert (moved.status_code, moved.json()["code"]) == (422, "invalid_input")
    seen = await scene.get(scene.county.county_officer, f"/{id_}")
    assert (seen["township"], seen["is_outside_county"], seen["lat"]) == ("运河街道", False, None)
