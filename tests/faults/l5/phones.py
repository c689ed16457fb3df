"""Phones in Node with the production modules; they live on while servers come and go."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.acks import Ack, AckLog
from tests.faults.invariants import Key
from tests.faults.l4.stack import Stack
from tests.faults.results import ROOT
from tests.pictures import jpeg

PHOTO_BYTES = 20_000
PATIENCE_MS = 20_000
Found = dict[str, Any]


@dataclass
class Phones:
    """`saved`: what they have called saved, since the beginning; `sizes` of what they queued."""

    process: Process
    names: list[str]
    saved: set[Key] = field(default_factory=set)
    sizes: dict[str, int] = field(default_factory=dict)

    async def tell(self, phone: int, do: str, **more: Any) -> Found:
        assert self.process.stdin
        assert self.process.stdout
        command = json.dumps({"phone": phone, "do": do, **more}, ensure_ascii=False)
        self.process.stdin.write(command.encode() + b"\n")
        line = await self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the phones have died of {command}")
        answer: Found = json.loads(line)
        return answer

    async def report(self, phone: int, note: str, photos: int) -> None:
        for item in (await self.tell(phone, "report", note=note, photos=photos))["promised"]:
            self.saved.add((item["kind"], item["id"]))
            self.sizes[item["id"]] = item["size"]

    async def sync(self, *, minutes: int = 60) -> list[Found]:
        """Each sends, pulls and reconciles once, so many minutes later than before."""
        return [await self.tell(phone, "sync", minutes=minutes) for phone in range(len(self.names))]

    async def look(self) -> list[Found]:
        return [await self.tell(phone, "look") for phone in range(len(self.names))]

    async def held(self) -> set[Key]:
        """What could be sent if the server had lost everything; a photo needs its bytes."""
        held: set[Key] = set()
        for found in await self.look():
            here = set(found["bytes"])
            rows = found["outbox"] + [row for row in found["receipts"] if row["isHeld"]]
            held |= {
                (row["kind"], row["id"])
                for row in rows
                if row["kind"] != "photo" or row["id"] in here
            }
        return held

    async def acks(self) -> AckLog:
        """Every receipt that lies in a phone now."""
        log = AckLog()
        for found in await self.look():
            for row in found["receipts"]:
                log.note(Ack(kind=row["kind"], size=self.sizes[row["id"]], **row["receipt"]))
        return log


@asynccontextmanager
async def phones_of(
    stack: Stack, names: list[str], folder: Path, seed: int, bug: str = ""
) -> AsyncIterator[Phones]:
    picture = folder / "picture.jpg"
    picture.write_bytes(jpeg(1))
    wires = [
        {
            "url": (url := f"http://127.0.0.1:{stack.ports[number % len(stack.ports)]}"),
            "origin": url,
            "cookie": f"__Host-safegrid={stack.tokens[name]}",
            "personId": stack.ids[name],
            "picture": str(picture),
            "patienceMs": PATIENCE_MS,
        }
        for number, name in enumerate(names)
    ]
    order = json.dumps({"seed": seed, "photoBytes": PHOTO_BYTES, "phones": wires})
    words = ["node", "tests/faults/start.ts", "phones", order, *([bug] if bug else [])]
    process = await asyncio.create_subprocess_exec(
        *words, cwd=ROOT / "pwa", stdin=PIPE, stdout=PIPE, limit=2**24
    )
    try:
        yield Phones(process, names)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
