"""What the rows of a step are held against: bodies and grids, people, and who has what already."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal_column, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from app.models.grid import Grid
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Role
from app.services import access, accounts, places, slots
from app.services.access import Actor
from app.services.accounts import PostDetails, Reach
from app.services.roster.jobs import Jobs
from app.services.sheets import tidy
from app.services.slots import Holder

_BODY = Organization


@dataclass
class Known:
    jobs: Jobs
    bodies: Mapping[str, Sequence[Organization]]  # by name, short name and code, as cells say it
    grids: Sequence[Grid]  # of the bodies that are named, and those that are named themselves
    runners: Mapping[UUID, Organization]
    levels: Mapping[UUID, int]
    people: Mapping[str, Person]  # by whole number
    namesakes: Mapping[str, Sequence[Person]]  # within reach, by name
    reach: Mapping[UUID, Reach]
    posts: Mapping[UUID, Sequence[PostDetails]]
    holders: dict[UUID, list[Holder]] = field(default_factory=dict)
    near: dict[str, str] = field(default_factory=dict)  # what bodies are told for a wrong name

    @cached_property
    def grids_called(self) -> Mapping[str, Sequence[Grid]]:
        """By name and by code, as cells say them."""
        found: dict[str, list[Grid]] = {}
        for grid in self.grids:
            for text in {tidy(grid.name), grid.official_code} - {None}:
                found.setdefault(str(text), []).append(grid)
        return found

    @cached_property
    def grids_in(self) -> Mapping[UUID, Sequence[Grid]]:
        """By the body that runs them."""
        found: dict[UUID, list[Grid]] = {}
        for grid in self.grids:
            found.setdefault(grid.organization_id, []).append(grid)
        return found


def within(actor: Actor) -> ColumnElement[bool]:
    """Bodies about whose people the actor may bring something in."""
    if actor.roles & {Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR}:
        return true()
    return _BODY.within_id.in_(actor.organizations_of(OrganizationKind.TOWNSHIP_SUBCENTRE))


async def bodies_within(session: AsyncSession, actor: Actor) -> Sequence[Organization]:
    """Without enterprises, which are too many to choose from; open ones, township by township."""
    query = select(_BODY).where(
        within(actor), _BODY.is_active, _BODY.kind != OrganizationKind.ENTERPRISE
    )
    order = (_BODY.within_id, _BODY.kind == OrganizationKind.VILLAGE, _BODY.code, _BODY.name)
    rows = await session.scalars(query.order_by(*order))
    return rows.all()


async def grids_of(
    session: AsyncSession, body_ids: Collection[UUID], *conditions: ColumnElement[bool]
) -> Sequence[Grid]:
    """Of these bodies, in force or to come."""
    query = select(Grid).where(
        Grid.organization_id.in_(body_ids), places.is_not_over(access.today()), *conditions
    )
    query = query.options(defer(Grid.outline, raiseload=True))  # the largest part by far
    return (await session.scalars(query.order_by(Grid.official_code, Grid.name, Grid.id))).all()


async def known_for(
    session: AsyncSession,
    actor: Actor,
    jobs: Jobs,
    texts: Collection[str],
    grids_told: Collection[str],
    names: Collection[str],
    numbers: Collection[str],
) -> Known:
    """`texts` and `grids_told`: bodies and grids as the cells call them; `names`, `numbers` of
    people.
    """
    bodies = [*await bodies_within(session, actor), *await _enterprises(session, actor, texts)]
    by_name = _by_name(bodies)
    at_home = {body.id for text in texts for body in by_name.get(text, ())}
    plain = func.normalize(Grid.name, literal_column("NFKC"))
    called = or_(plain.in_(grids_told), Grid.official_code.in_(grids_told))
    is_meant = or_(Grid.organization_id.in_(at_home), called)
    grids = await grids_of(session, [body.id for body in bodies], is_meant)
    depth = await slots.levels_of_all(session, jobs.scheme) if jobs.scheme else {}
    people = list(await session.scalars(select(Person).where(Person.mobile.in_(numbers))))
    mine = select(Person).where(Person.name.in_(names), accounts.visible(actor))
    same = list(await session.scalars(mine.order_by(Person.id)))
    ids = {person.id for person in [*people, *same]}
    return Known(
        jobs=jobs,
        bodies=by_name,
        grids=grids,
        runners={body.id: body for body in bodies},
        levels=depth,
        people={person.mobile: person for person in people if person.mobile},
        namesakes=_by_own_name(same),
        reach=await accounts.sorted_by_reach(session, actor, ids),
        posts=await accounts.posts_of(session, ids),
    )


def _by_own_name(people: Sequence[Person]) -> dict[str, list[Person]]:
    found: dict[str, list[Person]] = {}
    for person in people:
        found.setdefault(person.name, []).append(person)
    return found


async def _enterprises(
    session: AsyncSession, actor: Actor, texts: Collection[str]
) -> Sequence[Organization]:
    """Those that are named: cells come half width, names of firms often are not."""
    plain = func.normalize(_BODY.name, literal_column("NFKC"))
    query = select(_BODY).where(
        within(actor),
        _BODY.is_active,
        _BODY.kind == OrganizationKind.ENTERPRISE,
        or_(plain.in_(texts), _BODY.short_name.in_(texts)),
    )
    return (await session.scalars(query)).all()


def _by_name(bodies: Sequence[Organization]) -> dict[str, list[Organization]]:
    found: dict[str, list[Organization]] = {}
    for body in bodies:
        for name in {tidy(body.name), tidy(body.short_name), *([body.code] if body.code else [])}:
            found.setdefault(name, []).append(body)
    return found
