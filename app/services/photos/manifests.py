"""What reports and steps promise, against what has arrived. Either side may come first."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.driver import Question
from app.errors import Invalid
from app.models.hazard import Hazard
from app.models.photo import KEEPS_PROMISE, ManifestEntry, Photo
from app.prepared import Prepared, together
from app.services.access import Actor
from app.services.commands import PhotoPromise

_HALF = 64
_HALVES = bindparam("halves", type_=ARRAY(BigInteger))
_LOCK = Prepared(select(func.pg_advisory_xact_lock(func.unnest(_HALVES))))


async def attach_manifest(
    session: AsyncSession,
    hazard: Hazard,
    event_id: UUID,
    promises: Sequence[PhotoPromise],
    actor: Actor,
) -> None:
    """Note the photos that come with a report or a step; a repeat changes nothing.

    The caller holds the row of the hazard, or has just made it. Invalid if a photo is named
    twice, belongs to another case or to another step of this one, or was sent by somebody else.
    """
    if not promises:
        return
    ids = require_distinct(promises)
    promised = await _promised(session, hazard, event_id, ids)
    new = [promise for promise in promises if promise.photo_id not in promised]
    await together(session, *locking([promise.photo_id for promise in new]))
    await _promised(session, hazard, event_id, ids)
    await _require_own(session, actor, [promise.photo_id for promise in new])
    session.add_all(
        ManifestEntry(hazard_id=hazard.id, event_id=event_id, **promise.model_dump())
        for promise in new
    )
    await recount(session, hazard.id)


def require_distinct(promises: Sequence[PhotoPromise]) -> list[UUID]:
    """The ids; Invalid if one is named twice."""
    ids = [promise.photo_id for promise in promises]
    if len(set(ids)) < len(ids):
        raise _refusal("同一张照片写了两次", "the same photo is named twice")
    return ids


def locking(photo_ids: Collection[UUID]) -> list[Question]:
    """Until the transaction ends, nobody else stores or promises these photos.

    So that of a photo and its manifest, arriving in the same moment, the second sees the first. May
    be asked together with what it guards, before it: each question sees what was committed by then.
    """
    halves = sorted((id_.int & (1 << _HALF) - 1) - (1 << _HALF - 1) for id_ in photo_ids)
    return [_LOCK.asked({"halves": halves})] if halves else []  # PostgreSQL's signed 64 bits


async def check_manifest(
    session: AsyncSession, actor: Actor, hazard: Hazard, ids: Sequence[UUID]
) -> None:
    """After the promises of a new case are written: refuse what is not its reporter's to promise.

    And count the photos that were here before it.
    """
    await _promised(session, hazard, hazard.id, ids)
    await _require_own(session, actor, ids)
    await recount(session, hazard.id)


async def recount(session: AsyncSession, hazard_id: UUID) -> None:
    """Bring `photos_expected` and `photos_received` up to date, one at a time per case.

    A photo whose hash is not the promised one does not count.
    """
    await session.flush()
    hazard = await session.get_one(
        Hazard, hazard_id, with_for_update={"key_share": True}, populate_existing=True
    )
    counts = await session.execute(
        select(func.count(), func.count(Photo.id))
        .select_from(ManifestEntry)
        .outerjoin(Photo, KEEPS_PROMISE)
        .where(ManifestEntry.hazard_id == hazard_id)
    )
    hazard.photos_expected, hazard.photos_received = counts.one()
    await session.flush()


async def _promised(
    session: AsyncSession, hazard: Hazard, event_id: UUID, ids: Sequence[UUID]
) -> set[UUID]:
    """Which of the photos this very event has promised before."""
    entries = await session.scalars(select(ManifestEntry).where(ManifestEntry.photo_id.in_(ids)))
    found = set()
    for entry in entries:
        if entry.hazard_id != hazard.id:
            raise _refusal("照片属于另一个案件", "a photo belongs to another case", entry.photo_id)
        if entry.event_id != event_id:
            raise _refusal(
                "照片已经用在前面的步骤里", "a photo was used in an earlier step", entry.photo_id
            )
        found.add(entry.photo_id)
    return found


async def _require_own(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> None:
    """Whoever sent a photo promises it; nobody takes it over by its id."""
    foreign = await session.scalar(
        select(Photo.id).where(Photo.id.in_(ids), Photo.uploaded_by_id != actor.person_id).limit(1)
    )
    if foreign is not None:
        raise _refusal("照片是别人传的", "a photo was sent by somebody else", foreign)


def _refusal(zh: str, en: str, photo_id: UUID | None = None) -> Invalid:
    details = {"photo_id": str(photo_id)} if photo_id else {}
    return Invalid(
        fields=["photos"],
        reason_zh=f"{zh}，请重新选照片",
        reason_en=f"In the list of photos {en}; choose the photos again",
        **details,
    )
