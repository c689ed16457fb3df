"""Appeals as they are shown: lists, and the whole talk of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models.appeal import Appeal, AppealStep, AppealStepKind
from app.models.organization import Organization
from app.models.person import Person
from app.services import accounts, cursors, places
from app.services.access import Actor
from app.services.appeals import flow, reach
from app.services.appeals.commands import AppealQuery


@dataclass(frozen=True)
class FoundAppeal:
    """With the names around it."""

    appeal: Appeal
    asker: str
    holder: Organization


@dataclass(frozen=True)
class AppealPage:
    items: list[FoundAppeal]
    next: str | None


@dataclass(frozen=True)
class WholeAppeal:
    """`may`: what is open to me now; `targets`: to whom I may pass it on."""

    found: FoundAppeal
    steps: Sequence[AppealStep]
    people: dict[UUID, str]
    bodies: dict[UUID, Organization]
    may: list[AppealStepKind]
    targets: list[Organization]


async def find(session: AsyncSession, actor: Actor, query: AppealQuery) -> AppealPage:
    """One page, newest first."""
    statement = _select().where(reach.can_see(actor))
    if query.show == "waiting":
        statement = statement.where(reach.waits_for(actor))
    keys = (Appeal.received_at, Appeal.id)
    if query.cursor:
        before = cursors.decode(query.cursor, datetime.fromisoformat, UUID)
        statement = statement.where(tuple_(*keys) < tuple_(*before))
    ordered = statement.order_by(*reach.newest_first()).limit(query.limit + 1)
    rows = (await session.execute(ordered)).all()
    page = [FoundAppeal(*row) for row in rows[: query.limit]]
    last = page[-1].appeal if len(rows) > query.limit else None
    onward = cursors.encode(last.received_at.isoformat(), last.id) if last else None
    return AppealPage(page, onward)


async def read(session: AsyncSession, actor: Actor, appeal_id: UUID) -> WholeAppeal:
    """NotFound outside the actor's sight."""
    query = _select().where(Appeal.id == appeal_id, reach.can_see(actor))
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    found = FoundAppeal(*row)
    talk = select(AppealStep).where(AppealStep.appeal_id == appeal_id).order_by(AppealStep.seq)
    steps = (await session.scalars(talk)).all()
    people = await accounts.names_of(session, {step.person_id for step in steps})
    ids = {id_ for step in steps for id_ in (step.organization_id, step.target_id) if id_}
    bodies = await places.by_id(session, ids)
    may = flow.possible(actor, found.appeal)
    targets: list[Organization] = []
    if AppealStepKind.PASS_ON in may:
        choice = select(Organization).where(reach.targets(found.appeal))
        targets = list(await session.scalars(choice.order_by(Organization.name, Organization.id)))
    return WholeAppeal(found, steps, people, bodies, may, targets)


def _select() -> Select[*tuple[Any, ...]]:
    return (
        select(Appeal, Person.name, Organization)
        .join(Person, Person.id == Appeal.asker_id)
        .join(Organization, Organization.id == Appeal.holder_id)
    )
