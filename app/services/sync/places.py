"""The order of changes, and where a reader stands in it: on phones an opaque cursor."""

import re
from dataclasses import dataclass

from sqlalchemy import BigInteger, bindparam, tuple_

_WRITTEN = re.compile(r"([0-9a-f]{16})\.(\d{1,19})\.(\d{1,19})\.(\d{1,19})\.(\d{1,6})")
LAST = 2**63 - 1
Spot = tuple[int, int]  # of a change: transaction, number
BEHIND = tuple_(bindparam("xid", type_=BigInteger), bindparam("seq", type_=BigInteger))


@dataclass(frozen=True)
class Place:
    """Everything up to transaction `xid`, number `seq` is known to the reader.

    `scope` is a digest of what the reader could see then, and of the database. `below` > 0: the
    reader is still taking a fresh copy, newest cases first, and has those numbered from `below`
    on; `left` more may follow.
    """

    scope: str
    xid: int
    seq: int
    below: int = 0
    left: int = 0

    @property
    def spot(self) -> Spot:
        return self.xid, self.seq

    def __str__(self) -> str:
        return f"{self.scope}.{self.xid}.{self.seq}.{self.below}.{self.left}"

    @classmethod
    def read(cls, cursor: str) -> "Place":
        """Of a cursor that is not ours: nowhere, which leads to a fresh copy."""
        found = _WRITTEN.fullmatch(cursor)
        if found is None:
            return NOWHERE
        scope, *numbers = found.groups()
        xid, seq, below, left = (min(int(number), LAST) for number in numbers)
        return cls(scope, xid, seq, below, left)


NOWHERE = Place("", LAST, 0)
