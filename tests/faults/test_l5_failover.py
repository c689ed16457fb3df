"""L5: the database is lost and another one, which followed it, takes its place (F35).

Nobody is told of it: both databases stand in one address. Servers go on; a worker that has lost
its line ends, and the next one finds the other database. A second that confirms every commit has
all that was acknowledged. One that lags behind has not: phones, the production modules in Node,
give back what is missing, as after a restore.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.faults.invariants import check
from tests.faults.l4 import stack as stacks
from tests.faults.l4.breaking import kill_server
from tests.faults.l4.healing import run_through
from tests.faults.l4.stack import Stack
from tests.faults.l4.traffic import Traffic
from tests.faults.l5.county import KEEPS_HOURS, PEOPLE, County, Loss, after_a_bug, lives_on
from tests.faults.l5.pair import Pair, pair_of
from tests.faults.l5.phones import phones_of
from tests.faults.results import Run

CURSORS, UNCONFIRMED = "cursors outlive a restore", "acknowledged before the second has it"
CONFIRMS = "the second has confirmed every commit, and takes over"
LOST_REPORTS = 3  # of each of six phones
LAGS = "the second lags behind, and takes over"


@asynccontextmanager
async def county(home: Path, run: Run) -> AsyncIterator[tuple[County, Pair]]:
    async with stacks.county(home, "pytest-l5-", servers=1) as stack, pair_of(stack) as pair:
        stack.settings = stack.settings.model_copy(update={"phone_keeps_hours": KEEPS_HOURS})
        stack.start(seed=run.seed)
        yield County(stack, home / "backups", random.Random(run.seed)), pair


@asynccontextmanager
async def traffic_of(made: County) -> AsyncIterator[Traffic]:
    traffic = Traffic(made.stack, made.dice)
    traffic.open()
    try:
        yield traffic
    finally:
        await traffic.close()


def lives(stack: Stack) -> dict[str, int]:
    return {name: stack.pid(name) for name in stack.servers}


async def a_second_that_confirms(run: Run, made: County, pair: Pair) -> None:
    """In the midst of the traffic; nobody sends anew what was acknowledged."""
    before = lives(made.stack)
    async with traffic_of(made) as traffic:
        await pair.follow(confirms=True)
        working = asyncio.create_task(traffic.go_on(3))
        await asyncio.sleep(0.3 + made.dice.random())
        await pair.take_over()
        await working
        run.faults[CONFIRMS] += 1
        assert await run_through(run, traffic, CONFIRMS) == []
    assert lives(made.stack) == before, "a server had to be started anew"


async def a_second_that_nobody_waits_for(run: Run, made: County, pair: Pair) -> None:
    """The mistake: it would be of no use to look, if what is lost were not seen."""
    async with traffic_of(made) as traffic:
        await pair.follow(confirms=False)
        await pair.fall_behind()
        await traffic.go_on(1)
        await pair.take_over()
        found = await check(made.stack.evidence(traffic.acks), healed=False)
    seen = [name for name, finding in found.items() if finding.violations]
    run.bugs[UNCONFIRMED] = ", ".join(seen)


def lags(made: County, pair: Pair) -> Loss:
    """More is lost than numbers are skipped by a takeover (32 of a sequence), and for good.

    These reports nobody sends again; the others' phones have seen them and must forget them.
    """

    async def save() -> None:
        await pair.follow(confirms=False)
        await pair.fall_behind()
        async with traffic_of(made) as traffic:
            await traffic.go_on(LOST_REPORTS)

    return Loss(LAGS, save, pair.take_over)


async def with_a_mistake(run: Run, made: County, pair: Pair) -> None:
    await next_life(made, CURSORS)
    await after_a_bug(run, made, lags(made, pair), CURSORS)
    await next_life(made)


async def next_life(made: County, bug: str = "") -> None:
    made.stack.order(bug=bug)
    await kill_server(made.stack, made.dice)
    for port in made.stack.ports:
        await asyncio.to_thread(made.stack.wait_for, port)


async def test_who_followed_takes_over_and_phones_give_back_what_it_had_not(
    tmp_path: Path,
) -> None:
    run = Run("L5", "failover")
    async with county(tmp_path, run) as (made, pair):
        try:
            await a_second_that_nobody_waits_for(run, made, pair)
            await with_a_mistake(run, made, pair)
            async with phones_of(made.stack, PEOPLE, tmp_path, run.seed) as phones:
                for _ in range(run.size(1)):
                    await a_second_that_confirms(run, made, pair)
                    await lives_on(run, made, phones, lags(made, pair))
                run.counts["items saved on phones"] = len(phones.saved)
        finally:
            what = "the database dies and one that followed it leads; servers go on; phones in Node"
            result = run.result(what, sum(run.faults.values()), "takeovers")
    assert run.bugs[CURSORS] == "pull"
    assert "I1" in run.bugs[UNCONFIRMED]
    assert result.passes()
