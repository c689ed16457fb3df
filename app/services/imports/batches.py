"""Batches as their sender sees them: begun, checked, taken in, undone. Nobody sees another's."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, db, jobs
from app.errors import Invalid, NotFound, NotYet
from app.models.base import new_id
from app.models.import_batch import ImportStage
from app.services import access, audit, rows, sheets
from app.services.access import Actor
from app.services.audit import Subject
from app.services.imports.declaring import B, Import, R

MOST_SHOWN = 200
_PIECE = 5_000
_S = ImportStage


async def begin(
    session: AsyncSession, actor: Actor, kind: Import[B, R], name: str, body: bytes
) -> B:
    """Read the file; Invalid, in words, for what is no sheet of ours. A job checks it."""
    access.require(actor, kind.permission)
    titles = [column.title for column in await kind.columns(session, actor)]
    await db.give_back(session)  # a large file is read for seconds
    table = await sheets.opened(body, titles, kind.needed, kind.most)
    batch = kind.batch(
        id=new_id(), name=name[:100], created_at=clock.now(), actor_id=actor.person_id,
        total=len(table.rows), ignored=list(table.ignored),
    )  # fmt: skip
    session.add(batch)
    await session.flush()
    written = [{"import_id": batch.id, "line": line, "cells": cells} for line, cells in table.rows]
    for start in range(0, len(written), _PIECE):
        await rows.add(session, kind.row, written[start : start + _PIECE])
    await jobs.defer(session, kind.job, import_id=str(batch.id))
    return batch


async def batches(session: AsyncSession, actor: Actor, kind: Import[B, R]) -> Sequence[B]:
    """My last twenty."""
    access.require(actor, kind.permission)
    query = select(kind.batch).where(kind.batch.actor_id == actor.person_id)
    return (await session.scalars(query.order_by(kind.batch.created_at.desc()).limit(20))).all()


async def batch(session: AsyncSession, actor: Actor, kind: Import[B, R], import_id: UUID) -> B:
    """As it was after its last step; pages ask for it while a step is at work, and do not wait."""
    return await _one(session, actor, kind, _mine(actor, kind, import_id))


async def wrong_rows(
    session: AsyncSession,
    actor: Actor,
    kind: Import[B, R],
    import_id: UUID,
    most: int | None = MOST_SHOWN,
) -> Sequence[R]:
    """Rows with errors, in the order of the file; of a batch undone those that undo has left."""
    there = await batch(session, actor, kind, import_id)
    query = select(kind.row).where(kind.row.import_id == import_id, kind.row.errors != {})
    if there.stage is _S.UNDONE:
        query = query.where(kind.row.after.is_not(None))
    return (await session.scalars(query.order_by(kind.row.line).limit(most))).all()


async def apply(
    session: AsyncSession,
    actor: Actor,
    kind: Import[B, R],
    import_id: UUID,
    *,
    is_seen: bool = False,
) -> B:
    """Take the good rows in; the wrong ones stay out. A repeat changes nothing.

    `is_seen`: the person has looked at what they overwrite.
    """
    row = await _locked(session, actor, kind, import_id)
    told = {"name": row.name, "rows": row.good, "wrong": row.wrong}
    if kind.weigh and row.stage is _S.CHECKED:
        told |= kind.weigh(row, is_seen)
    await _move(session, kind, row, {_S.CHECKED}, _S.APPLYING, {_S.APPLYING, _S.APPLIED})
    await audit.record(session, kind.done, actor, Subject(kind.subject, row.id), told)
    return row


async def undo(session: AsyncSession, actor: Actor, kind: Import[B, R], import_id: UUID) -> B:
    """Take back what it has added, give back what it has changed and nobody has changed since."""
    row = await _locked(session, actor, kind, import_id)
    await _move(session, kind, row, {_S.APPLIED}, _S.UNDOING, {_S.UNDOING, _S.UNDONE})
    told = {"name": row.name, "rows": row.added + row.changed}
    await audit.record(session, kind.undone, actor, Subject(kind.subject, row.id), told)
    return row


def _mine(actor: Actor, kind: Import[B, R], import_id: UUID) -> Select[B]:
    return select(kind.batch).where(
        kind.batch.id == import_id, kind.batch.actor_id == actor.person_id
    )


async def _locked(session: AsyncSession, actor: Actor, kind: Import[B, R], import_id: UUID) -> B:
    query = _mine(actor, kind, import_id).with_for_update(key_share=True)
    return await _one(session, actor, kind, query)


async def _one(session: AsyncSession, actor: Actor, kind: Import[B, R], query: Select[B]) -> B:
    access.require(actor, kind.permission)
    row = await session.scalar(query)
    if row is None:
        raise NotFound
    return row


async def _move(
    session: AsyncSession,
    kind: Import[B, R],
    row: B,
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
    await _require_rows(session, kind, row)
    row.stage, row.done = stage, 0
    await session.flush()
    await jobs.defer(session, kind.job, import_id=str(row.id))


async def _require_rows(session: AsyncSession, kind: Import[Any, R], row: B) -> None:
    """The rows of a batch are forgotten long before the batch itself (`personal.retention`)."""
    if not await session.scalar(select(exists().where(kind.row.import_id == row.id))):
        raise Invalid(
            fields=["import_id"],
            reason_zh="这一批的数据已经过期删除，不能再导入或者撤回；要导入请重新选文件。",
            reason_en="The rows of this batch are over and gone; send the file again.",
        )
