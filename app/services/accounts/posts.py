"""Who may hold which role where, and from when to when."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from app.errors import Invalid, NotFound, NotPermitted
from app.models.base import new_id
from app.models.grid import Grid
from app.models.organization import Organization, OrganizationKind
from app.models.person import ADMINISTRATORS, GRID_ROLES, ROLE_WORDS, Person, Post, Role
from app.services import access, audit, qualifications
from app.services.access import Actor
from app.services.accounts import holding, keys, leaves, reach
from app.services.accounts.commands import AddPost, EditPost
from app.services.audit import Kind, Subject
from app.services.permissions import Permission

_K = OrganizationKind
KINDS_OF: dict[Role, frozenset[OrganizationKind]] = {
    Role.GRIDWORKER: frozenset({_K.VILLAGE, _K.DEPARTMENT}),  # of a sector line (S4-18)
    Role.GRID_CHIEF: frozenset({_K.VILLAGE, _K.DEPARTMENT}),
    Role.SAFETY_OFFICER: frozenset({_K.ENTERPRISE}),
    Role.VILLAGE_CLERK: frozenset({_K.VILLAGE}),
    Role.TOWNSHIP_OFFICER: frozenset({_K.TOWNSHIP_SUBCENTRE}),
    Role.COUNTY_OFFICER: frozenset({_K.COUNTY_CENTRE}),
    Role.SAFETY_SUPERVISOR: frozenset({_K.SAFETY_DEPARTMENT}),
    Role.HANDLER: frozenset({_K.DEPARTMENT}),
    Role.LEADER: frozenset({_K.COUNTY_CENTRE}),
    Role.ADMINISTRATOR: frozenset({_K.COUNTY_CENTRE}),
    Role.SECURITY_ADMINISTRATOR: frozenset({_K.COUNTY_CENTRE}),
    Role.AUDIT_ADMINISTRATOR: frozenset({_K.COUNTY_CENTRE}),
}
_ADMINISTRATORS_LOCK = 7_001
MUST_HAVE_GRID = frozenset({Role.GRIDWORKER})


@dataclass(frozen=True)
class _Ground:
    """The bodies and grids of the posts to be given."""

    bodies: Mapping[UUID, Organization]
    grids: Mapping[UUID, Grid]


async def add_post(
    session: AsyncSession, actor: Actor, person_id: UUID, command: AddPost
) -> Person:
    """One more post; the role must suit the body, the grid must be the body's."""
    person = await _grantable(session, actor, person_id)
    await place(session, actor, person, command)
    return person


async def give_each(
    session: AsyncSession, actor: Actor, asked: Sequence[tuple[UUID, AddPost]]
) -> list[Post]:
    """Posts for many people at once, each by the same rules, in this order; all of them or none."""
    people = await grantable_each(session, actor, {person_id for person_id, _ in asked})
    return await place_each(session, actor, [(people[id_], command) for id_, command in asked])


async def place(session: AsyncSession, actor: Actor, person: Person, command: AddPost) -> Post:
    """Check one post and write it; NotFound for a body outside the actor's reach."""
    return (await place_each(session, actor, [(person, command)]))[0]


async def place_each(
    session: AsyncSession, actor: Actor, asked: Sequence[tuple[Person, AddPost]]
) -> list[Post]:
    """Each as `place`, in this order; all of them or none."""
    if not asked:
        return []
    access.require(actor, Permission.GRANT_ROLES)
    ground = await _ground(session, [command for _, command in asked])
    held = await _held(session, {person.id for person, _ in asked})
    rows = []
    for person, command in asked:
        mine = held.setdefault(person.id, [])
        _require_may_have(actor, ground, mine, command)
        if command.role in ADMINISTRATORS:
            await keys.require_both(session, person)
        span = command.starts_on, command.ends_on
        await qualifications.require(session, person, command.role, *span)
        rows.append(Post(id=new_id(), person_id=person.id, **command.model_dump()))
        mine.append(rows[-1])
    session.add_all(rows)
    await session.flush()
    given = [
        (
            Subject("post", row.id),
            {"person_id": row.person_id, **command.model_dump(mode="json", exclude_none=True)},
        )
        for row, (_, command) in zip(rows, asked, strict=True)
    ]
    await audit.record_each(session, Kind.POST_ADDED, actor, given)
    return rows


