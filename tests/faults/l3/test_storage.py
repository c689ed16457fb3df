"""A full phone, and a phone with what the first released version has left in it (F19, F20)."""

import hashlib
import json
import random
from base64 import b64encode
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.faults.invariants import Key
from tests.faults.l3.conftest import GetPhone
from tests.faults.l3.handset import Handset
from tests.faults.l3.world import PASSWORD, World
from tests.faults.phone import new_id, photo_bytes
from tests.running import ROOT

pytestmark = pytest.mark.e2e
ROOM = 110_000  # bytes: less than one photo, enough for receipts
FIRST = 10  # the version of its database, as the browser counts
NO_ROOM = 500  # bytes: less than a receipt
FULL = "手机空间不足。请先上传几条，再拍"
RELEASED = ROOT / "pwa" / "tests" / "core" / "released.json"


def test_a_full_phone_says_so_keeps_what_it_has_and_sending_makes_room(
    world: World, phone: GetPhone
) -> None:
    for n in range(world.run.size(1)):
        with world.schedule("full", n):
            _full(phone(), (world.run.seed + n) % 3, f"存满 {n}")


def _full(one: Handset, photos: int, note: str) -> None:
    """The phone is full when the photo after `photos` of a report is taken; two reports wait."""
    one.lose_signal()
    waiting = one.report_saved(f"{note} 先", 2) | one.report_saved(f"{note} 再", 2)
    draft = one.begin(note, photos) if photos else ""
    before = one.look()
    one.fill_up(ROOM)
    one.visit(f"/field/report/{draft}")
    if photos:
        one.button("再拍").click()
    one.take_photo()
    expect(one.page.get_by_role("alert").get_by_text(FULL)).to_be_visible()
    one.world.run.faults[f"no room for photo {photos + 1}"] += 1
    after = one.look()
    assert sorted(after["bytes"]) == sorted(before["bytes"])
    assert {(item["kind"], item["itemId"]) for item in after["outbox"]} == waiting
    one.find_signal()
    one.drain()
    assert {(ack.kind, ack.id) for ack in one.world.ledger.acks} >= waiting
    one.visit(f"/field/report/{draft}")
    if photos:
        expect(one.page.get_by_label("一句话")).to_have_value(note)
        one.button("再拍").click()
    _take_until_there_is_room(one)
    one.page.get_by_text("消防", exact=True).click()
    assert len(one.submit()) == 1 + photos + 1
    one.drain()


def test_a_phone_without_room_for_a_receipt_drains(world: World, phone: GetPhone) -> None:
    for n in range(world.run.size(1)):
        with world.schedule("brimful", n):
            one = phone()
            one.lose_signal()
            waiting = one.report_saved(f"一点空间也没有 {n}", 2)
            one.fill_up(NO_ROOM)
            one.find_signal()
            world.run.faults["no room for a receipt"] += 1
            found = one.drain()
            kept = {(row["kind"], row["itemId"]) for row in found["receipts"]}
            assert {("photo", id_) for id_ in found["bytes"]} <= kept
            world.ledger.expected -= waiting - kept  # no receipt had room; I4 asks for the rest


def _take_until_there_is_room(one: Handset) -> None:
    """The browser gives the room of deleted photos back when it gets round to it."""
    form = one.page.get_by_label("一句话")
    trouble = one.page.get_by_role("alert").get_by_text(FULL)
    for _ in range(30):
        one.take_photo()
        one.page.wait_for_timeout(2_000)
        expect(form.or_(trouble).first).to_be_visible()
        if form.is_visible():
            return
    expect(form).to_be_visible()


# The tables of the first released version, as pwa/tests/core/db.test.ts has them.
_FIRST = """async ([name, rows]) => {
  const tables = {
    drafts: ['id', ['hazardId', 'updatedAt']],
    outbox: ['seq', ['lane', 'itemId', 'hazardId', 'draftId']],
    photos: ['id', ['hazardId', 'state']],
    bytes: ['photoId', []],
    thumbs: ['photoId', ['keepUntil']],
    receipts: ['itemId', ['hazardId', 'acceptedAt']],
    hazards: ['id', ['state', 'received_at']],
    enterprises: ['id', []],
    grids: ['id', []],
    meta: ['key', []],
    log: ['n', []],
  }
  rows.bytes = rows.bytes.map(({ photoId, base64 }) => {
    return { photoId, bytes: Uint8Array.from(atob(base64), (one) => one.charCodeAt(0)).buffer }
  })
  await new Promise((done, failed) => {
    const open = indexedDB.open(name, 10)
    open.onerror = () => failed(open.error)
    open.onupgradeneeded = () => {
      for (const [table, [keyPath, indexes]] of Object.entries(tables)) {
        const autoIncrement = table === 'outbox' || table === 'log'
        const store = open.result.createObjectStore(table, { keyPath, autoIncrement })
        for (const index of indexes) store.createIndex(index, index, { unique: index === 'itemId' })
        for (const row of rows[table] ?? []) store.put(row)
      }
    }
    open.onsuccess = () => (open.result.close(), done())
  })
}"""


