"""What an officer does at a desk, in the words that stand on the screen."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.e2e.browser import DESK, MOBILE, step_in


def pick(place: Page | Locator, label: str, option: str) -> None:
    """One of a drop-down that opens over the page."""
    page = place.page if isinstance(place, Locator) else place
    place.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def hold(page: Page, requests: str) -> list[Route]:
    """As on a very slow line: what the page asks for like this waits until it is let go."""
    asked: list[Route] = []

    def wait(route: Route) -> None:
        asked.append(route)

    page.route(requests, wait)
    return asked


def let_go(page: Page, asked: list[Route]) -> None:
    for route in asked:
        route.continue_()
    page.unroute_all()


class Desk:
    """One officer's browser on a large screen."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self.origin = origin
        self.context = browser.new_context(
            viewport=DESK,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        self.page: Page = self.context.new_page()

    def visit(self, path: str = "/desk/") -> Page:
        self.page.goto(f"{self.origin}{path}")
        return self.page

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def step_in(self, login: str, password: str) -> None:
        """Signed in as the page would do it; no page is open yet."""
        step_in(self.context, self.origin, login, password)

    def sign_in(self, login: str, password: str) -> None:
        """At the door, with the list of cases behind it."""
        page = self.visit()
        page.get_by_label("手机号或用户名").fill(login)
        page.get_by_label("密码", exact=True).fill(password)
        self.button("登录").click()
        expect(page.get_by_label("案件列表").first).to_be_visible(timeout=20_000)

    def queue(self, name: str) -> None:
        """Open one of the queues on the left."""
        self.visit()
        self.page.get_by_role("navigation", name="队列和视图").get_by_role(
            "link", name=name
        ).first.click()

    def open_case(self, note: str) -> None:
        """Find a case by its words among all that the officer sees."""
        self.visit("/desk/cases?text=" + note)
        row = self.page.get_by_role("link").filter(has_text=note).first
        arrived = self.page.get_by_role("button", name="点这里显示")
        expect(row.or_(arrived).first).to_be_visible(timeout=20_000)
        if arrived.is_visible():
            arrived.click()
        row.click()
        expect(self.panel).to_be_visible()

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("region", name="办理")

    def begin(self, action: str) -> None:
        """One of the buttons of the decision, or of 「更多」."""
        button = self.panel.get_by_role("button", name=action).first
        more = self.panel.get_by_text("更多")
        expect(button.or_(more).first).to_be_visible()
        if not button.is_visible():
            more.click()
            button = self.panel.get_by_role("button", name=action).first
        button.click()

    def choose(self, label: str, option: str) -> None:
        """From a drop-down that can be typed into."""
        wanted = self.page.get_by_role("option").filter(has_text=option).first
        self.panel.get_by_role("combobox", name=label).first.fill(option)
        wanted.click()

    def confirm(self, action: str, *, is_patient: bool = False) -> None:
        """Send the form. `is_patient`: wait out the ten seconds for a change of mind."""
        self.button(f"确定{action}").click()
        self._finish_the_step(is_patient=is_patient)

    def _finish_the_step(self, *, is_patient: bool = False) -> None:
        """The impatient leave the page, which sends at once what still waits."""
        undo = self.button("撤回")
        expect(undo.first).to_be_visible()
        if is_patient:
            expect(undo).to_have_count(0, timeout=30_000)
            return
        self.leave_and_send()

    def leave_and_send(self) -> None:
        """Leave the page: what still waits for a change of mind is sent now."""
        case_id = urlsplit(self.page.url).path.split("/")[-1]
        before, here = self.version(case_id), self.page.url
        self.page.goto("about:blank")
        for _ in range(120):
            if self.version(case_id) != before:
                self.page.goto(here)
                return
            self.page.wait_for_timeout(250)
        raise AssertionError("the decision was not sent when the page was left")

    def version(self, case_id: str) -> int | None:
        """How often the case has changed; None once it is out of sight."""
        answer = self.context.request.get(f"{self.origin}/api/hazards/{case_id}")
        return int(answer.json()["version"]) if answer.ok else None

    def state(self) -> str:
        """The state of the open case, in the server's word."""
        case_id = urlsplit(self.page.url).path.split("/")[-1]
        answer = self.context.request.get(f"{self.origin}/api/hazards/{case_id}")
        return str(answer.json()["state"])

    def first_of(self, **wanted: str) -> dict[str, Any]:
        """The most urgent case like this among those that the officer sees."""
        answer = self.context.request.get(f"{self.origin}/api/hazards", params={**wanted})
        found: dict[str, Any] = answer.json()["items"][0]
        return found

    def place(self, name: str) -> str:
        """The id of the enterprise of this name."""
        answer = self.context.request.get(f"{self.origin}/api/objects", params={"text": name})
        return str(answer.json()["items"][0]["id"])

    def body(self, name: str) -> str:
        """The id of the body of this name."""
        rows = self.context.request.get(f"{self.origin}/api/organizations").json()
        return next(str(row["id"]) for row in rows if row["name"] == name)

    def let_summarise(self, village_id: str, *, is_on: bool) -> None:
        """The administrator's switch of a village."""
        page = self.visit(f"/desk/places/organizations/{village_id}")
        switch = page.get_by_role("switch", name="隐患先到村里汇总")
        expect(switch).to_be_visible()
        switch.set_checked(is_on, force=True)
        self.button("保存").click()
        expect(page.get_by_text("已保存。").first).to_be_visible()

    def switch_category(self, code: str, *, is_on: bool) -> None:
        """The county's rules: whether gridworkers may choose this category."""
        page = self.visit("/desk/rules/categories")
        row = page.get_by_role("row").filter(has_text=code)
        row.get_by_role("button", name="启用" if is_on else "停用").click()
        expect(row.get_by_role("button", name="停用" if is_on else "启用")).to_be_visible()

    @contextmanager
    def on_a_phone(self) -> Iterator[None]:
        """The same page at the width of a phone."""
        self.page.set_viewport_size(MOBILE)
        yield
        self.page.set_viewport_size(DESK)

    def step(self, action: str) -> None:
        """A step that needs nothing but the button."""
        self.begin(action)
        self._finish_the_step()

    def dispatch(self, department: str | None = None) -> None:
        """Assign to whom the rule proposes, or to another department."""
        self.begin("派发")
        expect(self.panel.get_by_text("前整改").last).to_be_visible()
        if department:
            self.choose("牵头部门", department)
        self.confirm("派发")

    def prepare_finish(self, note: str, photo: Path) -> None:
        """The department says what it did and shows it."""
        self.begin("整改完成")
        self.panel.get_by_label("怎么整改的").fill(note)
        self.panel.locator("input[type=file]").set_input_files(photo)
        expect(self.panel.get_by_alt_text("第 1 张")).to_be_visible()

    def finish(self, note: str, photo: Path) -> None:
        self.prepare_finish(note, photo)
        self.confirm("整改完成")

    def close(self) -> None:
        self.context.close()
