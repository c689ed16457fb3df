"""Hand-overs before they are made, and on paper afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import NotFound
from app.models.grid import Grid
from app.models.handover import Handover
from app.models.organization import Organization
from app.models.person import GRID_ROLES, Person, Post, Role
from app.services import access
from app.services.access import Actor
from app.services.handovers import pack
from app.services.handovers.pack import Pack
from app.services.permissions import Permission


@dataclass(frozen=True)
class Holder:
    """A post of the grid that is not over."""

    post_id: UUID
    person_id: UUID
    name: str
    role: Role
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class Preview:
    """`holders`: whoever could go; `pack`: what is handed over if it is this one."""

    grid: Grid
    runner: Organization
    holders: list[Holder]
    pack: Pack


@dataclass(frozen=True)
class FoundHandover:
    """One that was made, with the names around it."""

    handover: Handover
    grid: Grid
    runner: Organization
    township: Organization | None
    leaver: str | None
    comer: str | None
    maker: str


async def preview(
    session: AsyncSession, settings: Settings, actor: Actor, grid_id: UUID, post_id: UUID | None
) -> Preview:
    """NotFound: no such grid within the township's reach, or no such post on it."""
    grid, runner = await within_reach(session, actor, grid_id)
    people = await holders(session, grid_id)
    leaver = next((one for one in people if one.post_id == post_id), None)
    if post_id and leaver is None:
        raise NotFound(fields=["post_id"])
    whole = await pack.build(
        session,
        settings,
        actor,
        grid_id,
        leaver.person_id if leaver else None,
        leaver.role if leaver else Role.GRIDWORKER,
    )
    return Preview(grid, runner, people, whole)


async def within_reach(
    session: AsyncSession, actor: Actor, grid_id: UUID
) -> tuple[Grid, Organization]:
    """A grid of a village or a station of the actor's township, ended ones too."""
    access.require(actor, Permission.HAND_OVER)
    townships = {seat.within_id for seat in actor.seats if seat.role is Role.TOWNSHIP_OFFICER}
    query = (
        select(Grid, Organization)
        .join(Organization, Organization.id == Grid.organization_id)
        .where(Grid.id == grid_id, Organization.within_id.in_(townships))
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


async def holders(session: AsyncSession, grid_id: UUID) -> list[Holder]:
    """Gridworkers first, by name; those to come too."""
    query = (
        select(Post.id, Post.person_id, Person.name, Post.role, Post.starts_on, Post.ends_on)
        .join(Person, Person.id == Post.person_id)
        .where(
            Post.grid_id == grid_id,
            Post.role.in_(GRID_ROLES),
            (Post.ends_on.is_(None)) | (Post.ends_on >= access.today()),
        )
        .order_by(Post.role.desc(), Person.name, Post.id)
    )
    return [Holder(*row) for row in await session.execute(query)]


async def of_grid(session: AsyncSession, actor: Actor, grid_id: UUID) -> list[FoundHandover]:
    """Newest first."""
    on = await within_reach(session, actor, grid_id)
    query = select(Handover).where(Handover.grid_id == grid_id).order_by(Handover.at.desc())
    return await _found(session, *on, (await session.scalars(query.limit(50))).all())


async def read(session: AsyncSession, actor: Actor, handover_id: UUID) -> FoundHandover:
    """The paper as it was; NotFound outside the township's reach."""
    access.require(actor, Permission.HAND_OVER)
    row = await session.get(Handover, handover_id)
    if row is None:
        raise NotFound
    (found,) = await _found(session, *await within_reach(session, actor, row.grid_id), [row])
    return found


async def _found(
    session: AsyncSession, grid: Grid, runner: Organization, rows: Sequence[Handover]
) -> list[FoundHandover]:
    """With the names around them; two statements, however many."""
    ids = {id_ for row in rows for id_ in (row.from_person_id, row.to_person_id, row.made_by_id)}
    people = await session.scalars(select(Person).where(Person.id.in_(ids - {None})))
    names: dict[UUID | None, str] = {one.id: one.name for one in people}
    township = await session.get(Organization, runner.within_id) if runner.within_id else None
    return [
        FoundHandover(
            handover=row,
            grid=grid,
            runner=runner,
            township=township,
            leaver=names.get(row.from_person_id),
            comer=names.get(row.to_person_id),
            maker=names[row.made_by_id],
        )
        for row in rows
    ]
