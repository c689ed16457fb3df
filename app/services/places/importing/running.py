"""How far a file is, for whoever has sent it: while it is judged, and while it is taken in.

A row of the database, so that every server can answer, also in another container: these share no
folder. The work only counts; beside it the row is written twice a second at most, each time in a
transaction of its own that has nothing to do with that of the file. What is done within half a
second is nowhere. A server that is killed leaves its row behind: after a while nobody believes it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, db
from app.db import Sessions
from app.models.base import new_id
from app.models.grid import OutlineRun
from app.services import access
from app.services.access import Actor
from app.services.permissions import Permission

log = logging.getLogger("safegrid.outlines")
EVERY_S = 0.5
_STILL_THERE_S = 5.0  # said although nothing has changed
BELIEVED = timedelta(seconds=20)


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
    id: UUID = field(default_factory=new_id)

    def tell(self, step: Step, done: int = 0, total: int = 0) -> None:
        """At once and from any thread; who asks hears of it with the next writing."""
        self.step, self.done, self.total = step, done, total


@asynccontextmanager
async def run(
    sessions: Sessions | None, actor: Actor, file: str, *, is_taking: bool = False
) -> AsyncIterator[Run]:
    """`sessions` None: nobody can ask."""
    mine = Run(file, is_taking)
    if sessions is None:
        yield mine
        return
    over = asyncio.Event()
    writing = asyncio.create_task(_write(sessions, actor.person_id, mine, over))
    try:
        yield mine
    finally:
        over.set()
        await writing


async def running(session: AsyncSession, actor: Actor) -> Run | None:
    """The file of this person that is being worked on; of two the later one."""
    access.require(actor, Permission.EDIT_PLACES)
    query = select(OutlineRun).where(
        OutlineRun.person_id == actor.person_id, OutlineRun.told_at > clock.now() - BELIEVED
    )
    row = await session.scalar(query.order_by(OutlineRun.id.desc()).limit(1))
    if row is None:
        return None
    return Run(row.file, row.is_taking, Step(row.step), row.done, row.total, row.id)


async def _write(sessions: Sessions, person_id: UUID, mine: Run, over: asyncio.Event) -> None:
    last, quiet = None, 0.0
    while not await _is_over(over):
        quiet += EVERY_S
        now = (mine.step, mine.done, mine.total)
        if now != last or quiet >= _STILL_THERE_S:
            last, quiet = now, 0.0
            await _put(sessions, person_id, mine)
    if last is not None:
        await _forget(sessions, person_id, mine)


async def _is_over(over: asyncio.Event) -> bool:
    """Within half a second."""
    with suppress(TimeoutError):
        await asyncio.wait_for(over.wait(), EVERY_S)
    return over.is_set()


async def _put(sessions: Sessions, person_id: UUID, mine: Run) -> None:
    told = {
        "step": mine.step.value,
        "done": mine.done,
        "total": mine.total,
        "told_at": clock.now(),
    }
    about = {"person_id": person_id, "file": mine.file, "is_taking": mine.is_taking}
    row = insert(OutlineRun).values(id=mine.id, **about, **told)
    with _hint():
        async with db.unit_of_work(sessions) as session:
            await session.execute(row.on_conflict_do_update(index_elements=["id"], set_=told))


async def _forget(sessions: Sessions, person_id: UUID, mine: Run) -> None:
    """With what servers have left behind that were killed."""
    is_left = OutlineRun.told_at < clock.now() - BELIEVED
    over = delete(OutlineRun).where(
        OutlineRun.person_id == person_id, or_(OutlineRun.id == mine.id, is_left)
    )
    with _hint():
        async with db.unit_of_work(sessions) as session:
            await session.execute(over)


@contextmanager
def _hint() -> Iterator[None]:
    """What cannot be written is not told; the file goes on."""
    try:
        yield
    except SQLAlchemyError:
        log.warning("how far a file of outlines is could not be noted", exc_info=True)
