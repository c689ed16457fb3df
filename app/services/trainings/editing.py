"""Putting a training down, held or planned, and correcting it."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Invalid
from app.models.training import Training, TrainingRecord
from app.services import access, audit, rules
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.trainings import reach
from app.services.trainings.commands import AddTraining, EditTraining
from app.services.trainings.taking_part import months_after

LONGEST_DAYS = 92
_HAS_PASSED = or_(TrainingRecord.can_inspect, TrainingRecord.can_record, TrainingRecord.can_report)


async def add(session: AsyncSession, actor: Actor, command: AddTraining) -> Training:
    await reach.require_sponsor(session, actor, command.sponsor_id)
    _require_days(command.starts_on, command.ends_on)
    await _require_mode(session, command.mode)
    row = Training(created_by_id=actor.person_id, created_at=clock.now(), **command.model_dump())
    session.add(row)
    await session.flush()
    given = command.model_dump(mode="json", exclude={"topics"})
    await audit.record(session, Kind.TRAINING_ADDED, actor, Subject("training", row.id), given)
    return row


async def edit(
    session: AsyncSession, actor: Actor, training_id: UUID, command: EditTraining
) -> Training:
    """A mode that the county has struck from its list stays where it was."""
    row = await reach.locked(session, actor, training_id)
    sent = command.model_dump(exclude_none=True)
    starts_on, ends_on = sent.get("starts_on", row.starts_on), sent.get("ends_on", row.ends_on)
    _require_days(starts_on, ends_on)
    if sent.get("mode", row.mode) != row.mode:
        await _require_mode(session, sent["mode"])
    is_moved = (starts_on, ends_on) != (row.starts_on, row.ends_on)
    if is_moved:
        await _require_suiting(session, row.id, starts_on, ends_on)
    difference = audit.changed(row, sent)
    for name, value in sent.items():
        setattr(row, name, value)
    await session.flush()
    if is_moved:
        await _move_the_rest(session, row)
    await audit.record(
        session, Kind.TRAINING_EDITED, actor, Subject("training", row.id), difference
    )
    return row


async def _require_suiting(
    session: AsyncSession, training_id: UUID, starts_on: date, ends_on: date
) -> None:
    """What was passed does not move with the training, so the new days must suit it."""
    passed = select(func.min(TrainingRecord.valid_until)).where(
        TrainingRecord.training_id == training_id, _HAS_PASSED
    )
    first_end = await session.scalar(passed)
    if first_end is None:
        return
    if starts_on > access.today():
        raise Invalid(
            fields=["starts_on"],
            reason_zh="已经有人记了通过，不能改成还没开始。",
            reason_en="Somebody has passed already; it cannot begin later than today.",
        )
    if first_end < ends_on:
        raise Invalid(
            fields=["ends_on"],
            reason_zh=f"有人的有效期只到 {first_end}，早于结束日期，请先改有效期。",
            reason_en=f"What somebody has passed holds until {first_end} only; correct that first.",
        )


async def _move_the_rest(session: AsyncSession, row: Training) -> None:
    """Who has passed nothing is as if put on the list anew; nobody was there before it began."""
    months = (await rules.training(session)).valid_months
    rest = update(TrainingRecord).where(TrainingRecord.training_id == row.id, not_(_HAS_PASSED))
    await session.execute(rest.values(valid_until=months_after(row.ends_on, months)))
    if row.starts_on > access.today():
        await session.execute(rest.values(attended=False))


def _require_days(starts_on: date, ends_on: date) -> None:
    if not 0 <= (ends_on - starts_on).days <= LONGEST_DAYS:
        raise Invalid(
            fields=["ends_on"],
            reason_zh=f"结束日期不能早于开始日期，最长 {LONGEST_DAYS} 天。",
            reason_en=f"It must end after it starts, within {LONGEST_DAYS} days.",
        )


async def _require_mode(session: AsyncSession, mode: str) -> None:
    if mode not in (await rules.training(session)).modes:
        raise Invalid(
            fields=["mode"],
            reason_zh="没有这种培训方式，请从单子里选。",
            reason_en="There is no such mode; choose from the list.",
        )
