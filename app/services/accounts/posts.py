"""Who may hold which role where, and from when to when."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid, NotFound, NotPermitted
from app.models.grid import Grid
from app.models.organization import Organization, OrganizationKind
from app.models.person import ADMINISTRATORS, GRID_ROLES, ROLE_WORDS, Person, Post, Role
from app.services import access, audit, qualifications
from app.services.access import Actor
from app.services.accounts import leaves, reach
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


async def add_post(
    session: AsyncSession, actor: Actor, person_id: UUID, command: AddPost
) -> Person:
    """One more post; the role must suit the body, the grid must be the body's."""
    person = await _grantable(session, actor, person_id)
    await place(session, actor, person, command)
    return person


async def give(
    session: AsyncSession, actor: Actor, person_id: UUID, commands: Sequence[AddPost]
) -> list[Post]:
    """Several posts at once, each by the same rules; all of them or none."""
    person = await _grantable(session, actor, person_id)
    return [await place(session, actor, person, command) for command in commands]


async def take_away(
    session: AsyncSession,
    actor: Actor,
    person_id: UUID,
    post_ids: Collection[UUID],
    last: date | None = None,
) -> bool:
    """Posts given by mistake, under which nobody can have acted: for whoever has made sure of that.

    `last`: until when they were given. False, with nothing changed, if one of them is gone, has
    another last day or is on leave meanwhile.
    """
    person = await _grantable(session, actor, person_id)
    query = select(Post).where(Post.person_id == person.id, Post.id.in_(post_ids))
    rows = (await session.scalars(query.with_for_update())).all()
    if len(rows) < len(post_ids) or any(row.ends_on != last or row.on_leave_until for row in rows):
        return False
    for row in rows:
        about = {"person_id": person.id, "role": row.role, "organization_id": row.organization_id}
        await session.delete(row)
        await audit.record(session, Kind.POST_REMOVED, actor, Subject("post", row.id), about)
    await session.flush()
    return True


async def place(session: AsyncSession, actor: Actor, person: Person, command: AddPost) -> Post:
    """Check one post and write it; NotFound for a body outside the actor's reach."""
    access.require(actor, Permission.GRANT_ROLES)
    body = await session.get(Organization, command.organization_id)
    if body is None or not reach.may_employ(actor, body):
        raise NotFound(fields=["organization_id"])
    _require_suiting(command, body)
    await _require_grid(session, command)
    await _require_new(session, person.id, command)
    await _require_apart(session, person.id, command.role, command.starts_on, command.ends_on)
    await qualifications.require(session, person, command.role, command.starts_on, command.ends_on)
    post = Post(person_id=person.id, **command.model_dump())
    session.add(post)
    await session.flush()
    given = {"person_id": person.id, **command.model_dump(mode="json", exclude_none=True)}
    await audit.record(session, Kind.POST_ADDED, actor, Subject("post", post.id), given)
    return post


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
    await leaves.settle(session, actor, post, sent)
    await _require_apart(session, person.id, post.role, post.starts_on, ends_on)
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
    person = await reach.editable(session, actor, person_id, Permission.GRANT_ROLES)
    if person.id == actor.person_id and Role.SECURITY_ADMINISTRATOR in actor.roles:
        raise NotPermitted(
            why="自己的岗位要由另一位安全管理员来定。",
            why_en="Your own posts are for another security administrator to decide.",
        )
    return person


async def _require_apart(
    session: AsyncSession, person_id: UUID, role: Role, starts_on: date, ends_on: date | None
) -> None:
    """The three administrators are three persons, on every day (GB/T 22239-2019 8.1.4.2 d)."""
    if role not in ADMINISTRATORS:
        return
    other = await session.scalar(
        select(Post.role)
        .where(
            Post.person_id == person_id,
            Post.role.in_(ADMINISTRATORS - {role}),
            _overlaps(starts_on, ends_on),
        )
        .limit(1)
    )
    if other:
        zh, en = ROLE_WORDS[other]
        raise _invalid(
            "role",
            f"这个人这段时间是{zh}，三种管理员不能由一个人兼任",
            f"This person is {en.lower()} then; the three administrators must be three persons",
        )


def _overlaps(starts_on: date, ends_on: date | None) -> ColumnElement[bool]:
    """Posts that share a day with this span."""
    return and_(
        or_(Post.ends_on.is_(None), Post.ends_on >= starts_on),
        Post.starts_on <= (ends_on or date.max),
    )


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


async def _require_grid(session: AsyncSession, command: AddPost) -> None:
    if command.grid_id is None:
        return
    grid = await session.get(Grid, command.grid_id)
    if grid is None or grid.organization_id != command.organization_id:
        raise _invalid("grid_id", "这个网格不属于所选的村（社区）", "The grid is not this body's")
    if grid.valid_to is not None and grid.valid_to < command.starts_on:
        raise _invalid("grid_id", "这个网格已经撤销", "This grid has ended")


async def _require_new(session: AsyncSession, person_id: UUID, command: AddPost) -> None:
    """The same post twice at the same time would count one person twice."""
    if await twin(session, person_id, command):
        raise _invalid("role", "这段时间已有同样的任职", "The person has this post already")


async def twin(session: AsyncSession, person_id: UUID, command: AddPost) -> UUID | None:
    """The same post of the same person at the same time."""
    return await session.scalar(
        select(Post.id)
        .where(
            Post.person_id == person_id,
            Post.organization_id == command.organization_id,
            Post.role == command.role,
            Post.grid_id.is_not_distinct_from(command.grid_id),
            _overlaps(command.starts_on, command.ends_on),
        )
        .limit(1)
    )


def _invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