_HOLD = """(() => {
  const commit = IDBTransaction.prototype.commit
  IDBTransaction.prototype.commit = function () {
    if (this.mode !== 'versionchange') commit.call(this)
  }
  const open = IDBFactory.prototype.open
  IDBFactory.prototype.open = function (name, ...version) {
    const asked = open.call(this, name, ...version)
    if (name.startsWith('grid-')) asked.addEventListener('upgradeneeded', () => {
      let turns = 0
      const again = () => {
        if (++turns > 200) document.documentElement.dataset.amid = ''
        asked.transaction.objectStore('outbox').count().onsuccess = again
      }
      again()
    })
    return asked
  }
})()"""
# Opened, not listed: until then the list tells the version that was never reached.
_VERSION_OF = """(name) => new Promise((done, failed) => {
  const asked = indexedDB.open(name)
  asked.onerror = () => failed(asked.error)
  asked.onsuccess = () => (done(asked.result.version), asked.result.close())
})"""


def test_what_the_first_released_version_left_unsent_arrives(world: World, phone: GetPhone) -> None:
    for n in range(world.run.size(1)):
        with world.schedule("released", n) as dice:
            one = phone(is_signed_in=False)
            _leave_behind(one, dice)
            world.run.faults["database of the first released version"] += 1
            _die_amid_the_upgrade(one)
            one.enter()
            assert one.drain()["outbox"] == []


def _die_amid_the_upgrade(one: Handset) -> None:
    """The program's own steps are done, and held back from their commit until the browser dies."""
    one.context.add_init_script(_HOLD)
    page = one.hand_in_password(one.owner.login, PASSWORD)
    page.locator("html[data-amid]").wait_for(state="attached")
    one.die()
    one.world.run.faults["SIGKILL of the browser amid the upgrade of its database"] += 1
    one.restart("/livez")
    assert one.page.evaluate(_VERSION_OF, f"grid-{one.owner.id}") == FIRST


def _leave_behind(one: Handset, dice: random.Random) -> list[Any]:
    """A database as the first version leaves it, with a report and a photo in line."""
    rows = _left_behind(one.owner.id, (new_id(dice), new_id(dice)))
    keys: set[Key] = {(item["kind"], item["itemId"]) for item in rows["outbox"]}
    one.visit("/livez")
    one.page.evaluate(_FIRST, [f"grid-{one.owner.id}", rows])
    one.world.ledger.saved |= keys
    one.world.ledger.expected |= keys
    found: list[Any] = one.look()["outbox"]
    assert len(found) == len(keys)
    return found


def _left_behind(person: str, ids: tuple[str, str]) -> dict[str, Any]:
    """The rows that the first version wrote, for this person and a photo that is one."""
    text = RELEASED.read_text()
    old = json.loads(text)
    picture = photo_bytes(f"{ids}")
    digest = hashlib.sha256(picture).hexdigest()
    names = (old["outbox"][0]["itemId"], old["photo"]["id"])
    for was, now in (*zip(names, ids, strict=True), ('"ann"', f'"{person}"')):
        text = text.replace(was, now)
    rows = json.loads(text.replace(old["photo"]["sha256"], digest))
    report, photo = rows["outbox"]
    body = json.loads(report["body"])
    body["photos"][0]["size"] = photo["size"] = rows["photo"]["size"] = len(picture)
    report["body"] = json.dumps(body, ensure_ascii=False)
    report["sha256"] = hashlib.sha256(report["body"].encode()).hexdigest()
    report["size"] = len(report["body"].encode())
    bytes_ = {"photoId": ids[1], "base64": b64encode(picture).decode()}
    return {"outbox": rows["outbox"], "photos": [rows["photo"]], "bytes": [bytes_]}
