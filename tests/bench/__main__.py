"""`make bench`: measures and writes docs/figures.md and docs/figures.json. Judges nothing.

python -m tests.bench                        everything (about fifteen minutes)
python -m tests.bench accept herd            these sections; the others keep their figures
python -m tests.bench lighthouse             scores of the pages; fetches Lighthouse from npm first
python -m tests.bench growth --size 1m       a report's cost at 10,000 cases and at a million
python -m tests.bench queue --size 10m       a county of ten million cases (about an hour)
python -m tests.bench ledger                 a ledger of 20,000 rows from Excel
python -m tests.bench ground                 a county of 60,000 places and its patrols
python -m tests.bench roster                 people of a county of 5,000 grids, from Excel
"""

import argparse
import asyncio
import json
import os
import platform
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.bench import (
    accept,
    feed,
    ground,
    growth,
    guessing,
    herd,
    images,
    lighthouse,
    phone,
    queue,
    roster,
    sheet,
    signal,
    sizes,
    start,
)
from tests.bench.growing import SIZES
from tests.bench.page import page
from tests.faults.results import revision
from tests.running import ROOT, RunningApp, demo_county, report

SEED = 1
GRIDWORKER, TOWNSHIP = "王桂芬", "赵立新"
FIGURES = ROOT / "docs" / "figures.json"
say = Console(stderr=True).print
Section = Callable[[RunningApp, argparse.Namespace], Any]
SECTIONS: dict[str, Section] = {
    "sizes": lambda _app, _: sizes.run(),
    "start": lambda _app, asked: start.run(min(3, asked.rounds)),
    "accept": lambda app, asked: asyncio.run(accept.run(app, asked.rounds)),
    "growth": lambda app, asked: asyncio.run(growth.run(app, asked.rounds, asked.size)),
    "herd": lambda app, _: asyncio.run(herd.run(app)),
    "guessing": lambda app, asked: asyncio.run(guessing.run(app, asked.rounds)),
    "images": lambda app, asked: asyncio.run(images.run(app, min(3, asked.rounds))),
    "phone": lambda app, asked: phone.run(app, GRIDWORKER, min(5, asked.rounds)),
    "signal": lambda app, asked: signal.run(app, GRIDWORKER, min(5, asked.rounds)),
    "lighthouse": lambda app, asked: lighthouse.run(
        app, {"field_home": GRIDWORKER, "desk_queue": TOWNSHIP}, min(3, asked.rounds)
    ),
    "queue": lambda app, asked: asyncio.run(queue.run(app, asked.rounds, asked.size)),
    "feed": lambda app, asked: asyncio.run(feed.run(app, asked.rounds, asked.size)),
    "ledger": lambda app, _: asyncio.run(sheet.run(app)),
    "ground": lambda app, asked: asyncio.run(ground.run(app, asked.rounds)),
    "roster": lambda app, _: asyncio.run(roster.run(app)),
}  # in this order: the queue makes the county large, the ground another one beside it, of which the
# roster takes the grids
ON_REQUEST = {"lighthouse", "growth"}  # fetches what nothing else needs; makes the county large


def main() -> None:
    """Build the county once, measure what is asked for on it, write the page."""
    asked = _asked()
    figures = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    with (
        tempfile.TemporaryDirectory() as folder,
        demo_county(
            "bench",
            Path(folder),
            SEED,
            SAFEGRID_WORKER_IN_PROCESS="false",
            SAFEGRID_PHOTOS_PER_PERSON_DAY="1000000",
            SAFEGRID_SIGN_IN_MAX_FAILURES="1000000",  # one address plays everybody who guesses
        ) as app,
    ):
        for name in sorted(asked.sections, key=list(SECTIONS).index):
            say(f"{name} …")
            begun = datetime.now(UTC)
            measured = SECTIONS[name](app, asked)
            figures[_place(name, asked)] = {"measured": _how(name, asked, begun), **measured}
            report(FIGURES, figures)
    FIGURES.with_suffix(".md").write_text(page(figures))
    say("docs/figures.md")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    usual = [name for name in SECTIONS if name not in ON_REQUEST]
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], default=usual)
    parser.add_argument("--rounds", type=int, default=7, help="interleaved; the median counts")
    parser.add_argument("--size", choices=SIZES, default="100k", help="of the county's queue")
    return parser.parse_args()


def _place(name: str, asked: argparse.Namespace) -> str:
    """The larger counties stand beside the usual one."""
    return (
        name
        if asked.size == "100k" or name not in {"queue", "feed", "growth"}
        else (f"{name}_{asked.size}")
    )


def _how(name: str, asked: argparse.Namespace, begun: datetime) -> dict[str, str]:
    """When, with which command and seed, on what kind of machine; never its name."""
    size = f" --size {asked.size}" if asked.size != "100k" else ""
    return {
        "command": f"python -m tests.bench {name} --rounds {asked.rounds}{size}",
        "seed": str(SEED),
        "at": begun.strftime("%Y-%m-%d %H:%M UTC"),
        "seconds": str(round((datetime.now(UTC) - begun).total_seconds())),
        "revision": revision(),
        "load_before": f"{os.getloadavg()[0]:.1f}",
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python "
        f"{platform.python_version()}",
    }


if __name__ == "__main__":
    main()
