"""What applying a scheme does, line by line, as people read it before they agree."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum


class Part(StrEnum):
    BODIES = "bodies"
    GRIDS = "grids"
    ROUTING = "routing"
    DEADLINES = "deadlines"
    OBLIGATIONS = "obligations"
    VILLAGES = "villages"
    TRAINING = "training"
    LABELS = "labels"


class Verb(StrEnum):
    """Nothing is ever deleted. KEEP: the scheme would have it otherwise, the county's own stays."""

    ADD = "add"
    CHANGE = "change"
    SWITCH_OFF = "switch_off"
    KEEP = "keep"


@dataclass(frozen=True)
class Change:
    """`count`: how many rows. `before`, `after`: in words. `number`: of a duty, F1 to F13.

    `since`: from which day a duty that runs is asked for otherwise. `not_before`: the first day on
    which it can be changed at all; while one line has that, the whole is refused (NotYet).
    `is_proposal`: the document of the scheme does not say so.
    """

    part: Part
    verb: Verb
    name: str
    before: str | None = None
    after: str | None = None
    count: int = 1
    since: date | None = None
    not_before: date | None = None
    number: str | None = None
    is_proposal: bool = False


@dataclass(frozen=True)
class Step:
    """A change and how it is written; KEEP has nothing to write."""

    change: Change
    write: Callable[[], Awaitable[object]] | None = None


def touched(changes: Iterable[Change]) -> int:
    """Rows that would be added, changed or switched off."""
    return sum(change.count for change in changes if change.verb is not Verb.KEEP)


def fingerprint(changes: Iterable[Change]) -> str:
    """The same for the same lines: what was looked at is what is agreed to."""
    rows = [asdict(change) for change in changes]
    lines = json.dumps(rows, ensure_ascii=False, default=date.isoformat)
    return hashlib.sha256(lines.encode()).hexdigest()


def merged(base: str | None, present: str | None, wanted: str) -> Verb | None:
    """Three ways: what the last scheme said, what the county has, what this scheme says.

    Whatever differs from the last scheme is the county's own decision and stays.
    """
    if present == wanted:
        return None
    if present is None:  # the last scheme gave it and it is gone: the county took it away
        return Verb.ADD if base is None else Verb.KEEP
    return Verb.CHANGE if present == base else Verb.KEEP


def step(change: Change, write: Callable[[], Awaitable[object]]) -> Step:
    """As it is written; what is kept is not."""
    return Step(change, None if change.verb is Verb.KEEP else write)
