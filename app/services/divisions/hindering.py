"""What hinders undoing a change, as a table: each is a sentence that names it (decision 45)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.accident import Accident
from app.models.appeal import Appeal
from app.models.division import DivisionChange, DivisionPart, MoveKind, Side
from app.models.grid import Grid
from app.models.hazard import Hazard
from app.models.person import Person, Post, Role
from app.models.slot import SlotAssignment
from app.models.supervised_object import SupervisedObject
from app.services import access, places
from app.services.divisions.homes import Sides, Things
from app.services.divisions.staff import Staff

MOST = 20  # that are named


@dataclass(frozen=True)
class Hindrance:
    zh: str
    en: str


@dataclass(frozen=True)
class Way:
    """All that undoing would do."""

    change: DivisionChange
    day: date
    sides: Sides
    things: Things
    posts: Staff[Post]
    slots: Staff[SlotAssignment]


async def of(session: AsyncSession, way: Way) -> list[Hindrance]:
    """Not kept, or changed again since: then nothing else can be said of it yet."""
    for first in (_not_kept, _later):
        if found := await first(session, way):
            return found[:MOST]
    return [one for check in CHECKS for one in await check(session, way)][:MOST]


async def _not_kept(_session: AsyncSession, way: Way) -> list[Hindrance]:
    if way.change.has_moves:
        return []
    zh = "这是系统升级以前办的，没有留下当时每一项去了哪里"
    return [Hindrance(zh, "it was made before it was kept what went where")]


async def _later(session: AsyncSession, way: Way) -> list[Hindrance]:
    """Whoever wants to undo two begins with the last."""
    later = (
        select(DivisionPart.name, DivisionChange.starts_on)
        .join(DivisionChange, DivisionChange.id == DivisionPart.change_id)
        .where(
            DivisionPart.grid_id.in_([grid.id for grid in way.sides.left]),
            DivisionChange.id != way.change.id,
            DivisionChange.undone_on.is_(None),
        )
        .order_by(DivisionChange.starts_on, DivisionPart.position)
    )
    if way.sides.taker:  # what else went into it is no matter of this change
        later = later.where(DivisionPart.side == Side.BEFORE)
    return [
        Hindrance(
            f"{name}后来又调整过（{day}），先撤销那一次",
            f"{name} was changed again ({day}); undo that first",
        )
        for name, day in await session.execute(later)
    ]


async def _ended(_session: AsyncSession, way: Way) -> list[Hindrance]:
    """By hand, as no later change stands: nothing was left on it, and it is over."""
    return [
        Hindrance(
            f"{grid.name}已经到 {grid.valid_to} 为止", f"{grid.name} has ended on {grid.valid_to}"
        )
        for grid in way.sides.left
        if grid.valid_to is not None
    ]


async def _below(session: AsyncSession, way: Way) -> list[Hindrance]:
    made = {grid.id: grid.name for grid in way.sides.made}
    query = select(Grid.name, Grid.parent_id).where(
        Grid.parent_id.in_(made), places.is_not_over(access.today())
    )
    return [
        Hindrance(f"{made[above]}下面有了{name}", f"{name} hangs below {made[above]}")
        for name, above in await session.execute(query.order_by(Grid.name))
        if above
    ]


async def _closed(session: AsyncSession, way: Way) -> list[Hindrance]:
    bodies = await places.by_id(session, {grid.organization_id for grid in way.sides.olds})
    return [
        Hindrance(f"{body.name}已经停用，先恢复它", f"{body.name} is closed; open it again first")
        for body in bodies.values()
        if not body.is_active
    ]


async def _unknown(_session: AsyncSession, way: Way) -> list[Hindrance]:
    return [
        Hindrance(
            f"{zh}是调整以后才有的，看不出原来属于哪个网格",
            f"{en} came after the change, and nothing says where it belonged",
        )
        for zh, en in (_named(row) for row in way.things.unknown())
    ]


def _named(row: Any) -> tuple[str, str]:
    if isinstance(row, SupervisedObject):
        return f"场所“{row.name}”", f"The place {row.name}"
    if isinstance(row, Hazard):
        return f"案件 {row.number:06d}", f"Case {row.number:06d}"
    kinds = {Accident: ("事故快报", "Accident"), Appeal: ("诉求", "Appeal")}
    zh, en = kinds[type(row)]
    return f"{zh} {row.number}", f"{en} {row.number}"


async def _unplaced(session: AsyncSession, way: Way) -> list[Hindrance]:
    people = {post.person_id for post, home in way.posts.came if home is None}
    people |= {slot.person_id for slot, home in way.slots.came if home is None}
    query = select(Person.name).where(Person.id.in_(people))
    return [
        Hindrance(
            f"{name}是调整以后才到岗的，看不出该去原来哪个网格，先结束任职",
            f"{name} came after the change; end the post first",
        )
        for name in await session.scalars(query.order_by(Person.name))
    ]


async def _unwalked(_session: AsyncSession, way: Way) -> list[Hindrance]:
    """A grid that had a gridworker has one again."""
    moved = way.sides.kept[MoveKind.POST].values()
    had = {one.was["grid_id"] for one in moved if one.was["role"] == Role.GRIDWORKER}
    posts = way.posts.homes()
    has = {str(home.id) for post, home in posts if post.role is Role.GRIDWORKER}
    return [
        Hindrance(
            f"{grid.name}原来的网格员都已离岗，撤销以后没人负责",
            f"nobody who walked {grid.name} is there any more",
        )
        for grid in way.sides.olds
        if str(grid.id) in had - has
    ]


CHECKS: tuple[Callable[[AsyncSession, Way], Awaitable[list[Hindrance]]], ...] = (
    _ended,
    _below,
    _closed,
    _unknown,
    _unplaced,
    _unwalked,
)
