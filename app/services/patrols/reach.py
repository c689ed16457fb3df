"""Whose tasks these are, and who sees them: the two clauses of every question about patrols."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.models.organization import OrganizationKind
from app.models.patrol import PatrolTask
from app.models.person import Person, Post, Role
from app.models.slot import SlotAssignment
from app.models.supervised_object import SupervisedObject
from app.services import access, places
from app.services.access import Actor, Seat
from app.services.permissions import Permission

_Object, _Held = aliased(SupervisedObject), aliased(Post)
# A chief stands in for the gridworkers of the grid (deputies).
_DUTIES: dict[Role, tuple[Role, ...]] = {
    Role.GRIDWORKER: (Role.GRIDWORKER,),
    Role.GRID_CHIEF: (Role.GRID_CHIEF, Role.GRIDWORKER),
}
# Owed by whoever has the post, not by one person or one place.
_IS_OF_POSTS = and_(PatrolTask.person_id.is_(None), PatrolTask.slot.is_(None))


def is_mine(actor: Actor) -> ColumnElement[bool]:
    """Tasks that the actor may do: in person, of a place on a grid, of the own grid or enterprise,
    and those of a colleague on leave who has named the actor.
    """
    today = access.today()
    own = _owed(actor, actor.seats)
    return or_(*own, _is_of_seat(actor, today), _stands_in(actor, today))


def _owed(actor: Actor, posts: Iterable[Seat | Post]) -> list[ColumnElement[bool]]:
    """In person, or by one of these posts."""
    clauses: list[ColumnElement[bool]] = [PatrolTask.person_id == actor.person_id]
    for post in posts:
        if post.grid_id and post.role in _DUTIES:
            of_role = PatrolTask.role.in_(_DUTIES[post.role])
            clauses.append(and_(PatrolTask.grid_id == post.grid_id, of_role, _IS_OF_POSTS))
        if post.role is Role.SAFETY_OFFICER:
            of_body = PatrolTask.organization_id == post.organization_id
            clauses.append(and_(of_body, _IS_OF_POSTS))
    return clauses


async def _is_mine_in_lists(session: AsyncSession, actor: Actor) -> ColumnElement[bool]:
    """As `is_mine`, with places and leaves looked up before.

    Every branch is a condition on columns of the task, so that indexes can be combined.
    """
    today = access.today()
    away = await session.scalars(select(Post).where(*_is_away_for(actor, today)))
    seats = await session.execute(
        select(SlotAssignment.role, SlotAssignment.grid_id).where(*_is_seat_of(actor, today))
    )
    of_seats = (
        and_(PatrolTask.slot == role, PatrolTask.slot_grid_id == grid_id) for role, grid_id in seats
    )
    return or_(*_owed(actor, [*actor.seats, *away]), *of_seats)


async def is_for_me(session: AsyncSession, actor: Actor) -> ColumnElement[bool]:
    """What the actor is asked to do: not what a colleague of the grid has as its cadre (S4-18).

    While that cadre is on leave or locked out, everybody of the grid is asked. A chief is asked
    for all of it. Who looks there all the same has done it: see `is_mine`.
    """
    chief_of = [
        seat.grid_id for seat in actor.seats if seat.grid_id and seat.role is Role.GRID_CHIEF
    ]
    of_colleague = (
        select(_Object.id)
        .join(_Held, and_(_Held.person_id == _Object.cadre_id, _Held.grid_id == _Object.grid_id))
        .join(Person, Person.id == _Held.person_id)
        .where(
            Person.disabled_at.is_(None),
            _Object.id == PatrolTask.object_id,
            _Object.cadre_id != actor.person_id,
            _Held.role == Role.GRIDWORKER,
            _Held.starts_on <= access.today(),
            or_(_Held.ends_on.is_(None), _Held.ends_on >= access.today()),
            or_(_Held.on_leave_until.is_(None), _Held.on_leave_until < access.today()),
        )
        .correlate(PatrolTask)
    )
    is_shared = or_(
        PatrolTask.grid_id.in_(chief_of), PatrolTask.role.is_distinct_from(Role.GRIDWORKER)
    )
    mine = await _is_mine_in_lists(session, actor)
    return and_(mine, or_(is_shared, ~of_colleague.exists()))


def was_mine(actor: Actor, day: date) -> ColumnElement[bool]:
    """Tasks that were the actor's by a post or place held on that day, whatever became of it."""
    held = select(Post.id).where(
        Post.person_id == actor.person_id, access.in_force(day), _is_post_for_it()
    )
    by_post = and_(_IS_OF_POSTS, held.exists())
    return or_(by_post, _is_of_seat(actor, day), _stands_in(actor, day))


