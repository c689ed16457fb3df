"""What a gridworker does, in the words that stand on the screen."""

import re
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Locator, Page, Playwright, expect

from tests.e2e.browser import chromium, engine, kill_browser, launch_phone, step_in

SAVED = "已存在手机里"
_ANSWER = re.compile("上去了|已上传$|登录过期|再传|自动上传|处理|连不上|正在上传$")

_GROW_OLD = """async () => {
  const { name } = (await indexedDB.databases()).find((one) => one.name.startsWith('grid-'))
  const opened = await new Promise((done, fail) => {
    const request = indexedDB.open(name)
    request.onsuccess = () => done(request.result)
    request.onerror = () => fail(request.error)
  })
  await new Promise((done, fail) => {
    const change = opened.transaction('meta', 'readwrite')
    for (const mark of ['tasks_at', 'reference_at']) change.objectStore('meta').delete(mark)
    change.oncomplete = done
    change.onerror = () => fail(change.error)
  })
  opened.close()
}"""


class Phone:
    """One phone with its own browser profile; survives being killed."""

    executable = staticmethod(engine)

    def __init__(self, playwright: Playwright, folder: Path, origin: str, camera: Path) -> None:
        self.playwright, self.origin, self.profile = playwright, origin, folder
        self.context: BrowserContext = self._open(camera)

    def _open(self, camera: Path) -> BrowserContext:
        self.camera = camera
        return launch_phone(self.playwright, self.profile, self.origin, camera, self.executable())

    @property
    def page(self) -> Page:
        """Raises Error like everything else of a browser that was killed."""
        if not self.context.pages:
            raise Error("no page is open any more")
        return self.context.pages[-1]

    def visit(self, path: str = "/field/") -> Page:
        self.page.goto(f"{self.origin}{path}")
        return self.page

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def go(self, name: str) -> Locator:
        """A way on, be it a link or a button."""
        link = self.page.get_by_role("link", name=name, exact=True)
        return link.or_(self.button(name)).first

    def hand_in_password(self, login: str, password: str) -> Page:
        """Whatever comes of it."""
        self.account = (login, password)
        page = self.visit("/field/sign-in")
        page.get_by_label("手机号或用户名").fill(login)
        page.get_by_label("密码", exact=True).fill(password)
        self.button("登录").click()
        return page

    def step_in(self, login: str, password: str) -> None:
        """With a session that did not begin at the door of the pages."""
        self.account = (login, password)
        step_in(self.context, self.origin, login, password)
        self.visit()
        self._be_ready()

    def sign_in(self, login: str, password: str) -> None:
        self.hand_in_password(login, password)
        self._be_ready()

    def _be_ready(self) -> None:
        page = self.page
        expect(page.get_by_role("link", name="拍隐患")).to_be_visible()
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.wait_for_load_state("networkidle")  # categories and cases are on the phone

    def grow_old(self) -> None:
        """As on the day after: tasks, rules and ledger are asked for anew."""
        self.page.evaluate(_GROW_OLD)

    def end_session(self) -> None:
        """As if the session had run out: the server no longer knows it."""
        answer = self.context.request.delete(
            f"{self.origin}/api/session", headers={"Origin": self.origin}
        )
        assert answer.ok, answer.text()

    def lose_signal(self) -> None:
        self.context.set_offline(True)

    def find_signal(self) -> None:
        self.context.set_offline(False)

    def die(self) -> None:
        """The battery is empty: no event, no goodbye."""
        kill_browser(self.profile)
        with suppress(Error):  # nobody is there any more to close it
            self.context.close()

    def wake(self, *, is_online: bool, camera: Path | None = None) -> Page:
        self.context = self._open(camera or self.camera)
        self.context.set_offline(not is_online)
        return self.visit()

    def point_camera(self, film: Path) -> None:
        """The phone is closed and opened again; its camera now sees another film."""
        self.context.close()
        self.wake(is_online=True, camera=film)

    def take_photo(self) -> None:
        shutter = self.button("拍照")
        expect(shutter).to_be_enabled(timeout=20_000)
        shutter.click()

    def fill_report(self, category: str, note: str) -> None:
        """拍隐患 → 拍照 → 类别, and a few words."""
        self.page.get_by_role("link", name="拍隐患").click()
        self.take_photo()
        self.choose_category(category)
        self.page.get_by_label("一句话").fill(note)

    def choose_category(self, name: str) -> None:
        """One of the six tiles, or of those behind 「更多类别」."""
        tile = self.page.get_by_text(name, exact=True)
        more = self.page.get_by_text("更多类别")
        expect(tile.or_(more).first).to_be_visible()
        if not tile.is_visible():
            more.click()
        tile.click()

    def report(self, category: str, note: str) -> None:
        self.fill_report(category, note)
        self.button("上报").click()
        expect(self.page.get_by_text(SAVED).first).to_be_visible()

    def fix_on_site(self, category: str, note: str) -> None:
        """拍隐患 → 当场已整改 → the same place, mended → rated."""
        self.fill_report(category, note)
        self.button("当场已整改").click()
        self.take_photo()
        self.page.get_by_role("radio", name="5 分（满分 5 分）").check(force=True)
        self.button("完成").click()
        expect(self.page.get_by_text(SAVED).first).to_be_visible()

    def sign_for(self, note: str) -> None:
        """An enterprise takes on what was found at its place."""
        self.open_case(note)
        self.go("接收").click()
        self.button("接收").click()
        expect(self.page.get_by_text(SAVED).first).to_be_visible()

    def prepare_finish(self, note: str, words: str) -> None:
        """填完成情况 → the same place, mended → what was done."""
        self.open_case(note)
        self.go("填完成情况").click()
        self.button("拍照").click()
        self.take_photo()
        self.page.get_by_label("做了什么").fill(words)

    def finish(self) -> None:
        self.button("提交核验").click()
        expect(self.page.get_by_text(SAVED).first).to_be_visible()

    def send_everything(self) -> None:
        """待上传 → 立即上传, until nothing waits. A killed browser may have lost its cookie."""
        expired, sent = self.page.get_by_text("登录过期"), self.page.get_by_text("全部已上传")
        self.press_send()
        expect(expired.or_(sent).first).to_be_visible(timeout=60_000)
        if expired.first.is_visible():
            self.sign_in(*self.account)
            self.press_send()
        expect(sent.first).to_be_visible(timeout=60_000)

    def press_send(self) -> None:
        """待上传 → 立即上传; a press is answered when it is over."""
        self.visit("/field/pending")
        self.button("立即上传").click()
        expect(self.page.get_by_role("status").filter(has_text=_ANSWER).first).to_be_visible(
            timeout=60_000
        )

    def open_case(self, note: str) -> None:
        """The case from the list, fetched anew."""
        self.visit("/field/cases")
        row = self.page.get_by_role("link").filter(has_text=note).first
        expect(row).to_be_visible(timeout=30_000)
        row.click()
        expect(self.page.get_by_role("heading", name="隐患详情")).to_be_visible()

    def verify(self, note: str, points: int) -> None:
        """去核验 → a fresh photo → 合格."""
        self.open_case(note)
        self.go("去核验").click()
        self.take_photo()
        self.judge_good(points)
        self.button("合格，销号").click()
        self.answer_distance()

    def archive(self, note: str) -> None:
        """The finder closes the case without waiting for the 24 hours (S3-23)."""
        self.open_case(note)
        self.go("归档").click()
        self.button("归档").click()
        expect(self.page.get_by_text(SAVED).first).to_be_visible()

    def judge_good(self, points: int) -> None:
        self.page.get_by_text("合格 · 销号", exact=True).click()
        self.page.get_by_role("radio", name=f"{points} 分（满分 5 分）").check(force=True)

    def reject(self, note: str, reason: str) -> None:
        self.open_case(note)
        self.go("去核验").click()
        self.take_photo()
        self.page.get_by_text("不合格 · 退回", exact=True).click()
        self.page.get_by_text(reason, exact=True).click()
        self.button("不合格，退回").click()
        self.answer_distance()

    def answer_distance(self) -> None:
        """「是否在现场？」 comes only where the phone is far from the place."""
        asked = self.button("在现场")
        left = self.page.get_by_role("heading", name="现场核验")
        for _ in range(60):
            if asked.is_visible():
                asked.click()
            if left.count() == 0:
                return
            self.page.wait_for_timeout(500)
        raise AssertionError("the verdict was not saved")

    def export(self, file: Path) -> Path:
        """我的 → 导出未上传: the file as the phone would hand it over."""
        page = self.visit("/field/mine/rescue")
        with page.expect_download() as handed:
            page.get_by_role("button", name="导出未上传").click()
        handed.value.save_as(file)
        return file

    def close(self) -> None:
        self.context.close()


class WholePhone(Phone):
    """In the browser as people have it: where that is what is broken, or timed."""

    executable = staticmethod(chromium)
