"""A clock that is 400 days wrong, a signal that comes and goes, a captive portal (F24, F1–F9)."""

import random
import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.faults.l3.conftest import GetPhone
from tests.faults.l3.handset import Handset
from tests.faults.l3.world import World

pytestmark = pytest.mark.e2e
PORTAL = "<!doctype html><title>登录</title><form>请先看广告再上网</form>"
OUTBOX_SECONDS = 120


@pytest.mark.parametrize("days", [400, -400])
def test_a_wrong_clock_neither_refuses_nor_holds_a_report(
    world: World, phone: GetPhone, days: int
) -> None:
    for n in range(world.run.size(1)):
        with world.schedule(f"clock {days:+} days", n):
            one = phone()
            one.context.clock.install(time=datetime.now(UTC) + timedelta(days=days))
            world.run.faults[f"device clock {days:+} days"] += 1
            one.visit()
            one.report_saved(f"钟不准 {n}", 1)
            _goes_by_itself(one)
            one.lose_signal()
            one.report_saved(f"钟改回来 {n}", 1)
            one.context.clock.set_system_time(datetime.now(UTC))
            one.find_signal()
            _goes_by_itself(one)
            one.drain()


def test_sixty_days_without_a_signal_keep_everything(world: World, phone: GetPhone) -> None:
    """T8, with the pages themselves; the browser is killed and opened anew on the way."""
    for n in range(world.run.size(1)):
        with world.schedule("60 days", n):
            one = phone()
            for days_left in (60, 30, 0):
                one.context.clock.install(time=datetime.now(UTC) - timedelta(days=days_left))
                one.lose_signal()
                one.report_saved(f"没信号的第 {60 - days_left} 天 {n}", 1)
                one.die()
                one.restart("/livez")
            world.run.faults["days without a signal"] += 60
            one.enter()
            one.drain()


def _goes_by_itself(one: Handset) -> None:
    """Nobody presses a button."""
    deadline = time.monotonic() + OUTBOX_SECONDS
    while one.look()["outbox"]:
        assert time.monotonic() < deadline, "the outbox is stuck"
        one.page.wait_for_timeout(500)


def test_a_signal_that_comes_and_goes_delivers_everything_once(
    world: World, phone: GetPhone
) -> None:
    for n in range(world.run.size(1)):
        with world.schedule("flapping", n) as dice:
            one = phone()
            one.lose_signal()
            for number in range(3):
                one.report_saved(f"信号时有时无 {n} {number}", dice.choice((1, 2)))
            one.visit("/field/pending")
            for _ in range(dice.randint(2, 3)):
                _gust(one, dice)
            one.drain()


def _gust(one: Handset, dice: random.Random) -> None:
    """A slow signal, then one of the ways to lose it; uploads are cut in the middle."""
    faults, page = one.world.run.faults, one.page
    line = one.context.new_cdp_session(page)
    speed = {"downloadThroughput": 100_000, "uploadThroughput": 40_000}
    one.find_signal()
    line.send("Network.emulateNetworkConditions", {"offline": False, "latency": 200, **speed})
    page.wait_for_timeout(dice.uniform(1_000, 5_000))
    if dice.random() < 0.5:
        faults["signal lost for 1–5 s"] += 1
        one.lose_signal()
        page.wait_for_timeout(dice.uniform(1_000, 5_000))
    else:
        faults["captive portal for 1–5 s"] += 1
        one.context.route("**/api/**", lambda route: route.fulfill(body=PORTAL, status=200))
        page.wait_for_timeout(dice.uniform(1_000, 5_000))
        one.context.unroute("**/api/**")
    one.find_signal()
    line.detach()
    expect(page.get_by_text("全部已上传").or_(one.button("立即上传")).first).to_be_visible()
