"""A folder as object store: temporary file, fsync, rename, fsync of the folder."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import StorageUnavailable
from app.storage.keys import checked, removable

_INCOMING = ".incoming"


class DirectoryStore:
    """For one machine. What a crash leaves half-written stays in `.incoming` and is never read."""

    def __init__(self, root: Path) -> None:
        self.root = root

    async def put(self, key: str, body: bytes, content_type: str) -> None:  # noqa: ARG002 - a folder keeps no types
        await asyncio.to_thread(self._put, self._path(key), body)

    async def keeps(self, key: str) -> bool:  # noqa: ARG002 - as the protocol has it
        """What was written aside is whole when it takes the place: nothing comes late or cut."""
        return True

    async def get(self, key: str) -> bytes:
        return await asyncio.to_thread(self._get, self._path(key))

    async def size(self, key: str) -> int | None:
        return await asyncio.to_thread(self._size, self._path(key))

    async def remove(self, key: str) -> None:
        await asyncio.to_thread(self._remove, self.root / removable(key))

    async def contents(self, prefix: str = "") -> AsyncIterator[tuple[str, int]]:
        """Folder by folder, so that a large store is not held in memory."""
        waiting = [self.root / prefix]
        while waiting:
            folders, files = await asyncio.to_thread(self._listed, waiting.pop())
            waiting += folders
            for key, size in files:
                yield key, size

    async def check(self) -> None:
        await asyncio.to_thread(self._check)

    def _path(self, key: str) -> Path:
        return self.root / checked(key)

    def _put(self, path: Path, body: bytes) -> None:
        with _outages():
            self._make_folder(path.parent)
            temporary = self._write_aside(body)
            try:
                temporary.replace(path)
            except OSError:
                temporary.unlink(missing_ok=True)
                raise
            _sync_folder(path.parent)
            if path.read_bytes() != body:
                raise StorageUnavailable

    def _write_aside(self, body: bytes) -> Path:
        incoming = self.root / _INCOMING
        self._make_folder(incoming)
        handle, name = tempfile.mkstemp(dir=incoming)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        return Path(name)

    def _make_folder(self, folder: Path) -> None:
        """Also makes the folder's own name durable in the folder above."""
        if folder.is_dir():
            return
        if folder != self.root:
            self._make_folder(folder.parent)
        folder.mkdir(parents=True, exist_ok=True)
        _sync_folder(folder.parent)

    @staticmethod
    def _get(path: Path) -> bytes:
        with _outages():
            try:
                return path.read_bytes()
            except FileNotFoundError:
                raise KeyError(path.name) from None

    @staticmethod
    def _size(path: Path) -> int | None:
        with _outages():
            try:
                return path.stat().st_size
            except FileNotFoundError:
                return None

    @staticmethod
    def _remove(path: Path) -> None:
        with _outages():
            path.unlink(missing_ok=True)

    def _listed(self, folder: Path) -> tuple[list[Path], list[tuple[str, int]]]:
        """Folders to look into, and files with their sizes."""
        with _outages():
            if not folder.exists():
                return [], []
            entries = [Path(entry.path) for entry in os.scandir(folder) if entry.name != _INCOMING]
            files = [path for path in entries if path.is_file()]
            named = [
                (path.relative_to(self.root).as_posix(), path.stat().st_size) for path in files
            ]
            return [path for path in entries if path.is_dir()], named

    def _check(self) -> None:
        with _outages():
            self._write_aside(b"?").unlink()


@contextmanager
def _outages() -> Iterator[None]:
    """A full, read-only or vanished disk is an outage of the store, not a fault of the photo."""
    try:
        yield
    except OSError as error:
        raise StorageUnavailable from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
