"""L0: random walks of twenty people through the real API, step by step beside the model."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, ClassVar

import pytest
import uvloop
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from app import clock
from tests.conftest import Databases
from tests.faults.invariants.aftermath import nothing_stays_occupied
from tests.faults.l0 import world as worlds
from tests.faults.l0.bugs import BUGS, PREBUILT
from tests.faults.l0.judge import Differs
from tests.faults.l0.overheard import no_secret_is_logged, overheard, tell_secrets
from tests.faults.l0.table import STEPS as STEPS_OF_FLOW
from tests.faults.l0.walk import Walk
from tests.faults.l0.world import World
from tests.faults.results import Run

WALKS, STEPS = 30, 50
MOST_NOT_TAKEN = 6
UNTIL_CAUGHT = 200  # walks at most; races make them different each time, so far beyond need
OFTEN = {
    "step_forward": 16, "report": 4, "upload": 5, "race": 4, "any_step": 3, "repeat": 3,
    "other_content": 2, "try_again": 2, "look": 2, "pull": 2, "reconcile": 2,
    "go_on_leave": 1, "time_passes": 2, "own_work": 2,
}  # fmt: skip
HAPPENINGS = [name for name, times in OFTEN.items() for _ in range(times)]
dice = st.integers(0, 2**32 - 1).map(random.Random)


class Caught(BaseException):  # no failure for Hypothesis, which repeats those
    """Of a seeded bug the first difference is enough: nobody needs to see it three times more."""

    def __init__(self, difference: Differs) -> None:
        super().__init__(str(difference))
        self.difference = difference


class Walks(RuleBasedStateMachine):
    """The rules only choose; what they do stands in l0/walk.py."""

    world: ClassVar[World]
    run: ClassVar[Run]
    runner: ClassVar[asyncio.Runner]
    is_hunt: ClassVar[bool]
    has_differed = True

    @initialize()
    def begin(self) -> None:
        self.runner.run(self.world.begin())
        self.walk = Walk(self.world, self.run)
        self.has_differed = False
        self.run.counts["walks"] += 1

    @rule(name=st.sampled_from(HAPPENINGS), chance=dice)
    def happens(self, name: str, chance: random.Random) -> None:
        self.run.counts["steps"] += 1
        self.has_differed = True
        self._live(getattr(self.walk, name)(chance))
        self.has_differed = False

    def teardown(self) -> None:
        """What comes of a first difference would hide it: such a walk is not looked at again."""
        if not self.has_differed:
            self._live(self.walk.end(random.Random(len(self.walk.sent))))

    def _live(self, part: Coroutine[Any, Any, None]) -> None:
        try:
            self.runner.run(part)
        except Differs as difference:
            if self.is_hunt:
                raise Caught(difference) from difference
            raise


@pytest.fixture(scope="module")
def ground(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, asyncio.Runner]]:
    """One county for all walks, on an event loop of its own."""
    url = databases.clone()
    folder: Path = tmp_path_factory.mktemp("l0")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        stack = AsyncExitStack()
        world = runner.run(stack.enter_async_context(worlds.opened(url, folder)))
        yield world, runner
        runner.run(stack.aclose())
    databases.drop(url)


def walk_about(
    ground: tuple[World, asyncio.Runner],
    run: Run,
    walks: int,
    *phases: Phase,
    is_hunt: bool = False,
) -> None:
    """Raises Differs, with the steps that lead there, where the program is not as it should be.

    A hunt ends with Caught, at once and without the steps.
    """
    world, runner = ground
    config: dict[str, Any] = {"run": run, "world": world, "runner": runner, "is_hunt": is_hunt}
    machine = type("Walks", (Walks,), config)
    run_state_machine_as_test(
        seed(run.seed)(machine),
        settings=settings(
            max_examples=walks,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=phases or (Phase.generate,),
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        ),
    )


@pytest.fixture(autouse=True)
def _county_time(ground: tuple[World, asyncio.Runner], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: ground[0].now)


@pytest.mark.parametrize("bug", PREBUILT, ids=lambda bug: bug.__name__)
def test_a_seeded_bug_reaches_the_statements_that_are_built_once(
    monkeypatch: pytest.MonkeyPatch, bug: Callable[[pytest.MonkeyPatch], None]
) -> None:
    before = [str(getattr(owner, name)) for owner, name in PREBUILT[bug]]
    bug(monkeypatch)
    after = [str(getattr(owner, name)) for owner, name in PREBUILT[bug]]
    assert all(one != other for one, other in zip(before, after, strict=True))


CAUGHT: dict[str, str] = {}


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_a_seeded_bug_is_caught(
    ground: tuple[World, asyncio.Runner],
    monkeypatch: pytest.MonkeyPatch,
    bug: Callable[[pytest.MonkeyPatch], None],
) -> None:
    run = Run("L0")
    bug(monkeypatch)
    CAUGHT[bug.__name__] = ""
    with pytest.raises(Caught) as caught:
        walk_about(ground, run, UNTIL_CAUGHT, is_hunt=True)
    found = caught.value.difference
    assert found.promise in BUGS[bug], found
    CAUGHT[bug.__name__] = f"{found.promise}, walk {run.counts['walks']}"


def test_the_program_does_what_the_workflow_says(ground: tuple[World, asyncio.Runner]) -> None:
    run = Run("L0")
    run.bugs = {name.replace("_", " "): CAUGHT[name] for name in CAUGHT}
    try:
        with overheard(log := ground[0].settings.var_dir / "walks.log"):
            walk_about(ground, run, run.size(WALKS))
            ground[1].run(tell_secrets(ground[0]))
        _look_at_what_is_left(ground, run)
        secrets = no_secret_is_logged(log, ground[0])
        run.checked["I14"] += secrets.checked
        run.violations += [f"I14 {wrong}" for wrong in secrets.violations]
    except BaseException as wrong:
        run.violations.append(f"{wrong} (seed {run.seed})"[:400])
        raise
    finally:
        run.not_reached = [f"Nobody came to {name}." for name in _not_taken(run)]
        what = f"random walks of {STEPS} steps: real API and PostgreSQL beside a model"
        result = run.result(what, run.counts["steps"], "steps")
    assert result.passes()
    assert len(_not_taken(run)) <= MOST_NOT_TAKEN, _not_taken(run)


def _look_at_what_is_left(ground: tuple[World, asyncio.Runner], run: Run) -> None:
    world, runner = ground
    found = runner.run(nothing_stays_occupied(world.evidence()))
    run.checked["I15"] += found.checked
    run.violations += [f"I15 {wrong}" for wrong in found.violations]


def _not_taken(run: Run) -> list[str]:
    """Steps of the workflow that nobody took in any walk."""
    return sorted({name for name in STEPS_OF_FLOW if not run.counts[f"taken: {name}"]})
