"""The schedules that Node lives (pwa/tests/faults/run.ts): at once, or in several sittings.

Schedules are numbered from the seed on, and a run lives them without a gap, also where a time ends
it. A sitting therefore begins where those before it have stopped, if the built file that is run is
the very same; of another program, or another seed, nothing is added up.
"""

import json
import math
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.faults.report import KEPT
from tests.faults.results import FOUND, ROOT, Result, Run

TRIES_PER_BUG = 3_000
PART = 20_000  # written down after so many: a sitting that is cut off loses no more
WHAT = "outbox, photos, reconcile, pull and rescue file of the phone against a model server"
NOT_REACHED = [
    "F16 (camera open), F19 (new version) and the real IndexedDB belong to the browser's layer.",
    "The quick storage is compared with Dexie over fake-indexeddb, call by call, in vitest.",
]


class Node:
    """Lives schedules of one seed; answers what run.ts writes."""

    def __init__(self, seed: int, folder: Path, tries: int = TRIES_PER_BUG) -> None:
        self.seed, self.out, self.tries = seed, folder / "schedules.json", tries

    def live(self, first: int, n: int, minutes: float, tries: int = 0) -> dict[str, Any]:
        self.out.unlink(missing_ok=True)
        words = ["node", "tests/faults/run.ts", "--seed", self.seed, "--first", first, "--n", n]
        words += ["--bugs", tries, "--threads", min(4, len(os.sched_getaffinity(0)))]
        words += ["--minutes", minutes] if minutes < math.inf else []
        command = [str(word) for word in [*words, "--out", self.out]]
        subprocess.run(command, cwd=ROOT / "pwa", check=False, stdout=subprocess.DEVNULL)
        found: dict[str, Any] = json.loads(self.out.read_text())
        return found

    def program(self) -> str:
        """sha256 of the built file: harness and production modules, as they are run."""
        return str(self.live(0, 0, math.inf)["program"])

    def bugs(self) -> dict[str, str]:
        found: dict[str, str] = self.live(0, 0, math.inf, self.tries)["bugs"]
        return found


def at_once(run: Run, n: int, node: Node) -> Result:
    found = node.live(0, n, run.minutes_left, node.tries)
    _take(run, found)
    run.bugs, run.not_reached = found["bugs"], NOT_REACHED
    return run.result(WHAT, found["n"])


def go_on(run: Run, n: int, node: Node, folders: Sequence[Path] = (FOUND, KEPT)) -> Result:
    """One sitting, written into the first folder part by part; none if there are n already.

    The seeded bugs are tried in each: half a minute, and they are no part of the digest.
    """
    run.not_reached = NOT_REACHED
    program = node.program()
    asked = run.measured(WHAT, 0).model_copy(update={"program": program})
    earlier = None if run.is_anew else _reached(asked, folders)
    begun = earlier.n if earlier else 0
    if earlier and begun >= n:
        return earlier
    run.bugs = node.bugs()
    result, reached = earlier or asked, begun
    while reached < n and not run.is_over:
        found = node.live(reached, min(PART, n - reached), run.minutes_left)
        if found["program"] != program:
            raise RuntimeError("the program was changed while it was lived")
        if not found["n"]:
            break
        _take(run, found)
        reached += found["n"]
        now = run.sitting(WHAT, begun, reached - begun, program)
        result = Result.of_sittings(earlier, now) if earlier else now
        result.write(folders[0])
    return result


def _reached(asked: Result, folders: Sequence[Path]) -> Result | None:
    """What goes farthest of this seed and program: it holds all the others."""
    paths = [folder / f"{asked.name}.json" for folder in folders]
    found = [Result.read(path) for path in paths if path.exists()]
    mine = [one for one in found if asked.goes_on(one)]
    return max(mine, key=lambda one: one.n, default=None)


def _take(run: Run, found: dict[str, Any]) -> None:
    run.faults.update(found["faults"])
    run.checked.update(found["checked"])
    said = {"acknowledged": found["acknowledged"], "said to be in the phone": found["promised"]}
    run.counts.update(said)
    run.violations += found["violations"]