def _require_may_have(
    actor: Actor, ground: _Ground, held: Sequence[Post], command: AddPost
) -> None:
    """`held`: what the person has, or had, already."""
    body = ground.bodies.get(command.organization_id)
    if body is None or not reach.may_employ(actor, body):
        raise NotFound(fields=["organization_id"])
    _require_suiting(command, body)
    holding.require_fitting(command.role, command.model_dump())
    _require_grid(ground, command)
    if _twin(held, command):  # it would count one person twice
        raise _invalid("role", "这段时间已有同样的任职", "The person has this post already")
    _require_apart(held, command.role, command.starts_on, command.ends_on)


async def edit_post(
    session: AsyncSession, actor: Actor, post_id: UUID, command: EditPost
) -> Person:
    """End a post or note a leave. What has ended is history and stays as it was."""
    post = await session.get(Post, post_id)
    if post is None:
        raise NotFound
    person = await _grantable(session, actor, post.person_id)
    if post.ends_on and post.ends_on < access.today():
        raise _invalid(
            "ends_on", "这段任职已经结束，请另加一段", "This post is over; add a new one"
        )
    sent = command.model_dump(exclude_unset=True)
    _require_order(post.starts_on, sent.get("ends_on"))
    if post.role in ADMINISTRATORS and sent.get("ends_on"):
        await require_administrators(session, sent["ends_on"] + timedelta(days=1), post=post)
    ends_on = sent.get("ends_on", post.ends_on)
    holding.require_fitting(post.role, holding.as_it_is(post) | sent)
    await leaves.settle(session, actor, post, sent)
    held = await _held(session, [person.id])
    _require_apart(held.get(person.id, ()), post.role, post.starts_on, ends_on)
    difference = {"person_id": person.id, **audit.changed(post, sent)}
    for name, value in sent.items():
        setattr(post, name, value)
    await session.flush()
    await audit.record(session, Kind.POST_EDITED, actor, Subject("post", post.id), difference)
    return person


async def require_administrators(
    session: AsyncSession, day: date, *, post: Post | None = None, person: Person | None = None
) -> None:
    """Without this post, or this person, each kind of administrator must still be there on `day`.

    The lock comes first and alone: whoever waited for it then reads what the other one left.
    """
    await session.execute(select(func.pg_advisory_xact_lock(_ADMINISTRATORS_LOCK)))
    rows = await session.execute(
        select(Post.role, Post.id, Post.person_id)
        .join(Person, Person.id == Post.person_id)
        .where(Post.role.in_(ADMINISTRATORS), access.in_force(day), Person.disabled_at.is_(None))
    )
    lost = {post.id if post else None, person.id if person else None}
    remains: dict[Role, bool] = {}
    for row in rows:
        remains[row.role] = remains.get(row.role, False) or not {row.id, row.person_id} & lost
    for role in (role for role, somebody_is_left in remains.items() if not somebody_is_left):
        zh, en = ROLE_WORDS[role]
        raise _invalid(
            "role", f"至少要留一名{zh}，请先指定接任的人", f"One {en.lower()} must remain"
        )


async def _grantable(session: AsyncSession, actor: Actor, person_id: UUID) -> Person:
    """The person, locked, unless it is the actor: nobody gives rights to oneself."""
    return (await grantable_each(session, actor, [person_id]))[person_id]


