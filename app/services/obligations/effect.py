"""What a duty would make: said before it is decided, by the same selects that plan it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.obligation import Obligation, Period
from app.models.person import GRID_ROLES, Person, Post, Role
from app.services import access, checklists, patrols, places
from app.services.access import Actor
from app.services.obligations import planning
from app.services.obligations.commands import DecideObligation
from app.services.obligations.requiring import require_right
from app.services.rules.changing import require_editor

_MOST = 3
# Windows of a period in a month of 365 / 12 days.
A_MONTH: dict[Period, float] = {
    Period.DAY: 365 / 12,
    Period.WEEK: 365 / 12 / 7,
    Period.DAYS_15: 365 / 12 / 15,
    Period.HALF_MONTH: 2,
    Period.MONTH: 1,
    Period.QUARTER: 1 / 3,
    Period.YEAR: 1 / 12,
}


@dataclass(frozen=True)
class BusyGrid:
    """`each`: tasks a month for each who walks there."""

    id: UUID
    name: str
    each: float


@dataclass(frozen=True)
class ListUse:
    """How many of what is looked at go by this list; `name` None: no list fits."""

    name: str | None
    count: int


@dataclass(frozen=True)
class Effect:
    """`subjects`: what is counted. `each`: tasks a month for one who walks, on the average.

    `unheld`: objects for which nobody is in the place or post. `empty_grids`: with tasks and
    nobody to do them. `counts_from`: the first day it would count.
    """

    subjects: int
    unheld: int
    a_month: float
    people: int
    each: float | None
    empty_grids: int
    counts_from: date
    busiest: list[BusyGrid] = field(default_factory=list)
    lists: list[ListUse] = field(default_factory=list)


async def effect(
    session: AsyncSession, actor: Actor, key: str, command: DecideObligation
) -> Effect:
    """Nothing is written. Raises what deciding would raise."""
    require_editor(actor)
    row = await session.get(Obligation, key)
    await require_right(session, command, row)
    await planning.require_undecided(session, row, command)
    today = access.today()
    draft = planning.draft(key, command, today)
    beginning = await planning.beginning(session, row, command, today)
    if not command.is_active or not patrols.is_planned(draft):
        return Effect(0, 0, 0, 0, None, 0, beginning)
    rate = A_MONTH[draft.period] * draft.min_count
    by_grid = await patrols.count_by_grid(session, draft, today)
    total = sum(by_grid.values())
    walking = await _walking(session, draft.role)
    loads = _loads(by_grid, walking, rate)
    people = sum(walking.get(grid_id, 0) for grid_id in by_grid if grid_id)
    busiest = sorted(loads.items(), key=lambda one: -one[1])[:_MOST]
    known = await places.known_grids(session)
    return Effect(
        subjects=total,
        unheld=await patrols.count_unheld(session, draft, today, total),
        a_month=round(total * rate, 1),
        people=people,
        each=round(sum(by_grid[g] for g in loads) * rate / people, 1) if people else None,
        empty_grids=len(by_grid.keys() - loads.keys()) if draft.role in GRID_ROLES else 0,
        counts_from=beginning,
        busiest=[BusyGrid(id_, known[id_].name, round(each, 1)) for id_, each in busiest],
        lists=await _lists(session, draft, total, today),
    )


def _loads(
    by_grid: dict[UUID | None, int], walking: dict[UUID, int], rate: float
) -> dict[UUID, float]:
    """Tasks a month for each who walks a grid; of grids where somebody does."""
    return {
        grid_id: count * rate / walking[grid_id]
        for grid_id, count in by_grid.items()
        if grid_id is not None and walking.get(grid_id)
    }


async def _walking(session: AsyncSession, role: Role | None) -> dict[UUID, int]:
    """By grid, how many have the post on foot; whoever looks from elsewhere has no grid."""
    if role not in GRID_ROLES:
        return {}
    query = (
        select(Post.grid_id, func.count(Post.person_id.distinct()))
        .join(Person, Person.id == Post.person_id)
        .where(
            Post.grid_id.is_not(None),
            Post.role == role,
            access.in_force(access.today()),
            Person.disabled_at.is_(None),
        )
        .group_by(Post.grid_id)
    )
    return {grid_id: count for grid_id, count in await session.execute(query) if grid_id}


async def _lists(
    session: AsyncSession, draft: Obligation, total: int, today: date
) -> list[ListUse]:
    """One list if the duty names it, else those that the table chooses."""
    if draft.checklist_key:
        found = await checklists.one(session, draft.checklist_key)
        return [ListUse(found.checklist.name, total)]
    uses: list[tuple[Any, int]] = await patrols.count_by_list(session, draft, today)
    return [ListUse(name, count) for name, count in uses]
