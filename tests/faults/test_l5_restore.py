"""L5: the machine is lost and yesterday's backup restored; phones send again what it had not.

The phones are the production modules in Node; backup and restore are the product's own commands;
server, worker and PostgreSQL are real. A day: people report, a backup is taken while they do, they
go on, all of it or the photos alone are set back, and it must be as if nothing had happened.
"""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.acks import AckLog
from tests.faults.invariants import Evidence, check, check_into
from tests.faults.invariants.phones import saved_is_somewhere
from tests.faults.l4 import readers
from tests.faults.l4 import stack as stacks
from tests.faults.l4.stack import Stack
from tests.faults.l4.traffic import Traffic
from tests.faults.l5 import machine
from tests.faults.l5.phones import Phones, phones_of
from tests.faults.results import Run

PEOPLE = ["phone 0", "phone 1", "phone 2"]
ROUNDS, A_LONG_TIME = 12, 420  # of sending until nothing waits; minutes between them
KEEPS_HOURS = 48
SETTLE_SECONDS = 300
CURSORS, BYTES = "cursors outlive a restore", "bytes deleted at the receipt"
LOSSES = ("all of yesterday", "the photos of yesterday")


@dataclass
class County:
    """`told`: what desks were told before the newest backup; later words went with the machine."""

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

    async def day(self, phones: Phones, loss: str, bug: str = "") -> None:
        """Up to the moment at which the county stands again, with less in it."""
        self.days += 1
        await self.work(phones, 2)
        for ack in await self.desk(phones):
            self.told.note(ack)
        await self._back_up_while_they_work(phones)
        await self.work(phones, 1)
        later = await self.desk(phones)
        await phones.sync()
        await phones.report(0, f"#{self.days}.unsent#", 1)
        if loss == "all of yesterday":
            await machine.lose_the_machine(self.stack, self.folder, f"day_{self.days}", bug)
            return
        for ack in later:
            self.told.note(ack)
        assert await machine.set_the_bucket_back(self.stack, self.folder)

    async def _back_up_while_they_work(self, phones: Phones) -> None:
        async with machine.beginning(machine.back_up(self.stack, self.folder)):
            await self.work(phones, 1)

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
async def county(home: Path, run: Run) -> AsyncIterator[County]:
    async with stacks.county(home, "pytest-l5-", servers=1) as stack:
        stack.settings = stack.settings.model_copy(update={"phone_keeps_hours": KEEPS_HOURS})
        stack.start(seed=run.seed, bug=CURSORS)
        yield County(stack, home / "backups", random.Random(run.seed))


async def lives_on(run: Run, made: County, phones: Phones, loss: str) -> None:
    """A day, its loss, and everything that must hold right after it and when all has healed."""
    await made.day(phones, loss)
    run.faults[f"set back to {loss}"] += 1
    where = f"day {made.days}, {loss}"
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


async def let_go_after_a_backup(run: Run, made: County, phones: Phones) -> None:
    """The other half: what a backup has, phones need not keep."""
    await machine.back_up(made.stack, made.folder)
    await phones.sync()
    left = [id_ for found in await phones.look() for id_ in found["bytes"]]
    run.checked["I12"] += len(phones.saved)
    run.violations += [f"I12 the bytes of {id_} stay for ever" for id_ in left]
    assert left == []


async def after_a_bug(
    run: Run, made: County, loss: str, *, phone: str = "", server: str = ""
) -> None:
    """A day with a mistake in it; what is seen broken afterwards."""
    name = phone or server
    run.bugs[name] = ""
    seed = run.seed + 1000 + made.days
    async with phones_of(made.stack, PEOPLE, made.folder.parent, seed, phone) as phones:
        await made.day(phones, loss, server)
        await made.drain(phones)
        await made.stack.settle(SETTLE_SECONDS)
        await phones.sync()
        found = await check(await made.evidence(phones))
        seen = [number for number, finding in found.items() if finding.violations]
        run.bugs[name] = ", ".join(seen + ["pull"] * bool(await made.stale_copies(phones)))


async def test_phones_give_back_what_a_restored_county_has_lost(tmp_path: Path) -> None:
    run = Run("L5", "restore")
    async with county(tmp_path, run) as made:
        try:
            await after_a_bug(run, made, LOSSES[0], server=CURSORS)
            async with phones_of(made.stack, PEOPLE, tmp_path, run.seed) as phones:
                for number in range(run.size(len(LOSSES))):
                    await lives_on(run, made, phones, LOSSES[number % len(LOSSES)])
                await let_go_after_a_backup(run, made, phones)
                run.counts["items saved on phones"] = len(phones.saved)
            await after_a_bug(run, made, LOSSES[1], phone=BYTES)
        finally:
            what = "backup and restore by command; phones in Node give back what came after"
            result = run.result(what, sum(run.faults.values()), "losses")
    assert run.bugs[CURSORS] == "pull"
    assert {"I8", "I12"} <= set(run.bugs[BYTES].split(", "))
    assert result.passes()
