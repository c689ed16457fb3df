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
from app.services.slots.filling import place

ONE_DAY = timedelta(days=1)


async def carry(
    session: AsyncSession,
    actor: Actor,
    from_ids: Collection[UUID],
    to_ids: Collection[UUID],
    last_day: date,
) -> list[Moved]:
    """Whoever has a place on grids that end has it on each new one, once."""
    access.require(actor, Permission.EDIT_PLACES)
    goes_on = or_(SlotAssignment.ends_on.is_(None), SlotAssignment.ends_on > last_day)
    query = select(SlotAssignment).where(
        SlotAssignment.grid_id.in_(from_ids), SlotAssignment.starts_on <= last_day, goes_on
    )
    known: dict[tuple[UUID, SlotRole, UUID], UUID] = {}
    moved: list[Moved] = []
    for row in await session.scalars(query.order_by(SlotAssignment.id).with_for_update()):
        command = _from(row, last_day + ONE_DAY)
        was = {"ends_on": row.ends_on.isoformat() if row.ends_on else None}
        await _end(session, actor, row, last_day)  # ended since or not: of an earlier day
        keys = [(grid_id, row.role, row.person_id) for grid_id in to_ids]
        made = [key for key in keys if key not in known]
        for key in made:
            known[key] = (await place(session, actor, key[0], command)).id
        became = {"heirs": [str(known[key]) for key in keys], "made": [str(known[k]) for k in made]}
        moved.append(Moved(row.id, {"grid_id": str(row.grid_id), **was}, became))
    return moved


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
    starts_on, ends_on = span
    if old and old.ends_on is not None and starts_on <= old.ends_on + ONE_DAY:
        await _end(session, actor, old, ends_on)
    else:
        again = _from(like, starts_on).model_copy(update={"ends_on": ends_on})
        await place(session, actor, home_id, again)


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
