"""When an object was last seen, what is to come, and why nobody was there: clauses for all lists.

Seen is what `looking` notes. A look at the whole grid is one at the grid, not at each place on it.
A member of a bundle is seen with it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app import clock
from app.models.grid import Grid
from app.models.obligation import Obligation, Scope
from app.models.patrol import PatrolTask, TaskStatus
from app.models.person import GRID_ROLES, Person, Post
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.models.visit import LastLook
from app.services import access
from app.services.patrols import subjects
from app.services.patrols.reach import has_begun

LONG_DAYS = 15  # as often as a county looks at each place (S3-5)
_Object = SupervisedObject


class UnseenWhy(StrEnum):
    """Why an object waits to be seen: the first that holds."""

    NO_GRID = "no_grid"  # its grid has ended
    NOBODY = "nobody"  # neither gridworker nor chief is there today, nor a deputy for one on leave
    UNCONFIRMED = "unconfirmed"  # collected on site, nobody has vouched for it yet
    PUT_OFF = "put_off"  # its day has passed, or somebody has said why it was not done
    PLANNED = "planned"  # a task is open and not yet late
    NEXT_ROUND = "next_round"  # done for this round, or the round has not been planned yet
    WITH_GRID = "with_grid"  # a home on a grid that is walked: no scheme but two gives it a rhythm
    NO_PLAN = "no_plan"  # no obligation asks for it


@dataclass(frozen=True)
class Sight:
    """Joined sources: `since` is when it was last seen, else when it came into the ledger."""

    source: FromClause
    seen_at: ColumnElement[Any]
    since: ColumnElement[Any]
    task: Any
    why: ColumnElement[str]


async def duties(session: AsyncSession) -> list[Obligation]:
    """What asks people on foot to look at objects, and is understood."""
    on_foot = Obligation.role.in_(GRID_ROLES)
    rows = await session.scalars(subjects.asking().where(Obligation.scope == Scope.OBJECT, on_foot))
    return [row for row in rows if subjects.of(row) is not None]


def is_asked_by(
    asking: Collection[Obligation], it: type[SupervisedObject] = _Object
) -> ColumnElement[bool]:
    """Does one of these ask to look at the object?"""
    clauses = []
    for duty in asking:
        narrowed = subjects.narrowing(duty)
        kinds = it.kind.in_(narrowed["kinds"])
        clauses.append(and_(kinds, it.is_key) if narrowed["only_key"] else kinds)
    return or_(false(), *clauses)


def _goes_with_grid(asking: Collection[Obligation]) -> ColumnElement[bool]:
    """A household where something else is looked at by the plan: who walks there passes it (S3-14).

    Once a duty asks for households, those that it leaves out are left out.
    """
    if any(ObjectKind.HOUSEHOLD in subjects.narrowing(duty)["kinds"] for duty in asking):
        return false()
    other = aliased(_Object)
    walked = select(other.grid_id).where(
        other.closed_on.is_(None), other.confirmed_at.is_not(None), is_asked_by(asking, other)
    )
    return and_(_Object.kind == ObjectKind.HOUSEHOLD, _Object.grid_id.in_(walked))


def sight(day: date, asking: Collection[Obligation], task: FromClause) -> Sight:
    """Of every object, with `Grid` beside it. `task`: `waiting` or `waiting_at_each`."""
    own, on_foot = sight_by_itself(day, asking, task), manned(day)
    source = own.source.join(Grid, Grid.id == _Object.grid_id).outerjoin(
        on_foot, on_foot.c.grid_id == _Object.grid_id
    )
    return replace(own, source=source, why=case(*reasons_of_ground(day, on_foot), else_=own.why))


def sight_by_itself(day: date, asking: Collection[Obligation], task: FromClause) -> Sight:
    """Of every object, `why` as if its grid had no reason of its own."""
    source = (
        _Object.__table__.outerjoin(LastLook, LastLook.object_id == _Object.id)
        .outerjoin(task, task.c.object_id == _Object.id)
    )  # fmt: skip
    late = or_(task.c.rollovers > 0, task.c.original_due_on < day)
    why = case(
        (_Object.confirmed_at.is_(None), UnseenWhy.UNCONFIRMED),
        (late, UnseenWhy.PUT_OFF),
        (task.c.id.is_not(None), UnseenWhy.PLANNED),
        (is_asked_by(asking), UnseenWhy.NEXT_ROUND),
        (_goes_with_grid(asking), UnseenWhy.WITH_GRID),
        else_=UnseenWhy.NO_PLAN,
    )
    since = func.coalesce(LastLook.seen_at, _Object.created_at)
    seen_at: ColumnElement[Any] = LastLook.__table__.c.seen_at
    return Sight(source, seen_at, since, task.c, why)


def reasons_of_ground(day: date, on_foot: Any) -> list[tuple[ColumnElement[bool], UnseenWhy]]:
    """Those that hold for everything on a `Grid`, and before those of an object."""
    is_empty: ColumnElement[bool] = on_foot.c.grid_id.is_(None)
    return [(Grid.valid_to < day, UnseenWhy.NO_GRID), (is_empty, UnseenWhy.NOBODY)]


def longer_than(days: int) -> datetime:
    """What was seen before this moment was not seen for more days than that, by the calendar."""
    return clock.midnight(access.today() - timedelta(days=days))


def days_since(moment: ColumnElement[Any], day: date) -> ColumnElement[int]:
    """Until this day of the county's calendar, 0 for what lies ahead; null since nothing."""
    there = func.date(func.timezone(clock.COUNTY_ZONE.key, moment))
    return case((there > day, 0), else_=literal(day, Date) - there)


