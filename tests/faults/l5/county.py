"""A county that reports, dispatches and loses something; what must be true of it afterwards."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.acks import AckLog
from tests.faults.invariants import Evidence, check, check_into
from tests.faults.invariants.phones import saved_is_somewhere
from tests.faults.l4 import readers
from tests.faults.l4.stack import Stack
from tests.faults.l4.traffic import Traffic
from tests.faults.l5.phones import Phones, phones_of
from tests.faults.results import Run

PEOPLE = ["phone 0", "phone 1", "phone 2"]
ROUNDS, A_LONG_TIME = 12, 420  # of sending until nothing waits; minutes between them
KEEPS_HOURS = 48
SETTLE_SECONDS = 300
Deed = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Loss:
    """`save` makes the copy that stays, while people work; `strike` leaves nothing else.

    `takes_rows`: of the database, so that what desks were told since is lost as well.
    """

    name: str
    save: Deed
    strike: Deed
    takes_rows: bool = True


@dataclass
class County:
    """`told`: what desks were told before the newest copy; later words went with the machine."""

    stack: Stack
    folder: Path
    dice: random.Random
    told: AckLog = field(default_factory=AckLog)
    days: int = 0

    async def work(self, phones: Phones, reports: int) -> None:
        for phone in range(len(PEOPLE)):
            for _ in range(reports):
                note = f"#{self.days}.{phone}.{len(phones.saved)}#"
                await phones.report(phone, note, self.dice.randint(0, 2))
        await phones.sync()

    async def desk(self, phones: Phones) -> AckLog:
        """Two cases go on their way; answers the desks' receipts."""
        desk = Traffic(self.stack, self.dice)
        desk.open()
        try:
            for ack in await phones.acks():
                desk.acks.note(ack)
            before = set(desk.acks.of("action"))
            await desk.dispatch()
        finally:
            await desk.close()
        mine = AckLog()
        for id_, ack in desk.acks.of("action").items():
            if id_ not in before:
                mine.note(ack)
        return mine

    async def day(self, phones: Phones, loss: Loss) -> None:
        """Up to the moment at which the county stands again, with less in it."""
        self.days += 1
        await self.work(phones, 2)
        for ack in await self.desk(phones):
            self.told.note(ack)
        async with beginning(loss.save()):
            await self.work(phones, 1)
        await self.work(phones, 1)
        later = await self.desk(phones)
        await phones.sync()
        await phones.report(0, f"#{self.days}.unsent#", 1)
        if not loss.takes_rows:
            for ack in later:
                self.told.note(ack)
        await loss.strike()

    async def drain(self, phones: Phones) -> bool:
        """Twice in a row nothing waits: the server has then been asked about all of it."""
        calm = 0
        for _ in range(ROUNDS):
            found = await phones.sync(minutes=A_LONG_TIME)
            is_calm = all(one["waiting"] == 0 and one["isTold"] for one in found)
            calm = calm + 1 if is_calm else 0
            if calm == 2:
                return True
        return False

    async def evidence(self, phones: Phones) -> Evidence:
        acks = await phones.acks()
        for ack in self.told:
            acks.note(ack)
        made = self.stack.evidence(acks)
        made.saved, made.held, made.expected = phones.saved, await phones.held(), phones.saved
        reading = await readers.read(self.stack, acks)
        made.bodies, made.foreign = reading.bodies, reading.foreign
        await self.stack.settle(SETTLE_SECONDS)  # who opens a case is told of
        return made

    async def stale_copies(self, phones: Phones) -> list[str]:
        """All are of one grid: each phone's copy is what the county has of it, case by case."""
        query, ground = (
            "select id, version from hazards where grid_id = %s",
            self.stack.ids["ground"],
        )
        async with self.stack.watching() as connection:
            rows = await (await connection.execute(query, (ground,))).fetchall()
        here = {str(id_): version for id_, version in rows}
        return [
            f"pull: {len(found['hazards'].items() ^ here.items())} cases of {PEOPLE[n]} are stale"
            for n, found in enumerate(await phones.look())
            if found["hazards"] != here
        ]


@asynccontextmanager
async def beginning(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """It runs while the block does, and is over with it."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        await task


async def lives_on(run: Run, made: County, phones: Phones, loss: Loss) -> None:
    """A day, its loss, and everything that must hold right after it and when all has healed."""
    await made.day(phones, loss)
    run.faults[f"{loss.name}"] += 1
    where = f"day {made.days}, {loss.name}"
    at_once = await saved_is_somewhere(await made.evidence(phones))
    run.checked["I4"] += at_once.checked
    wrong = [f"I4 {line} (right after {where})" for line in at_once.violations]
    drained = await made.drain(phones)
    settled = await made.stack.settle(SETTLE_SECONDS)
    await phones.sync()
    wrong += [] if drained and settled else [f"I12 not drained ({where}, seed {run.seed})"]
    wrong += await made.stale_copies(phones)
    run.checked["pull"] += len(PEOPLE)
    run.violations += wrong
    assert wrong + await check_into(run, await made.evidence(phones), where) == []


async def after_a_bug(run: Run, made: County, loss: Loss, bug: str, *, phone: str = "") -> None:
    """A day with a mistake in it, in the phones or else in the server; what is seen broken."""
    run.bugs[bug] = ""
    seed = run.seed + 1000 + made.days
    async with phones_of(made.stack, PEOPLE, made.folder.parent, seed, phone) as phones:
        await made.day(phones, loss)
        await made.drain(phones)
        await made.stack.settle(SETTLE_SECONDS)
        await phones.sync()
        found = await check(await made.evidence(phones))
        seen = [number for number, finding in found.items() if finding.violations]
        run.bugs[bug] = ", ".join(seen + ["pull"] * bool(await made.stale_copies(phones)))
