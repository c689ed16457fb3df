"""Who goes when the reporter cannot: a chain that ends with somebody (workflow).

The grid's gridworkers, its chiefs, the village's clerk, the township's officers, the county's: the
first link in which somebody is present. Never somebody of a body that rectified.
"""

from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Select,
    and_,
    any_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.models.hazard import Assistant, Hazard
from app.models.person import Person, Post, Role
from app.services import access
from app.services.access import Actor

Day = date | BindParameter[date]
# The chain: a role, and where its holder must have it for a case to be theirs.
CHAIN: tuple[tuple[Role, ColumnElement[bool] | None], ...] = (
    (Role.GRIDWORKER, Post.grid_id == Hazard.grid_id),
    (Role.GRID_CHIEF, Post.grid_id == Hazard.grid_id),
    (Role.VILLAGE_CLERK, Post.organization_id == Hazard.village_id),
    (Role.TOWNSHIP_OFFICER, Post.organization_id == Hazard.township_id),
    (Role.COUNTY_OFFICER, None),
)
_LINKS = [
    Post.role == role if where is None else and_(Post.role == role, where) for role, where in CHAIN
]


def is_present(today: Day | None = None) -> ColumnElement[bool]:
    """Posts in force today whose holder is not on leave."""
    today = today if today is not None else access.today()
    return and_(
        access.in_force(today), or_(Post.on_leave_until.is_(None), Post.on_leave_until < today)
    )


def is_reporter_away(today: Day) -> ColumnElement[bool]:
    """The reporter of a case is gone, on leave, or now works for the department that did it.

    One look at the posts of one person: asked in four questions, PostgreSQL answers each of them
    for the posts of the whole county, whoever asks.
    """
    here, is_present_ = Post.grid_id == Hazard.grid_id, is_present(today)
    was_here = _any(and_(here, Post.starts_on <= today))
    is_here = _any(and_(here, is_present_))
    did_it = _any(and_(is_present_, _did_it(Post.organization_id)))
    away = or_(~_any(is_present_), and_(was_here, ~is_here), did_it)
    posts = select(away).where(Post.person_id == Hazard.reporter_id)
    disabled = select(Person.disabled_at.is_not(None)).where(Person.id == Hazard.reporter_id)
    return or_(*(one.correlate(Hazard).scalar_subquery() for one in (disabled, posts)))


def is_deputy(actor: Actor) -> ColumnElement[bool]:
    """Cases in which the actor stands in for a reporter who is away."""
    today = access.today()
    first = select(func.min(_link())).where(_stands_in(today)).correlate(Hazard)
    mine = first.where(Post.person_id == actor.person_id)
    return and_(
        _may_stand_in_somewhere(actor),
        Hazard.reporter_id != actor.person_id,
        is_reporter_away(today),
        mine.scalar_subquery() == first.scalar_subquery(),
    )


async def deputies_of(
    session: AsyncSession, hazards: Collection[Hazard], actor: Actor | None
) -> dict[UUID, frozenset[UUID]]:
    """Per case whose reporter is away: everybody of the first link that is staffed."""
    ids = [hazard.id for hazard in hazards if actor is None or _may_stand_in(actor, hazard)]
    if not ids:
        return {}
    given = {"ids": ids, "today": access.today()}
    away = list(await session.scalars(_away(), given))
    if not away:
        return {}
    found: dict[UUID, dict[int, set[UUID]]] = {}
    for id_, link, person_id in await session.execute(_deputies(), {**given, "ids": away}):
        found.setdefault(id_, {}).setdefault(link, set()).add(person_id)
    return {id_: _first(by_link) for id_, by_link in found.items()}


@cache
def _away() -> Select[UUID]:
    """Built once: every phone that is told of a colleague's case asks it."""
    today = bindparam("today", type_=Date)
    return select(Hazard.id).where(Hazard.id == any_(access.given("ids")), is_reporter_away(today))


@cache
def _deputies() -> Select[UUID, int, UUID]:
    today = bindparam("today", type_=Date)
    return (
        select(Hazard.id, _link().label("link"), Post.person_id)
        .join(Post, _stands_in(today))
        .where(Hazard.id == any_(access.given("ids")))
    )


def _first(by_link: Mapping[int, set[UUID]]) -> frozenset[UUID]:
    return frozenset(by_link[min(by_link)])


def _link() -> ColumnElement[int]:
    """Which link of the chain a post is, for a case that it may be one for."""
    return case(*((link, number) for number, link in enumerate(_LINKS)))


def _stands_in(today: Day) -> ColumnElement[bool]:
    """Posts of the chain whose holder can go today and had no part in the work."""
    disabled = exists().where(Person.id == Post.person_id, Person.disabled_at.is_not(None))
    other = aliased(Post)
    works_there = exists().where(
        other.person_id == Post.person_id,
        other.starts_on <= today,
        or_(other.ends_on.is_(None), other.ends_on >= today),
        _did_it(other.organization_id),
    )
    return and_(
        or_(*_LINKS),
        Post.person_id != Hazard.reporter_id,
        is_present(today),
        ~disabled.correlate(Post),
        ~works_there.correlate(Post, Hazard),
    )


def _did_it(body_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """The body rectifies this case, or assists in it."""
    helpers = select(Assistant.organization_id).where(Assistant.hazard_id == Hazard.id)
    return or_(body_id == Hazard.department_id, body_id.in_(helpers.correlate(Hazard)))


def _any(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of some rows, which may be none."""
    return func.coalesce(func.bool_or(condition), false())


def _may_stand_in(actor: Actor, hazard: Hazard) -> bool:
    """Before the database is asked: is this person on the chain of this case at all?"""
    bodies = actor.organization_ids
    return actor.person_id != hazard.reporter_id and (
        hazard.grid_id in actor.grid_ids
        or hazard.village_id in bodies
        or hazard.township_id in bodies
        or _is_of_the_county(actor)
    )


def _may_stand_in_somewhere(actor: Actor) -> ColumnElement[bool]:
    bodies = actor.organization_ids
    near = (
        Hazard.grid_id.in_(actor.grid_ids),
        Hazard.village_id.in_(bodies),
        Hazard.township_id.in_(bodies),
    )
    return or_(*near) if not _is_of_the_county(actor) else Hazard.id.is_not(None)


def _is_of_the_county(actor: Actor) -> bool:
    return any(seat.role is Role.COUNTY_OFFICER for seat in actor.seats)
