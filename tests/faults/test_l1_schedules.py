"""L1: the phone's own modules, built as they are shipped, against a model of the server.

Node lives the schedules (pwa/tests/faults/run.ts): network, browser, flash, clock, server, person
each do what they can, wherever the phone waits for something. Then, or before, the harness is
tried with seeded bugs, in the shipped source or in the model; one that is not noticed fails.
"""

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.faults.l1.sittings import Node, at_once, go_on
from tests.faults.results import ROOT, Run

COMMIT = 20_000
DAYS, PHOTOS = 60, 3


def test_sixty_days_offline_arrive_once() -> None:
    """T8: longer than any queue of others keeps its items."""
    run = Run("L1", "offline")
    reports = 200 if run.times else 60
    order = {"seed": run.seed, "days": DAYS, "reports": reports, "photos": PHOTOS}
    command = ["node", "tests/faults/start.ts", "offline", json.dumps(order)]
    said = subprocess.run(command, cwd=ROOT / "pwa", check=True, stdout=subprocess.PIPE).stdout
    found: dict[str, Any] = json.loads(said)
    run.checked = Counter(found["checked"])
    run.counts = Counter({"promised": found["promised"], "arrived": found["arrived"]})
    run.faults = Counter({"days without a signal": DAYS, "program closed and opened anew": 3})
    run.violations = [found["violation"]] if found["violation"] else []
    what = f"{DAYS} days without a signal: {reports} reports with {PHOTOS} photos each wait"
    result = run.result(what, found["promised"], "items")
    assert result.violations == []
    assert found["promised"] == found["arrived"] == reports * (1 + PHOTOS)


def test_schedules_lose_double_and_mix_up_nothing(tmp_path: Path) -> None:
    """A long run goes on where earlier ones of the same program and seed have stopped."""
    run = Run("L1")
    n = run.size(COMMIT)
    node = Node(run.seed, tmp_path)
    result = go_on(run, n, node) if run.times else at_once(run, n, node)
    assert result.n >= n or (result.n and run.is_over)
    assert result.violations == []
    assert [name for name, how in result.bugs.items() if not how] == []
    if result.n and not run.checked:
        pytest.skip(f"{result.n:,} schedules of this program and seed are lived: {result.name}")
