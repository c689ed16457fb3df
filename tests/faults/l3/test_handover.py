"""Two tabs, a new version, another person: what waits is sent once, by its own (F18–F23)."""

import re
from collections import Counter

import pytest
from playwright.sync_api import BrowserContext, Page, Response, expect

from tests.faults.l3.conftest import GetPhone
from tests.faults.l3.handset import Handset
from tests.faults.l3.world import World, apart

pytestmark = pytest.mark.e2e
WRITES = re.compile(r"/api/(hazards|photos)/")
# Each reaches the old worker: Chromium then may leave the new one waiting (w3c/ServiceWorker#1295).
_STORM = """() => {
  const until = Date.now() + 3_000
  const on = async () => { while (Date.now() < until) await fetch('/field/manifest.webmanifest') }
  for (let n = 0; n < 3; n++) void on()
}"""


class Wire:
    """Every write that leaves this browser and how it was answered."""

    def __init__(self, context: BrowserContext) -> None:
        self.accepted: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        context.on("request", lambda request: self._ask(request.method, request.url))
        context.on("response", self._answer)

    def _ask(self, method: str, url: str) -> None:
        if method == "PUT":
            self.asked[url.rsplit("/", 1)[1]] += 1

    def _answer(self, response: Response) -> None:
        if response.request.method == "PUT" and response.ok:
            self.accepted[response.url.rsplit("/", 1)[1]] += 1


def test_two_tabs_that_send_at_once_send_each_thing_once(world: World, phone: GetPhone) -> None:
    for n in range(world.run.size(1)):
        with world.schedule("tabs", n) as dice:
            one = phone()
            wire = Wire(one.context)
            one.lose_signal()
            keys = set()
            for number in range(dice.randint(2, 3)):
                keys |= one.report_saved(f"两个窗口 {n} {number}", dice.choice((1, 2)))
            tabs = [one.visit("/field/pending"), _second_tab(one)]
            one.page.wait_for_timeout(5_000)
            one.find_signal()
            for tab in tabs:
                tab.get_by_role("button", name="立即上传").click(no_wait_after=True)
            for tab in tabs:
                expect(tab.get_by_text("全部已上传").first).to_be_visible()
            world.run.faults["two tabs send at once"] += 1
            one.drain()
            assert {id_: wire.accepted[id_] for _, id_ in keys} == {id_: 1 for _, id_ in keys}


def _second_tab(one: Handset) -> Page:
    tab = one.context.new_page()
    tab.goto(f"{one.origin}/field/pending")
    expect(tab.get_by_role("button", name="立即上传")).to_be_visible()
    return tab


def test_a_new_version_waits_for_the_person_and_takes_nothing_away(
    world: World, phone: GetPhone
) -> None:
    for n in range(world.run.size(1)):
        with world.schedule("renewed", n):
            _renewed(phone(), f"{world.run.seed}-{n}", f"新版 {n}")


def _renewed(one: Handset, mark: str, note: str) -> None:
    one.context.route(WRITES, lambda route: route.abort())
    one.visit()
    waiting = one.report_saved(f"{note} 先", 1)
    draft = one.begin(note, 2)
    before = one.look()
    one.world.release(mark)
    one.world.run.faults["a new version arrives"] += 1
    page = one.page
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    _until(page, "navigator.serviceWorker.getRegistration().then((it) => !!it.waiting)")
    assert _version(page) != mark
    expect(page.get_by_label("一句话")).to_have_value(note)
    one.visit("/field/mine")
    expect(page.get_by_text("有新版，空了再更新")).to_be_visible()
    assert _version(page) != mark, "a reload must not bring the new version by itself"
    page.evaluate(_STORM)
    one.world.run.faults["requests while a new version takes over"] += 1
    one.button("更新").click()
    expect(page.locator(f"meta[name=release][content='{mark}']")).to_have_count(1)
    after = one.look()
    assert {item["itemId"] for item in after["outbox"]} == {id_ for _, id_ in waiting}
    assert (after["drafts"], after["bytes"]) == (before["drafts"], before["bytes"])
    one.context.unroute(WRITES)
    one.visit(f"/field/report/{draft}")
    expect(page.get_by_label("一句话")).to_have_value(note)
    one.submit()
    one.drain()


_VERSION = "(document.querySelector('meta[name=release]')?.content ?? '')"


def _until(page: Page, true: str) -> None:
    """Asked from outside: a page of ours lets nobody evaluate text inside it."""
    for _ in range(600):
        if page.evaluate(true):
            return
        page.wait_for_timeout(100)
    raise AssertionError(true)


def _version(page: Page) -> str:
    return str(page.evaluate(_VERSION))


def test_another_person_on_the_same_phone_neither_sees_nor_sends(
    world: World, phone: GetPhone
) -> None:
    for n in range(world.run.size(1)):
        with world.schedule("handed on", n):
            _handed_on(phone(), f"甲的隐患 {n}")


def _handed_on(one: Handset, note: str) -> None:
    first, second, wire = one.owner, one.world.person(), Wire(one.context)
    one.lose_signal()
    waiting = one.report_saved(note, 2)
    one.visit("/field/mine/leave")
    one.button("保留并退出").click()
    one.find_signal()
    one.enter(second)
    one.world.run.faults["another person signs in"] += 1
    for path in ("/field/", "/field/pending", "/field/cases"):
        one.visit(path)
        one.page.wait_for_timeout(1_000)
        one.world.ledger.bodies.append((second.id, one.page.inner_text("body")))
    one.world.ledger.foreign[second.id] = [note]
    one.visit()
    own = one.report_saved("乙自己的", 1)
    one.drain()
    assert {id_ for _, id_ in own} <= set(wire.accepted)
    assert not {id_ for _, id_ in waiting} & set(wire.asked)
    one.visit("/field/mine/leave")
    one.button("退出").click()
    one.enter(first)
    one.drain()
    hazard = next(id_ for kind, id_ in waiting if kind == "hazard")
    assert _reporter(one.world, hazard) == first.id


def _reporter(world: World, hazard: str) -> str:
    query = f"select reporter_id from hazards where id = '{hazard}'"  # noqa: S608 - an id of ours
    rows = apart(lambda: world.evidence().rows(query))
    return str(rows[0]["reporter_id"])
