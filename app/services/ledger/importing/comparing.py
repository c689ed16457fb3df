"""What rows would change of objects that are there, told before anybody takes them in.

A new name or another grid may mean that the row is about something else: nobody gets one unless
whoever sends the sheet has looked at exactly that.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import any_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.models.ledger_import import LedgerImport, LedgerImportRow
from app.models.supervised_object import SupervisedObject
from app.services import access
from app.services.access import Actor
from app.services.ledger import changing, small
from app.services.ledger.importing import checking
from app.services.ledger.importing.beside import Beside, around
from app.services.ledger.importing.own_columns import OWN
from app.services.ledger.importing.rewriting import told
from app.services.ledger.importing.values import as_it_is, sent_to
from app.services.ledger.refusing import invalid

MARKED: Mapping[str, str] = {"name": checking.NAME, "grid_id": checking.GRID}
_LEFT_BEHIND = ("bundle_id", "cadre_id")  # by who moves, unless the row names others
Differences = dict[str, list[Any]]  # field → [old, new], as JSON has them


async def check_rows(
    session: AsyncSession, actor: Actor, batch: LedgerImport, some: Sequence[LedgerImportRow]
) -> None:
    """The check, and what taking the good rows in would do; a statement or two for all of them."""
    await checking.check_rows(session, actor, batch, some)
    ids = {row.object_id for row in some if row.values is not None and row.object_id}
    known, own = await _objects(session, ids), await around(session, ids)
    for row in some:
        there = known.get(row.object_id)
        if there is not None and row.values is not None:
            _compare(row, there, own.get(there.id, Beside()))
    _count(batch, [row for row in some if row.values is not None])


def require_seen(batch: LedgerImport, is_seen: bool) -> Mapping[str, int]:
    """Invalid while nobody has said that the new names and grids are meant; how many they are."""
    if (batch.renaming or batch.moving) and not is_seen:
        many = f"{batch.renaming} 家改名、{batch.moving} 家换网格"
        zh = f"其中 {many}：先看列出来的，都对再勾「我看过了」"
        raise invalid("is_seen", zh, "Look at the new names and grids first, then say so")
    return {"renaming": batch.renaming, "moving": batch.moving}


def marks(values: Mapping[str, Any], there: SupervisedObject) -> Differences:
    """Of the differences those that have to be looked at."""
    now = as_it_is(there, MARKED, Beside())
    return {name: [now[name], values[name]] for name in MARKED if now[name] != values[name]}


def require_as_seen(row: LedgerImportRow, there: SupervisedObject) -> bool:
    """Is it marked? Invalid for a name or a grid that stood in no list when it was looked at."""
    found, seen = marks(row.values or {}, there), row.differs or {}
    for name, both in found.items():
        if seen.get(name) != both:
            zh = "检查以后台账有变动，现在会给它改名或者换网格；请重新传这一行，看过再导入"
            raise invalid(name, zh, "The ledger has changed since the check; send this row again")
    return bool(found)


async def _objects(
    session: AsyncSession, ids: Collection[UUID]
) -> Mapping[UUID | None, SupervisedObject]:
    if not ids:
        return {}
    query = select(SupervisedObject).where(SupervisedObject.id == any_(access.given("ids")))
    return {one.id: one for one in await session.scalars(query, {"ids": list(ids)})}


def _compare(row: LedgerImportRow, there: SupervisedObject, own: Beside) -> None:
    try:
        row.differs = _differences(row.values or {}, there, own) or None
    except Invalid as refused:
        row.values, row.errors = None, told(refused)


def _differences(values: Mapping[str, Any], there: SupervisedObject, beside: Beside) -> Differences:
    """What is personal of the old stands here as in the history: masked."""
    sent = sent_to(there, values, beside)
    if sent["grid_id"] != there.grid_id:
        sent = {**dict.fromkeys(_LEFT_BEHIND), **sent}
    small.settle({"kind": there.kind, "small_kind": there.small_kind}, sent)
    now, then = as_it_is(there, set(sent), beside), changing.plain(sent)
    found = {
        name: [changing.kept(name, now[name]), then[name]]
        for name in sent
        if name != "extra" and now[name] != then[name]
    }
    own = {key: [now["extra"].get(key), new] for key, new in then.get("extra", {}).items()}
    found |= {f"{OWN}{key}": both for key, both in own.items() if both[0] != both[1]}
    return found if there.confirmed_at else {**found, "confirmed_at": [False, True]}


def _count(batch: LedgerImport, good: Sequence[LedgerImportRow]) -> None:
    differs = [row.differs for row in good if row.differs]
    adding = sum(row.object_id is None for row in good)
    batch.warned += sum(bool(row.warnings) for row in good)
    batch.adding += adding
    batch.updating += len(differs)
    batch.same += len(good) - adding - len(differs)
    batch.renaming += sum("name" in one for one in differs)
    batch.moving += sum("grid_id" in one for one in differs)
