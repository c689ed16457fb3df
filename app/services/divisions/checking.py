"""What a change of the division must fulfil; each refusal is a sentence."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models.division import DivisionKind
from app.models.grid import Grid
from app.models.organization import Organization
from app.models.person import GRID_ROLES, Person, Post, Role
from app.models.supervised_object import SupervisedObject
from app.services import access
from app.services.divisions import bodies
from app.services.divisions.commands import ChangeDivision, Target
from app.services.divisions.refusing import invalid

ONE_DAY = timedelta(days=1)
BACK, AHEAD = timedelta(days=31), timedelta(days=366)
_K = DivisionKind
# How many grids end, how many follow (None = no upper end).
NUMBERS: dict[DivisionKind, tuple[tuple[int, int | None], tuple[int, int | None], str, str]] = {
    _K.SPLIT: ((1, 1), (2, None), "拆分：一个网格分成两个以上", "A split makes two or more of one"),
    _K.MERGE: ((2, None), (1, 1), "合并：两个以上网格合成一个", "A merge makes one of several"),
    _K.CLOSE: ((1, 1), (1, 1), "撤销：一个网格并入另一个", "A closed grid goes into another one"),
}


def require_numbers(command: ChangeDivision) -> None:
    (low, high), (least, most), zh, en = NUMBERS[command.kind]
    fits = low <= len(set(command.grid_ids)) <= (high or len(command.grid_ids))
    fits = fits and least <= len(command.targets) <= (most or len(command.targets))
    if not fits or len(set(command.grid_ids)) != len(command.grid_ids):
        raise invalid("targets", zh, en)
    is_close = command.kind is _K.CLOSE
    for target in command.targets:
        if is_close and target.grid_id is None:
            raise invalid("grid_id", "请选并入哪个网格", "Choose the grid that takes it in")
        if not is_close and (target.grid_id or not target.name):
            raise invalid("name", "新网格要有名称", "A new grid needs a name")
        if target.grid_id and target.external_codes:
            raise invalid("external_codes", "并入的网格有自己的编码", "That grid has its own codes")
        if target.grid_id and target.organization_id:
            raise invalid("organization_id", "并入的网格有自己的村", "That grid has its own body")
        if target.grid_id in command.grid_ids:
            raise invalid("grid_id", "不能并入它自己", "It cannot go into itself")
    _require_different(command)


def _require_different(command: ChangeDivision) -> None:
    for field, zh, en in (
        ("name", "新网格的名称不能一样", "New grids need different names"),
        ("official_code", "新网格的编码不能一样", "New grids need different codes"),
    ):
        given = [value for target in command.targets if (value := getattr(target, field))]
        if len(set(given)) != len(given):
            raise invalid(field, zh, en)


def require_day(command: ChangeDivision) -> None:
    today = access.today()
    if not today - BACK <= command.starts_on <= today + AHEAD:
        raise invalid(
            "starts_on",
            f"生效日期只能在前 {BACK.days} 天到后一年之间",
            f"Between {BACK.days} days back and a year ahead",
        )


async def grids_that_end(
    session: AsyncSession, command: ChangeDivision, *, locked: bool
) -> list[Grid]:
    """In the order given: in force, of one ground, with nothing below them."""
    query = select(Grid).where(Grid.id.in_(command.grid_ids)).order_by(Grid.id)
    query = query.with_for_update() if locked else query
    rows = {row.id: row for row in await session.scalars(query)}
    if len(rows) != len(command.grid_ids):
        raise NotFound(fields=["grid_ids"])
    for row in rows.values():
        if row.valid_to is not None:
            raise invalid(
                "grid_ids",
                f"{row.name}已经定了到 {row.valid_to} 为止，不能再改",
                f"{row.name} ends on {row.valid_to} already",
            )
        if row.valid_from >= command.starts_on:
            raise invalid(
                "starts_on",
                f"{row.name}从 {row.valid_from} 才开始，生效日期要更晚",
                f"{row.name} only begins on {row.valid_from}; choose a later day",
            )
    ends = [rows[id_] for id_ in command.grid_ids]
    await bodies.of_ends(session, ends)
    below = select(Grid.name).where(
        Grid.parent_id.in_(rows),
        or_(Grid.valid_to.is_(None), Grid.valid_to >= command.starts_on),
    )
    if name := await session.scalar(below.limit(1)):
        raise invalid(
            "grid_ids",
            f"下面还有网格（{name}），先改下面的",
            f"{name} hangs below it",
        )
    return ends


async def grid_that_takes_in(
    session: AsyncSession,
    command: ChangeDivision,
    target: Target,
    ends: Sequence[Grid],
    *,
    locked: bool,
) -> Grid:
    """In force on the day and beyond, of the same body or another village of the township."""
    lock = {"key_share": True} if locked else None
    grid = await session.get(Grid, target.grid_id, with_for_update=lock)
    if grid is None:
        raise NotFound(fields=["grid_id"])
    if grid.valid_from > command.starts_on or grid.valid_to is not None:
        raise invalid(
            "grid_id",
            f"{grid.name}那天还没有，或者也要撤销",
            f"{grid.name} is not there then, or ends too",
        )
    if grid.kind is not ends[0].kind:
        raise invalid("grid_id", "属地网格和专属网格不能并", "Territorial and exclusive stay apart")
    body = await session.get_one(Organization, grid.organization_id)
    bodies.require_near(body, await bodies.of_ends(session, ends), "grid_id")
    return grid


async def posts_beyond(
    session: AsyncSession, command: ChangeDivision, ends: Sequence[Grid], *, locked: bool
) -> dict[UUID, Post]:
    """Posts on the grids that end which go on; every one must be told where."""
    query = (
        select(Post, Person.name)
        .join(Person, Person.id == Post.person_id)
        .where(
            Post.grid_id.in_([row.id for row in ends]),
            or_(Post.ends_on.is_(None), Post.ends_on >= command.starts_on),
        )
        .order_by(Post.id)
    )
    query = query.with_for_update(of=Post) if locked else query
    rows = (await session.execute(query)).all()
    named = {id_ for target in command.targets for id_ in target.post_ids}
    for post, name in rows:
        if post.id not in named:
            raise invalid(
                "post_ids",
                f"{name}还没有定去哪个网格；要离岗的先办交接",
                f"Say where {name} goes; who leaves hands over first",
            )
    found = {post.id: post for post, _ in rows}
    if named - found.keys():
        raise NotFound(fields=["post_ids"])
    return found


def require_on_foot(
    command: ChangeDivision,
    posts: dict[UUID, Post],
    target_bodies: Sequence[UUID],
) -> None:
    """Into another village go those who walk: their post opens a grid, and nothing of its body."""
    for target, body_id in zip(command.targets, target_bodies, strict=True):
        for post in (posts[id_] for id_ in target.post_ids):
            if post.organization_id != body_id and post.role not in GRID_ROLES:
                raise invalid(
                    "post_ids",
                    "网格员、网格长才能跟着网格换村；其他岗位先结束，再到新的村任职",
                    "Only gridworkers and chiefs go to another village; end other posts first",
                )


async def require_walked(
    session: AsyncSession, command: ChangeDivision, posts: dict[UUID, Post]
) -> None:
    """Nothing goes to a grid that nobody walks."""
    for target in command.targets:
        roles = {posts[id_].role for id_ in target.post_ids}
        if Role.GRIDWORKER in roles:
            continue
        here = select(Post.id).where(
            Post.grid_id == target.grid_id,
            Post.role == Role.GRIDWORKER,
            access.in_force(command.starts_on),
        )
        if target.grid_id is None or await session.scalar(here.limit(1)) is None:
            what = target.name or "并入的网格"
            raise invalid(
                "post_ids",
                f"{what}没有网格员，没办完的事没人接",
                "A grid needs a gridworker: somebody must take the open work over",
            )


async def require_objects(
    session: AsyncSession, command: ChangeDivision, ends: Sequence[Grid]
) -> None:
    """Each place that is named lies on the grids that end, and goes to one grid."""
    wanted = [id_ for target in command.targets for id_ in target.object_ids]
    if len(set(wanted)) != len(wanted):
        raise invalid("object_ids", "一家场所只能去一个网格", "A place goes to one grid")
    known = select(SupervisedObject.id).where(
        SupervisedObject.id.in_(wanted),
        SupervisedObject.grid_id.in_([row.id for row in ends]),
    )
    if set(wanted) - set(await session.scalars(known)):
        raise invalid("object_ids", "有的场所不在这些网格里", "Some places are not on these grids")