async def grantable_each(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, Person]:
    people = await reach.editable_each(session, actor, ids, Permission.GRANT_ROLES)
    if actor.person_id in people and Role.SECURITY_ADMINISTRATOR in actor.roles:
        raise NotPermitted(
            why="自己的岗位要由另一位安全管理员来定。",
            why_en="Your own posts are for another security administrator to decide.",
        )
    return people


async def _ground(session: AsyncSession, commands: Sequence[AddPost]) -> _Ground:
    body_ids = {command.organization_id for command in commands}
    grid_ids = {command.grid_id for command in commands} - {None}
    bodies = await session.scalars(select(Organization).where(Organization.id.in_(body_ids)))
    query = select(Grid).where(Grid.id.in_(grid_ids))
    query = query.options(defer(Grid.outline, raiseload=True))
    grids = await session.scalars(query) if grid_ids else ()
    return _Ground({body.id: body for body in bodies}, {grid.id: grid for grid in grids})


async def _held(session: AsyncSession, person_ids: Collection[UUID]) -> dict[UUID, list[Post]]:
    """Posts of these people, past ones too."""
    found: dict[UUID, list[Post]] = {}
    for post in await session.scalars(select(Post).where(Post.person_id.in_(person_ids))):
        found.setdefault(post.person_id, []).append(post)
    return found


def _require_apart(held: Sequence[Post], role: Role, starts_on: date, ends_on: date | None) -> None:
    """The three administrators are three persons, on every day (GB/T 22239-2019 8.1.4.2 d)."""
    if role not in ADMINISTRATORS:
        return
    others = ADMINISTRATORS - {role}
    for post in held:
        if post.role in others and _overlaps(post, starts_on, ends_on):
            zh, en = ROLE_WORDS[post.role]
            raise _invalid(
                "role",
                f"这个人这段时间是{zh}，三种管理员不能由一个人兼任",
                f"This person is {en.lower()} then; the three administrators must be three persons",
            )


def _overlaps(post: Post, starts_on: date, ends_on: date | None) -> bool:
    """Does it share a day with this span?"""
    goes_on = post.ends_on is None or post.ends_on >= starts_on
    return goes_on and post.starts_on <= (ends_on or date.max)


def _require_suiting(command: AddPost, body: Organization) -> None:
    _require_order(command.starts_on, command.ends_on)
    if not body.is_active:
        raise _invalid("organization_id", "这个单位已停用", "This body is closed")
    if body.kind not in KINDS_OF[command.role]:
        raise _invalid("role", "这个岗位不能设在这类单位", "This role does not suit this body")
    if command.role in MUST_HAVE_GRID and command.grid_id is None:
        raise _invalid("grid_id", "请选择负责的网格", "Choose the grid")
    if command.grid_id is not None and command.role not in GRID_ROLES:
        raise _invalid("grid_id", "这个岗位不带网格", "This role has no grid")


def _require_order(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise _invalid("ends_on", "结束日期早于开始日期", "It would end before it starts")


def _require_grid(ground: _Ground, command: AddPost) -> None:
    if command.grid_id is None:
        return
    grid = ground.grids.get(command.grid_id)
    if grid is None or grid.organization_id != command.organization_id:
        raise _invalid("grid_id", "这个网格不属于所选的村（社区）", "The grid is not this body's")
    if grid.valid_to is not None and grid.valid_to < command.starts_on:
        raise _invalid("grid_id", "这个网格已经撤销", "This grid has ended")


async def twin(session: AsyncSession, person_id: UUID, command: AddPost) -> UUID | None:
    """The same post of the same person at the same time."""
    return _twin((await _held(session, [person_id])).get(person_id, ()), command)


def _twin(held: Sequence[Post], command: AddPost) -> UUID | None:
    what = command.organization_id, command.role, command.grid_id
    span = command.starts_on, command.ends_on
    return next(
        (
            post.id
            for post in held
            if (post.organization_id, post.role, post.grid_id) == what and _overlaps(post, *span)
        ),
        None,
    )


def _invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
