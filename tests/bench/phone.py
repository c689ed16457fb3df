"""The phone: offline start with a slowed processor, taps and seconds to a queued case."""

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from app.models.base import new_id
from tests.bench.load import spread, spreads
from tests.e2e.browser import filmed
from tests.e2e.phone import SAVED, WholePhone
from tests.e2e.pictures import drawn
from tests.running import RunningApp

SLOWDOWNS = (4, 6)
SPEEDS = (1, *SLOWDOWNS)
TAPS = 4  # 拍隐患, 拍照, category, 上报
ROWS = 30  # of the list that a start is timed on
# The browser's own bar takes a part of its window. What of the page lies below the window's edge is
# never shown, and a tap there would be timed to the next frame that is.
WINDOW = {"width": 500, "height": 1000}
# What the browser itself counts as the duration of an interaction, from tap to next paint.
WATCH = """
window.interactions = []
new PerformanceObserver(list => {
  const taps = list.getEntries().filter(entry => entry.interactionId)
  window.interactions.push(...taps.map(entry => entry.duration))
}).observe({ type: 'event', durationThreshold: 16, buffered: true })
"""
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


def run(app: RunningApp, name: str, rounds: int) -> dict[str, Any]:
    """Medians, minima, maxima; the browser is offline for all of it."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        film = filmed([drawn(Path(folder), "corridor", is_fixed=False)], Path(folder) / "film.y4m")
        phone = WholePhone(playwright, Path(folder) / "profile", app.url, film)
        phone.sign_in(*app.account(name))
        _fill_the_list(phone)
        phone.lose_signal()
        figures = {f"offline_start_{slow}x": _starts(phone, slow, rounds) for slow in SLOWDOWNS}
        walks = {f"{slow}x": [_report(phone, slow) for _ in range(rounds)] for slow in SPEEDS}
        phone.close()
    for what in ("to_a_queued_case_s", "shutter_to_preview_s", "slowest_interaction_ms"):
        figures[what] = {
            speed: spread(walk[what] for walk in some) for speed, some in walks.items()
        }
    return {"n": rounds, "taps_to_a_queued_case": TAPS, **figures}


def _slow_page(context: BrowserContext, slow: int) -> Page:
    page = context.new_page()
    browser = context.new_cdp_session(page)
    window = browser.send("Browser.getWindowForTarget")["windowId"]
    browser.send("Browser.setWindowBounds", {"windowId": window, "bounds": WINDOW})
    browser.send("Emulation.setCPUThrottlingRate", {"rate": slow})
    return page


def _fill_the_list(phone: WholePhone) -> None:
    """More cases than the list is timed on, all on the phone."""
    for number in range(ROWS):
        body = {
            "category_code": "fire",
            "note": f"楼道堆物第 {number} 处",
            "place": "清河路",
            "no_photo_reason": "另有照片",
            "occurred_at": datetime.now(UTC).isoformat(),
        }
        url = f"{phone.origin}/api/hazards/{new_id()}"
        answer = phone.context.request.put(url, data=body, headers={"Origin": phone.origin})
        assert answer.ok, answer.text()
    rows = phone.visit("/field/cases").get_by_role("main").get_by_role("link")
    expect(rows.nth(ROWS - 1)).to_be_visible()
    phone.page.wait_for_timeout(5_000)


def _starts(phone: WholePhone, slow: int, rounds: int) -> dict[str, list[float]]:
    return spreads([_start(phone, slow) for _ in range(rounds)])


def _start(phone: WholePhone, slow: int) -> dict[str, float]:
    page = _slow_page(phone.context, slow)
    begun = time.perf_counter()
    page.goto(f"{phone.origin}/field/", wait_until="commit")
    page.get_by_role("link", name="拍隐患").wait_for()
    usable = time.perf_counter() - begun
    paint = float(page.evaluate(PAINT)) / 1000
    page.close()
    return {"first_paint_s": paint, "usable_s": usable, "thirty_rows_s": _list(phone, slow)}


def _list(phone: WholePhone, slow: int) -> float:
    """From nothing to the thirtieth case of 我的案件."""
    page = _slow_page(phone.context, slow)
    begun = time.perf_counter()
    page.goto(f"{phone.origin}/field/cases", wait_until="commit")
    page.get_by_role("main").get_by_role("link").nth(ROWS - 1).wait_for()
    seconds = time.perf_counter() - begun
    page.close()
    return seconds


def _report(phone: WholePhone, slow: int) -> dict[str, float]:
    """From the open app to 「已存在手机里」 over four taps; the slowest tap as INP counts."""
    page = _slow_page(phone.context, slow)
    page.add_init_script(WATCH)
    page.goto(f"{phone.origin}/field/")
    page.get_by_role("link", name="拍隐患").wait_for()
    begun = time.perf_counter()
    page.get_by_role("link", name="拍隐患").click()
    page.get_by_role("button", name="拍照", exact=True).click()
    shutter = time.perf_counter()
    page.get_by_text("消防", exact=True).wait_for()
    preview = time.perf_counter() - shutter
    page.get_by_text("消防", exact=True).click()
    page.get_by_role("button", name="上报", exact=True).click()
    expect(page.get_by_text(SAVED).first).to_be_visible()
    seconds = time.perf_counter() - begun
    page.wait_for_timeout(500)
    slowest = float(page.evaluate("() => Math.max(0, ...window.interactions)"))
    page.close()
    return {
        "to_a_queued_case_s": seconds,
        "shutter_to_preview_s": preview,
        "slowest_interaction_ms": slowest,
    }
