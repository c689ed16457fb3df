"""The division's changes as a list, and the ground that a change would be about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.errors import NotFound
from app.models.division import DivisionChange, DivisionPart, Side
from app.models.grid import Grid
from app.models.hazard import OPEN_STATES, Hazard
from app.models.organization import Organization
from app.models.patrol import PatrolTask, TaskStatus
from app.models.person import Person, Post, Role
from app.models.supervised_object import SupervisedObject
from app.services import access, cursors, places
from app.services.access import Actor
from app.services.divisions.commands import FilingQuery
from app.services.divisions.unread import CHANGE_KEYS
from app.services.permissions import Permission

MOST = 500
_UNDOER = aliased(Person)
_TOWNSHIP = aliased(Organization)


@dataclass(frozen=True)
class Part:
    grid_id: UUID
    name: str
    official_code: str | None
    body: str


@dataclass(frozen=True)
class FoundChange:
    """`township`: of its grids, by its short name; None for those of a department."""

    change: DivisionChange
    before: list[Part]
    after: list[Part]
    decided_by: str
    undone_by: str | None
    township: str | None


@dataclass(frozen=True)
class ChangePage:
    items: list[FoundChange]
    next: str | None


@dataclass(frozen=True)
class PostThere:
    post_id: UUID
    grid_id: UUID | None
    name: str
    role: Role
    starts_on: date


@dataclass(frozen=True)
class Ground:
    """What lies on the grids that would end; members of a bundle go with it and are left out."""

    grids: list[Grid]
    posts: list[PostThere]
    objects: list[SupervisedObject]
    open_cases: int
    open_tasks: int


async def changes(session: AsyncSession, actor: Actor) -> list[FoundChange]:
    """The newest day first; one more than MOST if there are more."""
    access.require(actor, Permission.USE_DESK)
    rows = await session.execute(_selected().limit(MOST + 1))
    return await _found(session, rows.all())


async def change_page(session: AsyncSession, actor: Actor, query: FilingQuery) -> ChangePage:
    access.require(actor, Permission.USE_DESK)
    statement = _selected()
    if query.cursor:
        readers = date.fromisoformat, datetime.fromisoformat, UUID
        before = cursors.decode(query.cursor, *readers)
        statement = statement.where(tuple_(*CHANGE_KEYS) < tuple_(*before))
    rows = (await session.execute(statement.limit(query.limit + 1))).all()
    page = rows[: query.limit]
    last = page[-1][0] if len(rows) > query.limit else None
    onward = cursors.encode(last.starts_on, last.decided_at.isoformat(), last.id) if last else None
    return ChangePage(await _found(session, page), onward)


async def one(session: AsyncSession, change_id: UUID) -> FoundChange:
    rows = await session.execute(_selected().where(DivisionChange.id == change_id))
    found = await _found(session, rows.all())
    if not found:
        raise NotFound
    return found[0]


def _selected() -> Select[DivisionChange, str, str | None]:
    return (
        select(DivisionChange, Person.name, _UNDOER.name)
        .join(Person, Person.id == DivisionChange.decided_by_id)
        .outerjoin(_UNDOER, _UNDOER.id == DivisionChange.undone_by_id)
        .order_by(*(key.desc() for key in CHANGE_KEYS))
    )


async def _found(
    session: AsyncSession, rows: Sequence[Row[DivisionChange, str, str | None]]
) -> list[FoundChange]:
    parts = await session.scalars(
        select(DivisionPart)
        .where(DivisionPart.change_id.in_([row.id for row, *_ in rows]))
        .order_by(DivisionPart.change_id, DivisionPart.position)
    )
    sides: dict[tuple[UUID, Side], list[Part]] = {}
    for part in parts:
        of = Part(part.grid_id, part.name, part.official_code, part.body)
        sides.setdefault((part.change_id, part.side), []).append(of)
    townships = await _townships(session, [row.id for row, *_ in rows])
    return [
        FoundChange(
            row,
            sides.get((row.id, Side.BEFORE), []),
            sides.get((row.id, Side.AFTER), []),
            by,
            undoer,
            townships.get(row.id, (None, None))[1],
        )
        for row, by, undoer in rows
    ]


async def township_of(session: AsyncSession, change_id: UUID) -> UUID | None:
    return (await _townships(session, [change_id])).get(change_id, (None, None))[0]


async def _townships(
    session: AsyncSession, change_ids: Sequence[UUID]
) -> dict[UUID, tuple[UUID | None, str | None]]:
    """All grids of a change are of one township, or of none (decision 45)."""
    query = (
        select(DivisionPart.change_id, Organization.within_id, _TOWNSHIP.short_name)
        .join(Grid, Grid.id == DivisionPart.grid_id)
        .join(Organization, Organization.id == Grid.organization_id)
        .outerjoin(_TOWNSHIP, _TOWNSHIP.id == Organization.within_id)
        .where(DivisionPart.change_id.in_(change_ids))
        .distinct()
    )
    return {id_: (of, name) for id_, of, name in await session.execute(query)}


async def ground(session: AsyncSession, actor: Actor, grid_ids: list[UUID]) -> Ground:
    """Posts, objects and open work of these grids, before anything is decided."""
    access.require(actor, Permission.DRAFT_PLACES)
    grids = list(await session.scalars(select(Grid).where(Grid.id.in_(grid_ids)).order_by(Grid.id)))
    if len(grids) != len(set(grid_ids)):
        raise NotFound(fields=["grid_ids"])
    for body in (await places.by_id(session, {row.organization_id for row in grids})).values():
        places.require_own(actor, body, "grid_ids")
    posts = (
        select(Post.id, Post.grid_id, Person.name, Post.role, Post.starts_on)
        .join(Person, Person.id == Post.person_id)
        .where(
            Post.grid_id.in_(grid_ids),
            or_(Post.ends_on.is_(None), Post.ends_on >= access.today()),
        )
        .order_by(Post.role.desc(), Person.name, Post.id)
    )
    objects = (
        select(SupervisedObject)
        .where(
            SupervisedObject.grid_id.in_(grid_ids),
            SupervisedObject.closed_on.is_(None),
            SupervisedObject.bundle_id.is_(None),
        )
        .order_by(SupervisedObject.name, SupervisedObject.id)
    )
    cases = select(func.count()).where(Hazard.grid_id.in_(grid_ids), Hazard.state.in_(OPEN_STATES))
    tasks = select(func.count()).where(
        PatrolTask.grid_id.in_(grid_ids), PatrolTask.status == TaskStatus.OPEN
    )
    return Ground(
        grids=grids,
        posts=[PostThere(*row) for row in (await session.execute(posts)).all()],
        objects=list(await session.scalars(objects)),
        open_cases=await session.scalar(cases) or 0,
        open_tasks=await session.scalar(tasks) or 0,
    )
