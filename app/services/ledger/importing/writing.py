"""Checked rows become objects."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Invalid
from app.models.base import new_id
from app.models.grid import Grid, GridKind
from app.models.ledger import Licence, ObjectDepartment
from app.models.ledger_import import LedgerImport, LedgerImportRow
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services.access import Actor
from app.services.ledger import changing, editing, life, telling
from app.services.ledger.commands import LicenceGiven
from app.services.ledger.importing import checking, comparing, naming
from app.services.ledger.importing.beside import BASES, NAMES, Beside, around
from app.services.ledger.importing.papers import Paper
from app.services.ledger.importing.rewriting import rewrite, told
from app.services.ledger.importing.values import POSITION, as_it_is, sent_to, typed

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
    for row, there in bundles_first(good, known):
        if row.values is not None and row.object_id:
            row.errors = await _update(
                session, actor, row, there, beside.get(row.object_id, Beside()), reason
            )
            batch.changed += row.after is not None
    fresh = [row for row in good if row.values is not None and not row.object_id]
    added = await _add(session, actor, fresh, reason)
    batch.added += len(added)
    await telling.tell(session, grids | {there.grid_id for there in [*known.values(), *added]})


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
    session: AsyncSession, actor: Actor, rows: Sequence[LedgerImportRow], reason: str
) -> list[SupervisedObject]:
    """The objects first: their history and the rows that have made them point to them."""
    fresh = [_new(actor, typed(row.values or {})) for row in rows]
    session.add_all(fresh)
    await session.flush()
    for row, there in zip(rows, fresh, strict=True):
        session.add_all(
            _licence(there.id, paper) for paper in (row.values or {}).get("licences", ())
        )
        session.add_all(_departments(there.id, row.values or {}))
        row.object_id, row.before, row.after = there.id, None, row.values
    whats = {there.id: {"kind": there.kind, "name": there.name} for there in fresh}
    await changing.note_all(session, actor, whats, "created", reason)
    await session.flush()
    lines = await _lines(session, {there.grid_id for there in fresh})
    for there in fresh:
        if there.grid_id in lines:
            await editing.settle_in(session, actor, there)
    return fresh


async def _lines(session: AsyncSession, grid_ids: Collection[UUID]) -> set[UUID]:
    """Those on which enterprises may be grids: asked once, not for each of thousands of rows."""
    query = select(Grid.id).where(Grid.id.in_(grid_ids), Grid.kind == GridKind.EXCLUSIVE)
    return set(await session.scalars(query))


def _licence(object_id: UUID, paper: Paper) -> Licence:
    return Licence(object_id=object_id, **LicenceGiven.model_validate(paper).model_dump())


def _departments(object_id: UUID, values: Mapping[str, Any]) -> Iterator[ObjectDepartment]:
    for name, basis in BASES.items():
        for id_ in values.get(name, ()):
            yield ObjectDepartment(object_id=object_id, organization_id=UUID(id_), basis=basis)


def _new(actor: Actor, values: Mapping[str, Any]) -> SupervisedObject:
    """Who says which of the three small it is has said what it is."""
    now = clock.now()
    own = {name: value for name, value in values.items() if name not in NAMES}
    kind = ObjectKind.THREE_SMALL_PLACE if own.get("small_kind") else ObjectKind.ENTERPRISE
    return SupervisedObject(
        id=new_id(),
        created_at=now,
        confirmed_at=now,
        confirmed_by_id=actor.person_id,
        **{"kind": kind, "address": "", "sector": "", **own},
    )
