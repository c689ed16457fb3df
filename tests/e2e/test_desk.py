"""What is particular to the desk: keys, paper, map, two at one case, a village's switch."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import violations
from tests.e2e.desk import Desk
from tests.e2e.phone import Phone

pytestmark = pytest.mark.e2e
Phones = Callable[[str], Phone]
Desks = Callable[[str], Desk]
Snap = Callable[[Page, str], None]
GRIDWORKER, TOWNSHIP, COUNTY, ADMINISTRATOR = "王桂芬", "赵立新", "陈晓燕", "郑凯"


def test_an_archived_case_goes_on_paper(desk: Desks) -> None:
    county = desk(COUNTY)
    case = county.first_of(state="archived")
    page = county.visit(f"/desk/cases/{case['id']}?all=1")
    link = page.get_by_role("link", name="打印")
    expect(link).to_be_visible()
    with county.context.expect_page() as opened:
        link.click()
    sheet = opened.value
    expect(sheet.get_by_role("heading", name="隐患治理单")).to_be_visible()
    expect(sheet.get_by_text(str(case["number"]), exact=True)).to_be_visible()
    expect(sheet.get_by_role("row").filter(has_text="归档").last).to_be_visible()
    expect(sheet.get_by_role("img").nth(1)).to_be_visible()
    for photo in sheet.get_by_role("img").all():
        expect(photo).to_have_js_property("complete", value=True)
        assert photo.evaluate("one => one.naturalWidth") > 0
    sheet.emulate_media(media="print")
    expect(sheet.get_by_role("button", name="打印")).to_be_hidden()
    paper = sheet.pdf(format="A4", print_background=True)
    assert paper.startswith(b"%PDF")
    assert b"/MediaBox [0 0 594" in paper or b"/MediaBox [0 0 595" in paper


def test_a_case_is_decided_by_keys_alone(phone: Phones, desk: Desks) -> None:
    """Return with a reason, take back, put aside, claim: without touching the mouse (ui, keys)."""
    note = "配电箱门掉了，电线露在外面"
    worker = phone(GRIDWORKER)
    worker.report("用电", note)
    worker.send_everything()
    township = desk(TOWNSHIP)
    township.open_case(note)
    page, keys = township.page, township.page.keyboard
    keys.press("a")
    expect(page.get_by_role("button", name="放开")).to_be_visible()
    keys.press("3")
    form = page.get_by_role("form", name="退回补充")
    expect(form).to_be_visible()
    assert violations(page) == []
    expect(form.locator("input:focus")).to_have_count(1)
    keys.press("Space")  # the first reason has the focus
    keys.press("Enter")
    expect(page.get_by_text("退回补充").first).to_be_visible()
    expect(township.button("撤回").first).to_be_visible()
    keys.press("u")
    expect(township.button("撤回")).to_have_count(0)
    expect(page.get_by_text("待受理").first).to_be_visible()
    keys.press("h")
    expect(page.get_by_text("挂起到什么时候？")).to_be_visible()
    keys.press("Escape")
    keys.press("3")
    expect(form.locator("input:focus")).to_have_count(1)
    keys.press("Space")
    keys.press("Enter")
    township.leave_and_send()
    worker.open_case(note)
    expect(worker.page.get_by_text("照片看不清，请补拍一张").first).to_be_visible()
    assert violations(worker.page) == []


def test_a_place_is_corrected_on_the_map(desk: Desks, snap: Snap) -> None:
    """By whoever reported it; a click says where, the numbers say it again for a keyboard."""
    officer = desk(TOWNSHIP)
    id_, note = uuid4(), "来电反映河堤护栏松动"
    report = {
        "category_code": "water",
        "note": note,
        "no_photo_reason": "电话反映",
        "position": {"lat": 34.579, "lon": 117.758, "accuracy_m": 500, "source": "map"},
        "occurred_at": datetime.now(UTC).isoformat(),
    }
    sent = officer.context.request.put(
        f"{officer.origin}/api/hazards/{id_}",
        data=json.dumps(report),
        headers={"Origin": officer.origin, "Content-Type": "application/json"},
    )
    assert sent.ok, sent.text()
    page = officer.visit(f"/desk/cases/{id_}")
    expect(page.get_by_text(note).first).to_be_visible()
    officer.begin("更正")
    chart = officer.panel.get_by_role("application")
    expect(chart).to_be_visible()
    chart.click(position={"x": 120, "y": 140})
    expect(officer.panel.get_by_text("改到图上点的地方了")).to_be_visible()
    assert violations(page) == []
    snap(page, "desk-correct")
    officer.panel.get_by_label("纬度").fill("34.58")
    officer.panel.get_by_label("经度").fill("不是数字")
    officer.panel.get_by_label("经度").press("Tab")
    officer.confirm("更正")
    case = officer.context.request.get(f"{officer.origin}/api/hazards/{id_}").json()
    assert case["lat"] == 34.58
    assert case["lon"] != 117.758


def test_of_two_officers_the_second_sees_what_the_first_has_done(
    phone: Phones, desk: Desks
) -> None:
    note = "楼顶广告牌松动，风一吹就响"
    worker = phone(GRIDWORKER)
    worker.report("房屋建筑", note)
    worker.send_everything()
    first, second = desk(TOWNSHIP), desk(TOWNSHIP)
    first.open_case(note)
    second.open_case(note)
    second.begin("作废")
    first.begin("上报")
    first.panel.get_by_text("不归本镇管", exact=True).click()
    first.confirm("上报")
    second.panel.get_by_text("不是安全隐患", exact=True).click()
    second.button("确定作废").click()
    told = second.page.get_by_text("「作废」没有生效")
    expect(told).to_be_visible()
    assert violations(second.page) == []


def test_a_village_that_summarises_sees_the_report_first(phone: Phones, desk: Desks) -> None:
    administrator = desk(ADMINISTRATOR)
    village = administrator.body("孟庄村委会")
    administrator.let_summarise(village, is_on=True)
    try:
        note = "村口桥栏杆断了一根"
        worker = phone(GRIDWORKER)
        worker.report("道路车辆", note)
        worker.send_everything()
        clerk = desk("孙秀兰")
        clerk.open_case(note)
        clerk.begin("上报")
        clerk.panel.get_by_text("村里核实过，属实", exact=True).click()
        clerk.confirm("上报")
        township = desk(TOWNSHIP)
        township.open_case(note)
        expect(township.panel.get_by_role("button", name="派发").first).to_be_visible()
    finally:
        administrator.let_summarise(village, is_on=False)
