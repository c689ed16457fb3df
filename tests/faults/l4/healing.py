"""After the faults: everything is sent, everything drains, every invariant is looked at."""

from collections import Counter

from tests.faults.invariants import check_into
from tests.faults.l4 import readers
from tests.faults.l4.traffic import Traffic
from tests.faults.results import Run

HEAL_SECONDS, LONG_HEAL_SECONDS = 90, 900  # long runs are niced, and more has piled up


async def run_through(run: Run, traffic: Traffic, where: str) -> list[str]:
    """Heal, wait until all is drained, check everything."""
    calm = traffic.stack.home / "calm"
    calm.touch()
    seconds = LONG_HEAL_SECONDS if run.times else HEAL_SECONDS
    healed = await traffic.heal(seconds)
    settled = await traffic.stack.settle(seconds)
    calm.unlink()
    evidence = traffic.stack.evidence(traffic.acks)
    evidence.saved, evidence.held = traffic.saved, traffic.held()
    evidence.expected = traffic.saved - traffic.held()
    reading = await readers.read(traffic.stack, traffic.acks)
    evidence.bodies, evidence.foreign = reading.bodies, reading.foreign
    settled = settled and await traffic.stack.settle(seconds)  # who opens a case is told of
    wrong = await check_into(run, evidence, where)
    late = [] if healed and settled else [f"I12 not drained within {seconds} s ({where})"]
    kept = [f"I12 refused for good: {line} ({where})" for line in traffic.aside()]
    run.violations += late + kept
    return wrong + late + kept


def count(run: Run, traffic: Traffic) -> None:
    run.counts.clear()
    for ack in traffic.acks:
        run.counts[f"{ack.kind}s acknowledged"] += 1
    answers = sum((phone.answers for phone in traffic.everybody), Counter[str]())
    for status, times in answers.items():
        run.counts[f"answers {status}"] += times
    outcomes = sum((phone.outcomes for phone in traffic.everybody), Counter[str]())
    run.counts["requests without an answer"] += outcomes["unreachable"]
