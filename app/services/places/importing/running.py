"""How far a file is, for whoever has sent it: while it is judged, and while it is taken in.

Kept in the memory of this process and no longer than the work: a hint, not a record. Where several
processes serve, the question may meet another one, and a page then goes on without numbers.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.services import access
from app.services.access import Actor
from app.services.permissions import Permission


class Step(StrEnum):
    WAITING = "waiting"  # for another file: one at a time is judged
    READING = "reading"
    COMPARING = "comparing"
    WEIGHING = "weighing"  # whether the file lies better in other coordinates
    TAKING = "taking"


Tell = Callable[[Step, int, int], None]


@dataclass
class Run:
    """`done` of `total` features in the present step; in WAITING and WEIGHING nothing is counted.

    `is_taking`: it will be taken in, and is judged once more before.
    """

    file: str
    is_taking: bool
    step: Step = Step.WAITING
    done: int = 0
    total: int = 0

    def tell(self, step: Step, done: int = 0, total: int = 0) -> None:
        self.step, self.done, self.total = step, done, total


_runs: dict[UUID, Run] = {}


@contextmanager
def run(actor: Actor, file: str, *, is_taking: bool = False) -> Iterator[Run]:
    """Of two at once by one person, the later one is shown."""
    mine = _runs[actor.person_id] = Run(file, is_taking)
    try:
        yield mine
    finally:
        if _runs.get(actor.person_id) is mine:
            del _runs[actor.person_id]


def running(actor: Actor) -> Run | None:
    """The file of this person that is being worked on."""
    access.require(actor, Permission.EDIT_PLACES)
    return _runs.get(actor.person_id)