def _is_post_for_it() -> ColumnElement[bool]:
    """The post is one whose holders owe the task: of its grid, or of its body."""
    of_grid = or_(*(_is_role(role, PatrolTask.role.in_(of)) for role, of in _DUTIES.items()))
    return or_(
        and_(Post.grid_id == PatrolTask.grid_id, of_grid),
        _is_role(Role.SAFETY_OFFICER, Post.organization_id == PatrolTask.organization_id),
    )


def _stands_in(actor: Actor, day: date) -> ColumnElement[bool]:
    """Somebody whose task it is is on leave and has named the actor."""
    away = select(Post.id).where(*_is_away_for(actor, day), _is_post_for_it())
    return and_(_IS_OF_POSTS, away.exists())


def _is_away_for(actor: Actor, day: date) -> Iterable[ColumnElement[bool]]:
    """Posts on leave whose patrols the actor has meanwhile."""
    on_leave = Post.on_leave_until >= day
    return Post.deputy_id == actor.person_id, on_leave, access.in_force(day)


def _is_of_seat(actor: Actor, day: date) -> ColumnElement[bool]:
    """The actor holds the place on a grid that owes the task (S0-22 to S0-25)."""
    held = select(SlotAssignment.id).where(
        *_is_seat_of(actor, day),
        SlotAssignment.role == PatrolTask.slot,
        SlotAssignment.grid_id == PatrolTask.slot_grid_id,
    )
    return and_(PatrolTask.slot.is_not(None), held.exists())


def _is_seat_of(actor: Actor, day: date) -> Iterable[ColumnElement[bool]]:
    """Places on grids that the actor holds."""
    is_there_still = or_(SlotAssignment.ends_on.is_(None), SlotAssignment.ends_on >= day)
    own = SlotAssignment.person_id == actor.person_id
    return own, SlotAssignment.starts_on <= day, is_there_still


def is_or_was_mine(actor: Actor, day: date) -> ColumnElement[bool]:
    """What a phone held back is still its own."""
    return or_(is_mine(actor), was_mine(actor, day))


def _is_role(role: Role, also: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(Post.role == role, also)


async def within(
    session: AsyncSession, actor: Actor, column: InstrumentedAttribute[Any]
) -> ColumnElement[bool]:
    """Rows of a grid of my village, township or county; `column` holds the grid."""
    if Permission.SEE_COUNTY in actor.permissions:
        return true()
    grids = await grids_within(session, actor)
    return column.in_(grids) if grids else false()


async def grids_within(session: AsyncSession, actor: Actor) -> Collection[UUID]:
    """Ended grids too: what happened there stays with the township."""
    bodies = actor.body_ids
    townships = actor.organizations_of(OrganizationKind.TOWNSHIP_SUBCENTRE) & bodies
    villages = actor.organizations_of(OrganizationKind.VILLAGE) & bodies
    known = (await places.known_grids(session)).values()
    below = {row.id for row in known if row.township_id in townships or row.village_id in villages}
    return below | actor.grid_ids


async def was_there(session: AsyncSession, actor: Actor, grid_id: UUID | None, day: date) -> bool:
    """Did the actor's post on that day reach this grid? What a phone held back is still its own."""
    if grid_id is None or grid_id not in await places.known_grids(session):
        return False
    if Permission.SEE_COUNTY in actor.permissions or grid_id in await grids_within(session, actor):
        return True
    held = select(Post.id).where(
        Post.person_id == actor.person_id, Post.grid_id == grid_id, access.in_force(day)
    )
    return await session.scalar(held.limit(1)) is not None


async def is_task_of(session: AsyncSession, actor: Actor, task_id: UUID, day: date) -> bool:
    """Is this task the actor's, or was it on that day?"""
    query = select(PatrolTask.id).where(PatrolTask.id == task_id, is_or_was_mine(actor, day))
    return await session.scalar(query) is not None


def has_begun(day: date) -> ColumnElement[bool]:
    """What a campaign will look at is nobody's knowledge but the desk's that has ordered it."""
    return or_(PatrolTask.campaign_id.is_(None), PatrolTask.period_start <= day)
