"""A phone of the browser tests whose storage can be read past the program, and filled up."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from playwright.sync_api import Error, Playwright, expect

from tests.e2e.browser import kill_browser
from tests.e2e.phone import SAVED, WholePhone
from tests.faults.acks import Ack
from tests.faults.invariants import Key
from tests.faults.l3.world import PASSWORD, Account, World

# Never creates the database: a table of ours must not be there before the program's.
_READ = """async (name) => {
  const known = await indexedDB.databases()
  if (!known.some((one) => one.name === name)) return {}
  const wait = (asked) => new Promise((done, failed) => {
    asked.onsuccess = () => done(asked.result)
    asked.onerror = () => failed(asked.error)
  })
  const db = await wait(indexedDB.open(name))
  const read = async (store, what) => wait(db.transaction(store).objectStore(store)[what]())
  const found = { bytes: await read('bytes', 'getAllKeys') }
  const tables = ['drafts', 'outbox', 'receipts', 'photos']
  for (const table of tables) found[table] = await read(table, 'getAll')
  db.close()
  return found
}"""
_USED = "navigator.storage.estimate().then((told) => told.usage)"


class Handset(WholePhone):
    """Signed in as `owner`; `look` tells the world's ledger what lies in it."""

    def __init__(
        self, playwright: Playwright, world: World, folder: Path, camera: Path, owner: Account
    ) -> None:
        super().__init__(playwright, folder, world.app.url, camera)
        self.world, self.owner = world, owner

    def enter(self, owner: Account | None = None) -> None:
        self.owner = owner or self.owner
        self.sign_in(self.owner.login, PASSWORD)

    def look(self) -> dict[str, Any]:
        """What lies in the database of the owner, read past the program."""
        found: dict[str, Any] = self.page.evaluate(_READ, f"grid-{self.owner.id}")
        if not found:
            return {"drafts": [], "outbox": [], "receipts": [], "photos": [], "bytes": []}
        self._tell(found)
        return found

    def _tell(self, found: dict[str, Any]) -> None:
        ledger = self.world.ledger
        for row in found["photos"]:
            ledger.sizes[row["id"]] = row["size"]
        for item in found["outbox"]:
            ledger.sizes[item["itemId"]] = item["size"]
        held: set[Key] = {(item["kind"], item["itemId"]) for item in found["outbox"]}
        held |= {("photo", id_) for id_ in found["bytes"]}
        ledger.held[f"{self.profile} {self.owner.id}"] = held
        for row in found["receipts"]:
            size = ledger.sizes.get(row["itemId"], 0)
            ledger.acks.note(Ack(kind=row["kind"], size=size, **row["receipt"]))

    def restart(self, path: str = "/field/") -> None:
        """After a death: a new browser on the old profile."""
        self.context = self._open(self.camera)
        self.visit(path)

    def draft_id(self) -> str:
        """Of the report that is open; its address bears it."""
        return self.page.url.rsplit("/", 1)[1]

    def keys_of(self, draft_id: str) -> set[Key]:
        """What goes out when this draft is sent, or has been put in line."""
        found = self.look()
        rows = [item for item in found["outbox"] if item["draftId"] == draft_id]
        photos = [
            id_ for one in found["drafts"] if one["id"] == draft_id for id_ in one["photoIds"]
        ]
        queued: set[Key] = {(item["kind"], item["itemId"]) for item in rows}
        return queued | {("hazard", draft_id)} | {("photo", id_) for id_ in photos}

    def begin(self, note: str, photos: int = 1) -> str:
        """拍隐患 → photos → 类别 and a few words; answers the id of the draft.

        On a fresh page: nothing that was said before stands on it any more.
        """
        self.visit()
        self.fill_report("消防", note)
        for _ in range(photos - 1):
            self.add_photo()
        return self.draft_id()

    def shots(self) -> int:
        return self.page.get_by_role("list", name="照片").get_by_role("img").count()

    def add_photo(self) -> None:
        before = self.shots()
        self.button("再拍").click()
        self.take_photo()
        expect(self.page.get_by_role("list", name="照片").get_by_role("img")).to_have_count(
            before + 1
        )

    def submit(self) -> set[Key]:
        """上报; what then stands on the screen is a promise."""
        keys = self.keys_of(self.draft_id())
        self.button("上报").click()
        expect(self.page.get_by_text(SAVED).first).to_be_visible()
        self.world.ledger.saved |= keys
        self.world.ledger.expected |= keys
        return keys

    def report_saved(self, note: str, photos: int = 1) -> set[Key]:
        self.begin(note, photos)
        return self.submit()

    def drain(self) -> dict[str, Any]:
        """Send until nothing waits, and tell the ledger. A killed browser may ask who is here."""
        page = self.visit("/field/pending")
        expect(self.button("立即上传").or_(self.button("登录")).first).to_be_visible()
        if self.button("登录").is_visible():
            self.enter()
        self.send_everything()
        expect(page.get_by_text("全部已上传").first).to_be_visible()
        found = self.look()
        assert not found["outbox"], "the page says that all is uploaded, and it is not"
        return found

    def used(self) -> int:
        return int(cast("int", self.page.evaluate(_USED)))

    def fill_up(self, left: int) -> None:
        """So many bytes are left from now on. Chromium believes it once nothing is open."""
        session = self.context.new_cdp_session(self.page)
        quota = {"origin": self.origin, "quotaSize": self.used() + left}
        session.send("Storage.overrideQuotaForOrigin", quota)
        self.page.goto("about:blank")
        self.page.wait_for_timeout(3_000)

    @contextmanager
    def dies_after(self, seconds: float) -> Iterator[None]:
        """SIGKILL while the block runs, or at its end; what the block was doing breaks off."""
        timer = threading.Timer(seconds, kill_browser, [self.profile])
        timer.start()
        begun = time.monotonic()
        try:
            yield
        except (Error, AssertionError):
            if time.monotonic() - begun < seconds:
                raise
        finally:
            timer.join()
            self.die()
