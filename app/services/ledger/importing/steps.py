"""The steps of a batch, each one transaction, so that everybody sees how far it is.

A step does at most 2,000 rows; whoever drives it (the worker, the command line) goes on while the
stage is MOVING. Repeating a step that was cut off does no harm: it begins where the last one ended.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import jobs
from app.errors import NotSignedIn
from app.models.ledger_import import ImportStage, LedgerImport, LedgerImportRow
from app.services import accounts
from app.services.access import Actor
from app.services.ledger.importing import checking, undoing, writing
from app.services.ledger.importing.batches import JOB, MOVING

AT_ONCE = 2_000
_Row = LedgerImportRow
Step = Callable[[AsyncSession, Actor, LedgerImport, Sequence[LedgerImportRow]], Awaitable[None]]


async def advance(session: AsyncSession, import_id: UUID) -> LedgerImport:
    """One step with the rights of today; the batch as it is afterwards."""
    row = await session.get_one(LedgerImport, import_id, with_for_update=True)
    if row.stage in MOVING:
        actor = await _sender(session, row)
        step, then = _STEPS[row.stage]
        some = await _next(session, row)
        await step(session, actor, row, some)
        row.done += len(some)
        if row.done >= row.total or not some:  # rows may be over while a batch is moving
            row.stage = then
        await session.flush()
    return row


async def _sender(session: AsyncSession, row: LedgerImport) -> Actor:
    """Who has been disabled has rights over nothing: the rows say so, and the batch ends."""
    try:
        return await accounts.acting(session, row.actor_id)
    except NotSignedIn:
        return Actor(row.actor_id, "", None, None, must_change_password=False, seats=())


async def run(session: AsyncSession, import_id: str) -> None:
    """The job: one step, and another job for the next one."""
    row = await advance(session, UUID(import_id))
    if row.stage in MOVING:
        await jobs.defer(session, JOB, import_id=import_id)


async def _check(
    session: AsyncSession, actor: Actor, row: LedgerImport, some: Sequence[LedgerImportRow]
) -> None:
    await checking.check_rows(session, actor, row, some)
    wrong = sum(bool(one.errors) for one in some)
    row.wrong += wrong
    row.good += len(some) - wrong


async def _next(session: AsyncSession, row: LedgerImport) -> Sequence[LedgerImportRow]:
    query = select(_Row).where(_Row.import_id == row.id).order_by(_Row.line)
    return (await session.scalars(query.offset(row.done).limit(AT_ONCE))).all()


_STEPS: Mapping[ImportStage, tuple[Step, ImportStage]] = {
    ImportStage.CHECKING: (_check, ImportStage.CHECKED),
    ImportStage.APPLYING: (writing.take_in, ImportStage.APPLIED),
    ImportStage.UNDOING: (undoing.take_back, ImportStage.UNDONE),
}
