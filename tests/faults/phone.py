"""A phone as sync wants it, small enough to be trusted: same ids for ever, receipts or nothing."""

import asyncio
import hashlib
import json
import random
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import httpx

from tests.faults.acks import AckLog, Kind
from tests.patrols import CODES, a_visit
from tests.pictures import jpeg

_COMMENT = b"\xff\xfe"  # a segment that every reader of JPEG skips
_PICTURE = jpeg(1)
LATER = frozenset({408, 425, 429, 500, 502, 503, 504})


def new_id(dice: random.Random) -> str:
    return str(UUID(int=dice.getrandbits(128), version=4))


def photo_bytes(mark: str, size: int = 0) -> bytes:
    """A photo that nobody else has; `size` at least, in bytes, so that a cut has room."""
    text = mark.encode().ljust(min(size, 60_000), b" ")
    segment = _COMMENT + (len(text) + 2).to_bytes(2, "big") + text
    return _PICTURE[:2] + segment + _PICTURE[2:]


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    LATER = "later"
    UNREACHABLE = "unreachable"
    SIGNED_OUT = "signed out"
    REFUSED = "refused"


@dataclass(frozen=True)
class Item:
    """One write under its own id; the body never changes once it is made."""

    kind: Kind
    id: str
    path: str
    body: bytes
    headers: dict[str, str]
    hazard_id: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def photo(id_: str, body: bytes, hazard_id: str) -> Item:
    digest = b64encode(hashlib.sha256(body).digest()).decode()
    headers = {"Content-Digest": f"sha-256=:{digest}:", "Content-Type": "image/jpeg"}
    return Item("photo", id_, f"/api/photos/{id_}", body, headers, hazard_id)


def promise(item: Item, role: str = "before", taken_at: datetime | None = None) -> dict[str, Any]:
    """The line of a manifest."""
    taken = (taken_at or datetime.now(UTC)).isoformat()
    return {
        "photo_id": item.id,
        "sha256": item.sha256,
        "size": len(item.body),
        "role": role,
        "taken_at": taken,
    }


def hazard(id_: str, photos: Iterable[Item], **fields: Any) -> Item:
    promised = [promise(one) for one in photos]
    content = {
        "contract": 2,
        "category_code": "fire",
        "note": f"楼道堆放杂物 {id_}",
        "place": "1 号楼",
        "photos": promised,
        "no_photo_reason": None if promised else "太暗",
        "occurred_at": datetime.now(UTC).isoformat(),
        **fields,
    }
    return Item("hazard", id_, f"/api/hazards/{id_}", _json(content), JSON, id_)


def action(id_: str, hazard_id: str, name: str, **fields: Any) -> Item:
    moment = datetime.now(UTC).isoformat()
    content = {"contract": 2, "action": name, "occurred_at": moment, **fields}
    path = f"/api/hazards/{hazard_id}/actions/{id_}"
    return Item("action", id_, path, _json(content), JSON, hazard_id)


def visit(id_: str, version_id: str, found: Iterable[str], **fields: Any) -> Item:
    """Of one list; what was found is reported beside it, under these ids."""
    moment = datetime.now(UTC).isoformat()
    times = {"contract": 2, "started_at": moment, "occurred_at": moment}
    content = a_visit(UUID(id_), UUID(version_id), note=f"看过 {id_}", **times, **fields)
    answers = [{"code": CODES[0], "answer": "issue", "hazard_id": each} for each in found]
    content["answers"] = [*content["answers"], *answers]
    return Item("visit", id_, f"/api/visits/{id_}", _json(content), JSON, id_)


def delay(id_: str, task_id: str) -> Item:
    """Why it cannot be done today."""
    moment = datetime.now(UTC).isoformat()
    content = {"contract": 2, "reason": "other", "note": f"门锁着 {id_}", "occurred_at": moment}
    path = f"/api/patrols/tasks/{task_id}/delays/{id_}"
    return Item("delay", id_, path, _json(content), JSON, id_)


def errand(id_: str, grid_id: str) -> Item:
    """A document that was delivered where the ledger knows no place."""
    moment = datetime.now(UTC).isoformat()
    told = {"contract": 2, "kind": "delivery", "topic": f"告知书 {id_}", "place": "村口"}
    received = {"outcome": "signed", "receiver": "王五", "occurred_at": moment}
    content = {**told, **received, "grid_id": grid_id}
    return Item("errand", id_, f"/api/errands/{id_}", _json(content), JSON, id_)


