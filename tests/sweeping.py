"""Clusters of runs that died: root's lie in /var/lib, where no temporary folder takes them away."""

import contextlib
import errno
import fcntl
import subprocess
import time
from pathlib import Path

from app import embedded

ABANDONED_SECONDS = 3600


def remove_abandoned(prefix: str) -> None:
    """Remove root's clusters of this prefix, an hour old or more, that nobody uses.

    Of several processes that come to sweep at once, one does.
    """
    if not embedded.ROOT_HOME.exists():
        return
    with (embedded.ROOT_HOME / "sweeping.lock").open("ab") as sweeping:
        try:
            fcntl.flock(sweeping, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        for folder in embedded.ROOT_HOME.glob(f"{prefix}*"):
            if _age_seconds(folder) > ABANDONED_SECONDS:
                _delete(embedded.Cluster.at(folder))


def _delete(cluster: embedded.Cluster) -> None:
    """Unless somebody uses it."""
    with contextlib.suppress(BlockingIOError):
        try:
            cluster.delete()
        except OSError as fault:
            if fault.errno != errno.EBUSY:
                raise
            _unmount_below(cluster.folder)
            cluster.delete()


def _unmount_below(folder: Path) -> None:
    """Small disks of a run of `make faults` that was killed."""
    known = Path("/proc/mounts")
    lines = known.read_text().splitlines() if known.exists() else []
    for place in (line.split()[1] for line in lines):
        if Path(place).is_relative_to(folder):
            subprocess.run(["umount", "--lazy", place], check=False)


def _age_seconds(folder: Path) -> float:
    """0 when its own user has just removed it."""
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0
