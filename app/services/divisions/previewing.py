"""What a change would do, before it is decided: how much goes where, how much to other villages."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.base import new_id
from app.models.grid import Grid
from app.models.hazard import Hazard
from app.models.organization import Organization
from app.models.patrol import PatrolTask, TaskStatus
from app.models.person import Post
from app.models.supervised_object import SupervisedObject
from app.services import access, hazards, ledger, places
from app.services.access import Actor
from app.services.divisions import deciding
from app.services.divisions.commands import ChangeDivision, Target
from app.services.divisions.grounds import Plan
from app.services.permissions import Permission


@dataclass(frozen=True)
class Share:
    """What one of the grids that follow would get; `people`: posts."""

    name: str
    body: Organization
    objects: int
    cases: int
    people: int


@dataclass(frozen=True)
class Outlook:
    """`*_over`: how many of them change their village."""

    shares: list[Share]
    objects_over: int
    cases_over: int
    people_over: int
    tasks: int


@dataclass(frozen=True)
class _Going:
    """What is on the ground now, and the grid that each would go to; `walks`: posts and bodies."""

    objects: list[tuple[SupervisedObject, Grid]]
    cases: list[tuple[Hazard, Grid]]
    walks: list[tuple[Post, UUID]]


async def preview(session: AsyncSession, actor: Actor, command: ChangeDivision) -> Outlook:
    """By the checks of a decision; nothing is written or locked. As of today: more may come."""
    access.require(actor, Permission.DRAFT_PLACES)
    await _require_own(session, actor, command)
    ends, posts, target_bodies = await deciding.check(session, command, locked=False)
    pairs = list(zip(command.targets, target_bodies, strict=True))
    after = [await _sketch(session, target, body_id) for target, body_id in pairs]
    going = await _going(session, command, ends, after)
    going.walks.extend((posts[id_], body_id) for one, body_id in pairs for id_ in one.post_ids)
    was = {grid.id: grid.organization_id for grid in ends}
    known = await places.by_id(session, set(target_bodies))
    shares = [
        Share(
            name=grid.name,
            body=known[grid.organization_id],
            objects=sum(there is grid for _, there in going.objects),
            cases=sum(there is grid for _, there in going.cases),
            people=len(target.post_ids),
        )
        for grid, target in zip(after, command.targets, strict=True)
    ]
    return Outlook(
        shares=shares,
        objects_over=sum(grid.organization_id != was[row.grid_id] for row, grid in going.objects),
        cases_over=sum(
            grid.organization_id != was[row.grid_id] for row, grid in going.cases if row.grid_id
        ),
        people_over=len({one.id for one, body_id in going.walks if one.organization_id != body_id}),
        tasks=await _tasks(session, list(was)),
    )


async def _going(
    session: AsyncSession, command: ChangeDivision, ends: Sequence[Grid], after: Sequence[Grid]
) -> _Going:
    pairs = zip(after, command.targets, strict=True)
    named = {id_: grid for grid, target in pairs for id_ in target.object_ids}
    plan, ids = Plan(after, named), [grid.id for grid in ends]
    objects = await ledger.open_on(session, ids, locked=False)
    there = {row.id: row for row in objects}
    went = {row.id: plan.of_object(there.get(row.bundle_id or row.id, row)) for row in objects}
    cases = await hazards.open_on(session, ids, locked=False)
    return _Going(
        objects=[(row, went[row.id]) for row in objects],
        cases=[(row, plan.of(row, row.enterprise_id, went)) for row in cases],
        walks=[],
    )


async def _require_own(session: AsyncSession, actor: Actor, command: ChangeDivision) -> None:
    """As of the ground: a township works out changes of its own villages only."""
    query = select(Grid.organization_id).where(Grid.id.in_(command.grid_ids))
    named = {one.organization_id for one in command.targets if one.organization_id}
    bodies = await places.by_id(session, {*await session.scalars(query), *named})
    for body in bodies.values():
        places.require_own(actor, body, "grid_ids")


async def _sketch(session: AsyncSession, target: Target, body_id: UUID) -> Grid:
    """Not kept: only to ask what lies in it."""
    if target.grid_id:
        return await session.get_one(Grid, target.grid_id)
    drawn = None
    if target.outline is not None:
        drawn = places.check_drawn(target.outline, target.outline_crs).geometry
    return Grid(id=new_id(), name=target.name, organization_id=body_id, outline=drawn)


async def _tasks(session: AsyncSession, grid_ids: Sequence[UUID]) -> int:
    query = select(func.count()).where(
        PatrolTask.grid_id.in_(grid_ids), PatrolTask.status == TaskStatus.OPEN
    )
    return await session.scalar(query) or 0
