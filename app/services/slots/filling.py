"""Putting people into the places of a grid, and ending that; nothing is written over."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid, NotFound
from app.models.grid import Grid
from app.models.organization import WALKING_KINDS, Organization
from app.models.person import Person
from app.models.slot import GridProvision, SlotAssignment, SlotRole
from app.services import access, audit, schemes
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.permissions import Permission
from app.services.slots.commands import EndSlot, FillSlot, NoteProvisions
from app.services.slots.levels import level_of

BY_POST = frozenset({SlotRole.GRIDWORKER, SlotRole.GRID_CHIEF})
POSTS_AT = WALKING_KINDS


async def fill(
    session: AsyncSession, actor: Actor, grid_id: UUID, command: FillSlot
) -> SlotAssignment:
    """One person in one place. The scheme in force says which places the grid's level has."""
    access.require(actor, Permission.EDIT_PLACES)
    grid = await _grid(session, grid_id)
    if await session.get(Person, command.person_id) is None:
        raise NotFound(fields=["person_id"])
    _require_order(command)
    if grid.valid_to is not None and command.starts_on > grid.valid_to:
        raise _invalid(
            "starts_on",
            f"这个网格到 {grid.valid_to} 为止，请填到接它的网格上",
            f"This grid ends on {grid.valid_to}; fill the place of the grid that follows it",
        )
    await _require_place(session, grid, command.role)
    await _require_new(session, grid_id, command)
    return await place(session, actor, grid_id, command)


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
    row = SlotAssignment(grid_id=grid_id, **command.model_dump())
    session.add(row)
    await session.flush()
    given = {"grid_id": grid_id, **command.model_dump(mode="json", exclude_none=True)}
    await audit.record(session, Kind.SLOT_FILLED, actor, Subject("slot", row.id), given)
    return row


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
    session: AsyncSession,
    actor: Actor,
    person_id: UUID,
    assignment_ids: Collection[UUID],
    last: date | None = None,
) -> bool:
    """Places given by mistake, until `last`. False, with nothing changed, if one is gone or has
    another end.
    """
    access.require(actor, Permission.EDIT_PLACES)
    query = select(SlotAssignment).where(
        SlotAssignment.person_id == person_id, SlotAssignment.id.in_(assignment_ids)
    )
    rows = (await session.scalars(query.with_for_update())).all()
    if len(rows) < len(assignment_ids) or any(row.ends_on != last for row in rows):
        return False
    for row in rows:
        about = {"person_id": person_id, "role": row.role, "grid_id": row.grid_id}
        await session.delete(row)
        await audit.record(session, Kind.SLOT_REMOVED, actor, Subject("slot", row.id), about)
    await session.flush()
    return True


async def note_provisions(
    session: AsyncSession, actor: Actor, grid_id: UUID, command: NoteProvisions
) -> None:
    """What the grid has been given; days of what it had already stay."""
    access.require(actor, Permission.EDIT_PLACES)
    await _grid(session, grid_id)
    known = GridProvision.grid_id == grid_id
    before = set(await session.scalars(select(GridProvision.what).where(known)))
    has = set(command.has)
    if has == before:
        return
    await session.execute(delete(GridProvision).where(known, GridProvision.what.not_in(has)))
    rows = [
        {"grid_id": grid_id, "what": what, "noted_on": access.today()}
        for what in sorted(has - before)
    ]
    if rows:
        await session.execute(insert(GridProvision).values(rows))
    told = {"from": sorted(before), "to": sorted(has)}
    about = Subject("grid", grid_id)
    await audit.record(session, Kind.PROVISIONS_NOTED, actor, about, {"provisions": told})


async def read_grid(session: AsyncSession, grid_id: UUID) -> Grid:
    """Everybody signed in may know who answers for a grid (S1-46)."""
    grid = await session.get(Grid, grid_id)
    if grid is None:
        raise NotFound
    return grid


async def _grid(session: AsyncSession, grid_id: UUID) -> Grid:
    grid = await read_grid(session, grid_id)
    if grid.valid_to is not None and grid.valid_to < access.today():
        raise _invalid("grid_id", "这个网格已经撤销", "This grid has ended")
    return grid


async def _require_place(session: AsyncSession, grid: Grid, role: SlotRole) -> None:
    """Whoever walks the grid has a post there, with its rights: that is not doubled here."""
    runner = await session.get_one(Organization, grid.organization_id)
    if role in BY_POST and runner.kind in POSTS_AT:
        raise _invalid(
            "role", "网格员、网格长在人员页里给岗位", "Gridworkers and chiefs are given posts"
        )
    scheme = await schemes.in_force(session)
    if scheme is None:
        return
    level = await level_of(session, scheme, grid.id)
    if not any(slot.level == level and slot.role is role for slot in scheme.slot):
        raise _invalid("role", "本方案这一级网格没有这个岗位", "This level has no such place")


async def _require_new(session: AsyncSession, grid_id: UUID, command: FillSlot) -> None:
    last = command.ends_on
    twin = await session.scalar(
        select(SlotAssignment.id)
        .where(
            SlotAssignment.grid_id == grid_id,
            SlotAssignment.role == command.role,
            SlotAssignment.person_id == command.person_id,
            or_(SlotAssignment.ends_on.is_(None), SlotAssignment.ends_on >= command.starts_on),
            *((SlotAssignment.starts_on <= last,) if last else ()),
        )
        .limit(1)
    )
    if twin:
        raise _invalid("person_id", "这段时间已经是这个人", "This person has it already")


def _require_order(command: FillSlot) -> None:
    if command.ends_on is not None and command.ends_on < command.starts_on:
        raise _invalid("ends_on", "结束日期早于开始日期", "It would end before it starts")


def _invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
