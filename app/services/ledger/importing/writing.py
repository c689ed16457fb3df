"""Checked rows become objects, and stop being them when a batch is undone."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.base import new_id
from app.models.ledger_import import LedgerImport, LedgerImportRow
from app.models.supervised_object import DualPrevention, ObjectKind, SupervisedObject
from app.services import access
from app.services.access import Actor
from app.services.ledger import changing, telling
from app.services.ledger.editing import follow

_TYPED: Mapping[str, Callable[[Any], Any]] = {
    "kind": ObjectKind,
    "dual_prevention": DualPrevention,
    "grid_id": UUID,
}


async def take_in(
    session: AsyncSession, actor: Actor, batch: LedgerImport, some: Sequence[LedgerImportRow]
) -> None:
    """New objects are confirmed by whoever sends them; cells left empty change nothing."""
    good = [row for row in some if row.values is not None]
    known = await _objects(session, good)
    reason = f"导入 {batch.name}"
    grids: set[UUID] = set()
    fresh: list[tuple[LedgerImportRow, SupervisedObject]] = []
    for row in good:
        values = _typed(row.values or {})
        there = known.get(row.object_id) if row.object_id else None
        if there is None:
            there = _new(actor, values)
            fresh.append((row, there))
        else:
            grids.add(there.grid_id)
            await _change(session, actor, row, there, {**values, "closed_on": None}, reason)
            batch.changed += row.after is not None
        grids.add(there.grid_id)
    await _add(session, actor, fresh, reason)
    batch.added += len(fresh)
    await telling.tell(session, grids)


async def take_back(
    session: AsyncSession, actor: Actor, batch: LedgerImport, some: Sequence[LedgerImportRow]
) -> None:
    """What was added is closed; a field is given back unless somebody has changed it since."""
    written = [row for row in some if row.after is not None]
    known = await _objects(session, written)
    reason = f"撤回导入 {batch.name}"
    for row in written:
        there = known[row.object_id] if row.object_id else None
        if there is None:
            continue
        if row.before is None:
            changing.change(session, actor, there, {"closed_on": access.today()}, reason)
            continue
        after = row.after or {}
        untouched = {
            name: old
            for name, old in row.before.items()
            if _json(getattr(there, name)) == after.get(name)
        }
        changing.change(session, actor, there, _typed(untouched), reason)
        await follow(session, there)
    await session.flush()
    await telling.tell(session, {there.grid_id for there in known.values()})


def _new(actor: Actor, values: Mapping[str, Any]) -> SupervisedObject:
    now = clock.now()
    return SupervisedObject(
        id=new_id(),
        created_at=now,
        confirmed_at=now,
        confirmed_by_id=actor.person_id,
        **{"kind": ObjectKind.ENTERPRISE, "address": "", "sector": "", **values},
    )


async def _add(
    session: AsyncSession,
    actor: Actor,
    fresh: Sequence[tuple[LedgerImportRow, SupervisedObject]],
    reason: str,
) -> None:
    """The objects first: their history and the rows that have made them point to them."""
    session.add_all(there for _, there in fresh)
    await session.flush()
    for row, there in fresh:
        told = {"kind": there.kind, "name": there.name}
        changing.note(session, actor, there.id, "created", None, told, reason)
        row.object_id, row.before, row.after = there.id, None, row.values
    await session.flush()


async def _change(
    session: AsyncSession,
    actor: Actor,
    row: LedgerImportRow,
    there: SupervisedObject,
    values: Mapping[str, Any],
    reason: str,
) -> None:
    differing = {name: value for name, value in values.items() if getattr(there, name) != value}
    if differing:
        row.before = {name: _json(getattr(there, name)) for name in differing}
        row.after = {name: _json(value) for name, value in differing.items()}
        changing.change(session, actor, there, differing, reason)
        await follow(session, there)


async def _objects(
    session: AsyncSession, rows: Sequence[LedgerImportRow]
) -> dict[UUID, SupervisedObject]:
    ids = [row.object_id for row in rows if row.object_id]
    query = select(SupervisedObject).where(SupervisedObject.id.in_(ids))
    found = await session.scalars(query.with_for_update(key_share=True))
    return {there.id: there for there in found}


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _TYPED[name](value) if name in _TYPED and value is not None else value
        for name, value in values.items()
    }


def _json(value: Any) -> Any:
    return changing.plain(value)
