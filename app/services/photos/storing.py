"""A photo becomes a row: once, whoever sends it how often."""

from collections.abc import AsyncIterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, exists, func, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, db
from app.config import Settings
from app.errors import DailyLimit
from app.models.event import Change
from app.models.hazard import Hazard
from app.models.photo import ManifestEntry, Photo
from app.prepared import Prepared, together
from app.services import rows, sync
from app.services.access import Actor
from app.services.arrivals import stranger
from app.services.photos import intake, manifests
from app.services.photos.intake import Intake
from app.storage import ObjectStore


async def store(
    session: AsyncSession,
    storage: ObjectStore,
    settings: Settings,
    actor: Actor,
    photo_id: UUID,
    stream: AsyncIterable[bytes],
    content_digest: str,
) -> Photo:
    """Object first, then its confirmation, then the row. Safe to repeat for ever (sync)."""
    await _require_room(session, settings, actor, photo_id)
    await db.give_back(session)  # the line; what was asked is committed already
    arrived = await intake.receive(storage, settings, photo_id, stream, content_digest)
    return await keep(session, actor, arrived, is_last=True)


async def _require_room(
    session: AsyncSession, settings: Settings, actor: Actor, photo_id: UUID
) -> None:
    """Before a byte is read; what is here already is answered again however many there are."""
    midnight = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = {"person": actor.person_id, "midnight": midnight, "photo": photo_id}
    count, is_repeat = (await _SENT_TODAY.rows(session, asked, is_last=True))[0]
    if count >= settings.photos_per_person_day and not is_repeat:
        raise DailyLimit(most=settings.photos_per_person_day)


def _sent_today() -> Select[int, bool]:
    today = select(func.count()).where(
        Photo.uploaded_by_id == bindparam("person"), Photo.received_at >= bindparam("midnight")
    )
    known = select(Photo.id).where(Photo.id == bindparam("photo")).exists()
    return select(today.scalar_subquery(), known)


_SENT_TODAY = Prepared(_sent_today())


def _statement() -> Select[*tuple[Any, ...]]:
    """Nothing is written, and no row comes, for a photo that is known or not the promised one.

    Its id comes once more by itself, as that of a case does (hazards.accepting).
    """
    new, photo_id = rows.given(Photo), bindparam("photo_id", type_=Uuid)
    promise = (
        select(ManifestEntry.hazard_id, ManifestEntry.sha256)
        .where(ManifestEntry.photo_id == photo_id)
        .cte("promise")
    )
    is_known = exists(select(Photo.id).where(Photo.id == photo_id))
    is_other = exists(select(promise.c.sha256).where(promise.c.sha256 != new.c.sha256))
    hazard_id = select(promise.c.hazard_id).scalar_subquery()
    hazard_ids = select(hazard_id).select_from(new).where(~is_known, ~is_other)
    change = sync.noted("hazard", hazard_ids=hazard_ids)
    noted = change.returning(Change.seq).cte("change")
    columns = {column.name: column for column in new.c} | {"seq": noted.c.seq}
    kept = insert(Photo).from_select(list(columns), select(*columns.values()).join(noted, true()))
    counted = (
        update(Hazard)
        .where(Hazard.id == hazard_id, exists(select(noted.c.seq)))
        .values(photos_received=Hazard.photos_received + 1)
    )
    told = func.pg_notify(sync.CHANNEL, "")
    return select(noted.c.seq, told, rows.QUEUED).add_cte(kept.cte("kept"), counted.cte("counted"))


_KEEP = Prepared(_statement())


async def keep(
    session: AsyncSession, actor: Actor, arrived: Intake, *, is_last: bool = False
) -> Photo:
    """The row of a photo whose bytes are safe; for a repeat the first row.

    `is_last`: nothing else is written, and this writes all or nothing: it is committed with it.
    """
    photo = _row(actor, arrived)
    jobs = rows.orders(("make_derivatives", {"photo_id": str(photo.id)}))
    given = {**rows.arguments({Photo: [photo]}), "photo_id": photo.id, "jobs": jobs}
    questions = (*manifests.locking([photo.id]), _KEEP.asked(given))
    *_, kept = await together(session, *questions, is_last=is_last)
    if not kept:
        return await _known(session, actor, arrived)
    photo.seq = kept[0].seq
    rows.adopt(session, photo)
    return photo


async def _known(session: AsyncSession, actor: Actor, arrived: Intake) -> Photo:
    known = await session.get(Photo, arrived.id)
    promise = await session.get(ManifestEntry, arrived.id)
    if known is None or any(one and one.sha256 != arrived.sha256 for one in (known, promise)):
        described = _described(arrived)
        raise await stranger(session, actor, "photo", arrived.id, arrived.sha256, described)
    return known


def _row(actor: Actor, arrived: Intake) -> Photo:
    """`seq` is that of the change which announces it, known once that is written."""
    header = arrived.header
    return Photo(
        id=arrived.id,
        sha256=arrived.sha256,
        size=arrived.size,
        content_type=header.content_type,
        width=header.width,
        height=header.height,
        key=arrived.key,
        received_at=clock.now(),
        uploaded_by_id=actor.person_id,
        exif_taken_at=header.hints.taken_at,
        exif_lat=header.hints.lat,
        exif_lon=header.hints.lon,
    )


def _described(arrived: Intake) -> dict[str, Any]:
    """The bytes themselves lie in the store, under a key of their own."""
    header = arrived.header
    return {
        "key": arrived.key,
        "size": arrived.size,
        "content_type": header.content_type,
        "width": header.width,
        "height": header.height,
    }
