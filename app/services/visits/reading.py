"""Visits as they are shown: who looked when at what, what was found, which task it did."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models.checklist import Checklist, ChecklistItem, ChecklistVersion, ItemKind
from app.models.grid import Grid
from app.models.hazard import Hazard
from app.models.person import Person
from app.models.supervised_object import SupervisedObject
from app.models.visit import Answered, Visit, VisitAnswer
from app.services import access, cursors, patrols, situations
from app.services.access import Actor
from app.services.patrols.finding import grids_of
from app.services.permissions import Permission
from app.services.visits import entering
from app.services.visits.commands import VisitQuery


@dataclass(frozen=True)
class FoundAnswer:
    """`hazard`: the case, if it has arrived and the reader may see it; `situation_id` likewise."""

    answer: VisitAnswer
    question: str
    kind: ItemKind
    member: str | None
    hazard: Hazard | None
    situation_id: UUID | None = None


@dataclass(frozen=True)
class FoundVisit:
    visit: Visit
    person: str
    place: SupervisedObject | None
    grid: Grid | None
    list_name: str
    list_number: int
    questions: int
    is_late_entry: bool
    answers: Sequence[FoundAnswer] = ()
    rest: Sequence[ChecklistItem] = ()


@dataclass(frozen=True)
class VisitPage:
    items: list[FoundVisit]
    next: str | None


async def read(session: AsyncSession, actor: Actor, visit_id: UUID) -> FoundVisit:
    """One's own visit, or one on the ground that one may look over; with what was asked, whole."""
    query = _select().where(Visit.id == visit_id, await _visible(session, actor))
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    (found,) = await _whole(session, actor, [row])
    return replace(found, rest=await _rest(session, found))


async def _rest(session: AsyncSession, found: FoundVisit) -> Sequence[ChecklistItem]:
    """Questions that nobody answered one by one: fine with 其余都正常, of all members (S2-44)."""
    visit = found.visit
    query = (
        select(ChecklistItem)
        .where(ChecklistItem.version_id == visit.checklist_version_id)
        .where(ChecklistItem.code.not_in({one.answer.code for one in found.answers}))
        .order_by(ChecklistItem.position)
    )
    if visit.asked is not None:
        query = query.where(ChecklistItem.code.in_(visit.asked))
    return (await session.scalars(query)).all()


async def find(session: AsyncSession, actor: Actor, query: VisitQuery) -> VisitPage:
    """One page, newest first."""
    access.require(actor, Permission.SEE_PATROLS)
    conditions = [await _visible(session, actor), *_shown(query), *_filters(query)]
    if query.township_id or query.village_id:
        grids = await grids_of(session, query.township_id, query.village_id)
        conditions.append(Visit.grid_id.in_(grids))
    if query.cursor:
        before = cursors.decode(query.cursor, datetime.fromisoformat, UUID)
        conditions.append(tuple_(Visit.occurred_at, Visit.id) < tuple_(*before))
    order = (Visit.occurred_at.desc(), Visit.id.desc())
    statement = _select().where(*conditions).order_by(*order).limit(query.limit + 1)
    rows = (await session.execute(statement)).all()
    page = rows[: query.limit]
    last = page[-1][0] if len(rows) > query.limit else None
    onward = cursors.encode(last.occurred_at.isoformat(), last.id) if last else None
    return VisitPage(await _whole(session, actor, page), onward)


async def _visible(session: AsyncSession, actor: Actor) -> ColumnElement[bool]:
    on_ground = await patrols.within(session, actor, Visit.grid_id)
    if Permission.SEE_PATROLS not in actor.permissions:
        return Visit.person_id == actor.person_id
    return on_ground | (Visit.person_id == actor.person_id)


def _shown(query: VisitQuery) -> list[ColumnElement[bool]]:
    reports = (
        select(VisitAnswer.visit_id)
        .join(
            ChecklistItem,
            (ChecklistItem.version_id == Visit.checklist_version_id)
            & (ChecklistItem.code == VisitAnswer.code),
        )
        .where(
            VisitAnswer.visit_id == Visit.id,
            VisitAnswer.answer == Answered.ISSUE,
            ChecklistItem.kind.in_(situations.KINDS),
        )
    )
    shows: dict[str, list[ColumnElement[bool]]] = {
        "issues": [Visit.issue_count > 0],
        "reports": [exists(reports)],
        "unqualified": [Visit.is_unqualified.expression],
        "late": [entering.is_late()],
    }
    return shows.get(query.show, [])


def _filters(query: VisitQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.object_id:
        found.append(Visit.object_id == query.object_id)
    if query.grid_id:
        found.append(Visit.grid_id == query.grid_id)
    if query.made_from:
        found.append(Visit.occurred_at >= query.made_from)
    if query.made_to:
        found.append(Visit.occurred_at < query.made_to)
    return found


def _select() -> Select[*tuple[Any, ...]]:
    whole = select(func.count()).where(ChecklistItem.version_id == Visit.checklist_version_id)
    return (
        select(
            Visit,
            Person.name,
            SupervisedObject,
            Grid,
            Checklist.name,
            ChecklistVersion.number,
            func.coalesce(
                func.jsonb_array_length(Visit.asked), whole.correlate(Visit).scalar_subquery()
            ),
            entering.is_late(),
        )
        .join(Person, Person.id == Visit.person_id)
        .join(ChecklistVersion, ChecklistVersion.id == Visit.checklist_version_id)
        .join(Checklist, Checklist.key == ChecklistVersion.checklist_key)
        .outerjoin(SupervisedObject, SupervisedObject.id == Visit.object_id)
        .outerjoin(Grid, Grid.id == Visit.grid_id)
    )


async def _whole(session: AsyncSession, actor: Actor, rows: Sequence[Any]) -> list[FoundVisit]:
    answers = await _answers(session, actor, [row[0].id for row in rows])
    return [replace(FoundVisit(*row), answers=answers.get(row[0].id, [])) for row in rows]


async def _answers(
    session: AsyncSession, actor: Actor, ids: list[UUID]
) -> dict[UUID, list[FoundAnswer]]:
    found: dict[UUID, list[FoundAnswer]] = {}
    if not ids:
        return found
    query: Select[*tuple[Any, ...]] = (
        select(
            VisitAnswer, ChecklistItem.question, ChecklistItem.kind, SupervisedObject.name, Hazard
        )
        .join(Visit, Visit.id == VisitAnswer.visit_id)
        .join(
            ChecklistItem,
            (ChecklistItem.version_id == Visit.checklist_version_id)
            & (ChecklistItem.code == VisitAnswer.code),
        )
        .outerjoin(SupervisedObject, SupervisedObject.id == VisitAnswer.member_id)
        .outerjoin(Hazard, (Hazard.id == VisitAnswer.hazard_id) & access.can_see(actor))
        .where(VisitAnswer.visit_id.in_(ids))
        .order_by(VisitAnswer.position)
    )
    each = [FoundAnswer(*row) for row in await session.execute(query)]
    reports = {situations.id_of(one.answer) for one in each if one.kind is ItemKind.REPORT}
    known = await situations.known(session, actor, reports)
    for one in each:
        id_ = situations.id_of(one.answer)
        told = replace(one, situation_id=id_) if id_ in known else one
        found.setdefault(one.answer.visit_id, []).append(told)
    return found
