"""Servers and a worker that rise again at once: the real entries, forked anew after every death.

    python -m tests.faults.l4.phoenix serve-PORT … work

The product knows nothing of this. One process imports it, once; for every name it has another that
forks lives. A life of a server may be given a named point at which it kills itself as kill -9
would: those in FAULT_HOME/points in turn, in an order that FAULT_SEED gives; FAULT_HOME/bug names a
seeded bug to plant. While FAULT_HOME/calm is there, lives have no point. Every life writes its pid
to FAULT_HOME/<name>.pid, every death a line to deaths.log. Nobody outlives the tests.
"""

import asyncio
import ctypes
import logging
import os
import random
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from app import worker
from app.cli.serving import Server
from app.config import Settings, get_settings
from app.main import create_app
from tests.faults.l4 import points

log = logging.getLogger("phoenix")
HOME = Path(os.environ.get("FAULT_HOME", "."))
_PARENT_DEATH_SIGNAL = 1
SEED = os.environ.get("FAULT_SEED", "1")


def main() -> None:
    _die_with_parent()
    names = sys.argv[1:]
    nests = []
    for name in names:
        if (nest := os.fork()) == 0:
            _die_with_parent()
            _hatch(name)
        nests.append(nest)
    signal.signal(signal.SIGTERM, lambda *_: _end(*nests))
    for nest in nests:
        os.waitpid(nest, 0)


def _hatch(name: str) -> NoReturn:
    """One life after the other, each heard in a log of this name."""
    with (HOME / f"{name}.log").open("ab") as heard:
        os.dup2(heard.fileno(), 1)
        os.dup2(heard.fileno(), 2)
    logging.basicConfig(level=logging.INFO)
    what, _, port = name.partition("-")
    os.environ["SAFEGRID_BASE_URL"] = f"http://127.0.0.1:{port}"
    os.environ["CLOCK_OFFSET"] = str(HOME / f"{name}.offset")  # heard by stepped.c alone
    dice = random.Random(f"{SEED} {name}")
    while True:
        hit = dice.randint(1, 3)
        child = os.fork()
        if child == 0:
            _die_with_parent()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            _live(what, port, hit)
        (HOME / f"{name}.pid").write_text(str(child))
        signal.signal(signal.SIGTERM, lambda *_, child=child: _end(child, number=signal.SIGKILL))
        os.waitpid(child, 0)
        time.sleep(0.05)


def _end(*children: int, number: signal.Signals = signal.SIGTERM) -> NoReturn:
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, number)
    for child in children:
        with suppress(ChildProcessError):
            os.waitpid(child, 0)
    os._exit(0)


def _die_with_parent() -> None:
    """Linux: whoever started us ended without a word (a test that was killed)."""
    ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _live(what: str, port: str, hit: int) -> NoReturn:
    """A child must not go on with its parent's loop."""
    try:
        settings = get_settings()
        if what == "serve":
            if (named := _said("points")) and not (HOME / "calm").exists():
                points.arm(_next_point(named), hit, HOME / "deaths.log")
            for bug in _said("bug"):
                points.plant(bug)
            _serve(settings, int(port))
        else:
            asyncio.run(worker.run(settings))
        os._exit(0)
    except BaseException:
        log.exception("a life of %s ended", what)
    finally:
        os._exit(1)


def _said(what: str) -> list[str]:
    path = HOME / what
    return path.read_text().splitlines() if path.exists() else []


def _next_point(named: list[str]) -> str:
    """One after the other over all lives: a short run still meets most of them."""
    with (HOME / "turns").open("ab") as turns:
        turns.write(b".")
        turn = turns.tell() - 1
    return random.Random(SEED).sample(named, len(named))[turn % len(named)]


def _serve(settings: Settings, port: int) -> None:
    Server(points.watched(create_app(settings)), "127.0.0.1", port, lambda: None).run()


if __name__ == "__main__":
    main()
