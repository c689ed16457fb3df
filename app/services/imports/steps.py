"""The steps of a batch, each one transaction, so that everybody sees how far it is.

A step does some rows; whoever drives it (the worker, the command line) goes on while the stage is
MOVING. Repeating a step that was cut off does no harm: it begins where the last one ended.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from app import jobs
from app.errors import NotSignedIn
from app.models.import_batch import ImportStage
from app.services import accounts, reference, rows
from app.services.access import Actor
from app.services.imports.declaring import MOVING, B, Import, R, Step


async def advance(session: AsyncSession, kind: Import[B, R], import_id: UUID) -> B:
    """One step with the rights of today; the batch as it is afterwards."""
    row = await session.get_one(kind.batch, import_id, with_for_update=True)
    if row.stage in MOVING:
        await reference.look(session)
        actor = await _sender(session, row)
        step, then = _step_of(kind, row.stage)
        some = await _next(session, kind, row)
        good = [one for one in some if one.values is not None]
        await step(session, actor, row, some)
        _count(row, some, good)
        row.done += len(some)
        if row.done >= row.total or not some:  # rows may be over while a batch is moving
            row.stage = then
        await rows.rewrite(session, some)
        await session.flush()
    return row


async def run(session: AsyncSession, kind: Import[B, R], import_id: str) -> None:
    """The job: one step, and another job for the next one."""
    row = await advance(session, kind, UUID(import_id))
    if row.stage in MOVING:
        await jobs.defer(session, kind.job, import_id=import_id)


async def _sender(session: AsyncSession, row: B) -> Actor:
    """Who has been disabled has rights over nothing: the rows say so, and the batch ends."""
    try:
        return await accounts.acting(session, row.actor_id)
    except NotSignedIn:
        return Actor(row.actor_id, "", None, None, must_change_password=False, seats=())


def _count(row: B, some: Sequence[R], good: Sequence[R]) -> None:
    """`good`: before the step. What turned out wrong since the check stays out for good."""
    match row.stage:
        case ImportStage.CHECKING:
            wrong = sum(bool(one.errors) for one in some)
            row.wrong += wrong
            row.good += len(some) - wrong
        case ImportStage.APPLYING:
            for one in (one for one in good if one.errors):
                one.values = None
                row.good -= 1
                row.wrong += 1
        case ImportStage.UNDOING:
            row.kept += sum(bool(one.errors) for one in some if one.after is not None)


async def _next(session: AsyncSession, kind: Import[B, R], row: B) -> Sequence[R]:
    """Which they are is found out without their cells: sorting takes along whatever is read."""
    order = (*(() if kind.first is None else (kind.first.desc(),)), kind.row.line)
    of_batch = select(kind.row.id).where(kind.row.import_id == row.id).order_by(*order)
    ids = of_batch.offset(row.done).limit(kind.at_once)
    query = select(kind.row).where(kind.row.id.in_(ids)).order_by(*order)
    if row.stage is ImportStage.UNDOING:  # who takes back asks what was written, not what was sent
        query = query.options(defer(kind.row.cells))
    return (await session.scalars(query)).all()


def _step_of(kind: Import[B, R], stage: ImportStage) -> tuple[Step[B, R], ImportStage]:
    return {
        ImportStage.CHECKING: (kind.check, ImportStage.CHECKED),
        ImportStage.APPLYING: (kind.take_in, ImportStage.APPLIED),
        ImportStage.UNDOING: (kind.take_back, ImportStage.UNDONE),
    }[stage]
