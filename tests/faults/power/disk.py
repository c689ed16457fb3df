"""The disk of lossy.c under a county: mounted, cut off from power, mounted again."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.embedded import ROOT_HOME
from tests.bench.processes import family
from tests.faults.l4.stack import Stack

PREFIX = "power-"
SOURCE = Path(__file__).with_name("lossy.c")
OFTEN = 20  # per cent of the writes after which some page reaches the platter by itself


def missing() -> str:
    """Why there can be no power cuts here; empty if there can."""
    if os.geteuid() != 0:
        return "mounting needs root"
    if not Path("/dev/fuse").exists():
        return "there is no /dev/fuse"
    if not shutil.which("cc") or not shutil.which("pkg-config"):
        return "there is no C compiler (Debian: gcc libc6-dev pkg-config libfuse3-dev fuse3)"
    known = subprocess.run(["pkg-config", "--exists", "fuse3"], check=False)
    return "" if known.returncode == 0 else "there is no libfuse3-dev"


def forget_abandoned() -> None:
    """Mounts of runs that were killed; their clusters can only be removed without them."""
    for folder in ROOT_HOME.glob(f"{PREFIX}*"):  # not deeper: a dead mount cannot be looked at
        disk = folder / "disk"
        if str(disk) in Path("/proc/mounts").read_text() and not os.access(disk, os.R_OK):
            subprocess.run(["umount", "--lazy", str(disk)], check=False)


def built(folder: Path) -> Path:
    program = folder / "lossy"
    flags = subprocess.check_output(["pkg-config", "fuse3", "--cflags", "--libs"], text=True)
    subprocess.run(["cc", "-O2", "-o", program, SOURCE, *flags.split()], check=True)
    return program


@dataclass
class Disk:
    """What lies on it lies in `platter`, as far as it was fsynced."""

    stack: Stack
    program: Path
    seed: int
    cuts: int = 0
    database: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def folder(self) -> Path:
        return self.stack.database.cluster.folder

    @property
    def mounted(self) -> Path:
        return self.folder / "disk"

    def move_in(self) -> None:
        """The cluster's data and the photos from now on lie on this disk."""
        cluster = self.stack.database.cluster
        cluster.stop()
        platter = self.folder / "platter"
        for folder in (platter, self.mounted):
            folder.mkdir(mode=0o700)
            shutil.chown(folder, cluster.folder.owner())
        cluster.data.rename(platter / "data")
        cluster.data.symlink_to(self.mounted / "data")
        photos = {"storage": f"dir:{self.mounted / 'objects'}"}
        self.stack.settings = self.stack.settings.model_copy(update=photos)
        self.plug_in()

    def plug_in(self) -> None:
        """Mount, and let PostgreSQL recover what the platter has."""
        platter = str(self.folder / "platter")
        words = [str(self.program), platter, str(self.mounted)]
        self.process = subprocess.Popen([*words, str(self.seed + self.cuts), str(OFTEN)])
        deadline = time.monotonic() + 10
        while not os.path.ismount(self.mounted):
            if time.monotonic() > deadline:
                raise RuntimeError("the disk does not mount")
            time.sleep(0.02)
        self.stack.raise_postgres(self.database)

    def cut(self) -> None:
        """The power goes: first what was not fsynced, then everybody who might still write."""
        main = self._postmaster()
        assert self.process
        self.process.kill()
        for pid in (main, *family([main])) if main else ():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for name in (*self.stack.servers, "work"):
            self.stack.signal(name, signal.SIGKILL)
        self.process.wait()
        self.cuts += 1
        self.unmount()

    def _postmaster(self) -> int | None:
        """None: it did not come up from what the platter had."""
        try:
            return int((self.mounted / "data" / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError):
            return None

    def unmount(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.mounted)], check=False)

    def close(self) -> None:
        """Back to a plain folder, so that the cluster can be stopped and removed."""
        if self.process and self.process.returncode is None:
            self.cut()
        cluster = self.stack.database.cluster
        if cluster.data.is_symlink():
            cluster.data.unlink()
            (self.folder / "platter" / "data").rename(cluster.data)
