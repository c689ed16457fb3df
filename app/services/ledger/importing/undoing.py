"""What a batch has written is taken back, as far as the rules and its sender's reach allow."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.models.ledger_import import LedgerImport, LedgerImportRow
from app.models.supervised_object import SupervisedObject
from app.services import access, rows
from app.services.access import Actor
from app.services.ledger import changing, editing, life, proposing, telling
from app.services.ledger.importing.beside import Beside, around
from app.services.ledger.importing.rewriting import rewrite, told
from app.services.ledger.importing.values import POSITION, as_it_is, typed
from app.services.ledger.importing.writing import GONE, bundles_first


async def take_back(
    session: AsyncSession, actor: Actor, batch: LedgerImport, some: Sequence[LedgerImportRow]
) -> None:
    """What was added is closed; a field is given back unless somebody has changed it since.

    A row that cannot be undone stays whole as it is; it tells why.
    """
    written = [row for row in some if row.after is not None]
    ids = {row.object_id for row in written if row.object_id}
    known = await editing.editable_among(session, actor, ids)
    beside = await around(session, ids)
    busy = await life.with_open_cases(session, ids)
    grids = {there.grid_id for there in known.values()}
    open_ones = {id_ for id_, there in known.items() if there.closed_on is None}
    reason = f"撤回导入 {batch.name}"
    async with changing.gathered(session):
        for row, there in bundles_first(written, known):
            own = beside.get(row.object_id, Beside())
            if there is None:
                row.errors = dict(GONE)
                continue
            try:
                await rewrite(session, actor, there, _as_it_was(row, there, own), reason, busy)
                row.errors = {}
            except Invalid as refused:
                row.errors = told(refused)
        await rows.rewrite(session, [*known.values(), *written])
    closed = {id_ for id_ in open_ones if known[id_].closed_on is not None}
    await proposing.end_all(session, closed, reason)
    await session.flush()
    await telling.tell(session, grids | {there.grid_id for there in known.values()})


def _as_it_was(row: LedgerImportRow, there: SupervisedObject, beside: Beside) -> dict[str, Any]:
    """Of the fields that nobody has touched since."""
    if row.before is None:
        return {} if there.closed_on else {"closed_on": access.today()}
    before, after = row.before, row.after or {}
    if "extra" in after:
        own = _own_as_it_was(before["extra"], after["extra"], there.extra)
        before, after = {**before, "extra": own}, {**after, "extra": there.extra}
    now = as_it_is(there, set(after), beside)
    touched = {name for name in after if now[name] != after[name]}
    if touched & POSITION:
        touched |= POSITION
    if "grid_id" in touched:
        touched |= {"bundle_id", "cadre_id"}
    return typed({name: old for name, old in before.items() if name not in touched})


def _own_as_it_was(
    before: Mapping[str, Any], after: Mapping[str, Any], now: Mapping[str, Any]
) -> dict[str, Any]:
    """Of the county's own columns those that nobody has filled in since."""
    filled = {key for key in after if before.get(key) != after[key] and now.get(key) == after[key]}
    kept = {key: value for key, value in now.items() if key not in filled}
    return {**kept, **{key: before[key] for key in filled if key in before}}
