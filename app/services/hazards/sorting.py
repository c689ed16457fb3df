"""The order of queues as one number, computed on every step: urgency first, then the deadline.

sort_key = rank x 10^11 + seconds; smaller comes first. Rank: 0 major or listed, 1 urgent,
2 rejected before (round > 1), 3 serious, 4 general, 9 closed. Seconds: of the running clock's due
date since 1970, or of the report where no clock runs (then behind those with a date); closed cases
stand last, the latest closed first.
"""

from datetime import datetime

from sqlalchemy import BigInteger, BindParameter, ColumnElement, and_, bindparam, or_

from app.models.hazard import Hazard
from app.models.rules import Level

_RANK = 10**11
_NO_DATE = 5 * 10**10
_CLOSED = 9
_RANKS = range(5)
CLOSED_FROM = _CLOSED * _RANK
MAX_KEY = 10 * _RANK


def sort_key(hazard: Hazard) -> int:
    if hazard.closed_at:
        return _CLOSED * _RANK + _NO_DATE - _seconds(hazard.closed_at)
    if hazard.clock_due_at:
        return rank(hazard) * _RANK + _seconds(hazard.clock_due_at)
    return rank(hazard) * _RANK + _NO_DATE + _seconds(hazard.received_at)


def rank(hazard: Hazard) -> int:
    """0–4: the first rule that holds."""
    rules = (
        is_major(hazard) or hazard.is_listed,
        hazard.is_urgent,
        hazard.round > 1,
        hazard.level is Level.SERIOUS,
    )
    return next((place for place, holds in enumerate(rules) if holds), len(rules))


def is_open_by_key() -> ColumnElement[bool]:
    """Closed cases stand last: what is open is one stretch of an index."""
    return Hazard.sort_key < _written(CLOSED_FROM)


def is_past_due(now: datetime) -> ColumnElement[bool]:
    """A clock ran out before this second: a stretch of each rank, one after the other.

    Said as what lies before the last one's end, without the gaps: the database multiplies, and of
    two conditions that each leave a few in a hundred it expects next to nothing.
    """
    until = _seconds(now)
    gaps = (
        or_(
            Hazard.sort_key < _written(_RANK * rank + until),
            Hazard.sort_key >= _written(_RANK * (rank + 1)),
        )
        for rank in _RANKS[:-1]
    )
    return and_(Hazard.sort_key < _written(_RANK * _RANKS[-1] + until), *gaps)


def _written(key: int) -> BindParameter[int]:
    """In the statement itself: in one plan for all keys a stretch is a guess."""
    return bindparam(None, key, BigInteger, literal_execute=True)


def is_major(hazard: Hazard) -> bool:
    """Reported as major, suspected or confirmed: each of them goes first."""
    return hazard.level is Level.MAJOR or hazard.is_suspected_major or hazard.is_major_confirmed


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
