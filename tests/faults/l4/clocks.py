"""Wall clocks of single processes that step, by stepped.c."""

import shutil
import struct
import subprocess
from pathlib import Path

from tests.faults.l4.stack import Stack

SOURCE = Path(__file__).with_name("stepped.c")


def missing() -> str:
    """Why no clock can step here; empty if it can."""
    return "" if shutil.which("cc") else "there is no C compiler (Debian: gcc libc6-dev)"


def prepare(stack: Stack) -> None:
    """Before the stack starts: every life has a clock of its own, and all are right."""
    library = stack.home / "stepped.so"
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, SOURCE], check=True)
    for name in stack.lives:
        _offset(stack, name).write_bytes(struct.pack("q", 0))
    stack.clocks = {"LD_PRELOAD": str(library)}


def step(stack: Stack, name: str, seconds: int) -> None:
    """From now on its clock is so much ahead, or behind; 0: right again."""
    with _offset(stack, name).open("r+b") as file:  # in place: it is mapped
        file.write(struct.pack("q", seconds))


def _offset(stack: Stack, name: str) -> Path:
    return stack.home / f"{name}.offset"
