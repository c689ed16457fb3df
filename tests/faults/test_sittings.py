"""A long run of L1 in several sittings: each schedule once, and the sum is that of one run."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.faults import report
from tests.faults.l1.sittings import Node, go_on
from tests.faults.results import Result, Run, Sitting

PROGRAM = "a" * 64
SOON = 0.05  # minutes


class Watched(Node):
    """Lives what it is asked to, without seeded bugs, and remembers which schedules."""

    def __init__(self, seed: int, folder: Path) -> None:
        super().__init__(seed, folder, tries=0)
        self.lived: list[tuple[int, int]] = []

    def live(self, first: int, n: int, minutes: float, tries: int = 0) -> dict[str, Any]:
        found = super().live(first, n, minutes, tries)
        self.lived += [(first, found["n"])] if found["n"] else []
        return found


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept"


@pytest.fixture
def node(tmp_path: Path) -> Watched:
    return Watched(7, tmp_path)


def long_run(seed: int = 7) -> Run:
    run = Run("L1")
    run.seed, run.times, run.minutes, run.is_anew = seed, 1, 0, False
    return run


def sums(result: Result) -> tuple[object, ...]:
    return result.n, result.faults, result.checked, result.counts, result.violations


def test_two_sittings_are_one_run(tmp_path: Path, kept: Path, node: Watched) -> None:
    go_on(long_run(), 40, node, [kept])
    whole = go_on(long_run(), 80, node, [kept])
    assert node.lived == [(0, 40), (40, 40)]
    assert [(one.first, one.n) for one in whole.sittings] == [(0, 40), (40, 40)]
    assert whole.seconds == round(sum(one.seconds for one in whole.sittings), 1)
    assert sums(whole) == sums(go_on(long_run(), 80, node, [tmp_path / "at once"]))
    assert [Result.read(path) for path in kept.iterdir()] == [whole]


def test_what_is_reached_is_not_lived_again(tmp_path: Path, kept: Path, node: Watched) -> None:
    """Wherever it was written farthest, and whatever is asked for is less."""
    far = go_on(long_run(), 30, node, [kept])
    go_on(long_run(), 10, node, [tmp_path / "near"])
    node.lived.clear()
    assert go_on(long_run(), 30, node, [tmp_path / "near", kept]) == far
    assert go_on(long_run(), 20, node, [tmp_path / "near", kept]) == far
    assert node.lived == []


def test_another_program_another_seed_and_anew_begin_at_the_first(
    tmp_path: Path, kept: Path, node: Watched
) -> None:
    first = go_on(long_run(), 10, node, [kept])
    first.model_copy(update={"program": PROGRAM}).write(kept)
    assert go_on(long_run(), 20, node, [kept]).sittings[0].n == 20
    other = go_on(long_run(8), 10, Watched(8, tmp_path), [kept])
    assert (other.seed, other.n) == (8, 10)
    assert sums(other) != sums(first)
    anew = long_run(8)
    anew.is_anew = True
    assert [one.n for one in go_on(anew, 5, Watched(8, tmp_path), [kept]).sittings] == [5]


def test_a_time_ends_it_without_a_gap(tmp_path: Path, kept: Path, node: Watched) -> None:
    """A limit lets the first schedules live, and all of them: the next sitting goes on there."""
    limited = long_run()
    limited.minutes = 60

    class Stopped(Watched):
        def live(self, first: int, n: int, minutes: float, tries: int = 0) -> dict[str, Any]:
            found = super().live(first, n, SOON if n else minutes, tries)
            limited.begun -= timedelta(hours=1 if n else 0)
            return found

    cut = go_on(limited, 1_000_000, Stopped(7, tmp_path), [kept])
    assert 0 < cut.n < 1_000_000
    assert sums(cut) == sums(go_on(long_run(), cut.n, node, [tmp_path / "without a limit"]))
    whole = go_on(long_run(), cut.n + 9, node, [kept])
    assert [(one.first, one.n) for one in whole.sittings] == [(0, cut.n), (cut.n, 9)]


def test_a_program_that_changes_meanwhile_is_not_added(kept: Path, tmp_path: Path) -> None:
    class Changed(Watched):
        def live(self, first: int, n: int, minutes: float, tries: int = 0) -> dict[str, Any]:
            found = super().live(first, n, minutes, tries)
            return {**found, "program": PROGRAM} if n else found

    with pytest.raises(RuntimeError, match="changed"):
        go_on(long_run(), 2, Changed(7, tmp_path), [kept])
    assert not kept.exists()


def sat(first: int, n: int, seed: int = 7) -> Result:
    run = long_run(seed)
    run.checked["I1"], run.faults["F15_kill"] = n, 2 * n
    return run.sitting("a sentence", first, n, PROGRAM)


def test_a_violation_stays_and_the_last_word_on_bugs_counts() -> None:
    earlier, now = sat(0, 40), sat(40, 2)
    earlier.violations, earlier.bugs, now.bugs = ["seed 9: I1"], {"old": ""}, {"new": "I4"}
    whole = Result.of_sittings(earlier, now)
    assert (whole.violations, whole.bugs) == (["seed 9: I1"], {"new": "I4"})
    assert (whole.checked, whole.faults) == ({"I1": 42}, {"F15_kill": 84})
    assert not whole.passes()


@pytest.mark.parametrize("now", [sat(39, 2), sat(41, 2), sat(0, 40), sat(40, 2, seed=8)])
def test_what_was_lived_twice_left_out_or_elsewhere_does_not_add_up(now: Result) -> None:
    with pytest.raises(ValueError, match=r"begins at|add up"):
        Result.of_sittings(sat(0, 40), now)


def test_a_file_whose_sittings_are_not_its_n_is_refused(tmp_path: Path) -> None:
    path = sat(0, 40).model_copy(update={"n": 41}).write(tmp_path)
    with pytest.raises(ValidationError, match="40 of 41"):
        Result.read(path)


def test_the_page_tells_the_sittings() -> None:
    earlier, now = sat(0, 900_000), sat(900_000, 100_000)
    now.sittings = [Sitting(**{**now.sittings[0].model_dump(), "date": "2099-01-02"})]
    earlier.seconds, now.seconds = 5_000, 600
    page = report.page([Result.of_sittings(earlier, now)])
    assert "| 1,000,000 schedules in 2 sittings | 0 | 3.0e-06 | 7 | 5,600 |" in page
    assert f"| {earlier.date} to 2099-01-02 |" in page
    assert "| 2 | 900,000 | 100,000 |" in page
    assert PROGRAM in page
    assert (
        "sitting" not in report.page([long_run().measured("a sentence", 9)]).partition("| layer")[2]
    )


def test_the_page_is_not_given_less_than_it_has(tmp_path: Path) -> None:
    path = sat(0, 40).write(tmp_path)
    report.take_over(sat(0, 39), tmp_path)
    assert Result.read(path).n == 40
    for fresh in (sat(0, 41), sat(0, 5, seed=8), long_run().measured("a sentence", 3)):
        report.take_over(fresh, tmp_path)
        assert Result.read(path) == fresh
