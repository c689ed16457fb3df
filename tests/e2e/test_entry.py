"""Getting in: a gridworker's phone by the township's code, a desk by a second factor."""

import re
from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Locator, Page, Playwright, expect

from app import clock
from tests.e2e.accessibility import violations
from tests.e2e.desk import Desk
from tests.e2e.phone import Phone
from tests.running import RunningApp

pytestmark = pytest.mark.e2e
Desks = Callable[[str], Desk]
Snap = Callable[[Page, str], None]
TOWNSHIP, HANDLER, SECURITY = "赵立新", "吴海波", "何静"
OWN = "门前那棵老槐树三百岁"


def open_person(officer: Desk, person_id: str) -> Page:
    page = officer.visit(f"/desk/people/{person_id}")
    expect(page.get_by_role("heading", name="岗位")).to_be_visible()
    return page


def without_account(officer: Desk, county: RunningApp) -> dict[str, str]:
    """A gridworker of the officer's township to whom nobody has given a password yet."""
    answer = officer.context.request.get(
        f"{officer.origin}/api/people", params={"role": "gridworker"}
    )
    cast = (county.var / "demo-accounts.txt").read_text()
    return next(row for row in answer.json()["items"] if row["name"] not in cast)


def join(phone: Phone, code: str) -> None:
    """As the phone's browser opens the scanned link: the code stands behind the #."""
    page = phone.visit(f"/field/join#{code}")
    expect(page.get_by_label("邀请码")).to_have_value(code)
    assert code not in page.url, "the code stays in the address"
    page.get_by_label("给自己设一个密码").fill(OWN)
    page.get_by_label("再输一遍新密码").fill(OWN)


def test_a_phone_is_let_in_by_its_township_once(
    playwright: Playwright,
    county: RunningApp,
    films: dict[str, Path],
    tmp_path: Path,
    desk: Desks,
    snap: Snap,
) -> None:
    """Code on the officer's screen, own password on the phone, a report; the code is then worth
    nothing.
    """
    officer = desk(TOWNSHIP)
    person = without_account(officer, county)
    page = open_person(officer, person["id"])
    officer.button("出邀请码").click()
    picture = page.get_by_alt_text("手机扫的二维码")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    code = page.get_by_text(re.compile(r"^[a-z0-9]{4}(-[a-z0-9]{4}){2}$")).inner_text()
    assert violations(page) == []
    snap(page, "desk-invite")
    phones = [
        Phone(playwright, tmp_path / name, county.url, films["hazard"])
        for name in ("own", "another")
    ]
    try:
        mine, another = phones
        join(mine, code)
        assert violations(mine.page) == []
        snap(mine.page, "field-join")
        mine.button("设好，进入").click()
        expect(mine.page.get_by_role("link", name="拍隐患")).to_be_visible()
        mine.page.wait_for_load_state("networkidle")
        note = "水渠边的井盖不见了，用树枝挡着"
        mine.report("道路车辆", note)
        mine.send_everything()
        officer.open_case(note)
        join(another, code)
        another.button("设好，进入").click()
        expect(another.page.get_by_role("alert")).to_be_visible()
        assert another.page.url.endswith("/field/join")
    finally:
        for one in phones:
            one.close()


def the_field(officer: Desk) -> Locator:
    """Where the six digits go."""
    return officer.page.locator("input[name=code]")


def give_password(officer: Desk, login: str, password: str) -> None:
    page = officer.visit("/desk/sign-in")
    page.get_by_label("手机号或用户名").fill(login)
    page.get_by_label("密码", exact=True).fill(password)
    officer.button("登录").click()
    expect(page.get_by_role("heading", name="动态口令")).to_be_visible()


def is_in(officer: Desk) -> None:
    expect(officer.page.get_by_label("案件列表").first).to_be_visible()


def set_up(officer: Desk, snap: Snap) -> tuple[pyotp.TOTP, list[str]]:
    """Scan or type, prove it with a code (a wrong one first), note the recovery codes."""
    page = officer.visit("/desk/account")
    officer.button("设置动态口令").click()
    expect(page.get_by_alt_text("用身份验证器扫的二维码")).to_be_visible()
    key = page.locator("[translate=no]").inner_text().replace(" ", "")
    app = pyotp.TOTP(key)
    assert violations(page) == []
    snap(page, "desk-factor")
    the_field(officer).fill("000000")
    officer.button("设好了").click()
    expect(page.get_by_text("口令不对").first).to_be_visible()
    the_field(officer).fill(app.at(clock.now()))
    officer.button("设好了").click()
    expect(page.get_by_role("heading", name="记下备用码")).to_be_visible()
    codes = page.locator("ol[translate=no] li").all_inner_texts()
    assert len(set(codes)) == 10
    assert violations(page) == []
    officer.button("已记下，继续").click()
    is_in(officer)
    return app, codes


def test_a_desk_sets_a_second_factor_uses_it_and_loses_it(
    county: RunningApp, desk: Desks, snap: Snap
) -> None:
    """Set up, next day's code, a recovery code once, and taken away by the security
    administrator.
    """
    officer = desk(HANDLER)
    login, password = county.account(HANDLER)
    page = officer.page
    app, codes = set_up(officer, snap)
    try:
        for code in (app.at(clock.now(), counter_offset=1), codes[0]):
            officer.context.clear_cookies()
            give_password(officer, login, password)
            assert violations(page) == []
            the_field(officer).fill(code)
            officer.button("登录").click()
            is_in(officer)
        officer.context.clear_cookies()
        give_password(officer, login, password)
        the_field(officer).fill(codes[0])
        officer.button("登录").click()
        expect(page.get_by_role("alert").filter(has_text=re.compile("口令|备用码"))).to_be_visible()
    finally:
        administrator = desk(SECURITY)
        open_person(administrator, person_of(administrator, login))
        administrator.button("重置动态口令").click()
        administrator.button("重置动态口令").last.click()
        expect(administrator.page.get_by_text("已重置。").first).to_be_visible()
    again = desk(HANDLER)
    again.context.clear_cookies()
    again.sign_in(login, password)  # the password alone opens again


def person_of(officer: Desk, mobile: str) -> str:
    """By the whole number: names repeat themselves in a county."""
    answer = officer.context.request.get(f"{officer.origin}/api/people", params={"text": mobile})
    return str(answer.json()["items"][0]["id"])
