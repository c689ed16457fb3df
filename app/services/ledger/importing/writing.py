"""Checked rows become objects."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import any_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Invalid
from app.models.base import new_id
from app.models.grid import Grid, GridKind
from app.models.ledger import Licence, ObjectDepartment
from app.models.ledger_import import LedgerImport, LedgerImportRow
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access, rows
from app.services.access import Actor
from app.services.ledger import changing, editing, life, telling
from app.services.ledger.commands import LicenceGiven
from app.services.ledger.importing import checking, comparing, naming
from app.services.ledger.importing.beside import BASES, NAMES, Beside, around
from app.services.ledger.importing.rewriting import rewrite, told
from app.services.ledger.importing.values import POSITION, as_it_is, sent_to

GONE = {checking.NAME: "已经不归您管"}
SEEN = "改名、换网格导入前看过"
_FOLLOWING = ("bundle_id", "cadre_id", "small_kind")  # change with the grid, with the kind


async def take_in(
    session: AsyncSession, actor: Actor, batch: LedgerImport, some: Sequence[LedgerImportRow]
) -> None:
    """New objects are confirmed by whoever sends them; cells left empty change nothing.

    Days may lie between the check and this: what the sender may no longer write, or what nobody
    may, becomes a wrong row.
    """
    for part in naming.parted([row for row in some if row.values is not None]):
        await _take_part(session, actor, batch, part)


async def _take_part(
    session: AsyncSession, actor: Actor, batch: LedgerImport, good: Sequence[LedgerImportRow]
) -> None:
    await checking.check_rows(session, actor, batch, good)
    ids = {row.object_id for row in good if row.object_id}
    known = await editing.editable_among(session, actor, ids)
    beside = await around(session, ids)
    reason = f"导入 {batch.name}"
    grids = {there.grid_id for there in known.values()}
    async with changing.gathered(session):
        for row, there in bundles_first(good, known):
            if row.values is not None and row.object_id:
                row.errors = await _update(
                    session, actor, row, there, beside.get(row.object_id, Beside()), reason
                )
                batch.changed += row.after is not None
        await rows.rewrite(session, [*known.values(), *good])
    fresh = [row for row in good if row.values is not None and not row.object_id]
    there_too = await _add(session, actor, fresh, reason)
    batch.added += len(fresh)
    await rows.rewrite(session, fresh)
    grids |= there_too | {there.grid_id for there in known.values()}
    await telling.tell(session, grids)


def bundles_first(
    rows: Sequence[LedgerImportRow], known: Mapping[UUID, SupervisedObject]
) -> list[tuple[LedgerImportRow, SupervisedObject | None]]:
    """Each with its object, if it is known: members go along with their bundle."""
    both = [(row, known.get(row.object_id) if row.object_id else None) for row in rows]
    return sorted(both, key=lambda one: one[1] is None or one[1].kind is not ObjectKind.BUNDLE)


async def _update(
    session: AsyncSession,
    actor: Actor,
    row: LedgerImportRow,
    there: SupervisedObject | None,
    own: Beside,
    reason: str,
) -> dict[str, str]:
    """What is wrong with it, by column; the row keeps what it has changed."""
    if there is None:
        return dict(GONE)
    sent = sent_to(there, row.values or {}, own)
    before = as_it_is(there, {*sent, *_FOLLOWING}, own)
    try:
        if comparing.require_as_seen(row, there):
            reason = f"{reason}（{SEEN}）"
        await rewrite(session, actor, there, sent, reason)
    except Invalid as refused:
        return told(refused)
    if there.confirmed_at is None:  # an office that writes about a place knows that it is there
        await life.vouch(session, actor, there)
    given = {name: sent[name] for name in NAMES & set(sent)}
    after = as_it_is(there, set(before), Beside(**given))
    if names := _changed(before, after):
        row.before, row.after = ({name: some[name] for name in names} for some in (before, after))
    return {}


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    names = {name for name in after if before[name] != after[name]}
    return names | (POSITION if names & POSITION else set())


async def _add(
    session: AsyncSession, actor: Actor, some: Sequence[LedgerImportRow], reason: str
) -> set[UUID]:
    """The objects first: their history and the rows that have made them point to them.

    Values stand in a row as JSON has them and go on like that. Answers on which grids they are.
    """
    fresh = [_new(actor, row.values or {}) for row in some]
    await rows.add(session, SupervisedObject, fresh)
    pairs = [(one["id"], row.values or {}) for row, one in zip(some, fresh, strict=True)]
    await rows.add(session, Licence, [paper for pair in pairs for paper in _licences(*pair)])
    links = [link for pair in pairs for link in _departments(*pair)]
    await rows.add(session, ObjectDepartment, links)
    whats = {one["id"]: {"kind": one["kind"], "name": one["name"]} for one in fresh}
    await changing.note_all(session, actor, whats, "created", reason)
    grids = {UUID(one["grid_id"]) for one in fresh}
    lines = {str(id_) for id_ in await _lines(session, grids)}
    await _settle_in(session, actor, [one["id"] for one in fresh if one["grid_id"] in lines])
    for row, one in zip(some, fresh, strict=True):
        row.object_id, row.before, row.after = one["id"], None, row.values
    return grids


async def _lines(session: AsyncSession, grid_ids: Collection[UUID]) -> set[UUID]:
    """Those on which enterprises may be grids: asked once, not for each of thousands of rows."""
    query = select(Grid.id).where(Grid.id.in_(grid_ids), Grid.kind == GridKind.EXCLUSIVE)
    return set(await session.scalars(query))


async def _settle_in(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> None:
    if not ids:
        return
    query = select(SupervisedObject).where(SupervisedObject.id == any_(access.given("ids")))
    found = {one.id: one for one in await session.scalars(query, {"ids": list(ids)})}
    for id_ in ids:
        await editing.settle_in(session, actor, found[id_])


def _licences(object_id: UUID, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"object_id": object_id, **LicenceGiven.model_validate(paper).model_dump()}
        for paper in values.get("licences", ())
    ]


def _departments(object_id: UUID, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"object_id": object_id, "organization_id": id_, "basis": basis}
        for name, basis in BASES.items()
        for id_ in values.get(name, ())
    ]


def _new(actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
    """Who says which of the three small it is has said what it is."""
    now = clock.now()
    own = {name: value for name, value in values.items() if name not in NAMES}
    kind = ObjectKind.THREE_SMALL_PLACE if own.get("small_kind") else ObjectKind.ENTERPRISE
    return {
        "id": new_id(),
        "created_at": now,
        "confirmed_at": now,
        "confirmed_by_id": actor.person_id,
        "kind": kind.value,
        "address": "",
        "sector": "",
        **own,
    }
