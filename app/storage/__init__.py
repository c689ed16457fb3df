"""Where photos lie: one small protocol and two drivers, a folder and S3.

Keys are made by the server and name their content, so that repeating a `put` changes nothing.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

from app.config import Settings
from app.storage.directory import DirectoryStore


class ObjectStore(Protocol):
    """Keys are made by the server. Every method raises StorageUnavailable when it cannot know."""

    async def put(self, key: str, body: bytes, content_type: str) -> None:
        """Store durably and confirm size and hash; repeating the same bytes is fine."""

    async def keeps(self, key: str) -> bool:
        """Does the store refuse to put anything in the place of what lies there, when asked to?

        Tried under the key, which holds something that nothing depends upon.
        """

    async def get(self, key: str) -> bytes:
        """The bytes; KeyError if there are none."""

    async def size(self, key: str) -> int | None:
        """Bytes under the key as the store itself reports, None if there are none."""

    async def remove(self, key: str) -> None:
        """No more there; nothing if it was not. ValueError for what is evidence (`removable`)."""

    def contents(self, prefix: str = "") -> AsyncIterator[tuple[str, int]]:
        """Key and bytes of every object below the prefix (empty, or ending with a slash).

        In no promised order; what comes meanwhile may be missed.
        """

    async def check(self) -> None:
        """Raise StorageUnavailable unless the store answers."""


def open_store(settings: Settings) -> ObjectStore:
    """The store that the settings name; nothing is asked of it yet."""
    return _open(settings, "storage")


def open_heads(settings: Settings) -> ObjectStore:
    """The second place, for the heads of history; the photos' own where none is named."""
    return _open(settings, "audit_head" if settings.audit_head else "storage")


def _open(settings: Settings, name: str) -> ObjectStore:
    named: str = getattr(settings, name)
    kind, _, place = named.partition(":")
    if kind == "dir" and place:
        return DirectoryStore(Path(place))
    if kind == "s3" and place:
        from app.storage.s3 import S3Store  # noqa: PLC0415 - boto3 is slow to load; folders do without

        return S3Store(settings, place)
    message = f"SAFEGRID_{name.upper()} must be dir:<folder> or s3:<bucket>, not {named!r}"
    raise ValueError(message)
