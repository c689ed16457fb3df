"""Trainings with who took part, and a person with what was shown; nobody is ranked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models.organization import Organization
from app.models.person import Person
from app.models.training import Training, TrainingRecord
from app.services import access, cursors, qualifications
from app.services.access import Actor
from app.services.accounts import PostDetails, posts_of
from app.services.accounts import reach as people
from app.services.accounts.people import holds
from app.services.permissions import Permission
from app.services.qualifications import Qualification
from app.services.trainings import reach
from app.services.trainings.commands import CandidateQuery

_PAGE = 50
Beside = Callable[[UUID], tuple[Sequence[PostDetails], Qualification]]
_PASSED = and_(TrainingRecord.can_inspect, TrainingRecord.can_record, TrainingRecord.can_report)


@dataclass(frozen=True)
class FoundTraining:
    """`present` and `passed` (all three here) of all on the list."""

    training: Training
    sponsor: Organization
    trainees: int
    present: int
    passed: int


@dataclass(frozen=True)
class FoundTrainings:
    items: list[FoundTraining]
    next: str | None


@dataclass(frozen=True)
class FoundTrainee:
    """`qualification` as of today, from all trainings; `posts`: where the person works."""

    record: TrainingRecord
    person: Person
    posts: Sequence[PostDetails]
    qualification: Qualification


@dataclass(frozen=True)
class Somebody:
    """`posts`, `qualification`: of the day for which is asked."""

    person: Person
    posts: Sequence[PostDetails]
    qualification: Qualification


@dataclass(frozen=True)
class Candidates:
    items: list[Somebody]
    next: str | None


@dataclass(frozen=True)
class PersonalRecord:
    record: TrainingRecord
    training: Training
    sponsor: Organization


async def everything(
    session: AsyncSession, actor: Actor, cursor: str | None = None, limit: int = _PAGE
) -> FoundTrainings:
    """One page of those I keep, the newest first."""
    access.require(actor, Permission.TRAIN_PEOPLE)
    statement = _select(actor)
    if cursor:
        last = cursors.decode(cursor, date.fromisoformat, UUID)
        statement = statement.where(tuple_(Training.starts_on, Training.id) < tuple_(*last))
    order = (Training.starts_on.desc(), Training.id.desc())
    rows = await session.execute(statement.order_by(*order).limit(limit + 1))
    found = [FoundTraining(*row) for row in rows]
    page = found[:limit]
    last_row = page[-1].training if len(found) > limit else None
    onward = cursors.encode(last_row.starts_on, last_row.id) if last_row else None
    return FoundTrainings(page, onward)


async def one(session: AsyncSession, actor: Actor, training_id: UUID) -> FoundTraining:
    access.require(actor, Permission.TRAIN_PEOPLE)
    query = _select(actor).where(Training.id == training_id)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    return FoundTraining(*row)


async def trainees(session: AsyncSession, training_id: UUID) -> list[FoundTrainee]:
    """By name; the caller has found the training."""
    rows = (
        await session.execute(
            select(TrainingRecord, Person)
            .join(Person, Person.id == TrainingRecord.person_id)
            .where(TrainingRecord.training_id == training_id)
            .order_by(Person.name, Person.id)
        )
    ).all()
    beside = await _beside(session, [person.id for _, person in rows])
    return [FoundTrainee(record, person, *beside(person.id)) for record, person in rows]


async def candidates(session: AsyncSession, actor: Actor, query: CandidateQuery) -> Candidates:
    access.require(actor, Permission.TRAIN_PEOPLE)
    statement = select(Person).where(
        reach.trainable(actor), Person.name.icontains(query.text.strip(), autoescape=True)
    )
    if query.on_foot:
        statement = statement.where(reach.on_foot())
    if query.organization_id:
        statement = statement.where(holds(query.organization_id, None))
    if query.cursor:
        last = cursors.decode(query.cursor, str, UUID)
        statement = statement.where(tuple_(Person.name, Person.id) > tuple_(*last))
    order = (Person.name, Person.id)
    rows = list(await session.scalars(statement.order_by(*order).limit(_PAGE + 1)))
    page = rows[:_PAGE]
    beside = await _beside(session, [person.id for person in page])
    onward = cursors.encode(page[-1].name, page[-1].id) if len(rows) > _PAGE else None
    return Candidates([Somebody(person, *beside(person.id)) for person in page], onward)


async def of_person(
    session: AsyncSession, actor: Actor, person_id: UUID
) -> tuple[Qualification, list[PersonalRecord]]:
    """For whoever sees the person: qualified or not today, and by what; the newest first."""
    await people.readable(session, actor, person_id)
    found = await qualifications.of(session, [person_id], access.today())
    rows = await session.execute(
        select(TrainingRecord, Training, Organization)
        .join(Training, Training.id == TrainingRecord.training_id)
        .join(Organization, Organization.id == Training.sponsor_id)
        .where(TrainingRecord.person_id == person_id)
        .order_by(Training.starts_on.desc(), Training.id.desc())
    )
    return found[person_id], [PersonalRecord(*row) for row in rows]


def _select(actor: Actor) -> Select[*tuple[Any, ...]]:
    counts = (
        select(
            TrainingRecord.training_id,
            func.count().label("trainees"),
            func.count().filter(TrainingRecord.attended).label("present"),
            func.count().filter(_PASSED).label("passed"),
        )
        .group_by(TrainingRecord.training_id)
        .subquery()
    )
    numbers = [func.coalesce(counts.c[name], 0) for name in ("trainees", "present", "passed")]
    return (
        select(Training, Organization, *numbers)
        .join(Organization, Organization.id == Training.sponsor_id)
        .outerjoin(counts, counts.c.training_id == Training.id)
        .where(reach.mine(actor))
    )


async def _beside(session: AsyncSession, ids: list[UUID]) -> Beside:
    """Posts that are not over and the qualification of each, in two statements."""
    today = access.today()
    posts = await posts_of(session, ids)
    shown = await qualifications.of(session, ids, today)

    def beside(id_: UUID) -> tuple[list[PostDetails], Qualification]:
        present = [one for one in posts.get(id_, []) if not one.has_ended(today)]
        return present, shown[id_]

    return beside
