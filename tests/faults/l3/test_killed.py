"""SIGKILL at a random step, and while a camera is open (F15, F16)."""

import random
import time

import pytest
from playwright.sync_api import expect

from tests.faults.l3.conftest import GetPhone
from tests.faults.l3.handset import Handset
from tests.faults.l3.world import World

pytestmark = pytest.mark.e2e


class Errand:
    """Capture, queue, send; `step` says how far it has come."""

    def __init__(self, phone: Handset, note: str, photos: int) -> None:
        self.phone, self.note, self.photos = phone, note, photos
        self.step = "start"

    def run(self) -> None:
        self.phone.visit()
        self.step = "capture"
        self.phone.begin(self.note, self.photos)
        self._promise_photos()
        self.step = "queue"
        self.phone.submit()
        self.step = "upload"
        self.phone.drain()
        self.step = "rest"

    def _promise_photos(self) -> None:
        """The form shows them and says that drafts are kept."""
        keys = self.phone.keys_of(self.phone.draft_id())
        self.phone.world.ledger.saved |= {key for key in keys if key[0] == "photo"}


def test_a_browser_killed_at_any_step_loses_and_doubles_nothing(
    world: World, phone: GetPhone
) -> None:
    one = phone()
    begun = time.monotonic()
    Errand(one, "没有事故", 2).run()
    calm = time.monotonic() - begun
    for n in range(world.run.size(3)):
        with world.schedule("killed", n) as dice:
            _killed(one, Errand(one, f"半路断电 {n}", dice.choice((1, 2))), dice.uniform(0, calm))
            world.check(f"killed {n}, before it heals", healed=False)
            one.find_signal()
            one.drain()


def _killed(one: Handset, errand: Errand, after: float) -> None:
    with one.dies_after(after):
        errand.run()
    one.world.run.faults[f"SIGKILL of the browser: {errand.step}"] += 1
    one.wake(is_online=False)
    one.look()


def test_a_draft_outlives_a_browser_killed_under_its_camera(world: World, phone: GetPhone) -> None:
    for n in range(world.run.size(1)):
        with world.schedule("camera", n) as dice:
            _camera(phone(), dice, n)


def _camera(one: Handset, dice: random.Random, n: int) -> None:
    draft, note = one.begin(f"相机开着 {n}", 2), f"相机开着 {n}"
    keys = one.keys_of(draft)
    one.world.ledger.saved |= {key for key in keys if key[0] == "photo"}
    kind = dice.choice(("the page's camera", "the system's camera"))
    one.button("再拍").click()
    expect(one.button("拍照")).to_be_enabled()
    if kind == "the system's camera":
        with one.page.expect_file_chooser():
            one.button("自带相机").click()
    one.page.wait_for_timeout(dice.uniform(0, 1_500))
    one.die()
    one.world.run.faults[f"SIGKILL under {kind}"] += 1
    one.wake(is_online=False)
    expect(one.page.get_by_text("有 1 条草稿没填完")).to_be_visible()
    one.visit("/field/pending")
    one.go("接着填").click()
    expect(one.page.get_by_label("一句话")).to_have_value(note)
    expect(one.page.get_by_role("list", name="照片").get_by_role("img")).to_have_count(2)
    assert one.submit() >= keys
    one.find_signal()
    one.drain()


_CLEAR = """(name) => new Promise((done, failed) => {
  const open = indexedDB.open(name)
  open.onerror = () => failed(open.error)
  open.onsuccess = () => {
    const change = open.result.transaction('outbox', 'readwrite')
    change.objectStore('outbox').clear()
    change.oncomplete = () => (open.result.close(), done())
  }
})"""


def test_a_record_that_vanishes_from_a_phone_is_seen(world: World, phone: GetPhone) -> None:
    """The layer can fail: what this takes away behind the program's back is missed."""
    one, bug = phone(), "a saved record vanishes from the phone"
    world.run.bugs[bug] = ""
    one.lose_signal()
    keys = one.report_saved("会消失", 1)
    one.page.evaluate(_CLEAR, f"grid-{one.owner.id}")
    one.look()
    with pytest.raises(AssertionError, match="I4 hazard"):
        world.check("vanished", healed=False)
    world.run.bugs[bug] = "I4"
    world.ledger.saved -= keys
    world.ledger.expected -= keys
