"""What a grid has and lacks: 五定四清 (S2-3), 十有 (S2-32 to S2-41), load (S1-8).

Of a grid, never of a person: there is no rank and no sum over people.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid
from app.models.obligation import Obligation
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Post, Role
from app.models.slot import KIT, GridProvision, Provision, SlotRole
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access, patrols, places, schemes
from app.services.access import Actor
from app.services.permissions import Permission
from app.services.schemes import Scheme
from app.services.slots import levels, noting
from app.services.slots.holders import Holder, holders


class Check(StrEnum):
    """The first five are 五定, the next four 四清, the last ten 十有."""

    AREA = "area"
    PEOPLE = "people"
    DUTIES = "duties"
    TASKS = "tasks"
    REWARDS = "rewards"
    CLEAR_AREA = "clear_area"
    CLEAR_PEOPLE = "clear_people"
    CLEAR_DUTIES = "clear_duties"
    CLEAR_BASE = "clear_base"
    OFFICE = "office"
    MAP = "map"
    STRUCTURE = "structure"
    FILE = "file"
    LEDGER = "ledger"
    REGULATIONS = "regulations"
    GRIDWORKER = "gridworker"
    COMPUTER = "computer"
    KIT = "kit"
    NOTICE = "notice"


@dataclass(frozen=True)
class Noted:
    """Seen on the spot by somebody; `by` None: noted before that was asked."""

    on: date
    by: str | None


@dataclass(frozen=True)
class Facts:
    """What is known of one grid today."""

    grid: Grid
    level: int | None
    required: frozenset[SlotRole]  # places that the scheme asks for on this level
    filled: frozenset[SlotRole]
    workers: int
    reachable_workers: int
    objects: int
    unconfirmed: int
    has_tasks: bool
    has_duties: bool  # somebody in force here owes something by a duty in force
    has_scheme: bool
    provisions: Mapping[Provision, Noted]


@dataclass(frozen=True)
class Readiness:
    """`load`: objects of each gridworker; None = nobody there. Bundles count as one.

    `may_note`: whoever asks may say what is there.
    """

    facts: Facts
    met: frozenset[Check]
    may_note: bool

    @property
    def load(self) -> float | None:
        return round(self.facts.objects / self.facts.workers, 1) if self.facts.workers else None


def judge(facts: Facts) -> frozenset[Check]:
    """The table of checks: each a sentence about the facts."""
    is_drawn, is_staffed = facts.grid.outline is not None, facts.workers > 0
    is_filled = bool(facts.required) and facts.required <= facts.filled
    verdicts = {
        Check.AREA: is_drawn,
        Check.PEOPLE: is_staffed,
        Check.DUTIES: facts.has_duties,
        Check.TASKS: facts.has_tasks,
        Check.REWARDS: Provision.REWARDS in facts.provisions,
        Check.CLEAR_AREA: is_drawn and facts.grid.parent_id is not None,
        Check.CLEAR_PEOPLE: is_staffed and facts.reachable_workers == facts.workers,
        Check.CLEAR_DUTIES: is_filled,
        Check.CLEAR_BASE: facts.objects > 0 and facts.unconfirmed == 0,
        Check.OFFICE: Provision.OFFICE in facts.provisions,
        Check.MAP: is_drawn,
        Check.STRUCTURE: facts.has_scheme and facts.grid.parent_id is not None,
        Check.FILE: is_staffed,
        Check.LEDGER: facts.objects > 0,
        Check.REGULATIONS: Provision.REGULATIONS in facts.provisions,
        Check.GRIDWORKER: is_staffed,
        Check.COMPUTER: Provision.COMPUTER in facts.provisions,
        Check.KIT: facts.provisions.keys() >= KIT,
        Check.NOTICE: Provision.NOTICE in facts.provisions,
    }
    return frozenset(check for check, is_met in verdicts.items() if is_met)


async def readiness(
    session: AsyncSession, actor: Actor, township_id: UUID | None = None
) -> list[Readiness]:
    """Of every grid on the ground that nothing hangs under, by code and name."""
    access.require(actor, Permission.USE_DESK)
    villages = await _villages(session)
    rows = await places.grids(session, actor, township_id)
    parents = {row.parent_id for row in rows}
    lowest = [row for row in rows if row.id not in parents and row.organization_id in villages]
    found = await _facts(session, lowest)
    known = await places.known_grids(session)
    return [
        Readiness(facts, judge(facts), noting.may_note(actor, known.get(facts.grid.id)))
        for facts in found
    ]


async def _villages(session: AsyncSession) -> set[UUID]:
    query = select(Organization.id).where(Organization.kind == OrganizationKind.VILLAGE)
    return set(await session.scalars(query))


async def _facts(session: AsyncSession, rows: Collection[Grid]) -> list[Facts]:
    ids = [row.id for row in rows]
    scheme = await schemes.in_force(session)
    depth = await levels.levels_of_all(session, scheme) if scheme else {}
    people = await holders(session, ids)
    workers, objects = await _workers(session, ids), await _objects(session, ids)
    provisions, planned = await _provisions(session, ids), await patrols.covered(session, ids)
    owing = await _owing(session)
    filled_at = {row.id: _filled(people.get(row.id, [])) for row in rows}
    return [
        Facts(
            grid=row,
            level=depth.get(row.id),
            required=_required(scheme, depth.get(row.id)),
            filled=filled_at[row.id],
            workers=workers.get(row.id, (0, 0))[0],
            reachable_workers=workers.get(row.id, (0, 0))[1],
            objects=objects.get(row.id, (0, 0))[0],
            unconfirmed=objects.get(row.id, (0, 0))[1],
            has_tasks=row.id in planned,
            has_duties=not owing.isdisjoint(filled_at[row.id]),
            has_scheme=scheme is not None,
            provisions=provisions.get(row.id, {}),
        )
        for row in rows
    ]


async def _owing(session: AsyncSession) -> frozenset[SlotRole]:
    """Places on a grid whose holders owe something by a duty in force."""
    query = select(Obligation.role, Obligation.slot).where(Obligation.is_active)
    rows = await session.execute(query)
    names = {row.slot or row.role for row in rows}
    return frozenset(role for role in SlotRole if role.value in names)


def _required(scheme: Scheme | None, level: int | None) -> frozenset[SlotRole]:
    slots = scheme.slot if scheme else ()
    return frozenset(slot.role for slot in slots if slot.level == level and slot.is_required)


def _filled(people: list[Holder]) -> frozenset[SlotRole]:
    day = access.today()
    living = [holder for holder in people if holder.is_enabled]
    return frozenset(holder.role for holder in living if holder.is_in_force(day))


async def _workers(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """Gridworkers in force today, and how many of them have a number."""
    rows = await session.execute(
        select(Post.grid_id, func.count(), func.count(Person.mobile))
        .join(Person, Person.id == Post.person_id)
        .where(
            Post.grid_id.in_(ids),
            Post.role == Role.GRIDWORKER,
            access.in_force(access.today()),
            Person.disabled_at.is_(None),
        )
        .group_by(Post.grid_id)
    )
    return {grid_id: (count, called) for grid_id, count, called in rows if grid_id}


async def _objects(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """Open objects that somebody has to look at, a bundle as one; and those not confirmed."""
    waiting = func.count().filter(SupervisedObject.confirmed_at.is_(None))
    rows = await session.execute(
        select(SupervisedObject.grid_id, func.count(), waiting)
        .where(
            SupervisedObject.grid_id.in_(ids),
            SupervisedObject.closed_on.is_(None),
            SupervisedObject.bundle_id.is_(None),
            SupervisedObject.kind != ObjectKind.HOUSEHOLD,
        )
        .group_by(SupervisedObject.grid_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


async def _provisions(
    session: AsyncSession, ids: Collection[UUID]
) -> Mapping[UUID, Mapping[Provision, Noted]]:
    query = (
        select(GridProvision, Person.name)
        .outerjoin(Person, Person.id == GridProvision.noted_by_id)
        .where(GridProvision.grid_id.in_(ids))
    )
    found: dict[UUID, dict[Provision, Noted]] = {}
    for row, name in await session.execute(query):
        found.setdefault(row.grid_id, {})[row.what] = Noted(row.noted_on, name)
    return found
