"""Batches as their sender sees them: begun, checked, taken in, undone. Nobody sees another's."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, db, jobs
from app.errors import NotFound, NotYet
from app.models.base import new_id
from app.models.ledger_import import ImportStage, LedgerImport, LedgerImportRow
from app.services import access, audit, sheets
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.ledger.importing.columns import NEEDED
from app.services.ledger.importing.own_columns import sheet_columns
from app.services.ledger.refusing import invalid
from app.services.permissions import Permission

JOB = "import_ledger"
MOST_SHOWN = 200
_PIECE = 5_000
_S = ImportStage
MOVING = frozenset({_S.CHECKING, _S.APPLYING, _S.UNDOING})


async def begin(session: AsyncSession, actor: Actor, name: str, body: bytes) -> LedgerImport:
    """Read the file; Invalid, in words, for what is no sheet of ours. A job checks it."""
    access.require(actor, Permission.EDIT_LEDGER)
    titles = [column.title for column in await sheet_columns(session)]
    await db.give_back(session)  # a large file is read for seconds
    rows = (await asyncio.to_thread(sheets.read, body, titles, NEEDED)).rows
    batch = LedgerImport(
        id=new_id(), name=name[:100], created_at=clock.now(), actor_id=actor.person_id,
        total=len(rows),
    )  # fmt: skip
    session.add(batch)
    await session.flush()
    written = [
        {"id": new_id(), "import_id": batch.id, "line": line, "cells": cells, "errors": {}}
        for line, cells in rows
    ]
    for start in range(0, len(written), _PIECE):
        await session.execute(insert(LedgerImportRow), written[start : start + _PIECE])
    await jobs.defer(session, JOB, import_id=str(batch.id))
    return batch


async def batches(session: AsyncSession, actor: Actor) -> Sequence[LedgerImport]:
    """My last twenty."""
    access.require(actor, Permission.EDIT_LEDGER)
    query = select(LedgerImport).where(LedgerImport.actor_id == actor.person_id)
    return (await session.scalars(query.order_by(LedgerImport.created_at.desc()).limit(20))).all()


async def batch(session: AsyncSession, actor: Actor, import_id: UUID) -> LedgerImport:
    """As it was after its last step; pages ask for it while a step is at work, and do not wait."""
    return await _one(session, actor, _mine(actor, import_id))


async def wrong_rows(
    session: AsyncSession, actor: Actor, import_id: UUID, most: int | None = MOST_SHOWN
) -> Sequence[LedgerImportRow]:
    """Rows with errors, in the order of the file; of a batch undone those that undo has left."""
    there = await batch(session, actor, import_id)
    query = select(LedgerImportRow).where(
        LedgerImportRow.import_id == import_id, LedgerImportRow.errors != {}
    )
    if there.stage is _S.UNDONE:
        query = query.where(LedgerImportRow.after.is_not(None))
    return (await session.scalars(query.order_by(LedgerImportRow.line).limit(most))).all()


async def apply(session: AsyncSession, actor: Actor, import_id: UUID) -> LedgerImport:
    """Take the good rows in; the wrong ones stay out. A repeat changes nothing."""
    row = await _locked(session, actor, import_id)
    await _move(session, row, {_S.CHECKED}, _S.APPLYING, {_S.APPLYING, _S.APPLIED})
    told = {"name": row.name, "rows": row.good, "wrong": row.wrong}
    await audit.record(session, Kind.LEDGER_IMPORTED, actor, Subject("ledger_import", row.id), told)
    return row


async def undo(session: AsyncSession, actor: Actor, import_id: UUID) -> LedgerImport:
    """Close what it has added, give back what it has changed and nobody has changed since."""
    row = await _locked(session, actor, import_id)
    await _move(session, row, {_S.APPLIED}, _S.UNDOING, {_S.UNDOING, _S.UNDONE})
    told = {"name": row.name, "rows": row.added + row.changed}
    about = Subject("ledger_import", row.id)
    await audit.record(session, Kind.LEDGER_IMPORT_UNDONE, actor, about, told)
    return row


def _mine(actor: Actor, import_id: UUID) -> Select[LedgerImport]:
    return select(LedgerImport).where(
        LedgerImport.id == import_id, LedgerImport.actor_id == actor.person_id
    )


async def _locked(session: AsyncSession, actor: Actor, import_id: UUID) -> LedgerImport:
    query = _mine(actor, import_id).with_for_update(key_share=True)
    return await _one(session, actor, query)


async def _one(session: AsyncSession, actor: Actor, query: Select[LedgerImport]) -> LedgerImport:
    access.require(actor, Permission.EDIT_LEDGER)
    row = await session.scalar(query)
    if row is None:
        raise NotFound
    return row


async def _move(
    session: AsyncSession,
    row: LedgerImport,
    begins: set[ImportStage],
    stage: ImportStage,
    is_done: set[ImportStage],
) -> None:
    if row.stage in is_done:
        return
    if row.stage not in begins:
        raise NotYet(
            reason_zh="这一批还没有走到这一步，等它做完再来。",
            reason_en="This batch has not come so far; wait until it is ready.",
        )
    await _require_rows(session, row)
    row.stage, row.done = stage, 0
    await session.flush()
    await jobs.defer(session, JOB, import_id=str(row.id))


async def _require_rows(session: AsyncSession, row: LedgerImport) -> None:
    """The rows of a batch are forgotten long before the batch itself (`personal.retention`)."""
    if not await session.scalar(select(exists().where(LedgerImportRow.import_id == row.id))):
        raise invalid(
            "import_id",
            "这一批的数据已经过期删除，不能再导入或者撤回；要导入请重新选文件",
            "The rows of this batch are over and gone; to take them in, send the file again",
        )
