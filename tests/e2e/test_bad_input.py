"""Bad input and bad days, in a real browser where a person would meet them.

`PROOF` lists every item that the county must be able to bear, and the test that fails without it.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.e2e.accessibility import cut_off, violations
from tests.e2e.desk import Desk
from tests.e2e.phone import SAVED, Phone
from tests.running import ROOT

pytestmark = pytest.mark.e2e
Phones = Callable[[str], Phone]
Desks = Callable[[str], Desk]
Snap = Callable[[Page, str], None]
GRIDWORKER, TOWNSHIP, COUNTY, ADMINISTRATOR = "王桂芬", "赵立新", "陈晓燕", "郑凯"
HERE = "tests/e2e/test_bad_input.py"
REFUSED = "tests/api/test_photo_refusals.py"
REPORTING = "tests/services/hazards/test_hazard_reporting.py"
_BAD_PHOTO = (REFUSED, "test_what_is_no_photo_is_refused_in_words_and_leaves_nothing")
_HOSTILE = (REPORTING, "test_hostile_text_is_kept_without_what_is_hidden_in_it")
PROOF: dict[str, tuple[tuple[str, str], ...]] = {
    "corrupt, truncated, 0-byte, 81-megapixel, renamed-PDF, SVG photos": (_BAD_PHOTO,),
    "digest mismatch": ((REFUSED, "test_bytes_damaged_on_the_way_are_refused"),),
    "manifest naming a photo of another case": (
        ("tests/services/test_manifests.py", "test_a_photo_of_another_case_is_refused_by_name"),
        ("tests/services/hazards/test_hazard_proof.py", "test_a_photo_of_another_case_is_refused"),
    ),
    "40 MB body": (
        (REFUSED, "test_forty_megabytes_are_refused_before_they_are_read"),
        (
            "tests/api/test_photo_faults.py",
            "test_forty_megabytes_without_a_length_are_cut_off_on_the_wire",
        ),
    ),
    "a clock that is 400 days wrong": (
        (REPORTING, "test_any_clock_of_a_phone_is_accepted_and_its_skew_noted"),
        (HERE, "test_a_phone_whose_clock_is_400_days_ahead_reports_like_any_other"),
    ),
    "position outside the county": (
        (REPORTING, "test_outside_the_county_is_flagged_and_never_refused"),
        (HERE, "test_a_position_outside_the_county_is_taken_and_shown_as_such"),
    ),
    "unknown category": (
        (REPORTING, "test_an_unknown_or_switched_off_category_is_refused"),
        (HERE, "test_what_the_server_refuses_stays_on_the_phone_until_it_is_mended"),
    ),
    "10,000-character note": ((REPORTING, "test_a_form_that_cannot_be_right_is_refused"),),
    "NUL, RTL and emoji in text": (
        _HOSTILE,
        (HERE, "test_hostile_words_are_shown_as_words"),
    ),
    "an action that is not possible now": (
        (
            "tests/api/test_hazards.py",
            "test_a_refusal_because_the_world_moved_carries_the_case_as_it_is",
        ),
        (
            "tests/e2e/test_desk.py",
            "test_of_two_officers_the_second_sees_what_the_first_has_done",
        ),
    ),
    "the department signing off its own work": (
        (
            "tests/services/hazards/test_hazard_oracle.py",
            "test_everybody_is_answered_as_the_workflow_says",
        ),
    ),
    "expired session in the middle of the queue": (
        (HERE, "test_a_session_that_ends_in_the_middle_of_the_queue_loses_nothing"),
    ),
    "object store down": (
        ("tests/api/test_photos.py", "test_while_the_store_is_out_photos_wait_on_the_phone"),
        (
            "tests/faults/test_l4_room.py",
            "test_what_finds_no_room_waits_on_phones_and_arrives_once",
        ),
    ),
    "database down": (
        ("tests/api/test_answers.py", "test_a_database_that_gives_up_is_503_with_a_promise"),
        (
            "tests/api/test_pages.py",
            "test_without_a_database_pages_still_come_and_the_api_says_wait",
        ),
        ("tests/faults/test_l4_kills.py", "test_nothing_is_lost_whatever_is_killed"),
    ),
}


@pytest.mark.parametrize("item", PROOF)
def test_every_item_has_the_test_that_is_named_for_it(item: str) -> None:
    for file, name in PROOF[item]:
        assert f"def {name}" in (ROOT / file).read_text(), f"{file} has no {name}"


def fetched(desk: Desk, note: str) -> list[dict[str, object]]:
    """The cases with these words, as the server tells them."""
    answer = desk.context.request.get(f"{desk.origin}/api/hazards", params={"text": note})
    rows: list[dict[str, object]] = answer.json()["items"]
    return rows


def test_a_session_that_ends_in_the_middle_of_the_queue_loses_nothing(
    phone: Phones, desk: Desks
) -> None:
    """After the first record has gone through, somebody ends the session of this phone."""
    worker = phone(GRIDWORKER)
    worker.lose_signal()
    notes = [f"排水沟盖板断裂第{n}处" for n in "一二三"]
    for note in notes:
        worker.visit()
        worker.report("道路车辆", note)
    sent: list[str] = []

    def end_the_session_after_one(route: Route, request: Request) -> None:
        if request.method == "PUT":
            sent.append(request.url)
        if len(sent) == 2:
            worker.end_session()
        route.continue_()

    worker.context.route("**/api/hazards/*", end_the_session_after_one)
    worker.find_signal()
    page = worker.visit("/field/pending")
    worker.button("立即上传").click()
    expect(page.get_by_text("登录过期").first).to_be_visible()
    assert violations(page) == []
    township = desk(TOWNSHIP)
    arrived = [note for note in notes if fetched(township, note)]
    assert len(arrived) < len(notes), "the session was to end before all had been sent"
    worker.context.unroute("**/api/hazards/*")
    worker.visit()
    worker.report("道路车辆", "登录过期的时候照样拍")
    worker.sign_in(*worker.account)
    worker.send_everything()
    for note in (*notes, "登录过期的时候照样拍"):
        assert len(fetched(township, note)) == 1, note


def test_what_the_server_refuses_stays_on_the_phone_until_it_is_mended(
    phone: Phones, desk: Desks, snap: Snap
) -> None:
    """The county has switched a category off while the phone had no signal."""
    note = "路边摊点私自卖烟花"
    administrator, worker = desk(ADMINISTRATOR), phone(GRIDWORKER)
    worker.lose_signal()
    worker.report("烟花爆竹", note)
    administrator.switch_category("fireworks", is_on=False)
    try:
        worker.find_signal()
        page = worker.visit("/field/pending")
        worker.button("立即上传").click()
        expect(page.get_by_text("需要处理").first).to_be_visible()
        expect(page.get_by_text("没有这个类别，请更新后重选").first).to_be_visible()
        assert violations(page, ("sun", "dark")) + cut_off(page, 1.67) == []
        snap(page, "field-refused")
        worker.button("修改").click()
        worker.choose_category("其他")
        worker.button("上报").click()
        expect(page.get_by_text(SAVED).first).to_be_visible()
        worker.send_everything()
    finally:
        administrator.switch_category("fireworks", is_on=True)
    township = desk(TOWNSHIP)
    (case,) = fetched(township, note)
    assert case["category_code"] == "other"


def test_hostile_words_are_shown_as_words(phone: Phones, desk: Desks) -> None:
    """Markup, direction overrides, emoji and one endless word, at the phone and at the desk."""
    note = "火🔥<img src=x onerror=\"document.title='x'\">\u202e反向\u202c عربي " + "A" * 120
    kept = note.replace("\u202e", "").replace("\u202c", "")
    worker = phone(GRIDWORKER)
    worker.report("消防", note)
    worker.send_everything()
    township = desk(TOWNSHIP)
    page = township.visit("/desk/cases?text=onerror")
    page.get_by_role("link").filter(has_text="火🔥").first.click()
    expect(page.get_by_role("heading", name=kept)).to_be_visible()
    assert page.title() != "x"
    assert page.locator("img[src='x']").count() == 0
    assert violations(page) == []
    with township.on_a_phone():
        assert cut_off(page, 1) == []
    page = worker.visit("/field/cases")
    page.get_by_role("link").filter(has_text="火🔥").first.click()
    expect(page.get_by_role("heading", name=kept)).to_be_visible()
    assert cut_off(page, 1.67) == []


def test_a_position_outside_the_county_is_taken_and_shown_as_such(
    phone: Phones, desk: Desks
) -> None:
    note = "出差路上看到的：检修口没有盖"
    worker = phone(GRIDWORKER)
    worker.context.set_geolocation({"latitude": 39.9042, "longitude": 116.4074, "accuracy": 15})
    worker.visit()
    worker.report("道路车辆", note)
    worker.send_everything()
    county = desk(COUNTY)
    county.open_case(note)
    expect(county.page.get_by_text("在辖区外").first).to_be_visible()
    assert violations(county.page) == []


def test_a_phone_whose_clock_is_400_days_ahead_reports_like_any_other(
    phone: Phones, desk: Desks
) -> None:
    note = "钟快了四百天的手机：护坡松动"
    worker = phone(GRIDWORKER)
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    worker.context.clock.set_system_time(now + timedelta(days=400))
    worker.visit()
    worker.report("房屋建筑", note)
    worker.send_everything()
    page = worker.visit("/field/mine/phone")
    expect(page.get_by_text("和服务器差").first).to_be_visible()
    (case,) = fetched(desk(TOWNSHIP), note)
    received = datetime.fromisoformat(str(case["received_at"]))
    assert abs(received - now) < timedelta(minutes=10)


def test_a_file_that_is_no_photo_is_refused_at_once(phone: Phones, tmp_path: Path) -> None:
    """Chosen from the album, found out on the phone, said in words; the draft goes on."""
    bad = tmp_path / "holiday.jpg"
    bad.write_bytes(b"%PDF-1.7 " + json.dumps({"not": "a photo"}).encode())
    worker = phone(GRIDWORKER)
    worker.page.get_by_role("link", name="拍隐患").click()
    expect(worker.button("拍照")).to_be_enabled()
    worker.page.locator("input[type=file]").first.set_input_files(bad)
    expect(worker.page.get_by_text("这个文件不是能打开的照片").first).to_be_visible()
    worker.take_photo()
    expect(worker.page.get_by_text("哪一类")).to_be_visible()
