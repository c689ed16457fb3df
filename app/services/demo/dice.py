"""Seeded chance and ids: the same seed gives the same county."""

from datetime import datetime
from random import Random
from uuid import UUID, uuid5

_NAMESPACE = UUID("5afe6e1d-0000-5000-8000-00000000de30")
_RANDOM_BITS = 80


def dice(seed: int, what: str) -> Random:
    """Its own stream for every purpose, so that one more throw here changes nothing there."""
    return Random(f"{seed}/{what}")  # noqa: S311 - a story, not a secret


def identity(seed: int, what: str) -> UUID:
    """A stable id of what the demo names."""
    return uuid5(_NAMESPACE, f"{seed}/{what}")


def phone_id(seed: int, what: str, moment: datetime) -> UUID:
    """As a phone would make it at that moment (version 7), but always the same."""
    stamp = int(moment.timestamp() * 1000)
    bits = dice(seed, f"id/{what}").getrandbits(_RANDOM_BITS)
    value = stamp << _RANDOM_BITS | bits
    value = value & ~(0xF << 76) | 0x7 << 76  # version
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)  # variant
