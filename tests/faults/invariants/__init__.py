"""I1 to I15, each a number, a sentence and a check; safety always, liveness after healing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.faults.invariants import aftermath, history, phones, photos
from tests.faults.invariants.evidence import Evidence, Finding, Key, Memory
from tests.faults.results import Run

__all__ = [
    "INVARIANTS",
    "Evidence",
    "Finding",
    "Invariant",
    "Key",
    "Memory",
    "check",
    "check_into",
]


@dataclass(frozen=True)
class Invariant:
    """`heals`: it is promised only once everything has healed."""

    number: int
    sentence: str
    check: Callable[[Evidence], Awaitable[Finding]]
    heals: bool = False

    @property
    def name(self) -> str:
        return f"I{self.number}"


_I = Invariant
INVARIANTS = (
    _I(1, "What was acknowledged is stored.", history.acked_is_stored),
    _I(2, "What is stored is stored once, by id and by content.", history.stored_once),
    _I(3, "An acknowledged photo is bit for bit as captured.", photos.photos_are_bit_for_bit),
    _I(4, "What a phone has saved is on it or here, never nowhere.", phones.saved_is_somewhere),
    _I(5, "The photo counts of a case are true.", photos.counts_are_right),
    _I(
        6,
        "History is whole: allowed steps, no gaps, ends where the case is.",
        history.history_is_whole,
    ),
    _I(7, "The chain verifies; a refused step has no event.", history.audit_verifies),
    _I(8, "No photo row without its object.", photos.nothing_is_left_alone),
    _I(9, "Nobody reads what is not theirs.", phones.nothing_foreign_is_read),
    _I(10, "A dispatch tells its handlers, once.", aftermath.people_are_told_once, heals=True),
    _I(11, "Receipts verify, also after a restart or restore.", phones.receipts_verify),
    _I(12, "After healing everything drains.", aftermath.everything_drains, heals=True),
    _I(13, "A success was committed, with the bytes that were sent.", history.success_is_committed),
    _I(14, "No secret stands in a log.", phones.logs_are_clean),
    _I(
        15,
        "No transaction stays open, memory comes back.",
        aftermath.nothing_stays_occupied,
        heals=True,
    ),
)


async def check(evidence: Evidence, *, healed: bool = True) -> dict[str, Finding]:
    """What every invariant finds; those that need healing only after it."""
    due = [one for one in INVARIANTS if healed or not one.heals]
    async with evidence.at_once():
        return {one.name: await one.check(evidence) for one in due}


async def check_into(run: Run, evidence: Evidence, where: str, *, healed: bool = True) -> list[str]:
    """Check, count into the run, and answer the violations with the place that shows them."""
    wrong: list[str] = []
    for name, finding in (await check(evidence, healed=healed)).items():
        run.checked[name] += finding.checked
        wrong += [
            f"{name} {sentence} ({where}, seed {run.seed})" for sentence in finding.violations
        ]
    run.violations += wrong
    return wrong
