"""When an object was last seen, what is to come, and why nobody was there: clauses for all lists.

Seen is what somebody from outside has looked at: a firm's look at itself is not. A look at the
whole grid is one at the grid, not at each place on it. A member of a bundle is seen with it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    case,
    false,
    func,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.grid import Grid
from app.models.obligation import Obligation, Scope
from app.models.patrol import PatrolTask, TaskStatus
from app.models.person import GRID_ROLES, Person, Post, Role
from app.models.supervised_object import SupervisedObject
from app.models.visit import Visit
from app.services import access
from app.services.patrols import subjects

LONG_DAYS = 15  # as often as a county looks at each place (S3-5)
_Object = SupervisedObject


class UnseenWhy(StrEnum):
    """Why an object waits to be seen: the first that holds."""

    NO_GRID = "no_grid"  # its grid has ended
    NOBODY = "nobody"  # neither gridworker nor chief is there today
    UNCONFIRMED = "unconfirmed"  # collected on site, nobody has vouched for it yet
    PUT_OFF = "put_off"  # its day has passed, or somebody has said why it was not done
    PLANNED = "planned"  # a task is open and not yet late
    NEXT_ROUND = "next_round"  # done for this round, or the round has not been planned yet
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
    query = select(Obligation).where(
        Obligation.is_active,
        Obligation.duty.in_(subjects.LOOKS),
        Obligation.scope == Scope.OBJECT,
        Obligation.role.in_(GRID_ROLES),
    )
    rows = await session.scalars(query.order_by(Obligation.key))
    return [row for row in rows if subjects.of(row) is not None]


def is_asked_by(asking: Collection[Obligation]) -> ColumnElement[bool]:
    """Does one of these ask to look at the object?"""
    clauses = []
    for duty in asking:
        narrowed = subjects.narrowing(duty)
        kinds = _Object.kind.in_(narrowed["kinds"])
        clauses.append(and_(kinds, _Object.is_key) if narrowed["only_key"] else kinds)
    return or_(false(), *clauses)


def sight(day: date, asking: Collection[Obligation]) -> Sight:
    """Of every object, with `Grid` beside it; one statement, one probe of an index each."""
    seen, task, on_foot = _seen(), _task(), manned(day)
    source = (
        _Object.__table__.join(Grid, Grid.id == _Object.grid_id)
        .outerjoin(seen, true())
        .outerjoin(task, true())
        .outerjoin(on_foot, on_foot.c.grid_id == _Object.grid_id)
    )
    late = or_(task.c.rollovers > 0, task.c.original_due_on < day)
    why = case(
        (Grid.valid_to < day, UnseenWhy.NO_GRID),
        (on_foot.c.grid_id.is_(None), UnseenWhy.NOBODY),
        (_Object.confirmed_at.is_(None), UnseenWhy.UNCONFIRMED),
        (late, UnseenWhy.PUT_OFF),
        (task.c.id.is_not(None), UnseenWhy.PLANNED),
        (is_asked_by(asking), UnseenWhy.NEXT_ROUND),
        else_=UnseenWhy.NO_PLAN,
    )
    since = func.coalesce(seen.c.seen_at, _Object.created_at)
    return Sight(source, seen.c.seen_at, since, task.c, why)


def longer_than(days: int) -> datetime:
    """What was seen before this moment was not seen for more days than that, by the calendar."""
    last = access.today() - timedelta(days=days)
    return datetime.combine(last, time(0), clock.COUNTY_ZONE)


def days_between(since: datetime, now: datetime) -> int:
    """Of the county's calendar; none for what lies ahead."""
    return max(0, (clock.local(now).date() - clock.local(since).date()).days)


# What somebody must look at: members of bundles are looked at with them.
IS_LOOKED_AT = and_(_Object.closed_on.is_(None), _Object.bundle_id.is_(None))


def _seen() -> Any:
    """The newest look from outside. A phone whose clock runs ahead was there before it sent."""
    own = select(Post.id).where(
        Post.person_id == Visit.person_id,
        Post.role == Role.SAFETY_OFFICER,
        Post.organization_id == _Object.organization_id,
    )
    own = own.correlate(Visit, _Object)
    return (
        select(func.least(Visit.occurred_at, Visit.received_at).label("seen_at"))
        .where(
            Visit.object_id == _Object.id,
            or_(_Object.organization_id.is_(None), not_(own.exists())),
        )
        .order_by(Visit.occurred_at.desc())
        .limit(1)
        .correlate(_Object)
        .lateral("seen")
    )


def _task() -> Any:
    """The task that waits longest, of the plan or of a campaign."""
    return (
        select(
            PatrolTask.id,
            PatrolTask.due_on,
            PatrolTask.original_due_on,
            PatrolTask.rollovers,
            PatrolTask.obligation_key,
            PatrolTask.campaign_id,
        )
        .where(
            PatrolTask.object_id == _Object.id,
            PatrolTask.status == TaskStatus.OPEN,
            PatrolTask.role.in_(GRID_ROLES),
        )
        .order_by(PatrolTask.original_due_on, PatrolTask.id)
        .limit(1)
        .correlate(_Object)
        .lateral("task")
    )


def manned(day: date) -> Any:
    """Grids where somebody is on foot today."""
    return (
        select(Post.grid_id)
        .join(Person, Person.id == Post.person_id)
        .where(
            Post.grid_id.is_not(None),
            Post.role.in_(GRID_ROLES),
            access.in_force(day),
            Person.disabled_at.is_(None),
        )
        .distinct()
        .subquery("manned")
    )