def accident(id_: str, photos: Iterable[Item]) -> Item:
    """A first report from the scene."""
    content = {
        "contract": 2,
        "kind": "fire",
        "course": f"仓库起火 {id_}",
        "photos": [promise(one) for one in photos],
        "occurred_at": datetime.now(UTC).isoformat(),
    }
    return Item("accident", id_, f"/api/accidents/{id_}", _json(content), JSON, id_)


def more(id_: str, accident_id: str) -> Item:
    """What is added to an accident that has arrived."""
    moment = datetime.now(UTC).isoformat()
    told = {"contract": 2, "report": "supplement", "occurred_at": moment, "photos": []}
    path = f"/api/accidents/{accident_id}/reports/{id_}"
    content = {**told, "course": f"火已经灭了 {id_}"}
    return Item("accident_report", id_, path, _json(content), JSON, accident_id)


def collection(id_: str, object_id: str, grid_id: str) -> Item:
    """A place that the ledger does not know."""
    content = {
        "contract": 2,
        "kind": "individual_business",
        "name": f"新开的小店 {id_}",
        "grid_id": grid_id,
        "occurred_at": datetime.now(UTC).isoformat(),
    }
    path = f"/api/objects/{object_id}/collections/{id_}"
    return Item("collection", id_, path, _json(content), JSON, object_id)


JSON = {"Content-Type": "application/json"}


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


@dataclass
class Phone:
    """Whatever is saved stays until its own receipt has come; refused things stay aside."""

    client: httpx.AsyncClient
    acks: AckLog
    dice: random.Random
    outbox: list[Item] = field(default_factory=list)
    aside: list[tuple[Item, str]] = field(default_factory=list)
    accepted: list[Item] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)

    def save(self, *items: Item) -> None:
        self.outbox += items

    async def send(self, item: Item) -> Outcome:
        """Once, and note what came of it."""
        outcome = await self._try(item)
        self.outcomes[outcome] += 1
        if outcome is Outcome.ACCEPTED and item in self.outbox:
            self.outbox.remove(item)
            self.accepted.append(item)
        return outcome

    async def _try(self, item: Item) -> Outcome:
        try:
            answer = await self.client.put(item.path, content=item.body, headers=item.headers)
        except httpx.TransportError:
            return Outcome.UNREACHABLE
        self.answers[str(answer.status_code)] += 1
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            return Outcome.SIGNED_OUT
        if answer.status_code in LATER or not answer.content:
            return Outcome.LATER
        if answer.is_success:
            return self._receipt(item, answer)
        return self._refused(item, answer.json().get("code", ""))

    def _receipt(self, item: Item, answer: httpx.Response) -> Outcome:
        ack = self.acks.note_answer(
            item.kind, item.body, item.sha256, answer.content, answer.status_code
        )
        is_mine = (ack.id, ack.sha256) == (item.id, item.sha256)
        return Outcome.ACCEPTED if is_mine else Outcome.LATER

    def _refused(self, item: Item, code: str) -> Outcome:
        if code == "digest_mismatch":
            return Outcome.LATER
        if item in self.outbox:
            self.outbox.remove(item)
            self.aside.append((item, code))
        if (item.kind, item.id) not in self.acks:
            self.acks.refused.add(item.id)
        return Outcome.REFUSED

    async def drain(self, seconds: float, pause: float = 0.2) -> bool:
        """Send until nothing waits; False when the time is over first. Lanes go on by turns."""
        deadline = asyncio.get_running_loop().time() + seconds
        while self.outbox:
            blocked: set[str] = set()
            for item in list(self.outbox):
                if item.hazard_id not in blocked and await self.send(item) in _WAITS:
                    blocked.add(item.hazard_id)
            if asyncio.get_running_loop().time() > deadline:
                return not self.outbox
            if blocked:
                await asyncio.sleep(pause * (0.5 + self.dice.random()))
        return True


_WAITS = frozenset({Outcome.LATER, Outcome.UNREACHABLE, Outcome.SIGNED_OUT})
