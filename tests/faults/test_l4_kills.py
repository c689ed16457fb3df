"""L4: real processes, killed and starved at random and at named points; then everything heals."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.invariants import check
from tests.faults.l4 import clocks, readers
from tests.faults.l4 import stack as stacks
from tests.faults.l4.breaking import FAULTS, OFTEN, SLOW, STEPS, kill_postgres, kill_server
from tests.faults.l4.healing import HEAL_SECONDS, count, run_through
from tests.faults.l4.points import POINTS
from tests.faults.l4.stack import Stack
from tests.faults.l4.traffic import Traffic
from tests.faults.results import Result, Run

ROUNDS = 1  # of every fault
NAMED_ROUNDS, MOST_ROUNDS = 4, 16  # of reports while lives end at named points
UNTIL_CAUGHT = 12  # kills at most
CHECK_EVERY, RARELY = 7, 24  # faults; every check looks at all that there is


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    async with stacks.county(tmp_path) as made:
        yield made


# Mistakes that nobody notices until somebody dies at the wrong moment; the promise that breaks.
BUGS = {
    "answer before commit": "I1",
    "commit that is not written": "I1",
    "row before bytes": "I8",
    "answers of a visit come later": "I1",
}
OF_SIGHT = "everybody sees all"
OF_POSTGRES = "commit that is not written"
CAUGHT: dict[str, str] = {}


async def broken(traffic: Traffic) -> list[str]:
    """Which promises do not hold now that everything had its time."""
    await asyncio.sleep(2)
    found = await check(traffic.stack.evidence(traffic.acks), healed=False)
    return [name for name, finding in found.items() if finding.violations]


async def kill_until_seen(stack: Stack, bug: str, dice: random.Random) -> str:
    """How the mistake was caught; empty if it was not. Without a kill it must not be seen."""
    calm = stack.home / "calm"
    calm.touch()
    stack.order(points=() if bug == OF_POSTGRES else ("after response",), bug=bug)
    await kill_server(stack, dice)
    await everybody_is_up(stack)
    traffic = Traffic(stack, dice)
    traffic.open()
    try:
        await traffic.go_on(1)
        assert BUGS[bug] not in await broken(traffic)
        calm.unlink()
        # The next lives of the server end at their point; a worker's commits would help ours along.
        stack.signal("work", signal.SIGSTOP)
        await kill_server(stack, dice)
        for number in range(1, UNTIL_CAUGHT + 1):
            await everybody_is_up(stack)
            await traffic.go_on(1)
            if bug == OF_POSTGRES:
                await kill_postgres(stack, dice)
            if BUGS[bug] in (seen := await broken(traffic)):
                return f"{BUGS[bug]} after kill {number} ({', '.join(seen)})"
    finally:
        stack.signal("work", signal.SIGCONT)
        await traffic.close()
    return ""


async def read_too_much(stack: Stack, dice: random.Random) -> str:
    """How readers of another township notice that sight has no clause any more."""
    (stack.home / "calm").touch()
    stack.order(bug=OF_SIGHT)
    await kill_server(stack, dice)
    await everybody_is_up(stack)
    traffic = Traffic(stack, dice)
    traffic.open()
    try:
        await traffic.go_on(1)
        await traffic.heal(HEAL_SECONDS)
        evidence = stack.evidence(traffic.acks)
        reading = await readers.read(stack, traffic.acks)
        evidence.bodies, evidence.foreign = reading.bodies, reading.foreign
        seen = (await check(evidence, healed=False))["I9"].violations
        return f"I9: {len(seen)} answers" if seen else ""
    finally:
        await traffic.close()


async def everybody_is_up(stack: Stack) -> None:
    for port in stack.ports:
        await asyncio.to_thread(stack.wait_for, port)


async def test_mistakes_that_only_a_kill_shows_are_seen(tmp_path: Path) -> None:
    dice = random.Random(1)
    async with stacks.county(tmp_path, servers=1) as stack:
        stack.start()
        for bug in BUGS:
            CAUGHT[bug] = await kill_until_seen(stack, bug, dice)
        CAUGHT[OF_SIGHT] = await read_too_much(stack, dice)
    assert all(CAUGHT.values())


def killed(run: Run, traffic: Traffic) -> Result:
    """Also while it runs: a long run that is ended from outside has shown what it shows."""
    count(run, traffic)
    run.bugs = CAUGHT
    what = "real processes: two servers, a worker, PostgreSQL; random faults under traffic"
    return run.result(what, sum(run.faults.values()), "faults")


async def test_nothing_is_lost_whatever_is_killed(stack: Stack) -> None:
    run = Run("L4", "kills")
    dice = random.Random(run.seed)
    may_step = not clocks.missing()
    known = FAULTS | (STEPS if may_step else {})
    run.not_reached = [] if may_step else [f"No clock stepped: {clocks.missing()}."]
    plan = [name for name in known for _ in range(run.size(ROUNDS) * OFTEN.get(name, 1))]
    plan += list(SLOW) * (run.times // 5)
    dice.shuffle(plan)
    every = RARELY if run.times else CHECK_EVERY
    if may_step:
        await clocks.prepare(stack)
    stack.start(seed=run.seed)
    traffic = Traffic(stack, dice)
    traffic.open()
    try:
        for number, name in enumerate(plan):
            is_last = number == len(plan) - 1 or run.is_over
            working = asyncio.create_task(traffic.go_on(2))
            await asyncio.sleep(dice.random() * 0.4)
            await (known | SLOW)[name](stack, dice)
            run.faults[name] += 1
            await working
            if number % every == every - 1 or is_last:
                wrong = await run_through(run, traffic, f"after fault {number}, {name}")
                killed(run, traffic)
                assert wrong == []
            if is_last:
                break
    finally:
        await traffic.close()
        result = killed(run, traffic)
    assert result.passes()


def deaths(stack: Stack) -> Counter[str]:
    log = stack.home / "deaths.log"
    return Counter(log.read_text().splitlines() if log.exists() else [])


async def test_nothing_is_lost_at_any_named_point(stack: Stack) -> None:
    """Until every point was met, for lives take them in turn."""
    run = Run("L4", "points")
    dice = random.Random(run.seed)
    stack.start(points=POINTS, seed=run.seed)
    traffic = Traffic(stack, dice)
    traffic.open()
    try:
        for number in range(1, run.size(MOST_ROUNDS) + 1):
            await everybody_is_up(stack)  # so that the round meets every life's point
            await traffic.go_on(1)
            is_enough = number >= run.size(NAMED_ROUNDS) and deaths(stack).keys() >= set(POINTS)
            is_last = is_enough or run.is_over or number == run.size(MOST_ROUNDS)
            if is_last or number % MOST_ROUNDS == 0:
                assert await run_through(run, traffic, f"after round {number}") == []
            if is_last:
                break
            if number % MOST_ROUNDS == 0:  # lives that began in the calm have no point
                for name in stack.servers:
                    stack.signal(name, signal.SIGKILL)
    finally:
        await traffic.close()
        count(run, traffic)
        met = deaths(stack)
        run.faults.update({f"died {point}": times for point, times in met.items()})
        run.not_reached += [f"no life ended {point}" for point in POINTS if point not in met]
        what = "servers that kill themselves at named points of a request"
        result = run.result(what, met.total(), "deaths")
    assert result.passes()
    assert result.not_reached == []
