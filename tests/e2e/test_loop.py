"""The whole loop, lived through by four people in four browsers (S3-15 to S3-24)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import violations
from tests.e2e.desk import Desk
from tests.e2e.phone import SAVED, Phone

pytestmark = pytest.mark.e2e
Phones = Callable[[str], Phone]
Desks = Callable[[str], Desk]
Snap = Callable[[Page, str], None]
GRIDWORKER, TOWNSHIP, COUNTY = "王桂芬", "赵立新", "陈晓燕"
SAFETY, FIRE, STATION = "张国栋", "刘建军", "马强"
OFFICER, ENTERPRISE = "韩雪梅", "信茂机械"


def test_a_report_without_signal_survives_a_flat_battery_and_ends_archived(
    phone: Phones, desk: Desks, films: dict[str, Path], mended: list[Path], snap: Snap
) -> None:
    note = "三号楼一层楼道堆满纸箱，安全出口推不开"
    worker = phone(GRIDWORKER)
    snap(worker.page, "field-home")
    _report_without_signal(worker, note, snap)
    worker.die()
    worker.wake(is_online=False)
    worker.visit("/field/pending")
    expect(worker.page.get_by_text("上报隐患")).to_be_visible()
    snap(worker.page, "field-pending")
    worker.find_signal()
    worker.send_everything()
    _decide_at_the_desks(desk, note, snap)
    _rectify(desk(FIRE), note, mended[0], snap)
    worker.point_camera(films["fixed"])
    _verify(worker, note, snap)
    worker.archive(note)
    worker.send_everything()
    county = desk(COUNTY)
    county.open_case(note)
    assert county.state() == "archived"
    steps = county.page.get_by_role("region", name="经过").get_by_role("listitem")
    for step in ("归档", "现场核验合格", "整改完成", "接收", "派发", "上报隐患"):
        expect(steps.filter(has_text=step).first).to_be_visible()
    snap(county.page, "desk-archived")


def _report_without_signal(worker: Phone, note: str, snap: Snap) -> None:
    """Four taps and a few words; the record is then on the phone (S3-15)."""
    worker.lose_signal()
    worker.page.get_by_role("link", name="拍隐患").click()
    expect(worker.button("拍照")).to_be_enabled()
    snap(worker.page, "field-camera")
    worker.take_photo()
    worker.page.get_by_text("消防", exact=True).click()
    worker.page.get_by_label("一句话").fill(note)
    snap(worker.page, "field-report")
    worker.button("上报").click()
    expect(worker.page.get_by_text(SAVED).first).to_be_visible()
    snap(worker.page, "field-saved")


def _decide_at_the_desks(desk: Desks, note: str, snap: Snap) -> None:
    """The township sends it up, the county assigns it by rule (S3-18, S3-19)."""
    township = desk(TOWNSHIP)
    township.queue("待受理")
    expect(township.page.get_by_role("link").filter(has_text=note).first).to_be_visible()
    snap(township.page, "desk-triage")
    township.open_case(note)
    snap(township.page, "desk-case")
    _send_up(township)
    county = desk(COUNTY)
    county.open_case(note)
    county.begin("派发")
    expect(county.panel.get_by_text("前整改").last).to_be_visible()
    snap(county.page, "desk-dispatch")
    county.confirm("派发")


def _rectify(fire: Desk, note: str, photo: Path, snap: Snap) -> None:
    """The department signs for it and declares it done (S3-2, S3-21)."""
    fire.queue("待接收")
    expect(fire.page.get_by_role("link").filter(has_text=note).first).to_be_visible()
    snap(fire.page, "desk-department")
    fire.open_case(note)
    fire.step("接收")
    fire.prepare_finish("纸箱当天清走，和物业签了不再堆放的承诺", photo)
    snap(fire.page, "desk-finish")
    fire.confirm("整改完成")


def _verify(worker: Phone, note: str, snap: Snap) -> None:
    """The finder goes back, photographs, is satisfied (S3-22, S3-23)."""
    worker.open_case(note)
    expect(worker.go("去核验")).to_be_visible()
    snap(worker.page, "field-case")
    worker.go("去核验").click()
    worker.take_photo()
    worker.judge_good(5)
    snap(worker.page, "field-verify")
    worker.button("合格，销号").click()
    worker.answer_distance()
    worker.send_everything()


def test_what_was_not_mended_goes_a_second_round(
    phone: Phones, desk: Desks, films: dict[str, Path], mended: list[Path]
) -> None:
    note = "疏散通道又停满电动车，出不去人"
    worker = phone(GRIDWORKER)
    worker.report("消防", note)
    worker.send_everything()
    _to_the_station(desk, note)
    station = desk(STATION)
    station.open_case(note)
    station.step("接收")
    station.finish("电动车已挪到车棚", mended[1])
    worker.point_camera(films["again"])
    worker.reject(note, "又出现了")
    worker.send_everything()
    township = desk(TOWNSHIP)
    township.open_case(note)
    expect(township.page.get_by_text("第 2 轮").first).to_be_visible()
    township.dispatch()
    station.open_case(note)
    station.step("接收")
    station.finish("车棚加了锁，通道装了监控", mended[2])
    worker.point_camera(films["fixed"])
    worker.verify(note, 4)
    worker.send_everything()
    township.open_case(note)
    assert township.state() == "verified"
    expect(township.page.get_by_role("group", name="第几轮").first).to_be_visible()


def test_what_can_be_mended_at_once_is_archived_at_once(phone: Phones, desk: Desks) -> None:
    note = "灭火器压在杂物下面，已经搬开"
    worker = phone(GRIDWORKER)
    worker.fix_on_site("消防", note)
    worker.send_everything()
    township = desk(TOWNSHIP)
    township.open_case(note)
    assert township.state() == "archived"


def test_the_unclear_goes_to_the_safety_department(phone: Phones, desk: Desks, snap: Snap) -> None:
    note = "废弃厂房里有不明桶装液体，说不清归谁管"
    worker = phone(GRIDWORKER)
    worker.report("消防", note)
    worker.send_everything()
    _up_to_the_county(desk, note)
    county = desk(COUNTY)
    county.open_case(note)
    county.begin("转安全管理部门")
    county.panel.get_by_text("说不清归谁", exact=True).click()
    county.confirm("转安全管理部门")
    safety = desk(SAFETY)
    safety.open_case(note)
    snap(safety.page, "desk-unclear")
    safety.dispatch("消防")
    expect(safety.page.get_by_text("整改中").first).to_be_visible()


def test_handed_back_twice_the_safety_department_decides(phone: Phones, desk: Desks) -> None:
    note = "路灯杆漏电，碰到发麻"
    worker = phone(GRIDWORKER)
    worker.report("消防", note)
    worker.send_everything()
    _up_to_the_county(desk, note)
    county, fire = desk(COUNTY), desk(FIRE)
    for _ in range(2):
        county.open_case(note)
        county.dispatch("消防")
        fire.open_case(note)
        fire.begin("退回（非本单位）")
        fire.panel.get_by_text("不是本部门职责", exact=True).click()
        fire.choose("应该交给谁", "住房")
        fire.confirm("退回（非本单位）")
    safety = desk(SAFETY)
    safety.open_case(note)
    expect(safety.panel.get_by_role("button", name="派发").first).to_be_visible()


def test_an_enterprise_puts_right_what_others_found_at_its_place(
    phone: Phones, desk: Desks, films: dict[str, Path], snap: Snap
) -> None:
    """Found by a gridworker, given to the enterprise itself, done on its officer's phone."""
    county = desk(COUNTY)
    place = county.place(ENTERPRISE)
    case = county.first_of(queue="holder", state="escalated", enterprise_id=place)
    county.visit(f"/desk/cases/{case['id']}")
    county.dispatch(ENTERPRISE)
    officer = phone(OFFICER)
    expect(officer.page.get_by_role("heading", name="待整改")).to_be_visible()
    snap(officer.page, "field-enterprise")
    officer.point_camera(films["fixed"])
    officer.sign_for(case["note"])
    officer.send_everything()
    officer.prepare_finish(case["note"], "当班的人一起清走，地上划了线")
    assert violations(officer.page) == []
    snap(officer.page, "field-enterprise-finish")
    officer.finish()
    officer.send_everything()
    county.visit(f"/desk/cases/{case['id']}")
    assert county.state() == "done"
    expect(county.page.get_by_text("当班的人一起清走，地上划了线").first).to_be_visible()


def _to_the_station(desk: Desks, note: str) -> None:
    """The township keeps it: the rule proposes its own station (S3-18)."""
    township = desk(TOWNSHIP)
    township.open_case(note)
    township.dispatch()


def _up_to_the_county(desk: Desks, note: str) -> None:
    township = desk(TOWNSHIP)
    township.open_case(note)
    _send_up(township)


def _send_up(township: Desk) -> None:
    township.begin("上报")
    township.panel.get_by_text("不归本镇管", exact=True).click()
    township.confirm("上报")
