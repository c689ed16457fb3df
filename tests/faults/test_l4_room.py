"""L4: the photo store is away for an hour, a disk has no room left; what waits, waits on phones.

The phones are the production modules in Node, whose clock the harness sets: their hour is a minute.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.faults.invariants import check_into
from tests.faults.l4 import readers
from tests.faults.l4 import room as rooms
from tests.faults.l4 import stack as stacks
from tests.faults.l4.breaking import store_away
from tests.faults.l4.room import Room
from tests.faults.l4.stack import Stack
from tests.faults.l5.phones import Phones, phones_of
from tests.faults.results import Run

PEOPLE = ["phone 0", "phone 1", "phone 2"]
AN_HOUR, A_STEP, BACK_WITHIN = 60, 5, 15  # minutes of the phones' clock (T6)
SETTLE_SECONDS = 300
PHOTO_ROOM, DATABASE_ROOM = 16, 192  # MB
NOT_HERE = rooms.missing()
pytestmark = pytest.mark.skipif(bool(NOT_HERE), reason=f"small disks: {NOT_HERE}")


@dataclass
class Town:
    stack: Stack
    phones: Phones
    photos: Room
    database: Room

    async def report(self, name: str, photos: int = 1) -> None:
        for phone in range(len(PEOPLE)):
            await self.phones.report(phone, f"#{name}.{phone}#", photos)

    async def waiting(self) -> list[str]:
        found = await self.phones.look()
        return [item["kind"] for one in found for item in one["outbox"]]

    async def minutes_until_drained(self, most: int) -> int | None:
        for minute in range(1, most + 1):
            await self.phones.sync(minutes=1)
            if not await self.waiting():
                return minute
        return None


@asynccontextmanager
async def town(home: Path, run: Run) -> AsyncIterator[Town]:
    """Photos and database each on a small disk of their own."""
    async with stacks.county(home, "pytest-l4-room-", servers=1) as stack:
        with (
            rooms.small_disk(home / "photos", PHOTO_ROOM) as photos,
            rooms.database_in(stack, DATABASE_ROOM) as database,
        ):
            store = {"storage": f"dir:{photos.folder / 'objects'}"}
            stack.settings = stack.settings.model_copy(update=store)
            stack.start(seed=run.seed)
            try:
                async with phones_of(stack, PEOPLE, home, run.seed) as phones:
                    yield Town(stack, phones, photos, database)
            finally:
                stack.stop()


async def store_away_for_an_hour(run: Run, made: Town, name: str) -> None:
    """T6: reports go through, photos wait; a quarter of an hour after its return all is here."""
    with store_away(made.stack):
        for minute in range(0, AN_HOUR, A_STEP):
            if minute % 20 == 0:
                await made.report(f"{name}.{minute}")
            await made.phones.sync(minutes=A_STEP)
    assert set(await made.waiting()) == {"photo"}
    minutes = await made.minutes_until_drained(BACK_WITHIN)
    run.counts["minutes until photos had drained, at most"] = max(
        run.counts["minutes until photos had drained, at most"], minutes or 10**6
    )
    if minutes is None:
        run.violations.append(f"T6 {len(await made.waiting())} photos wait after {BACK_WITHIN} min")


async def no_room_for_photos(run: Run, made: Town, name: str) -> None:
    made.photos.fill()
    for number in range(2):
        await made.report(f"{name}.{number}")
        await made.phones.sync(minutes=A_STEP)
    assert set(await made.waiting()) == {"photo"}
    made.photos.free()
    await _drains(run, made, name)


async def no_room_for_the_database(run: Run, made: Town, name: str) -> None:
    """Tables cannot grow; then its log cannot either, and PostgreSQL ends itself."""
    made.database.fill()
    for number in range(4):
        await made.report(f"{name}.{number}")
        await made.phones.sync(minutes=A_STEP)
        if number == 1:
            with suppress(psycopg.Error):
                async with made.stack.watching() as connection:
                    await connection.execute("select pg_switch_wal()")
    assert "hazard" in await made.waiting()
    made.database.free()
    made.stack.raise_postgres()
    await _drains(run, made, name)


async def _drains(run: Run, made: Town, name: str) -> None:
    if await made.minutes_until_drained(AN_HOUR) is None:
        run.violations.append(f"I12 {await made.waiting()} wait an hour after {name}")


Outage = Callable[[Run, Town, str], Awaitable[None]]
OUTAGES: dict[str, Outage] = {
    "photo store away for an hour of the phones": store_away_for_an_hour,
    "no room for photos": no_room_for_photos,
    "no room for the database": no_room_for_the_database,
}


async def test_what_finds_no_room_waits_on_phones_and_arrives_once(tmp_path: Path) -> None:
    run = Run("L4", "room")
    async with town(tmp_path, run) as made:
        try:
            for number in range(run.size(1)):
                for name, outage in OUTAGES.items():
                    await outage(run, made, f"{number} {name}")
                    run.faults[name] += 1
                    await _holds(run, made, f"{name}, {number}")
        finally:
            run.counts["items saved on phones"] = len(made.phones.saved)
            what = "the photo store away, disks without room: small tmpfs, real processes"
            result = run.result(what, sum(run.faults.values()), "outages")
    assert result.passes()


async def _holds(run: Run, made: Town, where: str) -> None:
    settled = await made.stack.settle(SETTLE_SECONDS)
    acks = await made.phones.acks()
    reading = await readers.read(made.stack, acks)
    settled &= await made.stack.settle(SETTLE_SECONDS)  # of what was read somebody may be told
    evidence = made.stack.evidence(acks)
    evidence.bodies, evidence.foreign = reading.bodies, reading.foreign
    evidence.saved, evidence.held = made.phones.saved, await made.phones.held()
    evidence.expected = made.phones.saved
    run.violations += [] if settled else [f"I12 jobs wait ({where})"]
    assert await check_into(run, evidence, where) == []
