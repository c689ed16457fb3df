"""Which of a phone's records are safe here. Only `complete` lets it delete photo bytes."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import StorageUnavailable
from app.models.accident import AccidentReport
from app.models.appeal import AppealStep
from app.models.collection import Collection
from app.models.errand import Errand
from app.models.event import Event
from app.models.instruction import InstructionFeedback
from app.models.patrol import Postponement
from app.models.person import SignIn
from app.models.photo import KEEPS_PROMISE, ManifestEntry, Photo
from app.models.visit import Visit
from app.services.access import Actor
from app.services.sync import disowning, keeping
from app.services.sync.commands import HeldItem, HeldKind, Holdings
from app.services.sync.keeping import Safe
from app.services.transactions import writer_of
from app.storage import ObjectStore

log = logging.getLogger(__name__)
_AT_ONCE = 16
# Where each kind is kept, and which column has the id under which the phone sent it.
_LOOKS: dict[HeldKind, tuple[Any, Any]] = {
    HeldKind.VISIT: (Visit, Visit.id),
    HeldKind.DELAY: (Postponement, Postponement.reason_id),
    HeldKind.COLLECTION: (Collection, Collection.id),
    HeldKind.ACCIDENT: (AccidentReport, AccidentReport.id),
    HeldKind.ACCIDENT_REPORT: (AccidentReport, AccidentReport.id),
    HeldKind.FEEDBACK: (InstructionFeedback, InstructionFeedback.id),
    HeldKind.ERRAND: (Errand, Errand.id),
    HeldKind.APPEAL: (AppealStep, AppealStep.id),
}


@dataclass(frozen=True)
class HeldAnswer:
    kind: HeldKind
    id: UUID
    status: str


@dataclass(frozen=True)
class Reconciliation:
    items: Sequence[HeldAnswer]
    server_time: str


async def reconcile(
    session: AsyncSession,
    storage: ObjectStore,
    settings: Settings,
    actor: Actor,
    holdings: Holdings,
) -> Reconciliation:
    """unknown: send it; received: keep it; complete: bytes may go; differs: ask a person.

    A photo is complete when the store itself reports it with its size; a report or step when
    all photos that it promised are here; either when a backup has it, where the county wants that.
    What belongs to others is unknown.
    """
    await _note_unsent(session, actor, holdings)
    await disowning.note_discarded(session, actor, holdings.discarded)
    events = await _events(session, actor, _ids(holdings, HeldKind.HAZARD, HeldKind.ACTION))
    photos = await _photos(session, actor, _ids(holdings, HeldKind.PHOTO))
    looks = await _looks(session, actor, holdings)
    safe = await keeping.safe(session, storage, settings)
    stored = await _stored(storage, (photo.row for photo in photos.values()))
    statuses = (
        _photo_status(item, photos.get(item.id), stored, safe)
        if item.kind is HeldKind.PHOTO
        else _look_status(item, looks.get((item.kind, item.id)), safe)
        if item.kind in _LOOKS
        else _event_status(item, events.get(item.id), safe)
        for item in holdings.items
    )
    answers = [
        HeldAnswer(item.kind, item.id, status)
        for item, status in zip(holdings.items, statuses, strict=True)
    ]
    return Reconciliation(answers, clock.now().isoformat())


async def _note_unsent(session: AsyncSession, actor: Actor, holdings: Holdings) -> None:
    """So that a desk sees 「张三手机上还有 3 条未传」."""
    await session.execute(
        update(SignIn)
        .where(SignIn.id == actor.sign_in_id)
        .values(
            unsent_count=holdings.unsent_count,
            oldest_unsent_at=holdings.oldest_unsent_at,
            app_version=holdings.app_version,
        )
        .execution_options(synchronize_session=False)
    )


def _ids(holdings: Holdings, *kinds: HeldKind) -> list[UUID]:
    return [item.id for item in holdings.items if item.kind in kinds]


async def _events(
    session: AsyncSession, actor: Actor, ids: list[UUID]
) -> dict[UUID, Row[UUID, UUID, str, datetime, int, bool]]:
    if not ids:
        return {}
    missing = exists(
        select(ManifestEntry.photo_id)
        .outerjoin(Photo, KEEPS_PROMISE)
        .where(ManifestEntry.event_id == Event.id, Photo.id.is_(None))
    )
    rows = await session.execute(
        select(
            Event.id,
            Event.hazard_id,
            Event.body_sha256,
            Event.at,
            writer_of(Event).label("writer"),
            missing.label("is_waiting"),
        ).where(Event.id.in_(ids), Event.actor_id == actor.person_id)
    )
    return {row.id: row for row in rows}


class _HeldPhoto(NamedTuple):
    row: Photo
    writer: int


async def _photos(session: AsyncSession, actor: Actor, ids: list[UUID]) -> dict[UUID, _HeldPhoto]:
    if not ids:
        return {}
    rows = await session.execute(
        select(Photo, writer_of(Photo)).where(
            Photo.id.in_(ids), Photo.uploaded_by_id == actor.person_id
        )
    )
    return {photo.id: _HeldPhoto(photo, writer) for photo, writer in rows}


class _HeldLook(NamedTuple):
    sha256: str | None
    came: datetime
    writer: int


async def _looks(
    session: AsyncSession, actor: Actor, holdings: Holdings
) -> dict[tuple[HeldKind, UUID], _HeldLook]:
    """What is no step of a case and no photo."""
    found: dict[tuple[HeldKind, UUID], _HeldLook] = {}
    for kind, (table, id_) in _LOOKS.items():
        ids = _ids(holdings, kind)
        if ids:
            came = AppealStep.at if table is AppealStep else table.received_at
            query = select(id_, table.sha256, came, writer_of(table))
            mine = query.where(id_.in_(ids), table.person_id == actor.person_id)
            rows = await session.execute(mine)
            found |= {(kind, own_id): _HeldLook(*row) for own_id, *row in rows}
    return found


def _look_status(item: HeldItem, known: _HeldLook | None, safe: Safe) -> str:
    if known is None:
        return "unknown"
    if known.sha256 != item.sha256:
        return "differs"
    return "complete" if safe.holds(known.came, known.writer) else "received"


def _event_status(
    item: HeldItem, event: Row[UUID, UUID, str, datetime, int, bool] | None, safe: Safe
) -> str:
    if event is None or (item.kind is HeldKind.HAZARD) != (event.id == event.hazard_id):
        return "unknown"
    if event.body_sha256 != item.sha256:
        return "differs"
    is_safe = not event.is_waiting and safe.holds(event.at, event.writer)
    return "complete" if is_safe else "received"


def _photo_status(
    item: HeldItem, photo: _HeldPhoto | None, stored: dict[UUID, bool | None], safe: Safe
) -> str:
    """A row whose object is lost makes the photo unknown again: the phone sends it once more."""
    if photo is None:
        return "unknown"
    if photo.row.sha256 != item.sha256:
        return "differs"
    if stored[item.id] and safe.holds(photo.row.received_at, photo.writer, photo.row.key):
        return "complete"
    return "unknown" if stored[item.id] is False else "received"


async def _stored(storage: ObjectStore, photos: Iterable[Photo]) -> dict[UUID, bool | None]:
    """Does the store hold each of these photos? None = it does not answer now."""
    rows = list(photos)
    found: dict[UUID, bool | None] = dict.fromkeys((photo.id for photo in rows), None)
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        try:
            sizes = await asyncio.gather(*(storage.size(photo.key) for photo in some))
        except StorageUnavailable:
            break
        found |= {photo.id: size == photo.size for photo, size in zip(some, sizes, strict=True)}
    for lost in (photo for photo in rows if found[photo.id] is False):
        log.error("photo %s is not in the store as it was", lost.id)
    return found
