"""Inspections as they are shown: the places that the reader sees, and counted by them alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.errors import NotFound
from app.models.checklist import Checklist, ChecklistVersion
from app.models.grid import Grid
from app.models.hazard import Hazard, State
from app.models.inspection import (
    HIDDEN_KINDS,
    Inspection,
    InspectionAnswer,
    InspectionPlace,
    InspectionStatus,
    Inspector,
    JoiningBody,
)
from app.models.organization import Organization
from app.models.person import Person
from app.models.supervised_object import SupervisedObject
from app.services import access, checklists, cursors
from app.services.access import Actor
from app.services.checklists import FoundVersion
from app.services.inspections import asking, closing, companions, facts, reach, settling
from app.services.inspections.commands import InspectionFilters, InspectionQuery
from app.services.inspections.companions import Companion
from app.services.inspections.settling import NOTHING, Counts
from app.services.ledger import Runner
from app.services.permissions import Permission

_Companion = aliased(Person)


@dataclass(frozen=True)
class FoundInspection:
    inspection: Inspection
    lead: Organization
    list_name: str | None
    counts: Counts


@dataclass(frozen=True)
class InspectionPage:
    items: list[FoundInspection]
    next: str | None


@dataclass(frozen=True)
class FoundAnswer:
    """`state`: of the case it has become; `hazard` only if the reader may open that."""

    answer: InspectionAnswer
    question: str | None
    state: State | None
    hazard: Hazard | None


@dataclass(frozen=True)
class FoundPlace:
    """`asked`: codes of the questions that are meant for it; `could`: who could go along."""

    place: InspectionPlace
    object: SupervisedObject
    grid: Grid
    runner: Organization
    recorded_by: str | None
    accompanied_by: Person | None
    answers: Sequence[FoundAnswer]
    asked: Sequence[str]
    could: Sequence[Companion]


@dataclass(frozen=True)
class FoundPerson:
    id: UUID
    name: str
    organization_id: UUID


@dataclass(frozen=True)
class WholeInspection:
    """`plan` is for those who go alone; `missing`: parts of the rule that are not whole (S0-26)."""

    found: FoundInspection
    plan: str
    joining: Sequence[Organization]
    people: Sequence[FoundPerson]
    places: Sequence[FoundPlace]
    checklist: FoundVersion | None
    missing: Sequence[tuple[str, int]]
    may_record: bool
    may_lead: bool


async def find(session: AsyncSession, actor: Actor, query: InspectionQuery) -> InspectionPage:
    """One page, the newest first."""
    access.require(actor, Permission.SEE_INSPECTIONS)
    statement = selected(actor).where(*narrowed(actor, query))
    if query.cursor:
        before = cursors.decode(query.cursor, date.fromisoformat, UUID)
        statement = statement.where(tuple_(Inspection.starts_on, Inspection.id) < tuple_(*before))
    rows = (await session.execute(statement.limit(query.limit + 1))).all()
    page = await counted(session, actor, rows[: query.limit])
    last = page[-1].inspection if len(rows) > query.limit else None
    onward = cursors.encode(last.starts_on, last.id) if last else None
    return InspectionPage(page, onward)


async def read(session: AsyncSession, actor: Actor, inspection_id: UUID) -> WholeInspection:
    """NotFound unless the reader sees one of its places."""
    access.require(actor, Permission.SEE_INSPECTIONS)
    query = selected(actor).where(Inspection.id == inspection_id)
    rows = (await session.execute(query.execution_options(populate_existing=True))).all()
    if not rows:
        raise NotFound
    (found,) = await counted(session, actor, rows)
    row = found.inspection
    version = row.checklist_version_id
    checklist = await checklists.version(session, version) if version else None
    is_insider = await session.scalar(
        select(reach.is_insider(actor)).where(Inspection.id == inspection_id)
    )
    is_open_to_all = row.kind not in HIDDEN_KINDS
    is_open = row.status is InspectionStatus.OPEN
    may_record = is_open and await reach.records(session, actor, row)
    return WholeInspection(
        found=found,
        plan=row.plan if is_insider or is_open_to_all else "",
        joining=await _joining(session, row.id),
        people=await _people(session, row.id),
        places=await _places(session, actor, row, checklist, may_record=may_record),
        checklist=checklist,
        missing=await _missing(session, row) if is_insider else (),
        may_record=may_record,
        may_lead=is_open and reach.leads(actor, row),
    )


def selected(actor: Actor) -> Select[*tuple[Any, ...]]:
    """What the reader sees, the newest first."""
    return (
        select(Inspection, Organization, Checklist.name)
        .join(Organization, Organization.id == Inspection.lead_id)
        .outerjoin(ChecklistVersion, ChecklistVersion.id == Inspection.checklist_version_id)
        .outerjoin(Checklist, Checklist.key == ChecklistVersion.checklist_key)
        .where(reach.can_see(actor))
        .order_by(Inspection.starts_on.desc(), Inspection.id.desc())
    )


def narrowed(actor: Actor, query: InspectionFilters) -> list[ColumnElement[bool]]:
    clauses: list[tuple[object, ColumnElement[bool]]] = [
        (query.show != "all", Inspection.status == query.show),
        (query.kind, Inspection.kind == query.kind),
        (query.hazard_id, _has_found(actor, query.hazard_id)),
        (query.text.strip(), Inspection.name.icontains(query.text.strip(), autoescape=True)),
    ]
    return [clause for is_given, clause in clauses if is_given]


def _has_found(actor: Actor, hazard_id: UUID | None) -> ColumnElement[bool]:
    """At a place that the reader sees."""
    at = select(InspectionPlace.object_id).join(
        InspectionAnswer,
        (InspectionAnswer.inspection_id == InspectionPlace.inspection_id)
        & (InspectionAnswer.object_id == InspectionPlace.object_id),
    )
    found = at.where(
        InspectionPlace.inspection_id == Inspection.id,
        InspectionAnswer.hazard_id == hazard_id,
        reach.sees_place(actor),
    )
    return exists(found.correlate(Inspection))


async def counted(
    session: AsyncSession, actor: Actor, rows: Sequence[Any]
) -> list[FoundInspection]:
    numbers = await settling.counts(session, actor, [row[0].id for row in rows])
    return [
        FoundInspection(row, lead, list_name, numbers.get(row.id, NOTHING))
        for row, lead, list_name in rows
    ]


async def _missing(session: AsyncSession, row: Inspection) -> list[tuple[str, int]]:
    """The conclusion is said when it is closed."""
    if row.status is not InspectionStatus.OPEN:
        return []
    lacking = closing.missing(await closing.look(session, row, conclusion="…"))
    return [(part.name, n) for part, n in lacking]


async def _joining(session: AsyncSession, inspection_id: UUID) -> Sequence[Organization]:
    query = (
        select(Organization)
        .join(JoiningBody, JoiningBody.organization_id == Organization.id)
        .where(JoiningBody.inspection_id == inspection_id)
    )
    return (await session.scalars(query.order_by(Organization.code, Organization.name))).all()


async def _people(session: AsyncSession, inspection_id: UUID) -> list[FoundPerson]:
    rows = await session.execute(
        select(Person.id, Person.name, Inspector.organization_id)
        .join(Inspector, Inspector.person_id == Person.id)
        .where(Inspector.inspection_id == inspection_id)
        .order_by(Person.name, Person.id)
    )
    return [FoundPerson(*row) for row in rows]


async def _places(
    session: AsyncSession,
    actor: Actor,
    row: Inspection,
    checklist: FoundVersion | None,
    *,
    may_record: bool,
) -> list[FoundPlace]:
    found = await session.execute(
        select(InspectionPlace, SupervisedObject, Grid, Runner, Person.name, _Companion)
        .join(Inspection, Inspection.id == InspectionPlace.inspection_id)
        .join(SupervisedObject, SupervisedObject.id == InspectionPlace.object_id)
        .join(Grid, Grid.id == SupervisedObject.grid_id)
        .join(Runner, Runner.id == Grid.organization_id)
        .outerjoin(Person, Person.id == InspectionPlace.recorded_by_id)
        .outerjoin(_Companion, _Companion.id == InspectionPlace.accompanied_by_id)
        .where(Inspection.id == row.id, reach.sees_place(actor))
        .order_by(SupervisedObject.name, SupervisedObject.id)
        .execution_options(populate_existing=True)
    )
    answers = await _answers(session, actor, row, checklist)
    items = checklist.items if checklist else []
    rows = found.all()
    asked = await asking.asked_at(session, [each[1] for each in rows], items)
    days = {each[1].id: companions.day_of(row, each[0]) for each in rows}
    could = await companions.could(session, days) if may_record else {}
    return [
        FoundPlace(*each, answers.get(id_, ()), asked.get(id_, ()), could.get(id_, ()))
        for each in rows
        for id_ in (each[1].id,)
    ]


async def _answers(
    session: AsyncSession, actor: Actor, row: Inspection, checklist: FoundVersion | None
) -> dict[UUID, list[FoundAnswer]]:
    said = await facts.answers_of(session, row.id)
    states = await facts.states_of(session, said)
    query = select(Hazard).where(Hazard.id.in_(list(states)), access.can_see(actor))
    cases = {case.id: case for case in await session.scalars(query)} if states else {}
    questions = {item.code: item.question for item in checklist.items} if checklist else {}
    found: dict[UUID, list[FoundAnswer]] = {}
    for each in said:
        question = questions.get(each.code) if each.code else None
        id_ = each.hazard_id
        told = (states.get(id_), cases.get(id_)) if id_ else (None, None)
        found.setdefault(each.object_id, []).append(FoundAnswer(each, question, *told))
    return found
