"""A phone as the server meets it: it keeps what it sent until it is told that it may go."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from app.models.base import new_id
from tests import pictures
from tests.faults.acks import AckLog, Kind
from tests.reports import report_of


@dataclass(frozen=True)
class Kept:
    """A report as text, or a photo as bytes."""

    kind: Kind
    id: UUID
    body: bytes

    @property
    def line(self) -> dict[str, str]:
        return {
            "kind": self.kind,
            "id": str(self.id),
            "sha256": hashlib.sha256(self.body).hexdigest(),
        }


@dataclass
class Phone:
    """Never deletes, so that a test can lose the server at any time."""

    client: httpx.AsyncClient
    kept: list[Kept] = field(default_factory=list)
    unknown: list[Kept] = field(default_factory=list)
    acks: AckLog = field(default_factory=AckLog)

    async def report(self, *photos: bytes, **fields: Any) -> UUID:
        text, ids = report_of(*photos, **fields)
        made = [Kept("hazard", new_id(), text.encode())]
        made += [Kept("photo", id_, body) for id_, body in zip(ids, photos, strict=True)]
        for one in made:
            await self.send(one)
        self.kept += made
        return made[0].id

    async def send(self, one: Kept) -> None:
        if one.kind == "photo":
            answer = await pictures.put(self.client, one.id, one.body)
        else:
            headers = {"Content-Type": "application/json"}
            address = f"/api/hazards/{one.id}"
            answer = await self.client.put(address, content=one.body, headers=headers)
        assert answer.status_code == 200, answer.text
        sha256 = one.line["sha256"]
        self.acks.note_answer(one.kind, one.body, sha256, answer.content, answer.status_code)

    async def reconcile(self) -> dict[str, int]:
        """How many of all that is kept stand how."""
        answer = await self.client.post(
            "/api/sync/reconcile", json={"items": [one.line for one in self.kept]}
        )
        assert answer.status_code == 200, answer.text
        statuses = [line["status"] for line in answer.json()["items"]]
        pairs = zip(self.kept, statuses, strict=True)
        self.unknown = [one for one, status in pairs if status == "unknown"]
        return dict(Counter(statuses))

    async def send_unknown(self) -> None:
        for one in self.unknown:
            await self.send(one)

    async def cursor(self) -> str:
        """Where this phone stands in the changes feed."""
        cursor, more = "", True
        while more:
            page = (await self.client.get("/api/sync/changes", params={"since": cursor})).json()
            cursor, more = page["cursor"], page["has_more"]
        return str(cursor)

    def acknowledged(self, earlier: AckLog) -> AckLog:
        """The receipts that stand: those of before, but for what had to be sent again."""
        standing = AckLog()
        for ack in (*self.acks, *earlier):
            if (ack.kind, ack.id) not in standing:
                standing.note(ack)
        return standing

    def cases(self) -> list[UUID]:
        return [one.id for one in self.kept if one.kind == "hazard"]
