"""When the signal returns, and it is a weak one: how long until the server has what waited."""

import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect, sync_playwright

from tests.bench.load import spreads
from tests.e2e.browser import filmed
from tests.e2e.phone import SAVED, WholePhone
from tests.e2e.pictures import drawn
from tests.running import RunningApp

BYTES_A_SECOND = 25_000  # 200 kbit/s
LINE = {
    "offline": False,
    "latency": 300,
    "downloadThroughput": BYTES_A_SECOND,
    "uploadThroughput": BYTES_A_SECOND,
}
FAST = {**LINE, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
PHOTOS = 2
HELD_MS = 6_000  # 撤回 is over
SECONDS = 120


def run(app: RunningApp, name: str, rounds: int) -> dict[str, Any]:
    """A report with two photos of the phone's camera waits; words first, photos after them."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        film = filmed([drawn(Path(folder), "corridor", is_fixed=False)], Path(folder) / "film.y4m")
        phone = WholePhone(playwright, Path(folder) / "profile", app.url, film)
        phone.sign_in(*app.account(name))
        found = [_round(phone) for _ in range(rounds)]
        phone.close()
    return {"n": rounds, "photos": PHOTOS, **spreads(found)}


def _round(phone: WholePhone) -> dict[str, float]:
    phone.lose_signal()
    hazard_id = _report(phone)
    phone.page.wait_for_timeout(HELD_MS)
    browser = phone.context.new_cdp_session(phone.page)
    browser.send("Network.enable")
    phone.find_signal()
    browser.send("Network.emulateNetworkConditions", LINE)
    begun = time.perf_counter()
    seconds = {
        "words_s": _until(phone, hazard_id, lambda _: True) - begun,
        "both_photos_s": _until(phone, hazard_id, _has_all_photos) - begun,
    }
    browser.send("Network.emulateNetworkConditions", FAST)
    return seconds


def _report(phone: WholePhone) -> str:
    """The id of the case, which the phone has made."""
    page = phone.visit()
    page.get_by_role("link", name="拍隐患").click()
    phone.take_photo()
    for _ in range(PHOTOS - 1):
        page.get_by_role("button", name="再拍", exact=True).click()
        phone.take_photo()
    phone.choose_category("消防")
    found = re.search(r"/report/([0-9a-f-]{36})", page.url)
    assert found, page.url
    phone.button("上报").click()
    expect(page.get_by_text(SAVED).first).to_be_visible()
    return found[1]


def _has_all_photos(case: dict[str, Any]) -> bool:
    return bool(case["photos_received"] == PHOTOS)


def _until(phone: WholePhone, hazard_id: str, is_there: Callable[[dict[str, Any]], bool]) -> float:
    """When the server, asked over a line of its own, has it."""
    deadline = time.perf_counter() + SECONDS
    while time.perf_counter() < deadline:
        answer = phone.context.request.get(f"{phone.origin}/api/hazards/{hazard_id}")
        if answer.ok and is_there(answer.json()):
            return time.perf_counter()
        phone.page.wait_for_timeout(100)
    raise TimeoutError(f"{hazard_id} did not arrive")
