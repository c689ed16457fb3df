"""Taking in an errand once and for ever under the phone's id (S1-30, S1-31, S2-27)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Incomplete, Invalid, NotFound
from app.models.errand import DeliveryOutcome, Errand, ErrandKind, ErrandPhoto
from app.models.supervised_object import SupervisedObject
from app.services import access, patrols, photos
from app.services.access import Actor
from app.services.arrivals import digest_of, require_contract, skew_seconds, stranger
from app.services.errands.commands import RecordErrand
from app.services.permissions import Permission

_NOT_RECEIVED = frozenset({DeliveryOutcome.REFUSED, DeliveryOutcome.ABSENT})
_PHOTO = ("photo_id", "sha256", "size", "role", "source", "taken_at")


async def record(
    session: AsyncSession,
    actor: Actor,
    errand_id: UUID,
    command: RecordErrand,
    body: bytes,
    device_time: datetime | None = None,
) -> Errand:
    """The same id with the same bytes: the first receipt, whoever has lost the right meanwhile."""
    require_contract(command.contract)
    digest = digest_of(body)
    known = await _known(session, actor, errand_id, digest, command)
    if known is not None:
        return known
    access.require(actor, Permission.MAKE_VISITS)
    _require_whole(command)
    row = _row(actor, errand_id, command, digest, device_time)
    row.grid_id = await _ground(session, actor, command)
    if not await _insert(session, row, command):
        known = await _known(session, actor, errand_id, digest, command)
        assert known is not None, "it has just been in the way"
        return known
    return row


async def _known(
    session: AsyncSession, actor: Actor, errand_id: UUID, digest: str, command: RecordErrand
) -> Errand | None:
    """Whose id it is gets the first receipt; to others other content is all it can be."""
    row = await session.get(Errand, errand_id)
    if row is None:
        return None
    if row.sha256 != digest or row.person_id != actor.person_id:
        raise await stranger(session, actor, "errand", errand_id, digest, command)
    return row


def _require_whole(command: RecordErrand) -> None:
    """What was done with a document is said of a document alone, and a reason of what came back."""
    if (command.kind is ErrandKind.DELIVERY) != (command.outcome is not None):
        if command.outcome is not None:
            raise Invalid(
                fields=["outcome"],
                reason_zh="只有送达文书才有签收结果。",
                reason_en="Only a delivery has an outcome.",
            )
        raise _missing("outcome", "签收了没有", "whether it was received")
    if command.outcome is DeliveryOutcome.SIGNED and not command.receiver:
        raise _missing("receiver", "谁签收的", "who received it")
    if command.outcome in _NOT_RECEIVED and not command.note:
        raise _missing("note", "没有签收的原因", "why it was not received")
    if command.object_id is None and not command.place:
        raise _missing("place", "在哪里", "where it was")


def _missing(field: str, zh: str, en: str) -> Incomplete:
    return Incomplete(fields=[field], missing=[field], missing_zh=zh, missing_en=en)


def _row(
    actor: Actor,
    errand_id: UUID,
    command: RecordErrand,
    digest: str,
    device_time: datetime | None,
) -> Errand:
    is_object = command.object_id is not None
    return Errand(
        id=errand_id,
        sha256=digest,
        person_id=actor.person_id,
        place="" if is_object else command.place,
        receiver=command.receiver or None,
        received_at=clock.now(),
        skew_seconds=skew_seconds(device_time),
        **command.model_dump(
            include={"kind", "object_id", "topic", "outcome", "reached", "note", "occurred_at"}
        ),
    )


async def _ground(session: AsyncSession, actor: Actor, command: RecordErrand) -> UUID:
    """The grid, if the actor has that ground or had it on that day; else NotFound."""
    day = clock.local(command.occurred_at).date()
    grid_id = command.grid_id
    if command.object_id:
        place = await session.get(SupervisedObject, command.object_id)
        grid_id = place.grid_id if place else None
    if grid_id is None or not await patrols.was_there(session, actor, grid_id, day):
        raise NotFound(fields=["object_id" if command.object_id else "grid_id"])
    return grid_id


async def _insert(session: AsyncSession, row: Errand, command: RecordErrand) -> bool:
    """False: the same record has just been written by another request."""
    photos.require_distinct(command.photos)
    columns = [column.key for column in Errand.__table__.columns if column.key != "seq"]
    values = {name: getattr(row, name) for name in columns}
    statement = insert(Errand).values(values).on_conflict_do_nothing(index_elements=[Errand.id])
    seq = await session.scalar(statement.returning(Errand.seq))
    if seq is None:
        return False
    row.seq = seq
    session.add_all(
        ErrandPhoto(errand_id=row.id, **one.model_dump(include=set(_PHOTO)))
        for one in command.photos
    )
    await session.flush()
    return True
