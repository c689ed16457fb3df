"""Who takes part in a training, and what each of them has shown."""

from calendar import monthrange
from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid, NotFound
from app.models.person import Person
from app.models.training import Training, TrainingRecord
from app.services import access, accounts, audit, rules
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.trainings import reach
from app.services.trainings.commands import (
    AddTrainees,
    Judged,
    JudgeTrainees,
    RegisterTrainee,
)

_YEAR = 12


async def add_trainees(
    session: AsyncSession, actor: Actor, training_id: UUID, command: AddTrainees
) -> None:
    """Many at once. Whoever is on the list already stays as noted."""
    training = await reach.locked(session, actor, training_id)
    wanted = set(command.person_ids)
    known = select(Person.id).where(Person.id.in_(wanted), reach.trainable(actor))
    if set(await session.scalars(known)) != wanted:
        raise NotFound(fields=["person_ids"])
    await _enter(session, actor, training, wanted)


async def register(
    session: AsyncSession, actor: Actor, training_id: UUID, command: RegisterTrainee
) -> UUID:
    """Somebody new: a person without a post, who can do nothing before the township gives one."""
    training = await reach.locked(session, actor, training_id)
    person = await accounts.enter(session, actor, command.name, command.mobile)
    await _enter(session, actor, training, {person.id})
    return person.id


async def judge(
    session: AsyncSession, actor: Actor, training_id: UUID, command: JudgeTrainees
) -> None:
    """NotFound for who is not on the list. Nobody has been there or passed before it begins."""
    training = await reach.locked(session, actor, training_id)
    rows = await _rows(session, training_id, [one.person_id for one in command.records])
    told: list[tuple[Subject, dict[str, Any]]] = []
    for said in command.records:
        row = rows.get(said.person_id)
        if row is None:
            raise NotFound(fields=["person_id"])
        require_right(training, said)
        sent = said.model_dump(exclude={"person_id"})
        if difference := audit.changed(row, sent):
            told.append(
                (Subject("person", row.person_id), {"training_id": training_id, **difference})
            )
        for name, value in sent.items():
            setattr(row, name, value)
    await session.flush()
    await audit.record_each(session, Kind.TRAINEE_JUDGED, actor, told)


async def take_off(session: AsyncSession, actor: Actor, training_id: UUID, person_id: UUID) -> None:
    """Put on the list by mistake. What was noted stands in the audit record."""
    training = await reach.locked(session, actor, training_id)
    row = (await _rows(session, training_id, [person_id])).get(person_id)
    if row is None:
        raise NotFound(fields=["person_id"])
    was = {name: getattr(row, name) for name in Judged.model_fields if name != "person_id"}
    await session.delete(row)
    await session.flush()
    await audit.record(
        session,
        Kind.TRAINEE_REMOVED,
        actor,
        Subject("person", person_id),
        {"training_id": training.id, **was},
    )


async def _enter(
    session: AsyncSession, actor: Actor, training: Training, person_ids: Collection[UUID]
) -> None:
    months = (await rules.training(session)).valid_months
    new = insert(TrainingRecord).values(
        [
            {
                "training_id": training.id,
                "person_id": person_id,
                "attended": training.starts_on <= access.today(),
                "can_inspect": False,
                "can_record": False,
                "can_report": False,
                "valid_until": months_after(training.ends_on, months),
            }
            for person_id in sorted(person_ids)
        ]
    )
    added = await session.scalars(new.on_conflict_do_nothing().returning(TrainingRecord.person_id))
    told = {"person_ids": sorted(str(id_) for id_ in added)}
    about = Subject("training", training.id)
    await audit.record(session, Kind.TRAINEES_ADDED, actor, about, told)


async def _rows(
    session: AsyncSession, training_id: UUID, person_ids: Collection[UUID]
) -> dict[UUID, TrainingRecord]:
    query = select(TrainingRecord).where(
        TrainingRecord.training_id == training_id, TrainingRecord.person_id.in_(person_ids)
    )
    return {row.person_id: row for row in await session.scalars(query)}


def require_right(training: Training, said: Judged) -> None:
    """Raises Invalid; `fields` names the one that breaks the rule."""
    has_passed = said.can_inspect or said.can_record or said.can_report
    if (has_passed or said.attended) and training.starts_on > access.today():
        raise _invalid("starts_on", "培训还没开始，不能先记到场、通过", "It has not begun yet")
    if has_passed and not said.attended:
        raise _invalid("attended", "没到场的人不能记通过", "Who was not there has passed nothing")
    if said.valid_until < training.ends_on:
        raise _invalid("valid_until", "有效期早于培训结束", "It would end before the training does")


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    years, month = divmod(day.month - 1 + months, _YEAR)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