# What somebody must look at: members of bundles are looked at with them.
IS_LOOKED_AT = and_(_Object.closed_on.is_(None), _Object.bundle_id.is_(None))


def waiting(ground: Sequence[ColumnElement[bool]]) -> FromClause:
    """The task that waits longest at each object of this ground, for many: one walk over all.

    `ground`: clauses on the grid of an object; none for the whole county.
    """
    found = _waiting().ext(distinct_on(PatrolTask.object_id))
    found = found.order_by(PatrolTask.object_id, *_LONGEST)
    if ground:
        mine = select(_Object.id).where(*ground).correlate(None)
        found = found.where(PatrolTask.object_id.in_(mine))
    return found.subquery("task")


def waiting_at_each() -> FromClause:
    """The same for a page of objects: a probe of the index each."""
    at = _waiting().where(PatrolTask.object_id == _Object.id).order_by(*_LONGEST)
    return at.limit(1).correlate(_Object).lateral("task")


_LONGEST = (PatrolTask.original_due_on, PatrolTask.id)


def _waiting() -> Select[*tuple[Any, ...]]:
    """Of the plan or of a campaign."""
    return select(
        PatrolTask.id,
        PatrolTask.object_id,
        PatrolTask.due_on,
        PatrolTask.original_due_on,
        PatrolTask.rollovers,
        PatrolTask.obligation_key,
        PatrolTask.campaign_id,
    ).where(
        PatrolTask.status == TaskStatus.OPEN,
        PatrolTask.role.in_(GRID_ROLES),
        has_begun(access.today()),
    )


def manned(day: date) -> Any:
    """Grids where somebody is on foot today, or on leave with a deputy who walks meanwhile."""
    deputy = aliased(Person)
    is_here = or_(
        Post.on_leave_until.is_(None),
        Post.on_leave_until < day,
        and_(deputy.id.is_not(None), deputy.disabled_at.is_(None)),
    )
    return (
        select(Post.grid_id)
        .join(Person, Person.id == Post.person_id)
        .outerjoin(deputy, deputy.id == Post.deputy_id)
        .where(
            Post.grid_id.is_not(None),
            Post.role.in_(GRID_ROLES),
            access.in_force(day),
            Person.disabled_at.is_(None),
            is_here,
        )
        .distinct()
        .subquery("manned")
    )
