"""Whether somebody is qualified: derived from what was shown at trainings, kept nowhere."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.training import Competence, Training, TrainingRecord

_SHOWN: dict[Competence, ColumnElement[bool]] = {
    Competence.INSPECT: TrainingRecord.can_inspect.is_(True),
    Competence.RECORD: TrainingRecord.can_record.is_(True),
    Competence.REPORT: TrainingRecord.can_report.is_(True),
}


@dataclass(frozen=True)
class Qualification:
    """`lacks`: never shown. `valid_until`: the last day of all three; None while one lacks."""

    lacks: tuple[Competence, ...]
    valid_until: date | None

    def holds_on(self, day: date) -> bool:
        return self.valid_until is not None and self.valid_until >= day


NOTHING_SHOWN = Qualification(tuple(Competence), None)


async def of(
    session: AsyncSession, person_ids: Collection[UUID], day: date
) -> dict[UUID, Qualification]:
    """Of each of these people, by the trainings that were over on that day.

    Each competence counts until the furthest day that any training gave it: a later training at
    which it was not tried takes nothing away (decision 33).
    """
    found = dict.fromkeys(person_ids, NOTHING_SHOWN)
    if not found:
        return found
    until = [func.max(TrainingRecord.valid_until).filter(shown) for shown in _SHOWN.values()]
    rows = await session.execute(
        select(TrainingRecord.person_id, *until)
        .join(Training, Training.id == TrainingRecord.training_id)
        .where(TrainingRecord.person_id.in_(found), Training.ends_on <= day)
        .group_by(TrainingRecord.person_id)
    )
    for person_id, *days in rows:
        lacks = tuple(one for one, until in zip(_SHOWN, days, strict=True) if until is None)
        found[person_id] = Qualification(lacks, None if lacks else min(days))
    return found
