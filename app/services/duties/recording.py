"""Keeping what was done, once under the desk's own id, and correcting it so that both stay."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import ChangedMeanwhile, Invalid, NotFound, NotPermitted, SameIdOtherContent
from app.models.base import new_id
from app.models.duty import DutyHazard, DutyItem, DutyRecord, DutyRecordVersion
from app.models.hazard import Hazard
from app.models.obligation import Duty, Obligation
from app.models.organization import Organization
from app.services import access, instructions
from app.services.access import Actor
from app.services.arrivals import digest_of
from app.services.duties import figures, occurrences, reach, telling
from app.services.duties.commands import CorrectRecord, RecordDuty, Said
from app.services.duties.occurrences import Occurrence
from app.services.instructions import SendInstruction
from app.services.permissions import Permission

_SAID = ("held_on", "subject", "text", "participants")
_MOST_SENT = 2000  # letters of an instruction; its subject has 60


async def record(
    session: AsyncSession, actor: Actor, record_id: UUID, command: RecordDuty, body: bytes
) -> DutyRecord:
    """What was done, with what was decided. The same id with the same bytes: the first record."""
    digest = digest_of(body)
    known = await session.get(DutyRecord, record_id)
    if known is not None:
        if (known.sha256, known.written_by_id) != (digest, actor.person_id):
            raise SameIdOtherContent(id=str(record_id))
        return known
    access.require(actor, Permission.RECORD_DUTIES)
    at = await _occurrence(session, actor, command)
    _require_day(command, at)
    _require_supervision(command, at)
    await _require_known(session, actor, command, at)
    row = await _row(session, actor, record_id, command, at, digest)
    if not await _insert(session, row):
        raise ChangedMeanwhile
    kept = await session.get_one(DutyRecord, record_id)
    await _add_parts(session, kept, command)
    await _supervise(session, actor, kept, command, body)
    await telling.decided(session, actor, kept)
    return kept


async def correct(
    session: AsyncSession, actor: Actor, record_id: UUID, version: int, command: CorrectRecord
) -> DutyRecord:
    """`version`: the number that it gets. What it said before stays, with who said it and why."""
    access.require(actor, Permission.RECORD_DUTIES)
    row = await _lock(session, actor, record_id)
    if row.version == version and row.written_by_id == actor.person_id and _same(row, command):
        return row  # a repeat
    if row.version != version - 1:
        raise ChangedMeanwhile
    _require_past(command)
    duty = await session.get_one(Obligation, row.obligation_key)
    if command.held_on < occurrences.beginning(duty, row.period_start):
        raise _too_early()
    session.add(
        DutyRecordVersion(
            record_id=row.id,
            version=row.version,
            written_by_id=row.written_by_id,
            written_at=row.written_at,
            because=command.because,
            **{name: getattr(row, name) for name in _SAID},
        )
    )
    for name in _SAID:
        setattr(row, name, getattr(command, name))
    row.version, row.written_at = version, clock.now()
    row.written_by_id = actor.person_id
    await session.flush()
    return row


def _same(row: DutyRecord, command: CorrectRecord) -> bool:
    return all(getattr(row, name) == getattr(command, name) for name in _SAID)


async def _occurrence(session: AsyncSession, actor: Actor, command: RecordDuty) -> Occurrence:
    found = await occurrences.one(session, actor, command)
    if found is None:
        raise NotFound(fields=["obligation_key"])
    if not found.may_record:
        raise NotPermitted(why="由该单位或县里记。", why_en="That body or the county keeps it.")
    return found


def _require_day(command: RecordDuty, at: Occurrence) -> None:
    _require_past(command)
    if command.held_on < occurrences.beginning(at.duty, at.window.start):
        raise _too_early()
    if any(item.due_on < command.held_on for item in command.decided):
        raise before_the_day("decided")


def before_the_day(field: str) -> Invalid:
    return Invalid(
        fields=[field],
        reason_zh="定下的事，期限不能早于开会那天。",
        reason_en="What was decided cannot be due before the day of the meeting.",
    )


def _require_supervision(command: RecordDuty, at: Occurrence) -> None:
    if command.supervise is None:
        return
    if at.duty.duty is not Duty.SUPERVISION:
        raise Invalid(
            fields=["supervise"],
            reason_zh="只有督办才同时发通知，其他的请到“工作通知”里发。",
            reason_en="Only a supervision sends a notice with it; send others from the notices.",
        )
    if len(command.text) > _MOST_SENT:
        raise Invalid(
            fields=["text"],
            reason_zh=f"要发出去的通知最多{_MOST_SENT}字，请写短一些。",
            reason_en=f"A notice has at most {_MOST_SENT} letters: make it shorter.",
        )


def _require_past(command: Said) -> None:
    if command.held_on > access.today():
        raise Invalid(
            fields=["held_on"],
            reason_zh="还没到那天。办完了再记。",
            reason_en="That day is still to come: record it when it is done.",
        )


def _too_early() -> Invalid:
    return Invalid(
        fields=["held_on"],
        reason_zh="这一天在这一期以前，请记到那一期里。",
        reason_en="That day lies before the period: record it for the earlier one.",
    )


async def _require_known(
    session: AsyncSession, actor: Actor, command: RecordDuty, at: Occurrence
) -> None:
    """Cases that the actor sees, bodies that the form offers."""
    asked = set(command.hazard_ids)
    if asked:
        seen = select(Hazard.id).where(Hazard.id.in_(asked), access.can_see(actor))
        if set(await session.scalars(seen)) != asked:
            raise NotFound(fields=["hazard_ids"])
    bodies = {item.organization_id for item in command.decided}
    if bodies:
        offered = reach.may_be_given(at.of.id)
        there = select(Organization.id).where(Organization.id.in_(bodies), offered)
        if set(await session.scalars(there)) != bodies:
            raise NotFound(fields=["decided"])


async def _row(
    session: AsyncSession,
    actor: Actor,
    record_id: UUID,
    command: RecordDuty,
    at: Occurrence,
    digest: str,
) -> DutyRecord:
    own = {"obligation_key", "organization_id", "grid_id", *_SAID}
    return DutyRecord(
        id=record_id,
        sha256=digest,
        period_start=at.window.start,
        period_end=at.window.end,
        figures=await figures.of(session, actor, at) if figures.has(at.duty) else None,
        version=1,
        written_by_id=actor.person_id,
        written_for_id=_desk(actor, at),
        written_at=clock.now(),
        **command.model_dump(include=own),
    )


def _desk(actor: Actor, at: Occurrence) -> UUID:
    """The body that owes it if one sits there, else the first post that may."""
    for wanted in (at.of.id, at.of.runner_id):
        if wanted in actor.body_ids:
            return wanted
    return next(iter(actor.seats)).organization_id


async def _insert(session: AsyncSession, row: DutyRecord) -> bool:
    """False: another request has just written this id."""
    columns = [column.key for column in DutyRecord.__table__.columns if column.key != "number"]
    values = {name: getattr(row, name) for name in columns}
    statement = insert(DutyRecord).values(values)
    made = statement.on_conflict_do_nothing(index_elements=[DutyRecord.id])
    return await session.scalar(made.returning(DutyRecord.id)) is not None


async def _add_parts(session: AsyncSession, row: DutyRecord, command: RecordDuty) -> None:
    session.add_all(
        DutyHazard(record_id=row.id, hazard_id=id_) for id_ in dict.fromkeys(command.hazard_ids)
    )
    session.add_all(
        DutyItem(id=new_id(), record_id=row.id, position=position, **item.model_dump())
        for position, item in enumerate(command.decided, start=1)
    )
    await session.flush()


async def _supervise(
    session: AsyncSession, actor: Actor, row: DutyRecord, command: RecordDuty, body: bytes
) -> None:
    """The instruction and the record that points to it stand together or not at all."""
    if command.supervise is None:
        return
    to = command.supervise
    notice = SendInstruction(
        subject=row.subject[:60],
        text=row.text,
        wants_feedback=True,
        due_on=to.due_on,
        to_body_ids=to.to_body_ids,
    )
    sent = await instructions.send(session, actor, new_id(), notice, body)
    row.instruction_id = sent.id
    await session.flush()


async def _lock(session: AsyncSession, actor: Actor, record_id: UUID) -> DutyRecord:
    """NotFound outside the actor's sight, NotPermitted where one only reads."""
    query = select(DutyRecord).where(DutyRecord.id == record_id, reach.can_see(actor))
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = await session.scalar(query)
    if found is None:
        raise NotFound
    if not await is_writer(session, actor, record_id):
        raise NotPermitted(
            why="由该单位或县里更正。", why_en="That body or the county corrects it."
        )
    return found


async def is_writer(session: AsyncSession, actor: Actor, record_id: UUID) -> bool:
    if not reach.may_record(actor):
        return False
    query = select(DutyRecord.id).where(DutyRecord.id == record_id, reach.writes(actor))
    return await session.scalar(query) is not None
