"""Every operation of the contract, called with what it allows and with what it forbids (ASVS V2.2).

No server error, and no answer that the contract does not describe. Calls are made by people who
may, on what is theirs, partly with what fits (tests/fuzz), or few would get past the first look.
`SAFEGRID_SEED` says which cases, and `SAFEGRID_FUZZ_EXAMPLES` how many an operation gets in either
mode (more by hand: 200); `make fuzz` sets both and measures for docs/proof.md.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import httpx
import pytest
import schemathesis
import uvloop
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from app.api import deps
from app.cli.contract import document
from app.config import Settings
from app.main import create_app
from tests.conftest import Databases
from tests.depth import IS_DEEP
from tests.faults.results import FOUND, Result, revision
from tests.fuzz import ground as grounds
from tests.fuzz.drawing import dice_of, drawn
from tests.fuzz.files import FILES
from tests.fuzz.ground import Ground
from tests.fuzz.ways import ways
from tests.matrix.world import Actor

EXAMPLES = int(os.environ.get("SAFEGRID_FUZZ_EXAMPLES", "8" if IS_DEEP else "4"))
SEED = int(os.environ.get("SAFEGRID_SEED", "1"))
IS_MEASURED = "SAFEGRID_FUZZ_EXAMPLES" in os.environ
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
NOT_CALLED = {
    "GET /api/stream": "never answers to its end; tests/api/test_live.py reads it",
    "GET /api/demo": "serves the demo county alone; tests/api/test_demo.py calls it",
    "POST /api/demo/enter/{person_id}": "so does it",
}
LESS_WRONG = 1 if IS_DEEP or IS_MEASURED else 2
MOST_REFUSED = 25  # operations that answer no call with success


@dataclass
class Tally:
    """What was called, and what came of it."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    calls: Counter[GenerationMode] = field(default_factory=Counter)
    tried: int = 0
    violations: list[str] = field(default_factory=list)
    begun: datetime = field(default_factory=lambda: datetime.now(UTC))

    def refused(self) -> list[str]:
        called = {label for label, _ in self.answers}
        return sorted(called - {label for label, status in self.answers if status < 300})


@pytest.fixture(scope="module")
def tally() -> Iterator[Tally]:
    made = Tally()
    yield made
    if IS_MEASURED and made.tried == len(CALLS):
        measured(made).write(FOUND)


@pytest.fixture(scope="module")
def ground(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, tally: Tally
) -> Iterator[Ground]:
    url, folder = databases.clone(), tmp_path_factory.mktemp("fuzz")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        stack = AsyncExitStack()
        opening = grounds.opened(url, folder, runner)
        yield runner.run(stack.enter_async_context(opening))
        runner.run(stack.aclose())
    databases.drop(url)


@cache
def operations() -> dict[str, Any]:
    """Of the contract, by their labels; it takes seconds to write, so only who calls has it."""
    found = schemathesis.openapi.from_dict(document()).get_all_operations()
    known = [one.ok() for one in found if isinstance(one, Ok)]
    return {one.label: one for one in known if one.label not in NOT_CALLED}


def calls() -> list[tuple[str, GenerationMode]]:
    """Each route rightly called; and wrongly, where there is something to get wrong."""
    right, wrong = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
    found = []
    for route in create_app(Settings(mode="test", _env_file=None)).routes:
        if not isinstance(route, APIRoute) or not route.include_in_schema:
            continue
        takes = route.body_field is not None or _names_something(route.dependant)
        modes = [right, wrong] if takes else [right]
        labels = [f"{method} {route.path_format}" for method in route.methods or ()]
        found += [(label, mode) for label in labels if label not in NOT_CALLED for mode in modes]
    return sorted(found, key=lambda call: call[0])


def _names_something(needs: Dependant) -> bool:
    """A parameter, its own or of one that it depends on."""
    own = (needs.path_params, needs.query_params, needs.header_params, needs.cookie_params)
    names_sender = needs.call in {deps.admit, deps.admit_settled}  # read by hand there
    return names_sender or any(own) or any(map(_names_something, needs.dependencies))


