"""Bytes on their way to the disk and back: summed up, encrypted if wanted, durable when named."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyrage

from app.services.backups.faults import BackupError
from app.services.backups.manifest import Sum

Recipients = Sequence[pyrage.x25519.Recipient]
Identities = Sequence[pyrage.x25519.Identity]
Seen = Callable[[int], None]
CHUNK = 1024 * 1024


class Summed:
    """A file whose bytes are counted and hashed as they pass, in one direction."""

    def __init__(self, raw: IO[bytes], seen: Seen = lambda _: None) -> None:
        self._raw, self._seen = raw, seen
        self._hash, self._size = hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        return self._note(self._raw.read(size))

    def write(self, chunk: bytes) -> int:
        self._raw.write(self._note(chunk))
        return len(chunk)

    def flush(self) -> None:
        self._raw.flush()

    @property
    def sum(self) -> Sum:
        return Sum(size=self._size, sha256=self._hash.hexdigest())

    def _note(self, chunk: bytes) -> bytes:
        self._hash.update(chunk)
        self._size += len(chunk)
        self._seen(len(chunk))
        return chunk


def recipients_of(keys: Sequence[str]) -> Recipients:
    """Public keys (age1…) for whom a backup is encrypted."""
    try:
        return [pyrage.x25519.Recipient.from_str(key) for key in keys]
    except pyrage.RecipientError as fault:
        raise BackupError(f"Not a public key of age (age1…): {fault}") from fault


def identities_of(file: Path | None) -> Identities:
    """Secret keys (AGE-SECRET-KEY-1…), one a line as age-keygen writes them."""
    if file is None:
        return []
    try:
        text = file.read_text()
        rows = [line for line in text.splitlines() if line and not line.startswith("#")]
        return [pyrage.x25519.Identity.from_str(row.strip()) for row in rows]
    except (OSError, pyrage.IdentityError) as fault:
        raise BackupError(f"No secret key of age can be read from {file}: {fault}") from fault


def seal(source: IO[bytes] | Summed, target: IO[bytes] | Summed, recipients: Recipients) -> None:
    """Copy, encrypted for the recipients if there are any."""
    if recipients:
        pyrage.encrypt_io(source, target, recipients)
        return
    while chunk := source.read(CHUNK):
        target.write(chunk)


def unseal(
    source: IO[bytes] | Summed, target: IO[bytes] | Summed, identities: Identities, ending: str
) -> None:
    """Copy, decrypted if the file is one of age's. BackupError with the wrong key or bytes."""
    if not ending:
        seal(source, target, [])
        return
    if not identities:
        raise BackupError("This backup is encrypted; name the file with the secret key.")
    try:
        pyrage.decrypt_io(source, target, identities)
    except (pyrage.DecryptError, OSError) as fault:
        raise BackupError(f"It cannot be decrypted: {fault}") from fault


@contextmanager
def durable(path: Path) -> Iterator[IO[bytes]]:
    """A file that has its name only when all of it is on the disk."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sum_of_bytes(body: bytes) -> Sum:
    return Sum(size=len(body), sha256=hashlib.sha256(body).hexdigest())


def sum_of(path: Path, seen: Seen = lambda _: None) -> Sum | None:
    """What lies on the disk; None if nothing does."""
    try:
        with path.open("rb") as file:
            summed = Summed(file, seen)
            while summed.read(CHUNK):
                pass
            return summed.sum
    except FileNotFoundError:
        return None
