"""How long `make run` takes until the county answers: the first time, and with everything there."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from app import embedded
from app.services.demo import drawn
from tests.bench.load import spread
from tests.running import ROOT, free_port

SECONDS = 180


def run(rounds: int) -> dict[str, Any]:
    """`first_s`: packages and pages are there, database and county are made. N = 1 of it."""
    shutil.rmtree(drawn.FOLDER, ignore_errors=True)  # who comes first has no pictures yet
    with tempfile.TemporaryDirectory() as folder:
        try:
            first = _until_it_answers(Path(folder))
            again = [_until_it_answers(Path(folder)) for _ in range(rounds)]
        finally:
            embedded.remove(Path(folder) / "postgres")
    return {"n": rounds, "first_s": round(first, 1), "again_s": spread(again, 1)}


def _until_it_answers(var: Path) -> float:
    port = free_port()
    own = {"SAFEGRID_VAR_DIR": str(var), "SAFEGRID_STORAGE": f"dir:{var / 'objects'}"}
    with (var / "run.log").open("ab") as log:
        begun = time.monotonic()
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=ROOT,
            env={**os.environ, **own},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            return _wait(f"http://127.0.0.1:{port}/livez", var) - begun
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(60)


def _wait(url: str, var: Path) -> float:
    """The moment of the first good answer."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return time.monotonic()
        except httpx.HTTPError:
            time.sleep(0.05)
    raise TimeoutError((var / "run.log").read_text()[-2000:])
