"""L1: the phone's own modules, built as they are shipped, against a model of the server.

Node lives the schedules (pwa/tests/faults/run.ts): network, browser, flash, clock, server, person
each do what they can, wherever the phone waits for something. Then the harness is
tried with seeded bugs, in the shipped source or in the model; one that is not noticed fails.
"""

import json
import os
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

from tests.faults.results import ROOT, Run

COMMIT = 20_000
DAYS, PHOTOS = 60, 3
TRIES_PER_BUG = 3_000
WHAT = "outbox, photos, reconcile, pull and rescue file of the phone against a model server"
NOT_REACHED = [
    "F16 (camera open), F19 (new version) and the real IndexedDB belong to the browser's layer.",
    "The quick storage is compared with Dexie over fake-indexeddb, call by call, in vitest.",
]


def lived(run: Run, n: int, folder: Path) -> dict[str, Any]:
    out = folder / "schedules.json"
    words = ["node", "tests/faults/run.ts", "--n", n, "--seed", run.seed, "--out", out]
    words += ["--bugs", TRIES_PER_BUG, "--threads", min(4, len(os.sched_getaffinity(0)))]
    words += ["--minutes", run.minutes] if run.minutes else []
    command = [str(word) for word in words]
    subprocess.run(command, cwd=ROOT / "pwa", check=False, stdout=subprocess.DEVNULL)
    found: dict[str, Any] = json.loads(out.read_text())
    return found


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
    run = Run("L1")
    n = run.size(COMMIT)
    found = lived(run, n, tmp_path)
    run.faults, run.checked = Counter(found["faults"]), Counter(found["checked"])
    run.counts = Counter(
        {"acknowledged": found["acknowledged"], "said to be in the phone": found["promised"]}
    )
    run.violations, run.bugs, run.not_reached = found["violations"], found["bugs"], NOT_REACHED
    result = run.result(WHAT, found["n"])
    assert found["n"] == n or run.is_over
    assert result.violations == []
    assert [name for name, how in result.bugs.items() if not how] == []
