"""Cases over HTTP: what a phone and a desk send and get."""

import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.models.base import new_id
from app.models.event import Event, Stranger
from app.models.hazard import State
from app.services import receipts
from app.services.hazard_flow import NEED_WORDS
from app.services.hazards import HazardAction, ReportHazard
from tests.conftest import SignInAs
from tests.factories import County, county
from tests.walking import A, Walk, after, body_of

JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def walk(session: AsyncSession, settings: Settings) -> Walk:
    return Walk(session, settings, await county(session))


@pytest.fixture
def place(walk: Walk) -> County:
    return walk.county


async def put(
    client: httpx.AsyncClient, path: str, command: ReportHazard | HazardAction, **headers: str
) -> httpx.Response:
    return await client.put(path, content=body_of(command), headers={**JSON, **headers})


def action_path(hazard_id: UUID, action_id: UUID | None = None) -> str:
    return f"/api/hazards/{hazard_id}/actions/{action_id or new_id()}"


async def test_a_report_is_answered_with_a_receipt_and_the_case(
    walk: Walk, place: County, sign_in_as: SignInAs, settings: Settings
) -> None:
    client, id_, command = await sign_in_as(place.gridworker), new_id(), walk.a_report()
    answer = await put(client, f"/api/hazards/{id_}", command)
    assert answer.status_code == 200
    receipt, hazard = answer.json()["receipt"], answer.json()["hazard"]
    assert receipt["id"] == hazard["id"] == str(id_)
    assert receipt["sha256"] == hashlib.sha256(body_of(command)).hexdigest()
    assert (hazard["state"], hazard["version"]) == ("escalated", 2)
    assert hazard["number"].startswith(f"TEZ-{clock.local(clock.now()).year}-")
    assert hazard["holder"]["name"] == "运河街道"
    assert (hazard["photos"][0]["status"], hazard["photos_expected"]) == ("waiting", 1)
    event = await walk.session.scalar(select(Event).where(Event.id == id_))
    assert event is not None
    made = receipts.make(settings, id_, event.body_sha256, event.seq, event.at)
    assert (receipt["mac"], receipt["seq"]) == (made.mac, made.seq)


