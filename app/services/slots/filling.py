"""Putting people into the places of a grid, and ending that; nothing is written over."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from app.errors import Invalid, NotFound
from app.models.base import new_id
from app.models.grid import Grid
from app.models.organization import WALKING_KINDS, Organization, OrganizationKind
from app.models.person import Person
from app.models.slot import SlotAssignment, SlotRole
from app.services import access, audit, schemes
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.permissions import Permission
from app.services.schemes import Scheme
from app.services.slots.commands import EndSlot, FillSlot
from app.services.slots.levels import levels_of_all

BY_POST = frozenset({SlotRole.GRIDWORKER, SlotRole.GRID_CHIEF})
POSTS_AT = WALKING_KINDS


@dataclass(frozen=True)
class _Ground:
    """`grids` with the kind of the body that runs each; `filled`: whoever has or had a place."""

    grids: Mapping[UUID, tuple[Grid, OrganizationKind]]
    people: Collection[UUID]
    scheme: Scheme | None
    levels: Mapping[UUID, int]
    filled: dict[UUID, list[SlotAssignment]]


async def fill(
    session: AsyncSession, actor: Actor, grid_id: UUID, command: FillSlot
) -> SlotAssignment:
    """One person in one place. The scheme in force says which places the grid's level has."""
    return (await fill_each(session, actor, [(grid_id, command)]))[0]


async def fill_each(
    session: AsyncSession, actor: Actor, asked: Sequence[tuple[UUID, FillSlot]]
) -> list[SlotAssignment]:
    """Places of grids, each as `fill`, in this order; all of them or none."""
    if not asked:
        return []
    access.require(actor, Permission.EDIT_PLACES)
    ground = await _ground(session, asked)
    rows: list[SlotAssignment] = []
    for grid_id, command in asked:
        _require_free(ground, grid_id, command)
        rows.append(SlotAssignment(id=new_id(), grid_id=grid_id, **command.model_dump()))
        ground.filled.setdefault(grid_id, []).append(rows[-1])
    return await _write(session, actor, rows, [command for _, command in asked])


async def place(
    session: AsyncSession, actor: Actor, grid_id: UUID, command: FillSlot
) -> SlotAssignment:
    """Unasked: a place that follows the ground was filled by the rules of its own day."""
    access.require(actor, Permission.EDIT_PLACES)
    return await put_in(session, actor, grid_id, command)


async def put_in(
    session: AsyncSession, actor: Actor, grid_id: UUID, command: FillSlot
) -> SlotAssignment:
    """By whoever may do what it is a part of."""
    row = SlotAssignment(id=new_id(), grid_id=grid_id, **command.model_dump())
    return (await _write(session, actor, [row], [command]))[0]


async def _write(
    session: AsyncSession,
    actor: Actor,
    rows: list[SlotAssignment],
    commands: Sequence[FillSlot],
) -> list[SlotAssignment]:
    session.add_all(rows)
    await session.flush()
    given = [
        (
            Subject("slot", row.id),
            {"grid_id": row.grid_id, **command.model_dump(mode="json", exclude_none=True)},
        )
        for row, command in zip(rows, commands, strict=True)
    ]
    await audit.record_each(session, Kind.SLOT_FILLED, actor, given)
    return rows


async def end(
    session: AsyncSession, actor: Actor, assignment_id: UUID, command: EndSlot
) -> SlotAssignment:
    """The last day; an earlier end that is past stays as it is."""
    access.require(actor, Permission.EDIT_PLACES)
    row = await session.get(SlotAssignment, assignment_id, with_for_update={"key_share": True})
    if row is None:
        raise NotFound
    if row.ends_on and row.ends_on < access.today():
        raise _invalid("ends_on", "这一段已经结束", "This one is over")
    if command.ends_on < row.starts_on:
        raise _invalid("ends_on", "结束日期早于开始日期", "It would end before it starts")
    difference = audit.changed(row, {"ends_on": command.ends_on})
    row.ends_on = command.ends_on
    await session.flush()
    await audit.record(session, Kind.SLOT_ENDED, actor, Subject("slot", row.id), difference)
    return row


