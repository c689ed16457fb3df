"""Two questions of every visit must be answered one by one, drawn by the visit's own id.

So that "the rest is fine" is said by somebody who has looked at least there. Phone and server draw
alike (pwa/src/core/visits/spots.ts); a test on each side holds the same examples.
"""

from collections.abc import Iterable
from uuid import UUID

HOW_MANY = 2
_BASIS, _PRIME, _MASK = 0x811C9DC5, 0x01000193, 0xFFFFFFFF


def spots(visit_id: UUID, codes: Iterable[str]) -> list[str]:
    """The codes that the mixed FNV-1a (32 bit) of "visit:code" puts first."""
    return sorted(codes, key=lambda code: (_lot(f"{visit_id}:{code}"), code))[:HOW_MANY]


def _lot(text: str) -> int:
    """FNV-1a alone leaves neighbours close together: the finish of MurmurHash3 mixes them."""
    number = _BASIS
    for byte in text.encode():
        number = (number ^ byte) * _PRIME & _MASK
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        number = (number ^ number >> shift) * factor & _MASK
    return number ^ number >> 16
