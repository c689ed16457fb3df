"""Which revision of the schema this code was written for: every probe asks, so without Alembic."""

from functools import cache
from pathlib import Path

_VERSIONS = Path(__file__).parent.parent / "migrations" / "versions"


@cache
def newest() -> str:
    """A migration's file begins with its revision, and they are one line (tests hold both)."""
    return max(path.name[: len("2026-11-22-1000")] for path in _VERSIONS.glob("2*.py")).replace(
        "-", "_"
    )
