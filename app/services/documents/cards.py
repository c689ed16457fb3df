"""Duty cards (责任告知卡) of those who walk a grid: what to do, whom to tell (S1-23).

The card is carried by its owner, so no private number stands on it: only those of offices.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid
from app.models.obligation import Obligation
from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.models.rules import Category
from app.models.slot import SlotRole
from app.services import access, places, rules, slots
from app.services.documents.places import manned

_OWNERS = {SlotRole.GRID_CHIEF: Role.GRID_CHIEF, SlotRole.GRIDWORKER: Role.GRIDWORKER}


@dataclass(frozen=True)
class Task:
    """`is_proposal`: how often is in no document, and the county has not decided it yet."""

    name: str
    is_proposal: bool


@dataclass(frozen=True)
class Card:
    """`tasks`: the duties in force for this place, as the county says them."""

    place: str
    name: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Call:
    office: str
    phone: str


@dataclass(frozen=True)
class Cards:
    """`calls`: offices that have a number, the nearest first. `categories`: what to look at."""

    grid: Grid
    runner: Organization
    township: Organization | None
    cards: list[Card]
    categories: list[str]
    calls: list[Call]
    complaint_phone: str | None
    as_of: date


async def cards(session: AsyncSession, grid_id: UUID) -> Cards:
    """One for each chief and gridworker of today. NotFound: there is no such grid."""
    grid = await slots.read_grid(session, grid_id)
    runner = (await places.by_id(session, {grid.organization_id}))[grid.organization_id]
    above = runner.within_id
    near = {above} if above and above != runner.id else set()
    township = next(iter((await places.by_id(session, near)).values()), None)
    query = select(Category.name).where(Category.is_active).order_by(Category.position)
    return Cards(
        grid=grid,
        runner=runner,
        township=township,
        cards=await _written(session, grid_id),
        categories=list(await session.scalars(query)),
        calls=await _calls(session, [runner, *([township] if township else [])]),
        complaint_phone=(await rules.notice(session)).complaint_phone,
        as_of=access.today(),
    )


async def _written(session: AsyncSession, grid_id: UUID) -> list[Card]:
    query = (
        select(Obligation.role, Obligation.name, Obligation.is_proposal)
        .where(Obligation.is_active, Obligation.role.in_(_OWNERS.values()))
        .order_by(Obligation.key)
    )
    duties: dict[Role | None, list[Task]] = {}
    for role, name, is_proposal in await session.execute(query):
        duties.setdefault(role, []).append(Task(name, is_proposal))
    here = (await manned(session, [grid_id]))[grid_id]
    return [
        Card(place.name, one.name, tuple(duties.get(_OWNERS[place.role], ())))
        for place in here.places
        if place.role in _OWNERS
        for one in place.holders
    ]


async def _calls(session: AsyncSession, near: list[Organization]) -> list[Call]:
    query = select(Organization).where(
        Organization.kind == OrganizationKind.COUNTY_CENTRE, Organization.is_active
    )
    offices = {row.id: row for row in (*near, *await session.scalars(query))}
    return [Call(row.short_name, row.phone) for row in offices.values() if row.phone]
