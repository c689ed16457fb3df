"""A disk with little room: a small tmpfs, and a ballast that leaves nothing of it."""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.l4.stack import Stack

PIECE = b"\0" * 65_536


def missing() -> str:
    """Why no disk can be made here; empty if one can."""
    return "" if os.geteuid() == 0 else "mounting needs root"


@dataclass
class Room:
    folder: Path

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self) -> None:
        """To the last byte."""
        with self._ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(PIECE)
            except OSError as full:
                if full.errno != errno.ENOSPC:
                    raise

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Room]:
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    options = f"size={megabytes}m,mode=0755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield Room(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def database_in(stack: Stack, megabytes: int) -> Iterator[Room]:
    """The cluster's data lie on a small disk as long as this lasts."""
    cluster = stack.database.cluster
    with small_disk(cluster.folder / "disk", megabytes) as room:
        cluster.stop()
        shutil.chown(room.folder, cluster.folder.owner())
        subprocess.run(["cp", "--archive", str(cluster.data), str(room.folder)], check=True)
        aside = cluster.data.rename(cluster.folder / "data.before")
        cluster.data.symlink_to(room.folder / "data")
        stack.raise_postgres()
        try:
            yield room
        finally:
            room.free()
            stack.kill_postgres()
            cluster.data.unlink()
            aside.rename(cluster.data)
