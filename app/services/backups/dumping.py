"""pg_dump and pg_restore: which ones fit the server, and how the bytes go through them."""

import asyncio
import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app import embedded
from app.services.backups.faults import BackupError

DEBIAN = Path("/usr/lib/postgresql")
_VERSION = re.compile(r"(\d+)[.\w]*\s*(?:\(|$)")


def programs(server_major: int) -> Path:
    """The folder whose pg_dump is of the server's version, or else the next newer one."""
    known = {major: folder for folder in _folders() if (major := _major(folder))}
    fitting = sorted(major for major in known if major >= server_major)
    if not fitting:
        raise BackupError(
            f"The database is PostgreSQL {server_major}; pg_dump of that version or newer is "
            f"needed (here: {sorted(known) or 'none'}). Install postgresql-client-{server_major}."
        )
    return known[fitting[0]]


async def dump(
    url: str, server_major: int, snapshot: str, schema: str, sink: Callable[[IO[bytes]], None]
) -> None:
    """Give the sink the dump of exactly this snapshot, as it comes."""
    arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    if schema != "public":
        arguments.append(f"--schema={schema}")
    await asyncio.to_thread(_read, programs(server_major) / "pg_dump", arguments, url, sink)


async def load(url: str, server_major: int, source: Callable[[IO[bytes]], None]) -> None:
    """Restore what the source writes, all of it or nothing."""
    arguments = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    await asyncio.to_thread(_write, programs(server_major) / "pg_restore", arguments, url, source)


async def check(server_major: int, source: Callable[[IO[bytes]], None]) -> None:
    """Does pg_restore read it to the end? Into no database at all."""
    program = programs(server_major) / "pg_restore"
    await asyncio.to_thread(_write, program, ["--file=/dev/null"], "", source)


def _folders() -> Iterator[Path]:
    """The embedded server's programs, those on the PATH, Debian's."""
    with contextlib.suppress(embedded.EmbeddedServerError):
        yield embedded.programs() / "bin"
    if found := shutil.which("pg_dump"):
        yield Path(found).parent
    yield from (folder / "bin" for folder in DEBIAN.glob("[0-9]*"))


def _major(folder: Path) -> int | None:
    if not all((folder / name).exists() for name in ("pg_dump", "pg_restore")):
        return None
    said = subprocess.run(  # noqa: S603 - a program of the machine, no shell
        [folder / "pg_dump", "--version"], capture_output=True, text=True, check=False
    )
    found = _VERSION.search(said.stdout)
    return int(found[1]) if found and said.returncode == 0 else None


def _read(program: Path, arguments: list[str], url: str, sink: Callable[[IO[bytes]], None]) -> None:
    database, environment = _target(url)
    command = [str(program), *arguments, f"--dbname={database}"]
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603 - our own arguments, no shell
            command, env=environment, stdout=subprocess.PIPE, stderr=complaints
        )
        assert process.stdout
        try:
            sink(process.stdout)
        finally:
            process.stdout.close()
            _finish(process, complaints)


def _write(
    program: Path, arguments: list[str], url: str, source: Callable[[IO[bytes]], None]
) -> None:
    """A program that gave up has the word: its complaint says more than the broken pipe."""
    database, environment = _target(url)
    command = [str(program), *arguments, *([f"--dbname={database}"] if url else [])]
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603 - our own arguments, no shell
            command, env=environment, stdin=subprocess.PIPE, stderr=complaints
        )
        assert process.stdin
        try:
            with contextlib.suppress(BrokenPipeError):
                source(process.stdin)
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
        _finish(process, complaints)


def _finish(process: subprocess.Popen[bytes], complaints: IO[bytes]) -> None:
    if process.wait() == 0:
        return
    complaints.seek(0)
    said = complaints.read().decode(errors="replace").strip()
    raise BackupError(f"{Path(str(process.args[0])).name} failed: {said}")  # type: ignore[index]


def _target(url: str) -> tuple[str, dict[str, str]]:
    """The database for the command line, and its password for the environment alone."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    if not url:
        return "", environment
    parts = conninfo_to_dict(url.replace("+psycopg", "", 1))
    password = parts.pop("password", None)
    if password:
        environment["PGPASSWORD"] = str(password)
    return make_conninfo("", **parts), environment