CALLS = calls()


def measured(tally: Tally) -> Result:
    """Also where something was found: a violation is an operation and the first wrong answer."""
    statuses: Counter[int] = Counter()
    for (_, status), times in tally.answers.items():
        statuses[status] += times
    called, refused = {label for label, _ in tally.answers}, tally.refused()
    never = f"{len(refused)} operations refused every call: {', '.join(refused)}."
    return Result(
        layer="API",
        part="fuzz",
        what=f"{len(called)} operations of the contract, called with what it allows and with what"
        " it forbids: no server error, no answer that it does not describe",
        unit="calls",
        n=statuses.total(),
        seed=SEED,
        violations=tally.violations,
        seconds=round((datetime.now(UTC) - tally.begun).total_seconds(), 1),
        date=f"{tally.begun:%Y-%m-%d}",
        command=f"make fuzz N={EXAMPLES} SEED={SEED}",
        revision=revision(),
        counts={
            "operations called": len(called),
            "operations that answered with success": len(called) - len(refused),
            "calls that the contract allows": tally.calls[GenerationMode.POSITIVE],
            "calls that it forbids": tally.calls[GenerationMode.NEGATIVE],
            "server errors": sum(times for code, times in statuses.items() if code >= 500),
            **{f"answers {code}": times for code, times in sorted(statuses.items())},
        },
        not_reached=[
            *(f"{label}: {why}." for label, why in NOT_CALLED.items()),
            *([never] if refused else []),
        ],
    )


def _in_one_line(found: Exception) -> str:
    """A group of failures says what it is in its parts."""
    parts = getattr(found, "exceptions", (found,))
    return "; ".join(" ".join(str(part).split())[:200] for part in parts)


def test_every_operation_of_the_contract_is_called() -> None:
    """Rightly, and wrongly where it names a body or a parameter."""
    right, wrong = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
    known = operations()
    takes = {label for label, one in known.items() if one.body or list(one.iter_parameters())}
    wanted = {(label, right) for label in known} | {(label, wrong) for label in takes}
    assert len(CALLS) == len(wanted)
    assert set(CALLS) == wanted


@pytest.mark.parametrize(
    ("label", "mode"), [pytest.param(*call, id=f"{call[0]} {call[1].value}") for call in CALLS]
)
def test_every_answer_is_one_of_the_contract(
    label: str, mode: GenerationMode, ground: Ground, tally: Tally
) -> None:
    operation, people = operations()[label], list(ground.world.actors.values())
    known = ways(ground.world, label)
    if label in FILES:
        known = [FILES[label](ground.world)]
    is_right = mode is GenerationMode.POSITIVE

    def ask(case: Any, actor: Actor) -> httpx.Response:
        answer = ground.call(case, actor)
        tally.answers[label, answer.status_code] += 1
        tally.calls[mode] += 1
        case.validate_response(answer, checks=CHECKS)
        return answer

    @seed(SEED)
    @hypothesis_settings(
        max_examples=max(1, EXAMPLES - 1 if is_right else EXAMPLES // LESS_WRONG),
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        dice = dice_of(case)
        way = dice.choice(known)
        ask(case, drawn(case, way, people, ground.ids, dice) if is_right else way.actor)

    tally.tried += 1
    try:
        if is_right:
            for way in known:
                if ask(way.case(operation), way.actor).is_success:
                    break
        call()
    except Exception as found:
        tally.violations.append(f"{label} ({mode.value}): {_in_one_line(found)}")
        raise


def test_the_calls_got_past_the_door(tally: Tally) -> None:
    """A run in which nearly everything was refused would prove little."""
    if not tally.answers:
        pytest.skip("runs after the calls of this module, in the same process")
    refused = tally.refused()
    assert len(refused) <= MOST_REFUSED, (len(refused), refused)
