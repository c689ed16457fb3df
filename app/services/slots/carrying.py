"""Places for people follow the ground, onto the grids of a change and back (decisions 31, 45)."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.slot import SlotAssignment, SlotRole
from app.services import access, audit
from app.services.access import Actor
from app.services.audit import Kind, Subject
from app.services.moving import Moved
from app.services.permissions import Permission
from app.services.slots.commands import FillSlot
from app.services.slots.filling import place, put_in

ONE_DAY = timedelta(days=1)


async def carry(
    session: AsyncSession,
    actor: Actor,
    from_ids: Collection[UUID],
    to_ids: Collection[UUID],
    taker_id: UUID,
    last_day: date,
) -> list[Moved]:
    """Whoever has a place on grids that end has it on each new one, once.

    What only begins later goes there as it is, and to the taker where none is new: nobody has been
    in that place yet, and a plan must not stay on a grid that is over.
    """
    access.require(actor, Permission.EDIT_PLACES)
    goes_on = or_(SlotAssignment.ends_on.is_(None), SlotAssignment.ends_on > last_day)
    query = select(SlotAssignment).where(SlotAssignment.grid_id.in_(from_ids), goes_on)
    known: dict[tuple[UUID, SlotRole, UUID], UUID] = {}
    moved: list[Moved] = []
    planned: list[SlotAssignment] = []
    for row in await session.scalars(query.order_by(SlotAssignment.id).with_for_update()):
        if row.starts_on > last_day:
            planned.append(row)
            continue
        command = _from(row, last_day + ONE_DAY)
        was = {"ends_on": _day(row.ends_on)}
        await _end(session, actor, row, last_day)  # ended since or not: of an earlier day
        keys = [(grid_id, row.role, row.person_id) for grid_id in to_ids]
        made = [key for key in keys if key not in known]
        for key in made:
            known[key] = (await place(session, actor, key[0], command)).id
        became = {"heirs": [str(known[key]) for key in keys], "made": [str(known[k]) for k in made]}
        moved.append(Moved(row.id, {"grid_id": str(row.grid_id), **was}, became))
    return moved + [await _move(session, actor, row, to_ids or [taker_id]) for row in planned]


async def _move(
    session: AsyncSession, actor: Actor, row: SlotAssignment, to_ids: Collection[UUID]
) -> Moved:
    """The row itself to the first grid where its person has not the place by then, like rows to
    the others.
    """
    days = {name: _day(getattr(row, name)) for name in ("starts_on", "ends_on")}
    was = {"grid_id": str(row.grid_id), **days}
    there = {id_: await _same(session, row, id_) for id_ in to_ids}
    heirs = [id_ for id_ in there.values() if id_]
    free = [id_ for id_, same in there.items() if same is None]
    if not free:
        await drop(session, actor, [row], row.starts_on)
        return Moved(row.id, was, {"heirs": [*map(str, heirs)], "made": []})
    first, *others = free
    difference = audit.changed(row, {"grid_id": first})
    row.grid_id = first
    await session.flush()
    await audit.record(session, Kind.SLOT_MOVED, actor, Subject("slot", row.id), difference)
    made = [(await place(session, actor, id_, _from(row, row.starts_on))).id for id_ in others]
    heirs = [row.id, *made, *heirs]
    return Moved(row.id, was, {"heirs": [*map(str, heirs)], "made": [*map(str, made)]})


async def _same(session: AsyncSession, row: SlotAssignment, grid_id: UUID) -> UUID | None:
    """What already gives the person this place on the grid for all of that time."""
    one = SlotAssignment
    is_long = [one.ends_on.is_(None)] + ([one.ends_on >= row.ends_on] if row.ends_on else [])
    query = select(one.id).where(
        one.grid_id == grid_id,
        one.role == row.role,
        one.person_id == row.person_id,
        one.starts_on <= row.starts_on,
        or_(*is_long),
    )
    return await session.scalar(query.order_by(one.id).limit(1))


async def give_back(
    session: AsyncSession,
    actor: Actor,
    old: SlotAssignment | None,
    like: SlotAssignment,
    home_id: UUID,
    span: tuple[date, date | None],
) -> None:
    """From the first day to the last the person has the old place again; None = without end."""
    access.require(actor, Permission.EDIT_PLACES)
    await begin_again(session, actor, old, _from(like, span[0]), home_id, span)


async def begin_again(
    session: AsyncSession,
    actor: Actor,
    old: SlotAssignment | None,
    like: FillSlot,
    home_id: UUID,
    span: tuple[date, date | None],
) -> None:
    """By whoever may put the grid in force again. Without a gap it is the old row that goes on."""
    starts_on, ends_on = span
    if old and old.ends_on is not None and starts_on <= old.ends_on + ONE_DAY:
        await _end(session, actor, old, ends_on)
    else:
        again = like.model_copy(update={"starts_on": starts_on, "ends_on": ends_on})
        await put_in(session, actor, home_id, again)


async def put(
    session: AsyncSession, actor: Actor, row: SlotAssignment, home_id: UUID, starts_on: date
) -> None:
    """What has been filled since goes to another grid from the day on."""
    access.require(actor, Permission.EDIT_PLACES)
    await place(session, actor, home_id, _from(row, max(starts_on, row.starts_on)))
    await drop(session, actor, [row], starts_on)


async def drop(
    session: AsyncSession, actor: Actor, rows: Collection[SlotAssignment], starts_on: date
) -> None:
    """They end the day before. A plan that has not begun is taken back; a day begun is a day."""
    access.require(actor, Permission.EDIT_PLACES)
    await stop(session, actor, rows, starts_on)


async def stop(
    session: AsyncSession, actor: Actor, rows: Collection[SlotAssignment], starts_on: date
) -> None:
    """By whoever may end the grid itself."""
    for row in rows:
        if row.starts_on > access.today():
            given = {"person_id": row.person_id, "grid_id": row.grid_id, "role": row.role}
            await audit.record(session, Kind.SLOT_ENDED, actor, Subject("slot", row.id), given)
            await session.delete(row)
        else:
            await _end(session, actor, row, max(row.starts_on, starts_on - ONE_DAY))
    await session.flush()


async def _end(
    session: AsyncSession, actor: Actor, row: SlotAssignment, last_day: date | None
) -> None:
    difference = audit.changed(row, {"ends_on": last_day})
    row.ends_on = last_day
    await session.flush()
    await audit.record(session, Kind.SLOT_ENDED, actor, Subject("slot", row.id), difference)


def _from(row: SlotAssignment, starts_on: date) -> FillSlot:
    return FillSlot(
        role=row.role,
        person_id=row.person_id,
        title=row.title,
        starts_on=starts_on,
        ends_on=row.ends_on,
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
