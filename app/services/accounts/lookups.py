"""What lists of people show beside the names, fetched for a whole page at once."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.errors import NotFound
from app.models.grid import Grid
from app.models.organization import Organization
from app.models.person import Person, Post, Role, SignIn
from app.services import access


@dataclass(frozen=True)
class PostDetails:
    post: Post
    organization: Organization
    grid: Grid | None
    deputy: str | None = None  # the name of who does the patrols during the leave

    def has_ended(self, day: date) -> bool:
        """Before this day; the last day counts."""
        return self.post.ends_on is not None and self.post.ends_on < day

    def is_in_force(self, day: date) -> bool:
        return self.post.starts_on <= day and not self.has_ended(day)


@dataclass(frozen=True)
class Phones:
    """What the person's devices have last told; signed-out devices count only as seen."""

    last_seen_at: datetime | None = None
    unsent_count: int = 0
    oldest_unsent_at: datetime | None = None


async def id_of(session: AsyncSession, login: str) -> UUID:
    """Of the person with this mobile number or user name; NotFound if nobody has it."""
    query = select(Person.id).where(or_(Person.mobile == login, Person.user_name == login))
    found = await session.scalar(query)
    if found is None:
        raise NotFound
    return found


async def names_of(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    """By id; without a statement if nobody is asked for."""
    if not ids:
        return {}
    rows = await session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}


async def posts_of(
    session: AsyncSession, person_ids: Collection[UUID]
) -> dict[UUID, list[PostDetails]]:
    """All posts, past ones too, oldest first, by person."""
    deputy = aliased(Person)
    rows = await session.execute(
        select(Post, Organization, Grid, deputy.name)
        .join(Organization, Organization.id == Post.organization_id)
        .outerjoin(Grid, Grid.id == Post.grid_id)
        .outerjoin(deputy, deputy.id == Post.deputy_id)
        .where(Post.person_id.in_(person_ids))
        .order_by(Post.starts_on, Post.id)
    )
    found: dict[UUID, list[PostDetails]] = defaultdict(list)
    for row in rows:
        found[row.Post.person_id].append(PostDetails(*row))
    return found


async def phones_of(session: AsyncSession, person_ids: Collection[UUID]) -> dict[UUID, Phones]:
    """By person; who never signed in is missing."""
    is_open = SignIn.ended_at.is_(None)
    rows = await session.execute(
        select(
            SignIn.person_id,
            func.max(SignIn.last_seen_at),
            func.coalesce(func.sum(case((is_open, SignIn.unsent_count), else_=0)), 0),
            func.min(case((is_open & (SignIn.unsent_count > 0), SignIn.oldest_unsent_at))),
        )
        .where(SignIn.person_id.in_(person_ids))
        .group_by(SignIn.person_id)
    )
    return {row[0]: Phones(row[1], int(row[2]), row[3]) for row in rows}


async def last_seen(session: AsyncSession, person_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When each was last at the server, on whichever device, to within SEEN_AT_LEAST_EVERY."""
    rows = await session.execute(
        select(SignIn.person_id, func.max(SignIn.last_seen_at))
        .where(SignIn.person_id.in_(person_ids))
        .group_by(SignIn.person_id)
    )
    return {row[0]: row[1] for row in rows}


async def gridworkers(session: AsyncSession, grid_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Names of the gridworkers in force today, by grid."""
    rows = await session.execute(
        select(Post.grid_id, Person.name)
        .join(Person, Person.id == Post.person_id)
        .where(
            Post.grid_id.in_(grid_ids),
            Post.role == Role.GRIDWORKER,
            access.in_force(access.today()),
            Person.disabled_at.is_(None),
        )
        .order_by(Person.name, Person.id)
    )
    found: defaultdict[UUID | None, list[str]] = defaultdict(list)
    for grid_id, name in rows:
        found[grid_id].append(name)
    return {grid_id: names for grid_id, names in found.items() if grid_id}
