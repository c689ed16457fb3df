"""A change that was confirmed wrongly is undone: before its day withdrawn, after it put back.

Everything that was moved goes back where it was, and what cannot be put back hinders it. The row of
the change stays, with who undid it, when and why; nothing of history is taken away (decision 45).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import ChangedMeanwhile, NotFound
from app.models.division import DivisionChange, DivisionKind, DivisionPart, MoveKind, Side
from app.models.grid import Grid
from app.services import (
    access,
    accidents,
    accounts,
    appeals,
    audit,
    hazards,
    ledger,
    patrols,
    places,
    slots,
)
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.divisions import carrying, hindering, homes, reading, staff, telling
from app.services.divisions.checking import BACK
from app.services.divisions.commands import UndoChange
from app.services.divisions.hindering import Hindrance, Way
from app.services.divisions.reading import FoundChange
from app.services.divisions.refusing import CannotBeUndone, invalid
from app.services.hazards import Carrying
from app.services.permissions import Permission

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Undoing:
    """What undoing would do: how many go back, of them `villages` cases to another village.

    `came`: among them, since the change. `earliest`: from which day at most.
    """

    found: FoundChange
    is_before_day: bool
    earliest: date
    objects: int
    cases: int
    villages: int
    posts: int
    came: int
    hindrances: list[Hindrance]


async def look(session: AsyncSession, actor: Actor, change_id: UUID) -> Undoing:
    """Before anything is undone, and nothing is locked; ChangedMeanwhile once it is."""
    access.require(actor, Permission.EDIT_PLACES)
    change = await _standing(session, change_id, locked=False)
    way = await _way(session, change, access.today(), locked=False)
    things = way.things
    return Undoing(
        found=await reading.one(session, change_id),
        is_before_day=_is_before_day(change),
        earliest=await _earliest(session, change),
        objects=things.going(things.objects),
        cases=things.going(things.cases),
        villages=things.villages(way.sides.left),
        posts=len({post.person_id for post, _ in way.posts.homes()}),
        came=things.came,
        hindrances=await hindering.of(session, way),
    )


async def undo(
    session: AsyncSession, actor: Actor, change_id: UUID, command: UndoChange
) -> FoundChange:
    """All of it or nothing. What has been undone is not undone again."""
    access.require(actor, Permission.EDIT_PLACES)
    change = await _standing(session, change_id, locked=True)
    day = await _day(session, change, command)
    if change.done_at is None and not _is_before_day(change):
        await carrying.carry(session, change)  # the hour's job had not come yet
    way = await _way(session, change, day, locked=True)
    if found := await hindering.of(session, way):
        raise CannotBeUndone(
            reason_zh="；".join(one.zh for one in found), reason_en="; ".join(o.en for o in found)
        )
    await _grids(session, actor, way)
    await _people(session, actor, way)
    counted = await _things(session, way, command)
    change.undone_on, change.undone_at = day, clock.now()
    change.undone_by_id = actor.person_id
    change.undone_document, change.undone_reason = command.document, command.reason
    await session.flush()
    await _say(session, actor, way, counted)
    return await reading.one(session, change_id)


async def _standing(session: AsyncSession, change_id: UUID, *, locked: bool) -> DivisionChange:
    """Locked with its grids: nobody changes them meanwhile."""
    lock = {"key_share": True} if locked else None
    row = await session.get(DivisionChange, change_id, with_for_update=lock, populate_existing=True)
    if row is None:
        raise NotFound
    if row.undone_at is not None:
        raise ChangedMeanwhile
    if locked:
        before, after = await carrying.sides(session, change_id)
        ids = [grid.id for grid in (*before, *after)]
        query = select(Grid).where(Grid.id.in_(ids)).order_by(Grid.id).with_for_update()
        await session.execute(query.execution_options(populate_existing=True))
    return row


def _is_before_day(change: DivisionChange) -> bool:
    return change.done_at is None and change.starts_on > access.today()


async def _day(session: AsyncSession, change: DivisionChange, command: UndoChange) -> date:
    """From which the old order holds; before the day of the change it has never ceased to."""
    today = access.today()
    if _is_before_day(change):
        return today
    if len(command.document) < 2:  # noqa: PLR2004 - as of a change
        raise invalid("document", "写明依据哪份文件", "Say by which paper")
    day, earliest = command.undone_on or today, await _earliest(session, change)
    if not earliest <= day <= today:
        raise invalid(
            "undone_on",
            f"从哪天起恢复，只能在 {earliest} 到今天之间",
            f"Between {earliest} and today",
        )
    return day


async def _earliest(session: AsyncSession, change: DivisionChange) -> date:
    """Not before a later change of its grids was undone: until then these had the ground."""
    _, left = await carrying.sides(session, change.id)
    undone = (
        select(func.max(DivisionChange.undone_on))
        .join(DivisionPart, DivisionPart.change_id == DivisionChange.id)
        .where(
            DivisionPart.grid_id.in_([grid.id for grid in left]),
            DivisionChange.id != change.id,
            DivisionChange.undone_on >= DivisionChange.starts_on,  # else it never came about
        )
    )
    if change.kind is DivisionKind.CLOSE:  # what else went into the taker is no matter of it
        undone = undone.where(DivisionPart.side == Side.BEFORE)
    days = (change.starts_on, access.today() - BACK, await session.scalar(undone))
    return max(day for day in days if day)


async def _way(session: AsyncSession, change: DivisionChange, day: date, *, locked: bool) -> Way:
    sides = await homes.sides(session, change)
    return Way(
        change=change,
        day=day,
        sides=sides,
        things=await homes.things(session, sides, locked=locked),
        posts=await staff.of_posts(session, sides, day, locked=locked),
        slots=await staff.of_slots(session, sides, day, locked=locked),
    )


async def _grids(session: AsyncSession, actor: Actor, way: Way) -> None:
    for grid in way.sides.olds:
        await places.revive_grid(session, actor, grid.id)
    for grid in way.sides.made:
        await places.retire_grid(session, actor, grid.id, way.day - ONE_DAY)


async def _people(session: AsyncSession, actor: Actor, way: Way) -> None:
    for post in way.posts.back:
        span = way.day, post.ends_on
        await accounts.give_back_post(session, actor, post.old, post.row, post.home, span)
    await accounts.drop_posts(session, actor, way.posts.made, way.day)
    for row, home in way.posts.came:
        if home:
            await accounts.carry_post(session, actor, row, [home], way.day)
    for slot in way.slots.back:
        span = slot.starts_on, slot.ends_on
        await slots.give_back(session, actor, slot.old, slot.row, slot.home.id, span)
    await slots.drop(session, actor, way.slots.made, way.day)
    for one, home in way.slots.came:
        if home:
            await slots.put(session, actor, one, home.id, way.day)


async def _things(session: AsyncSession, way: Way, command: UndoChange) -> dict[str, int]:
    """By the same ways as they came; hindering has seen to it that each has a home."""
    sides, things = way.sides, way.things
    went = {**things.objects, **things.cases, **things.accidents, **things.appeals}
    home = {id_: grid for id_, grid in went.items() if grid}
    left = [grid.id for grid in sides.left]
    objects, _ = await ledger.carry(session, left, lambda row: home[row.id], command.reason)
    cases = [things.rows[id_] for id_ in things.cases]
    why = Carrying(
        f"division:{way.change.id}:undone",
        lambda row: home[row.id],
        {"reason": command.reason},
        sides.kept[MoveKind.CASE],
    )
    moved = await hazards.carry(session, cases, sides.left, why)
    alarms = [things.rows[id_] for id_ in things.accidents]
    await accidents.carry(session, alarms, lambda row: home[row.id])
    asked = [things.rows[id_] for id_ in things.appeals]
    await appeals.carry(session, asked, lambda row: home[row.id])
    await patrols.rehome(session)
    return {"objects": len(objects), "cases": len(moved)}


async def _say(session: AsyncSession, actor: Actor, way: Way, counted: dict[str, int]) -> None:
    change, sides = way.change, way.sides
    told: dict[str, Any] = {
        "undone_on": way.day,
        "document": change.undone_document,
        "reason": change.undone_reason,
        "before": [grid.name for grid in sides.left],
        "after": [grid.name for grid in sides.olds],
        **counted,
    }
    about = Subject("division", change.id)
    await audit.record(session, Kind.DIVISION_UNDONE, actor, about, told)
    people = {post.person_id for post, _ in way.posts.homes()}
    people |= {post.person_id for post in way.posts.made}
    await telling.redrawn(session, people, change, sides.left, sides.olds)
