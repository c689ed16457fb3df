"""What one line of the map of personal data says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Held:
    """`columns` of one table that are held for the same purpose, seen and kept alike."""

    columns: tuple[str, ...]
    what: str
    purpose: str
    seen_by: str
    kept: str
