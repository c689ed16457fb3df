"""Putting a training down, held or planned, and correcting it."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Invalid
from app.models.training import Training
from app.services import audit, rules
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.trainings import reach
from app.services.trainings.commands import AddTraining, EditTraining

LONGEST_DAYS = 92


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
    _require_days(sent.get("starts_on", row.starts_on), sent.get("ends_on", row.ends_on))
    if sent.get("mode", row.mode) != row.mode:
        await _require_mode(session, sent["mode"])
    difference = audit.changed(row, sent)
    for name, value in sent.items():
        setattr(row, name, value)
    await session.flush()
    await audit.record(
        session, Kind.TRAINING_EDITED, actor, Subject("training", row.id), difference
    )
    return row


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
