"""Wall clocks of single processes that step, by stepped.c."""

import asyncio
import shutil
import struct
import subprocess
import time
from pathlib import Path

from tests.faults.l4.stack import Stack

DATABASE, WORKER, SERVER = "database", "work", "one of the servers"
_IS_AHEAD = "select extract(epoch from clock_timestamp())"
AN_HOUR = 3600
SOURCE = Path(__file__).with_name("stepped.c")


def missing() -> str:
    """Why no clock can step here; empty if it can."""
    return "" if shutil.which("cc") else "there is no C compiler (Debian: gcc libc6-dev)"


async def prepare(stack: Stack) -> None:
    """Before the stack starts: every life and the database have clocks of their own, all right."""
    library = stack.home / "stepped.so"
    await asyncio.to_thread(_build, library)
    for name in (*stack.lives, DATABASE):
        _offset(stack, name).write_bytes(struct.pack("q", 0))
    stack.clocks = {"LD_PRELOAD": str(library)}
    await _prepare_database(stack, library)


def _build(library: Path) -> None:
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, SOURCE], check=True)


async def _prepare_database(stack: Stack, library: Path) -> None:
    """It begins anew for it; its account reads nothing that lies outside its folder."""
    offset = _offset(stack, DATABASE)
    seen = Path(shutil.copy2(library, offset.parent))
    for path in (seen, offset):
        path.chmod(0o644)
    stack.database_clock = {"LD_PRELOAD": str(seen), "CLOCK_OFFSET": str(offset)}
    await asyncio.to_thread(stack.kill_postgres)
    await asyncio.to_thread(stack.raise_postgres)
    step(stack, DATABASE, AN_HOUR)
    async with stack.watching() as connection:
        row = await (await connection.execute(_IS_AHEAD)).fetchone()
    step(stack, DATABASE, 0)
    assert row
    assert abs(float(str(row[0])) - time.time() - AN_HOUR) < AN_HOUR / 2, "nothing steps there"


def step(stack: Stack, name: str, seconds: int) -> None:
    """From now on its clock is so much ahead, or behind; 0: right again."""
    with _offset(stack, name).open("r+b") as file:  # in place: it is mapped
        file.write(struct.pack("q", seconds))


def _offset(stack: Stack, name: str) -> Path:
    home = stack.database.cluster.folder if name == DATABASE else stack.home
    return home / f"{name}.offset"
