"""A server or worker that rises again at once: the real entry, forked anew after every death.

    python -m tests.faults.l4.phoenix serve PORT | work

The product knows nothing of this. A life may be given a named point at which it kills itself as
kill -9 would: those of FAULT_POINTS in turn, in an order that FAULT_SEED gives; `bug` plants a
seeded bug for the whole run. While FAULT_HOME/calm is there, lives have no point. Every life writes
its pid to FAULT_HOME/<name>.pid, every death a line to deaths.log. Nobody outlives the tests.
"""

import asyncio
import ctypes
import logging
import os
import random
import signal
import sys
import time
from pathlib import Path

from app import worker
from app.cli.serving import Server
from app.config import Settings, get_settings
from app.main import create_app
from tests.faults.l4 import points

HOME = Path(os.environ.get("FAULT_HOME", "."))
_PARENT_DEATH_SIGNAL = 1
SEED = os.environ.get("FAULT_SEED", "1")
NAMED = [name for name in os.environ.get("FAULT_POINTS", "").split(",") if name]


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    _die_with_parent()
    what, *rest = sys.argv[1:]
    name = "-".join((what, *rest))
    dice = random.Random(f"{SEED} {name}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    life = 0
    while True:
        life += 1
        child = os.fork()
        if child == 0:
            _die_with_parent()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            _live(what, rest, dice, life)
        (HOME / f"{name}.pid").write_text(str(child))
        _await(child)
        time.sleep(0.05)


def _die_with_parent() -> None:
    """Linux: whoever started us ended without a word (a test that was killed)."""
    ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _await(child: int) -> None:
    try:
        os.waitpid(child, 0)
    except SystemExit:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise


def _live(what: str, rest: list[str], dice: random.Random, life: int) -> None:
    """Never returns: a child must not go on with its parent's loop."""
    status = 1
    try:
        for _ in range(life):  # another draw for every life
            hit = dice.randint(1, 3)
        if NAMED and not (HOME / "calm").exists():
            points.arm(_next_point(), hit, HOME / "deaths.log")
        if bug := os.environ.get("FAULT_BUG"):
            points.plant(bug)
        settings = get_settings()
        _serve(settings, int(rest[0])) if what == "serve" else asyncio.run(worker.run(settings))
        status = 0
    finally:
        os._exit(status)


def _next_point() -> str:
    """One after the other over all lives: a short run still meets most of them."""
    with (HOME / "turns").open("ab") as turns:
        turns.write(b".")
        turn = turns.tell() - 1
    return random.Random(SEED).sample(NAMED, len(NAMED))[turn % len(NAMED)]


def _serve(settings: Settings, port: int) -> None:
    Server(points.watched(create_app(settings)), "127.0.0.1", port, lambda: None).run()


if __name__ == "__main__":
    main()
