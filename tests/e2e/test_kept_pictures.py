"""What a browser keeps of pictures: asked for each time, gone when somebody signs out."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.desk import Desk
from tests.e2e.phone import Phone

pytestmark = pytest.mark.e2e
OFFICER, GRIDWORKER, STRANGER = "赵立新", "王桂芬", "郑凯"
LOOK = """async (url) => {
    const answer = await fetch(url)
    await answer.arrayBuffer()
    return answer.status
}"""
HELD = """async (url) => {
    const asked = fetch(url, { cache: 'only-if-cached', mode: 'same-origin' })
    return asked.then(({ status }) => status === 200, () => false)
}"""
SENT = """(url) => performance.getEntriesByType('resource')
    .filter((entry) => entry.name.endsWith(url))
    .map(({ transferSize, encodedBodySize }) => transferSize >= encodedBodySize)"""
SIGN_OUT = "async () => (await fetch('/api/session', { method: 'DELETE' })).status"
SIGN_IN = """async (who) => (await fetch('/api/session', {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(who),
})).status"""
KEPT = """async () => {
    const files = await Promise.all(
        (await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).length))
    const bases = await indexedDB.databases()
    return { files, bases: bases.map(({ name }) => name).sort() }
}"""


def test_a_picture_is_dead_for_whom_the_session_has_ended(
    desk: Callable[[str], Desk], county: Any
) -> None:
    officer = desk(OFFICER)
    page = officer.visit()
    url = _a_picture(page)
    assert page.evaluate(LOOK, url) == 200
    assert page.evaluate(LOOK, url) == 200
    assert page.evaluate(SENT, url)[-1] is False  # the list stays quick: 304, without the picture
    session = f"{officer.origin}/api/session"
    assert officer.context.request.delete(session, headers={"Origin": officer.origin}).ok
    assert page.evaluate(HELD, url)  # nobody told the browser, which has it still
    assert page.evaluate(LOOK, url) == 401
    login, password = county.account(STRANGER)
    who = {"login": login, "password": password, "device": "桌面"}
    assert page.evaluate(SIGN_IN, who) == 200
    assert page.evaluate(LOOK, url) == 404


def test_who_signs_out_leaves_no_picture_but_the_app_and_what_is_unsent(
    phone: Callable[[str], Phone],
) -> None:
    page = phone(GRIDWORKER).page
    url, before = _a_picture(page), page.evaluate(KEPT)
    assert page.evaluate(LOOK, url) == 200
    assert page.evaluate(HELD, url)
    assert page.evaluate(SIGN_OUT) == 204
    assert not page.evaluate(HELD, url)
    assert page.evaluate(KEPT) == before
    assert sum(before["files"]) > 10
    assert any(name.startswith("grid-") for name in before["bases"])


def _a_picture(page: Page) -> str:
    """One that this person may look at."""
    found = page.evaluate("async () => (await (await fetch('/api/hazards')).json()).items")
    return (
        f"/api/photos/{next(row['cover_photo_id'] for row in found if row['cover_photo_id'])}/thumb"
    )
