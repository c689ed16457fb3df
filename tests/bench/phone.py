"""The phone: offline start with a slowed processor, taps and seconds to a queued case."""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.e2e.browser import mjpeg
from tests.e2e.phone import SAVED, Phone
from tests.e2e.pictures import drawn
from tests.running import RunningApp

ROUNDS = 5
SLOWDOWNS = (4, 6)
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


def run(app: RunningApp, name: str) -> dict[str, Any]:
    """Medians, minima, maxima over ROUNDS; the browser is offline for all of it."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        film = mjpeg([drawn(Path(folder), "corridor", is_fixed=False)], Path(folder) / "film.mjpeg")
        phone = Phone(playwright, Path(folder) / "profile", app.url, film)
        phone.sign_in(*app.account(name))
        phone.page.wait_for_timeout(5_000)
        phone.lose_signal()
        figures = {f"offline_start_{slow}x": _starts(phone, slow) for slow in SLOWDOWNS}
        figures["report"] = {f"{slow}x": _reports(phone, slow) for slow in (1, *SLOWDOWNS)}
        phone.close()
    return {"n": ROUNDS, "taps_to_a_queued_case": 4, **figures}


def _slow_page(context: BrowserContext, slow: int) -> Page:
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slow})
    return page


def _starts(phone: Phone, slow: int) -> dict[str, list[float]]:
    rows = [_start(phone, slow) for _ in range(ROUNDS)]
    return {key: _spread([row[key] for row in rows]) for key in rows[0]}


def _start(phone: Phone, slow: int) -> dict[str, float]:
    page = _slow_page(phone.context, slow)
    begun = time.perf_counter()
    page.goto(f"{phone.origin}/field/", wait_until="commit")
    page.get_by_role("link", name="拍隐患").wait_for()
    usable = time.perf_counter() - begun
    paint = float(page.evaluate(PAINT)) / 1000
    page.close()
    return {"first_paint_s": paint, "usable_s": usable}


def _reports(phone: Phone, slow: int) -> list[float]:
    """Machine seconds from the open app to 「已存在手机里」, over the four taps."""
    return _spread([_report(phone, slow) for _ in range(ROUNDS)])


def _report(phone: Phone, slow: int) -> float:
    page = _slow_page(phone.context, slow)
    page.goto(f"{phone.origin}/field/")
    page.get_by_role("link", name="拍隐患").wait_for()
    begun = time.perf_counter()
    page.get_by_role("link", name="拍隐患").click()
    page.get_by_role("button", name="拍照", exact=True).click()
    page.get_by_text("消防", exact=True).click()
    page.get_by_role("button", name="上报", exact=True).click()
    expect(page.get_by_text(SAVED).first).to_be_visible()
    seconds = time.perf_counter() - begun
    page.close()
    return seconds


def _spread(values: list[float]) -> list[float]:
    return [round(f(values), 2) for f in (statistics.median, min, max)]
