"""Who lacks what the gate asks for, and whose qualification ends soon: lists, no rates, no ranks.

Before the rule is switched on they say what it would meet; nobody's post is touched by it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.person import Person, Post, Role
from app.services import access, qualifications, rules
from app.services.access import Actor
from app.services.accounts import PostDetails, posts_of
from app.services.accounts import reach as people
from app.services.accounts.people import holds
from app.services.permissions import Permission
from app.services.qualifications import Qualification
from app.services.trainings.commands import StandingQuery
from app.services.trainings.reading import Somebody

SOON = timedelta(days=30)
MOST = 500


@dataclass(frozen=True)
class Standing:
    """Of `asked` people with such posts on `day`; the lists show as many as are wanted."""

    day: date
    roles: list[Role]
    asked: int
    missing_count: int
    ending_count: int
    missing: list[Somebody]
    ending: list[Somebody]


async def standing(
    session: AsyncSession, actor: Actor, query: StandingQuery, most: int = MOST
) -> Standing:
    """Of the people within my reach; by the rule, or as it would be with these roles and day."""
    access.require(actor, Permission.SEE_PEOPLE)
    rule = await rules.training(session)
    day = query.day or max(access.today(), rule.starts_on or access.today())
    roles: list[Role] = [*query.roles] or [Role(role) for role in rule.roles]
    held = select(Post.person_id).where(Post.role.in_(roles), access.in_force(day))
    statement = select(Person).where(
        Person.id.in_(held), Person.disabled_at.is_(None), people.visible(actor)
    )
    if query.organization_id:
        statement = statement.where(holds(query.organization_id, None, day))
    rows = list(await session.scalars(statement.order_by(Person.name, Person.id)))
    shown = await qualifications.of(session, [row.id for row in rows], day)
    missing = [row for row in rows if not shown[row.id].holds_on(day)]
    ending = [row for row in rows if ends_soon(shown[row.id], day)]
    posts = await posts_of(session, [row.id for row in (*missing, *ending)])

    def told(some: list[Person]) -> list[Somebody]:
        found = [Somebody(one, _of(posts[one.id], roles, day), shown[one.id]) for one in some]
        found.sort(key=lambda one: one.posts[0].organization.name)
        return found[:most]

    counts = (len(rows), len(missing), len(ending))
    return Standing(day, roles, *counts, told(missing), told(ending))


def ends_soon(qualification: Qualification, day: date) -> bool:
    until = qualification.valid_until
    return until is not None and day <= until <= day + SOON


def _of(posts: Collection[PostDetails], roles: Collection[Role], day: date) -> list[PostDetails]:
    return [one for one in posts if one.post.role in roles and one.is_in_force(day)]


async def ending_soon(
    session: AsyncSession, day: date, roles: Collection[Role]
) -> list[tuple[UUID, date, set[UUID]]]:
    """Everybody whose qualification ends soon: person, last day, bodies that should know."""
    query = select(Person.id).where(
        Person.disabled_at.is_(None),
        Person.id.in_(select(Post.person_id).where(Post.role.in_(roles), access.in_force(day))),
    )
    ids = list(await session.scalars(query))
    shown = await qualifications.of(session, ids, day)
    soon = {id_: found.valid_until for id_, found in shown.items() if ends_soon(found, day)}
    posts = await posts_of(session, soon)
    return [
        (id_, until, {_desk(one) for one in _of(posts[id_], roles, day)})
        for id_, until in soon.items()
        if until is not None
    ]


def _desk(one: PostDetails) -> UUID:
    """The township; for a line of the county its department."""
    return one.organization.within_id or one.organization.id