async def take_away(
    session: AsyncSession, actor: Actor, given: Mapping[UUID, tuple[UUID, date | None]]
) -> bool:
    """Places given by mistake: by assignment, to whom and until when. False, with nothing changed,
    if one is gone or has another end.
    """
    access.require(actor, Permission.EDIT_PLACES)
    own = SlotAssignment.id.in_(given)
    query = select(SlotAssignment).where(own).order_by(SlotAssignment.id).with_for_update()
    rows = (await session.scalars(query.execution_options(populate_existing=True))).all()
    is_same = [(row.person_id, row.ends_on) == given[row.id] for row in rows]
    if len(rows) < len(given) or not all(is_same):
        return False
    told = [
        (
            Subject("slot", row.id),
            {"person_id": row.person_id, "role": row.role, "grid_id": row.grid_id},
        )
        for row in rows
    ]
    await session.execute(delete(SlotAssignment).where(own))
    await audit.record_each(session, Kind.SLOT_REMOVED, actor, told)
    return True


async def read_grid(session: AsyncSession, grid_id: UUID) -> Grid:
    """Everybody signed in may know who answers for a grid (S1-46)."""
    grid = await session.get(Grid, grid_id)
    if grid is None:
        raise NotFound
    return grid


async def standing_grid(session: AsyncSession, grid_id: UUID) -> Grid:
    """Raises Invalid once it has ended."""
    grid = await read_grid(session, grid_id)
    _require_not_over(grid)
    return grid


def _require_not_over(grid: Grid) -> None:
    if grid.valid_to is not None and grid.valid_to < access.today():
        raise _invalid("grid_id", "这个网格已经撤销", "This grid has ended")


async def _ground(session: AsyncSession, asked: Sequence[tuple[UUID, FillSlot]]) -> _Ground:
    grid_ids = {grid_id for grid_id, _ in asked}
    grids = await session.execute(
        select(Grid, Organization.kind)
        .join(Organization, Organization.id == Grid.organization_id)
        .where(Grid.id.in_(grid_ids))
        .options(defer(Grid.outline, raiseload=True))
    )
    people = select(Person.id).where(Person.id.in_({command.person_id for _, command in asked}))
    there = select(SlotAssignment).where(SlotAssignment.grid_id.in_(grid_ids))
    filled: dict[UUID, list[SlotAssignment]] = {}
    for row in await session.scalars(there):
        filled.setdefault(row.grid_id, []).append(row)
    scheme = await schemes.in_force(session)
    levels = await levels_of_all(session, scheme) if scheme else {}
    return _Ground(
        {grid.id: (grid, kind) for grid, kind in grids},
        set(await session.scalars(people)),
        scheme,
        levels,
        filled,
    )


def _require_free(ground: _Ground, grid_id: UUID, command: FillSlot) -> None:
    """The grid, the person, the span and the place, or what stands in the way."""
    if grid_id not in ground.grids:
        raise NotFound
    grid, runner = ground.grids[grid_id]
    _require_not_over(grid)
    if command.person_id not in ground.people:
        raise NotFound(fields=["person_id"])
    _require_order(command)
    if grid.valid_to is not None and command.starts_on > grid.valid_to:
        raise _invalid(
            "starts_on",
            f"这个网格到 {grid.valid_to} 为止，请填到接它的网格上",
            f"This grid ends on {grid.valid_to}; fill the place of the grid that follows it",
        )
    _require_place(ground, grid, runner, command.role)
    if any(_is_twin(row, command) for row in ground.filled.get(grid_id, ())):
        raise _invalid("person_id", "这段时间已经是这个人", "This person has it already")


def _require_place(ground: _Ground, grid: Grid, runner: OrganizationKind, role: SlotRole) -> None:
    """Whoever walks the grid has a post there, with its rights: that is not doubled here."""
    if role in BY_POST and runner in POSTS_AT:
        raise _invalid(
            "role", "网格员、网格长在人员页里给岗位", "Gridworkers and chiefs are given posts"
        )
    if ground.scheme is None:
        return
    level = ground.levels[grid.id]
    if not any(slot.level == level and slot.role is role for slot in ground.scheme.slot):
        raise _invalid("role", "本方案这一级网格没有这个岗位", "This level has no such place")


def _is_twin(row: SlotAssignment, command: FillSlot) -> bool:
    """The same person in the same place, on a day of the same span."""
    is_same = (row.role, row.person_id) == (command.role, command.person_id)
    goes_on = row.ends_on is None or row.ends_on >= command.starts_on
    return is_same and goes_on and row.starts_on <= (command.ends_on or date.max)


def _require_order(command: FillSlot) -> None:
    if command.ends_on is not None and command.ends_on < command.starts_on:
        raise _invalid("ends_on", "结束日期早于开始日期", "It would end before it starts")


def _invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
