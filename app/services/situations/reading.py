"""Situations as they are shown: lists, and one with all that became of it."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models.checklist import ChecklistItem
from app.models.organization import Organization
from app.models.person import Person
from app.models.situation import Situation, SituationStep, SituationStepKind
from app.services import accounts, cursors, places
from app.services.access import Actor
from app.services.situations import flow, reach
from app.services.situations.commands import SituationQuery

# "一般由住建、自然资源处理（建议）": whom an item names in its words (decision 53).
_NAMED = re.compile(r"由([^。；，]+?)处理")


@dataclass(frozen=True)
class FoundSituation:
    """With the names around it."""

    situation: Situation
    item: ChecklistItem
    reporter: str
    holder: Organization


@dataclass(frozen=True)
class SituationPage:
    items: list[FoundSituation]
    next: str | None


@dataclass(frozen=True)
class WholeSituation:
    """`may`: what is open to me now; `targets`: to whom I may pass it on, proposed ones first."""

    found: FoundSituation
    steps: Sequence[SituationStep]
    people: dict[UUID, str]
    bodies: dict[UUID, Organization]
    may: list[SituationStepKind]
    targets: list[Organization]
    proposed: list[Organization]


async def find(session: AsyncSession, actor: Actor, query: SituationQuery) -> SituationPage:
    """One page, what is open first, newest first."""
    statement = _select().where(reach.can_see(actor))
    if query.show == "waiting":
        statement = statement.where(reach.waits_for(actor))
    if query.show == "mine":
        statement = statement.where(Situation.reporter_id == actor.person_id)
    if query.status:
        statement = statement.where(Situation.status == query.status)
    if query.cursor:
        before = cursors.decode(query.cursor, _truth, datetime.fromisoformat, UUID)
        keys = (reach.is_open(), Situation.received_at, Situation.id)
        statement = statement.where(tuple_(*keys) < tuple_(*before))
    ordered = statement.order_by(*reach.open_first()).limit(query.limit + 1)
    rows = (await session.execute(ordered)).all()
    page = [FoundSituation(*row) for row in rows[: query.limit]]
    last = page[-1].situation if len(rows) > query.limit else None
    return SituationPage(page, _onward(last) if last else None)


async def read(session: AsyncSession, actor: Actor, situation_id: UUID) -> WholeSituation:
    """NotFound outside the actor's sight."""
    query = _select().where(Situation.id == situation_id, reach.can_see(actor))
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    found = FoundSituation(*row)
    done = select(SituationStep).where(SituationStep.situation_id == situation_id)
    steps = (await session.scalars(done.order_by(SituationStep.seq))).all()
    people = await accounts.names_of(session, {step.person_id for step in steps})
    ids = {id_ for step in steps for id_ in (step.organization_id, step.target_id) if id_}
    bodies = await places.by_id(session, ids)
    may = flow.possible(actor, found.situation)
    others = await _targets(session, found) if SituationStepKind.PASS_ON in may else []
    proposed = list(_proposed(found.item, others))
    return WholeSituation(found, steps, people, bodies, may, others, proposed)


async def known(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> set[UUID]:
    """Those of these that the actor can open."""
    if not ids:
        return set()
    query = select(Situation.id).where(Situation.id.in_(ids), reach.can_see(actor))
    return set(await session.scalars(query))


async def _targets(session: AsyncSession, found: FoundSituation) -> list[Organization]:
    choice = select(Organization).where(reach.targets(found.situation))
    return list(await session.scalars(choice.order_by(Organization.name, Organization.id)))


def _proposed(item: ChecklistItem, bodies: Sequence[Organization]) -> Iterator[Organization]:
    """In the order of the item's words, each once; the county's edition of the list says whom."""
    named = (word for found in _NAMED.findall(item.how_to) for word in found.split("、"))
    matching = (
        body for word in named for body in bodies if word in body.short_name or word in body.name
    )
    return iter(dict.fromkeys(matching))


def _truth(text: str) -> bool:
    return bool(int(text))


def _onward(last: Situation) -> str:
    is_open = str(int(last.status in flow.OPEN))
    return cursors.encode(is_open, last.received_at.isoformat(), last.id)


def _select() -> Select[*tuple[Any, ...]]:
    of_item = (ChecklistItem.version_id == Situation.version_id) & (
        ChecklistItem.code == Situation.code
    )
    return (
        select(Situation, ChecklistItem, Person.name, Organization)
        .join(ChecklistItem, of_item)
        .join(Person, Person.id == Situation.reporter_id)
        .join(Organization, Organization.id == Situation.holder_id)
    )