async def test_a_repeat_gets_the_same_receipt_for_ever(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    client, id_, command = await sign_in_as(place.gridworker), new_id(), walk.a_report()
    first = await put(client, f"/api/hazards/{id_}", command)
    officer = await sign_in_as(place.township_officer)
    await put(officer, action_path(id_), walk.step(A.VOID))
    again = await put(client, f"/api/hazards/{id_}", command)
    assert again.json()["receipt"] == first.json()["receipt"]
    assert again.json()["hazard"]["state"] == "voided"


async def test_the_phones_clock_comes_in_a_header(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    client = await sign_in_as(place.gridworker)
    told = (clock.now() - timedelta(hours=2)).isoformat()
    path = f"/api/hazards/{new_id()}"
    answer = await put(client, path, walk.a_report(), **{"X-Device-Time": told})
    assert answer.json()["hazard"]["skew_seconds"] == pytest.approx(7_200, abs=30)
    nonsense = await put(client, path, walk.a_report(), **{"X-Device-Time": "yesterday"})
    assert nonsense.status_code == 422


async def test_a_refusal_because_the_world_moved_carries_the_case_as_it_is(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    hazard = await walk.to(State.ASSIGNED)
    officer = await sign_in_as(place.county_officer)
    answer = await put(officer, action_path(hazard.id), walk.step(A.ASSIGN))
    assert (answer.status_code, answer.json()["code"]) == (409, "not_allowed_now")
    as_it_is = (await officer.get(f"/api/hazards/{hazard.id}")).json()
    assert answer.json()["details"]["hazard"] == as_it_is
    assert as_it_is["department"]["name"] == "区消防救援大队"


async def test_a_desk_that_looked_at_an_older_version_is_shown_the_new_one(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    hazard = await walk.to(State.ESCALATED)
    officer = await sign_in_as(place.county_officer)
    etag = (await officer.get(f"/api/hazards/{hazard.id}")).headers["etag"]
    await walk.act(place.leader, hazard, A.COMMENT)
    step, path = walk.step(A.ASSIGN), action_path(hazard.id)
    answer = await put(officer, path, step, **{"If-Match": etag})
    assert (answer.status_code, answer.json()["code"]) == (409, "changed_meanwhile")
    assert answer.json()["details"]["hazard"]["version"] == hazard.version
    again = await put(officer, path, step, **{"If-Match": f'"{hazard.version}"'})
    assert again.status_code == 200


async def test_what_has_to_happen_first_is_said_with_the_case(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    hazard = await walk.to(State.ASSIGNED)
    await walk.act(place.county_officer, hazard, A.URGE)
    answer = await put(await sign_in_as(place.leader), action_path(hazard.id), walk.step(A.URGE))
    assert (answer.status_code, answer.json()["zh"]) == (409, "今天已经催办过，明天再催。")
    assert answer.json()["details"]["hazard"]["id"] == str(hazard.id)


async def test_other_content_under_a_known_id_is_refused_and_kept(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    client, id_ = await sign_in_as(place.gridworker), new_id()
    await put(client, f"/api/hazards/{id_}", walk.a_report())
    answer = await put(client, f"/api/hazards/{id_}", walk.a_report(note="另一处"))
    assert (answer.status_code, answer.json()["code"]) == (409, "same_id_other_content")
    (kept,) = await walk.session.scalars(select(Stranger))
    assert kept.body["note"] == "另一处"


async def test_who_lost_sight_still_gets_the_receipt_of_a_repeat(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    client, id_, command = await sign_in_as(place.gridworker), new_id(), walk.a_report()
    first = await put(client, f"/api/hazards/{id_}", command)
    other = await sign_in_as(place.stranger)
    again = await put(other, f"/api/hazards/{id_}", command)
    assert again.json() == {"receipt": first.json()["receipt"], "hazard": None}
    assert (await other.get(f"/api/hazards/{id_}")).status_code == 404


async def test_a_form_that_cannot_be_right_says_what_is_wrong(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    client = await sign_in_as(place.gridworker)
    good = json.loads(body_of(walk.a_report()))
    for field, value in [
        ("note", "长" * 10_000),
        ("category_code", "\x00"),
        ("occurred_at", "gestern"),
        ("position", {"lat": 200, "lon": 1}),
        ("surprise", 1),
    ]:
        answer = await client.put(f"/api/hazards/{new_id()}", json={**good, field: value})
        assert answer.status_code == 422, field
        assert any(field in named for named in answer.json()["fields"])
        assert answer.json()["zh"]
    broken = await client.put(f"/api/hazards/{new_id()}", content=b"{", headers=JSON)
    assert broken.status_code == 422
    not_a_number = json.dumps({**good, "position": {"lat": float("nan"), "lon": 1.0}})
    answer = await client.put(f"/api/hazards/{new_id()}", content=not_a_number, headers=JSON)
    assert answer.status_code == 422


async def test_nobody_signed_in_gets_nothing(walk: Walk, client: httpx.AsyncClient) -> None:
    answer = await put(client, f"/api/hazards/{new_id()}", walk.a_report())
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert "记录都在手机里" in answer.json()["zh"]


async def test_a_whole_case_shows_everything_around_it(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    hazard = await walk.to(State.ESCALATED)
    joint = [place.departments[1].id]
    await walk.act(place.county_officer, hazard, A.ASSIGN, assisting_ids=joint)
    client = await sign_in_as(place.handler)
    case = (await client.get(f"/api/hazards/{hazard.id}")).json()
    assert [line["organization"]["name"] for line in case["assistants"]] == ["区住建局"]
    assert [(row["hop"], row["status"]) for row in case["clocks"]] == [
        ("triage", "met"),
        ("triage", "met"),
        ("sign_for", "running"),
        ("rectify", "running"),
    ]
    assert case["clock"]["hop"] == "sign_for"
    assert case["dispatcher"]["name"] == "区网格中心"
    assert [step["action"] for step in case["actions"]][:2] == ["sign_for", "hand_back"]
    assert case["why"]["zh"].startswith("因类别“消防”按规则")
    assert (case["completion"], case["question"]) == (None, None)


async def test_the_verifier_reads_what_the_department_declared(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    hazard = await walk.to(State.ASSIGNED)
    await walk.act(place.handler, hazard, A.FINISH, note="已清空并加装护栏")
    client = await sign_in_as(place.gridworker)
    case = (await client.get(f"/api/hazards/{hazard.id}")).json()
    assert case["completion"]["note"] == "已清空并加装护栏"
    assert case["completion"]["by"] == "区消防救援大队 吴承办"
    assert {step["action"] for step in case["actions"]} >= {"verify", "reject"}
    assert [photo["role"] for photo in case["photos"]] == ["before", "after"]


async def test_a_question_is_shown_until_it_is_answered(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    hazard = await walk.report()
    await walk.act(place.township_officer, hazard, A.ASK, note="几层？")
    client = await sign_in_as(place.gridworker)
    assert (await client.get(f"/api/hazards/{hazard.id}")).json()["question"] == "几层？"
    answer = await put(client, action_path(hazard.id), walk.step(A.ESCALATE, note="三层"))
    assert answer.json()["hazard"]["question"] is None


async def test_the_timeline_is_the_chain(walk: Walk, place: County, sign_in_as: SignInAs) -> None:
    hazard = await walk.to(State.ASSIGNED)
    finish = walk.step(A.FINISH)
    await walk.take(place.handler, hazard, new_id(), finish)
    client = await sign_in_as(place.leader)
    lines = (await client.get(f"/api/hazards/{hazard.id}/timeline")).json()
    assert [line["kind"] for line in lines][-2:] == ["hazard.assigned", "hazard.finished"]
    assert lines[-1]["photo_ids"] == [str(finish.photos[0].photo_id)]
    assert lines[-1]["actor"]["name"] == "吴承办"
    assert lines[0]["from_state"] is None
    assert all(len(line["hash"]) == 64 for line in lines)


async def test_a_list_goes_on_where_it_stopped(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    for _ in range(3):
        await walk.report()
    client = await sign_in_as(place.township_officer)
    first = (await client.get("/api/hazards?queue=holder&limit=2")).json()
    assert (len(first["items"]), first["count"], first["is_count_capped"]) == (2, 3, False)
    rest = (await client.get(f"/api/hazards?queue=holder&cursor={first['next']}")).json()
    assert (len(rest["items"]), rest["next"]) == (1, None)
    counted = (await client.get("/api/hazards/count?state=escalated&state=done")).json()
    assert counted == {"count": 3, "is_capped": False}


@pytest.mark.parametrize(
    "query",
    ["cursor=x", "limit=0", "limit=101", "queue=all", "state=lost", "category=%00", "surprise=1"],
)
async def test_a_question_that_makes_no_sense_is_refused(
    place: County, sign_in_as: SignInAs, query: str
) -> None:
    client = await sign_in_as(place.leader)
    assert (await client.get(f"/api/hazards?{query}")).status_code == 422


async def test_hidden_characters_in_a_search_do_no_harm(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    await walk.report()
    client = await sign_in_as(place.leader)
    answer = await client.get("/api/hazards", params={"text": "安全\x00出口"})
    assert answer.json()["count"] == 1


async def test_a_list_comes_as_an_excel_file(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    await walk.report()
    client = await sign_in_as(place.county_officer)
    answer = await client.get("/api/hazards/export.xlsx?state=escalated")
    assert answer.content[:2] == b"PK"
    assert "spreadsheetml" in answer.headers["content-type"]
    refused = await (await sign_in_as(place.gridworker)).get("/api/hazards/export.xlsx")
    assert refused.status_code == 403


async def test_a_colleagues_claim_is_shown_with_the_case(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    hazard = await walk.report()
    path = f"/api/hazards/{hazard.id}"
    mine, other = await sign_in_as(place.township_officer), await sign_in_as(place.county_officer)
    assert (await mine.put(f"{path}/claim")).json()["claimed_by"]["name"] == "赵镇办"
    refused = await other.put(f"{path}/claim")
    assert refused.json()["details"]["hazard"]["claimed_by"]["name"] == "赵镇办"
    assert (await mine.delete(f"{path}/claim")).status_code == 204
    assert (await other.put(f"{path}/claim")).status_code == 200
    assert (await other.put(f"{path}/viewing")).status_code == 204


async def test_a_desk_puts_a_case_off(walk: Walk, place: County, sign_in_as: SignInAs) -> None:
    hazard = await walk.report()
    client = await sign_in_as(place.township_officer)
    until = (clock.now() + timedelta(hours=1)).isoformat()
    answer = await client.put(f"/api/hazards/{hazard.id}/snooze", json={"until": until})
    assert answer.json()["snoozed_until"] is not None
    assert (await client.get("/api/hazards?queue=holder")).json()["count"] == 0


async def test_a_bulk_preview_takes_two_hundred_and_no_more(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    hazard = await walk.report()
    client = await sign_in_as(place.township_officer)
    asked = {"action": "void", "ids": [str(hazard.id)]}
    (line,) = (await client.post("/api/hazards/bulk-preview", json=asked)).json()
    assert (line["is_possible"], line["zh"]) == (True, "")
    many = {"action": "void", "ids": [str(new_id()) for _ in range(201)]}
    assert (await client.post("/api/hazards/bulk-preview", json=many)).status_code == 422


async def test_nearby_cases_come_with_their_distance(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    hazard, twin = [
        await walk.report(position={"lat": 34.56, "lon": 117.73, "accuracy_m": 5}) for _ in "12"
    ]
    client = await sign_in_as(place.township_officer)
    (near,) = (await client.get(f"/api/hazards/{hazard.id}/nearby")).json()
    assert (near["hazard"]["id"], near["distance_m"]) == (str(twin.id), 0.0)
    (first, _) = (await client.get("/api/hazards/map")).json()
    assert (first["lat"], first["state"]) == (34.56, "escalated")


async def test_what_is_missing_is_named_in_words(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    hazard = await walk.to(State.DONE)
    stale = after(taken_at=clock.now() - timedelta(days=1))
    client = await sign_in_as(place.gridworker)
    answer = await put(client, action_path(hazard.id), walk.step(A.VERIFY, photos=stale))
    assert (answer.status_code, answer.json()["fields"]) == (422, ["photos"])
    need = next(words for need, words in NEED_WORDS.items() if need.name == "FRESH_PHOTO")
    assert need[0] in answer.json()["zh"]
    assert need[1] in answer.json()["en"]


async def test_a_proposal_is_what_the_rules_say(
    walk: Walk, place: County, sign_in_as: SignInAs
) -> None:
    hazard: Any = await walk.to(State.ESCALATED)
    client = await sign_in_as(place.county_officer)
    answer = (await client.get(f"/api/rules/proposal?hazard_id={hazard.id}")).json()
    assert answer["department"]["name"] == "区消防救援大队"
    assert answer["zh"].startswith("因类别“消防”按规则")
