"""L5: the machine is lost and yesterday's backup restored; phones send again what it had not.

The phones are the production modules in Node; backup and restore are the product's own commands;
server, worker and PostgreSQL are real. A day: people report, a backup is taken while they do, they
go on, all of it or the photos alone are set back, and it must be as if nothing had happened.
"""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from tests.faults.l4 import stack as stacks
from tests.faults.l5 import machine
from tests.faults.l5.county import KEEPS_HOURS, PEOPLE, County, Loss, after_a_bug, lives_on
from tests.faults.l5.phones import Phones, phones_of
from tests.faults.results import Run

CURSORS, BYTES = "cursors outlive a restore", "bytes deleted at the receipt"


@asynccontextmanager
async def county(home: Path, run: Run) -> AsyncIterator[County]:
    async with stacks.county(home, "pytest-l5-", servers=1) as stack:
        stack.settings = stack.settings.model_copy(update={"phone_keeps_hours": KEEPS_HOURS})
        stack.start(seed=run.seed, bug=CURSORS)
        yield County(stack, home / "backups", random.Random(run.seed))


def all_of_it(made: County, bug: str = "") -> Loss:
    """The servers that stand up again have the mistake."""
    save = partial(machine.back_up, made.stack, made.folder)
    name = f"day_{made.days}"
    strike = partial(machine.lose_the_machine, made.stack, made.folder, name, bug)
    return Loss("set back to all of yesterday", save, strike)


def the_photos(made: County) -> Loss:
    save = partial(machine.back_up, made.stack, made.folder)
    strike = partial(machine.set_the_bucket_back, made.stack, made.folder)
    return Loss("set back to the photos of yesterday", save, strike, takes_rows=False)


LOSSES = (all_of_it, the_photos)


async def let_go_after_a_backup(run: Run, made: County, phones: Phones) -> None:
    """The other half: what a backup has, phones need not keep."""
    await machine.back_up(made.stack, made.folder)
    await phones.sync()
    left = [id_ for found in await phones.look() for id_ in found["bytes"]]
    run.checked["I12"] += len(phones.saved)
    run.violations += [f"I12 the bytes of {id_} stay for ever" for id_ in left]
    assert left == []


async def test_phones_give_back_what_a_restored_county_has_lost(tmp_path: Path) -> None:
    run = Run("L5", "restore")
    async with county(tmp_path, run) as made:
        try:
            await after_a_bug(run, made, all_of_it(made, CURSORS), CURSORS)
            async with phones_of(made.stack, PEOPLE, tmp_path, run.seed) as phones:
                for number in range(run.size(len(LOSSES))):
                    await lives_on(run, made, phones, LOSSES[number % len(LOSSES)](made))
                await let_go_after_a_backup(run, made, phones)
                run.counts["items saved on phones"] = len(phones.saved)
            await after_a_bug(run, made, the_photos(made), BYTES, phone=BYTES)
        finally:
            what = "backup and restore by command; phones in Node give back what came after"
            result = run.result(what, sum(run.faults.values()), "losses")
    assert run.bugs[CURSORS] == "pull"
    assert {"I8", "I12"} <= set(run.bugs[BYTES].split(", "))
    assert result.passes()
