"""What the server has acknowledged, as whoever sent it noted it down: one JSON line each.

Written the moment the answer is there and never from the database, so that the two can be
compared. Tests in other languages append the same lines.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

Kind = Literal[
    "hazard",
    "action",
    "photo",
    "visit",
    "delay",
    "collection",
    "accident",
    "accident_report",
    "errand",
]


class Ack(BaseModel):
    """A receipt as it came. `sha256` and `size` are of the bytes that were sent."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    id: str
    sha256: str
    size: int
    seq: int
    received_at: str
    mac: str
    hazard_id: str | None = None
    status: int = 200


class AckLog:
    """In memory, and in a file where one is given."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._acks: dict[tuple[str, str], Ack] = {}
        self.differing: list[str] = []  # a repeat that was not answered as the first time
        self.refused: set[str] = set()  # ids that were answered with a final refusal, never taken
        if path and path.exists():
            for line in path.read_text().splitlines():
                self._keep(Ack.model_validate_json(line))

    def note(self, ack: Ack) -> None:
        """Once per id; the receipt of a repeat must be the first one, word for word."""
        self._keep(ack)
        if self.path:
            with self.path.open("a") as file:
                file.write(ack.model_dump_json() + "\n")

    def note_answer(self, kind: Kind, sent: bytes, sha256: str, body: bytes, status: int) -> Ack:
        """From the JSON of an answer that carries a receipt."""
        receipt = json.loads(body)["receipt"]
        ack = Ack(kind=kind, size=len(sent), status=status, **receipt)
        if ack.sha256 != sha256:
            self.differing.append(f"{kind} {ack.id}: the receipt is for other bytes")
        self.note(ack)
        return ack

    def forget(self, kind: Kind, id_: str) -> None:
        """A restored server has taken its word back; the new receipt will be another."""
        self._acks.pop((kind, id_), None)

    def of(self, kind: Kind) -> dict[str, Ack]:
        return {ack.id: ack for ack in self._acks.values() if ack.kind == kind}

    def __contains__(self, key: object) -> bool:
        return key in self._acks

    def __iter__(self) -> Iterator[Ack]:
        return iter(self._acks.values())

    def __len__(self) -> int:
        return len(self._acks)

    def _keep(self, ack: Ack) -> None:
        known = self._acks.setdefault((ack.kind, ack.id), ack)
        said = {"sha256", "seq", "received_at", "mac"}
        if known.model_dump(include=said) != ack.model_dump(include=said):
            self.differing.append(f"{ack.kind} {ack.id}: a repeat got another receipt")
